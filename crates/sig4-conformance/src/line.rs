//! A case as a line of JSON: the format of the packed suites and of the signer protocol.
//!
//! ```text
//! {"id":"h00011","kind":"v4-header","method":"POST","scheme":"https","host":"…","path":"/…","query":null,
//!  "headers":[["Content-Type","…"]],"body":"<base64>","access_key":"…","secret_key":"…","session_token":null,
//!  "region":"…","service":"…","timestamp":"20150213T060157Z","settings":{…},"tags":["path:reserved"],
//!  "expected":{"canonical_request":"…","string_to_sign":"…","signature":"…"}}
//! ```

use crate::case::{CaseKind, CaseSettings, ExpectedResult, SigningCase};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sig4::Credentials;
use sig4::Expires;
use sig4::Timestamp;
use sig4::credentials::SecretKey;
use sig4::name;
use sig4::{Region, Service};

/// Reads a packed line. `None` if it is malformed. A test reads all packed cases.
pub(crate) fn read(line: &str) -> Option<SigningCase> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |field: &str| Some(line.get(field)?.as_str()?.to_owned());
    let secret_access_key = text("secret_key")?;
    let credentials = Credentials::new(text("access_key")?, SecretKey::verbatim(secret_access_key.as_str()).ok()?)
        .and_then(|credentials| credentials.with_session_token(text("session_token").unwrap_or_default()))
        .ok()?;
    let expected = line.get("expected")?;
    Some(SigningCase {
        id: text("id")?,
        kind: CaseKind::parse(&text("kind")?)?,
        method: text("method")?,
        scheme: text("scheme")?,
        host: text(name::HOST)?,
        path: text("path")?,
        query: text("query"),
        headers: line.get("headers")?.as_array()?.iter().map(field).collect::<Option<_>>()?,
        body: BASE64_STANDARD.decode(text("body")?).ok()?,
        credentials,
        secret_access_key,
        region: Region::parse(&text("region")?).ok()?,
        service: Service::parse(&text("service")?).ok()?,
        timestamp: Timestamp::parse_any_year(&text("timestamp")?).ok()?,
        settings: settings(line.get("settings")?)?,
        tags: line.get("tags")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        expected: ExpectedResult {
            canonical_request: expected.get("canonical_request").and_then(Value::as_str).map(str::to_owned),
            string_to_sign: expected.get("string_to_sign")?.as_str()?.to_owned(),
            signature: expected.get("signature")?.as_str()?.to_owned(),
        },
    })
}

fn field(pair: &Value) -> Option<(String, Vec<u8>)> {
    match pair.as_array()?.as_slice() {
        [Value::String(name), Value::String(value)] => Some((name.clone(), value.clone().into_bytes())),
        _ => None,
    }
}

fn settings(settings: &Value) -> Option<CaseSettings> {
    let flag = |name: &str| settings.get(name)?.as_bool();
    let expires = settings.get("expires").and_then(Value::as_u64);
    Some(CaseSettings {
        double_encode: flag("double_encode")?,
        normalize_path: flag("normalize_path")?,
        sign_body_header: flag("sign_body_header")?,
        unsigned_payload: flag("unsigned_payload")?,
        omit_session_token: flag("omit_session_token")?,
        expires: expires.and_then(|seconds| Expires::from_secs(seconds).ok()),
    })
}

impl SigningCase {
    /// The case as a line of the signer protocol, without the expected result: a JSON object with `id`, `kind`, `mode`, `method`,
    /// `url`, `scheme`, `host`, `path`, `query`, `headers`, `body` (base64), `access_key`, `secret_key`, `session_token`,
    /// `region`, `service`, `timestamp`, `settings` and `tags`. It holds the secret key.
    #[must_use]
    pub fn to_json(&self) -> String {
        write(self).to_string()
    }
}

/// The request line for the case's signature.
fn write(case: &SigningCase) -> Value {
    let settings = case.settings;
    let headers = case.headers.iter().map(|(name, value)| json!([name, String::from_utf8_lossy(value)]));
    json!({
        "id": case.id,
        "kind": case.kind.as_str(),
        "mode": if case.kind == CaseKind::Header { "header" } else { "query" },
        "method": case.method,
        "url": case.url(),
        "scheme": case.scheme,
        (name::HOST): case.host,
        "path": case.path,
        "query": case.query,
        "headers": headers.collect::<Vec<_>>(),
        "body": BASE64_STANDARD.encode(&case.body),
        "access_key": case.credentials.access_key_id(),
        "secret_key": case.secret_access_key(),
        "session_token": case.credentials.session_token(),
        "region": case.region(),
        "service": case.service(),
        "timestamp": case.timestamp.as_str(),
        "settings": {
            "double_encode": settings.double_encode,
            "normalize_path": settings.normalize_path,
            "sign_body_header": settings.sign_body_header,
            "unsigned_payload": settings.unsigned_payload,
            "omit_session_token": settings.omit_session_token,
            "expires": settings.expires.map(|expires| expires.as_secs()),
        },
        "tags": case.tags,
    })
}
