//! `sig4 sign --jsonl`: one JSON object a line in, one answer a line out, in order, each flushed.
//!
//! ```text
//! {"id":"1","kind":"v4-header","method":"GET","url":"https://…","headers":[["name","value"]],"body":"",
//!  "access_key":"…","secret_key":"…","region":"…","service":"…","timestamp":"20150830T123600Z","settings":{}}
//! ```
//!
//! A line that cannot be answered gets `{"id":…,"error":"…"}`; a missing setting takes the service's default.

use crate::Failure;
use crate::stages::{Job, authorization};
use crate::url::Url;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sig4::{
    ContentSha256Header, Credentials, Expires, PathEncoding, Payload, RequestView, SessionToken, Signer, Timestamp,
};
use std::io::{self, BufRead, Read, Write};
use zeroize::{Zeroize, Zeroizing};

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 256 << 20;
/// The most bytes of a line's room that serve the next line.
const KEPT_ROOM: usize = 64 * 1024;

type Object = Map<String, Value>;

/// Answers every line of `input` on `output`.
pub(crate) fn run(input: &mut impl BufRead, output: &mut impl Write) -> Result<(), Failure> {
    let mut line = Zeroizing::new(Vec::new());
    while input.take(MAX_LINE).read_until(b'\n', &mut line)? > 0 {
        let whole = line.ends_with(b"\n") || input.fill_buf()?.is_empty();
        let answer = if whole {
            answer(&line)
        } else {
            skip_line(input)?;
            refusal(Value::Null, &format!("the line is longer than {MAX_LINE} bytes"))
        };
        line.zeroize();
        // It overwrites all the room, so that a long line would make every line after it as dear.
        if line.capacity() > KEPT_ROOM {
            *line = Vec::new();
        }
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// Reads up to the end of the line.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|b| *b == b'\n');
        let (length, is_end) = (end.map_or(buffer.len(), |at| at + 1), end.is_some() || buffer.is_empty());
        input.consume(length);
        if is_end {
            return Ok(());
        }
    }
}

fn answer(line: &[u8]) -> Value {
    let mut object = match serde_json::from_slice(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return refusal(Value::Null, "the line is not a JSON object"),
        Err(e) => return refusal(Value::Null, &format!("malformed JSON: {e}")),
    };
    let id = object.remove("id").unwrap_or_default();
    match signature(&mut object) {
        Ok(mut fields) => {
            fields.insert("id".to_owned(), id);
            Value::Object(fields)
        }
        Err(why) => refusal(id, &why.to_string()),
    }
}

fn refusal(id: Value, why: &str) -> Value {
    json!({ "id": id, "error": why })
}

/// The fields of the answer to `object`, but for the id.
fn signature(object: &mut Object) -> Result<Object, Failure> {
    let by_query = match required(object, "kind")? {
        "v4-header" => false,
        "v4-query" => true,
        other => return Err(format!("the kind `{other}` is not supported").into()),
    };
    let secret = take_text(object, "secret_key")?.ok_or("`secret_key` is missing")?;
    let token = take_text(object, "session_token")?;
    let credentials = Credentials::new(required(object, "access_key")?, secret);
    let credentials = credentials.with_session_token(token.unwrap_or_default());
    let headers = headers(object)?;
    let body = BASE64_STANDARD.decode(text(object, "body")?.unwrap_or_default());
    let body = body.map_err(|e| format!("`body` is not base64: {e}"))?;
    let settings = Settings(match object.get("settings") {
        None | Some(Value::Null) => None,
        Some(Value::Object(settings)) => Some(settings),
        Some(_) => return Err("`settings` is not an object".into()),
    });
    let signer = settings.apply(Signer::new(required(object, "region")?, required(object, "service")?))?;
    let default = if by_query { signer.presign_payload(&body) } else { Payload::Bytes(&body) };
    let job = Job {
        request: view(object, &headers)?,
        payload: settings.payload(default, &body)?,
        signer,
        credentials,
        timestamp: Timestamp::parse(required(object, "timestamp")?)?,
    };
    if by_query { query_answer(&job, settings.expires()?) } else { header_answer(&job) }
}

fn header_answer(job: &Job<'_>) -> Result<Object, Failure> {
    let (stages, signed) = job.sign()?;
    let headers: Vec<_> = signed.headers().map(|(name, value)| json!([name, value])).collect();
    let mut fields = fields([
        ("canonical_request", stages.canonical_request),
        ("string_to_sign", stages.string_to_sign),
        ("signature", signed.signature().to_string()),
        ("authorization", authorization(&signed)),
    ]);
    fields.insert("headers".to_owned(), headers.into());
    if let Some(target) = signed.target() {
        fields.insert("target".to_owned(), target.into());
    }
    Ok(fields)
}

