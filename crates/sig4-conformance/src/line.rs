//! A case as a line of JSON: the format of the packed suites and of the signer protocol.
//!
//! ```text
//! {"id":"h00011","kind":"v4-header","method":"POST","scheme":"https","host":"…","path":"/…","query":null,
//!  "headers":[["Content-Type","…"]],"body":"<base64>","access_key":"…","secret_key":"…","session_token":null,
//!  "region":"…","service":"…","timestamp":"20150213T060157Z","settings":{…},"tags":["path:reserved"],
//!  "expected":{"canonical_request":"…","string_to_sign":"…","signature":"…"}}
//! ```

use crate::case::{CaseKind, CaseSettings, ExpectedResult, SigningCase};
use crate::pieces_line::{read_chunked, read_events, write_chunked, write_events};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sig4::Credentials;
use sig4::Expires;
use sig4::Timestamp;
use sig4::credentials::SecretKey;
use sig4::key::PublicKey;
use sig4::name;
use sig4::region_set::RegionSet;
use sig4::{Region, Service};

/// Reads a packed line. `None` if it is malformed. A test reads all packed cases.
pub(crate) fn read(line: &str) -> Option<SigningCase> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |field: &str| Some(line.get(field)?.as_str()?.to_owned());
    let secret_access_key = text("secret_key")?;
    let credentials = Credentials::new(text("access_key")?, SecretKey::verbatim(secret_access_key.as_str()).ok()?)
        .and_then(|credentials| credentials.with_session_token(text("session_token").unwrap_or_default()))
        .ok()?;
    let kind = CaseKind::parse(&text("kind")?)?;
    let chunked = if kind == CaseKind::Chunked { Some(read_chunked(&line)?) } else { None };
    let events = if kind == CaseKind::Events { Some(read_events(&line)?) } else { None };
    let region_set = text("region_set").map(|set| RegionSet::parse(&set)).transpose().ok()?;
    let first = events.as_ref().and_then(|stream| stream.events.first()).map(|event| event.timestamp);
    // A stream of events has no request.
    let of_request = |field: &str| text(field).or_else(|| events.as_ref().map(|_| String::new()));
    let headers = line.get("headers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Some(SigningCase {
        id: text("id")?,
        kind,
        method: of_request("method")?,
        scheme: of_request("scheme")?,
        host: of_request(name::HOST)?,
        path: of_request("path")?,
        query: text("query"),
        headers: headers.iter().map(field).collect::<Option<_>>()?,
        body: BASE64_STANDARD.decode(of_request("body")?).ok()?,
        credentials,
        secret_access_key,
        region: region_set.as_ref().map_or_else(|| Region::parse(&text("region")?).ok(), a_region_of)?,
        region_set,
        service: Service::parse(&text("service")?).ok()?,
        timestamp: first.map_or_else(|| Timestamp::parse_any_year(&text("timestamp")?).ok(), Some)?,
        settings: line.get("settings").map_or_else(|| Some(CaseSettings::default()), settings)?,
        chunked,
        events,
        tags: line.get("tags")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        expected: expected(line.get("expected")?, &text("access_key")?)?,
    })
}

/// A region that the first pattern of a set matches.
fn a_region_of(set: &RegionSet) -> Option<Region> {
    let first = set.iter().next()?;
    Region::parse(&first.replace('*', "east-1")).ok()
}

fn expected(expected: &Value, access_key: &str) -> Option<ExpectedResult> {
    let text = |field: &str| expected.get(field).and_then(Value::as_str).map(str::to_owned);
    let chain = expected.get("piece_signatures").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Some(ExpectedResult {
        canonical_request: text("canonical_request"),
        string_to_sign: text("string_to_sign")?,
        signature: text("signature")?,
        chain: chain.iter().map(|signature| Some(signature.as_str()?.to_owned())).collect::<Option<_>>()?,
        trailer: text("trailer_signature"),
        public_key: text("public_key")
            .map(|key| PublicKey::parse(access_key.parse().ok()?, &key).ok())
            .unwrap_or_default(),
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
    ///
    /// A body in chunks also has `payload_header`, `chunk_sizes` and `trailers`. A stream of events has `seed_signature` and `messages`
    /// in the place of a request and its `timestamp`. Neither has a `mode`. A case of Signature Version 4a has `region_set` in the place of
    /// `region`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let of_kind = self.events.as_ref().map_or_else(|| write_request(self), write_events);
        let mode = match (self.kind, self.settings.expires) {
            (CaseKind::Header, _) | (CaseKind::Asymmetric, None) => Some("header"),
            (CaseKind::Query, _) | (CaseKind::Asymmetric, Some(_)) => Some("query"),
            (CaseKind::Chunked | CaseKind::Events, _) => None,
        };
        let region = match &self.region_set {
            Some(set) => json!({ "region_set": set.as_str() }),
            None => json!({ "region": self.region() }),
        };
        let common = json!({
            "id": self.id,
            "kind": self.kind.as_str(),
            "access_key": self.credentials.access_key_id(),
            "secret_key": self.secret_access_key(),
            "session_token": self.credentials.session_token(),
            "service": self.service(),
            "tags": self.tags,
        });
        let mode = mode.map(|mode| json!({ "mode": mode }));
        let parts = [Some(common), Some(region), Some(of_kind), self.chunked.as_ref().map(write_chunked), mode];
        joined(parts.into_iter().flatten()).to_string()
    }
}

/// The request, its time and its settings.
fn write_request(case: &SigningCase) -> Value {
    let settings = case.settings;
    let headers = case.headers.iter().map(|(name, value)| json!([name, String::from_utf8_lossy(value)]));
    json!({
        "method": case.method,
        "url": case.url(),
        "scheme": case.scheme,
        (name::HOST): case.host,
        "path": case.path,
        "query": case.query,
        "headers": headers.collect::<Vec<_>>(),
        "body": BASE64_STANDARD.encode(&case.body),
        "timestamp": case.timestamp.as_str(),
        "settings": {
            "double_encode": settings.double_encode,
            "normalize_path": settings.normalize_path,
            "sign_body_header": settings.sign_body_header,
            "unsigned_payload": settings.unsigned_payload,
            "omit_session_token": settings.omit_session_token,
            "expires": settings.expires.map(|expires| expires.as_secs()),
        },
    })
}

/// One object with the members of all.
fn joined(objects: impl Iterator<Item = Value>) -> Value {
    let members = objects.flat_map(|object| match object {
        Value::Object(members) => members,
        _ => Map::new(),
    });
    Value::Object(members.collect())
}