fn query_answer(job: &Job<'_>, expires: Expires) -> Result<Object, Failure> {
    let (stages, presigned) = job.presign(expires)?;
    Ok(fields([
        ("canonical_request", stages.canonical_request),
        ("string_to_sign", stages.string_to_sign),
        ("signature", presigned.signature().to_string()),
        ("url", presigned.url()),
    ]))
}

fn fields<const N: usize>(fields: [(&str, String); N]) -> Object {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// The request's head. Fields that are cut already win over `url`.
fn view<'a>(object: &'a Object, headers: &'a Vec<(String, Vec<u8>)>) -> Result<RequestView<'a>, Failure> {
    let [scheme, host, path] = ["scheme", "host", "path"].map(|field| text(object, field));
    let (scheme, host, path) = (scheme?, host?, path?);
    let is_cut = scheme.is_some() || host.is_some() || path.is_some();
    let url = match text(object, "url")?.map(Url::cut).transpose() {
        // With host and path cut already there is nothing that the URL has to tell.
        Err(_) if host.is_some() && path.is_some() => None,
        url => url?,
    };
    let url_query = url.and_then(|url| url.query);
    let query = match object.get("query") {
        Some(Value::Null) if is_cut => None,
        _ => text(object, "query")?.or(url_query),
    };
    let path = path.or_else(|| Some(url?.path)).ok_or("`url` and `path` are missing")?;
    let request = RequestView::new(required(object, "method")?, path, query, headers);
    let scheme = scheme.or_else(|| Some(url?.scheme)).unwrap_or("https");
    Ok(match host.or_else(|| Some(url?.authority)) {
        Some(host) => request.with_authority(scheme, host),
        None => request,
    })
}

fn headers(object: &Object) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let invalid = || "`headers` is not a list of [name, value] pairs of strings".into();
    let pair = |pair: &Value| match pair.as_array().map(Vec::as_slice) {
        Some([Value::String(name), Value::String(value)]) => Some((name.clone(), value.clone().into_bytes())),
        _ => None,
    };
    match object.get("headers") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(pairs)) => pairs.iter().map(pair).collect::<Option<_>>().ok_or_else(invalid),
        Some(_) => Err(invalid()),
    }
}

/// The `settings` of a line; one that is missing or null leaves the service's default.
struct Settings<'a>(Option<&'a Object>);

impl Settings<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(value) = self.get(name) else { return Ok(None) };
        Ok(Some(value.as_bool().ok_or_else(|| format!("`{name}` is neither true nor false"))?))
    }

    fn apply(&self, mut signer: Signer) -> Result<Signer, Failure> {
        if let Some(again) = self.flag("double_encode")? {
            signer = signer.with_path_encoding(if again { PathEncoding::Again } else { PathEncoding::Verbatim });
        }
        if let Some(normalize) = self.flag("normalize_path")? {
            signer = signer.with_normalized_path(normalize);
        }
        if let Some(send) = self.flag("sign_body_header")? {
            signer =
                signer.with_content_sha256(if send { ContentSha256Header::Always } else { ContentSha256Header::Never });
        }
        if let Some(omit) = self.flag("omit_session_token")? {
            signer = signer.with_session_token(if omit { SessionToken::Unsigned } else { SessionToken::Signed });
        }
        Ok(signer)
    }

    fn payload<'a>(&self, default: Payload<'a>, body: &'a [u8]) -> Result<Payload<'a>, Failure> {
        Ok(match self.flag("unsigned_payload")? {
            Some(true) => Payload::Unsigned,
            Some(false) => Payload::Bytes(body),
            None => default,
        })
    }

    fn expires(&self) -> Result<Expires, Failure> {
        let seconds = self.get("expires").ok_or("`expires` is missing")?;
        Ok(Expires::from_seconds(seconds.as_u64().ok_or("`expires` is not a number of seconds")?)?)
    }
}

/// A field's text; `null` counts as missing.
fn text<'a>(object: &'a Object, field: &str) -> Result<Option<&'a str>, String> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{field}` is not a string")),
    }
}

fn required<'a>(object: &'a Object, field: &str) -> Result<&'a str, String> {
    text(object, field)?.ok_or_else(|| format!("`{field}` is missing"))
}

/// Moves a field's text out, so that its one copy can be wiped.
fn take_text(object: &mut Object, field: &str) -> Result<Option<String>, String> {
    text(object, field)?;
    Ok(match object.remove(field) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    })
}
