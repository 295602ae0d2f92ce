//! `sig4 sign --jsonl`: reads one JSON object per line, and writes one answer per line, in order, each flushed.
//!
//! ```text
//! {"id":"1","kind":"v4-header","method":"GET","url":"https://…","headers":[["name","value"]],"body":"",
//!  "access_key":"…","secret_key":"…","region":"…","service":"…","timestamp":"20150830T123600Z","settings":{}}
//! ```
//!
//! `expiration`, such as `2015-08-30T12:36:00Z`, is the end of temporary credentials. If it shortens a presigned URL, the answer has
//! the shorter lifetime in `expires`. `target` in an answer replaces the given path and query, and `removed_header` is not to be
//! sent.
//!
//! The kinds are `v4-header`, `v4-query`, [`v4-chunked`](chunked), [`v4-event-stream`](event_stream), and `v4a` with the `mode` `header` or
//! `query`, and with `region_set` in the place of `region`.
//!
//! The answer to an invalid line is `{"id":…,"error":"…"}`. A missing setting has the service's default. The `id` of an answer is
//! the JSON text of the request's `id`, byte for byte, except that characters which end a line for some readers are escaped. A
//! duplicate field makes the line invalid; if it is `id`, the answer has `"id":null`.

mod answer;
mod chunked;
mod event_stream;

use crate::expiry;
use crate::failure::Failure;
use crate::json_fields::Fields;
use crate::printable;
use crate::stages::Job;
use crate::url::Url;
use answer::{SignerAnswer, header_answer, query_answer, refusal};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chunked::Chunks;
use serde_json::{Value, json};
use sig4::credentials::SecretKey;
use sig4::key::PublicKey;
use sig4::request::RequestView;
use sig4::settings::{ContentSha256Header, PathEncoding, SessionTokenPlacement};
use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
use std::io::{self, BufRead, Read, Write};
use zeroize::{Zeroize, Zeroizing};

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 256 << 20;
/// The largest buffer, in bytes, that is reused for the next line.
const KEPT_ROOM: usize = 64 * 1024;

/// Answers every line of `input` on `output`.
pub(crate) fn run(input: &mut impl BufRead, output: &mut impl Write) -> Result<(), Failure> {
    let mut line = Zeroizing::new(Vec::new());
    while input.take(MAX_LINE).read_until(b'\n', &mut line)? > 0 {
        let whole = line.ends_with(b"\n") || input.fill_buf()?.is_empty();
        let answer = if whole {
            answer(&line)
        } else {
            skip_line(input)?;
            with_id("null", &refusal(&format!("the line is longer than {MAX_LINE} bytes")))
        };
        line.zeroize();
        // Wiping covers the whole buffer, so one long line would slow down every later line.
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

fn answer(line: &[u8]) -> String {
    match Fields::of("the line", line) {
        Ok(fields) => {
            let signature = signature(&fields).unwrap_or_else(|why| refusal(&why.to_string()));
            with_id(fields.json("id").unwrap_or("null"), &signature)
        }
        Err(wrong) => with_id(wrong.id.unwrap_or("null"), &refusal(&wrong.why)),
    }
}

/// The answer as one line of JSON. `id` is valid JSON, so a tab or a carriage return in it is between two values.
fn with_id(id: &str, answer: &SignerAnswer) -> String {
    let id = id.replace(['\t', '\r'], " ");
    let answer = json!(answer).to_string();
    let rest = answer.strip_prefix('{').unwrap_or_default();
    printable::json(&format!("{{\"id\":{id},{rest}")).into_owned()
}

/// The answer to a line, without the id.
fn signature(line: &Fields<'_>) -> Result<SignerAnswer, Failure> {
    let kind = line.required("kind")?;
    let chunks = match kind.as_str() {
        "v4-chunked" => Some(Chunks::read(line)?),
        "v4-header" | "v4-query" | "v4-event-stream" | "v4a" => None,
        other => return Err(format!("the kind `{other}` is not supported").into()),
    };
    let credentials = credentials(line)?;
    let is_asymmetric = kind == "v4a" || chunks.as_ref().is_some_and(|chunks| chunks.marker.is_asymmetric());
    let signer = signer(line, is_asymmetric)?.with_any_year(true);
    if kind == "v4-event-stream" {
        return event_stream::answer(line, &signer, &credentials);
    }
    let by_query = kind == "v4-query" || kind == "v4a" && is_presigned(line)?;
    let headers = headers(line)?;
    let body = BASE64_STANDARD.decode(line.text("body")?.unwrap_or_default());
    let body = body.map_err(|e| format!("`body` is not base64: {e}"))?;
    let settings = Settings(match line.json("settings") {
        None => Fields::default(),
        Some(settings) => Fields::of("`settings`", settings.as_bytes()).map_err(|wrong| wrong.why)?,
    });
    let signer = settings.apply(signer)?;
    let default = if by_query { signer.presign_payload(&body) } else { Payload::Bytes(&body) };
    let target = Target::of(line)?;
    let payload = match &chunks {
        Some(chunks) => Payload::Streaming(chunks.marker),
        None => settings.payload(default, &body)?,
    };
    let timestamp = Timestamp::parse_any_year(&line.required("timestamp")?)?;
    let job = Job { request: target.view(&headers), payload, signer, credentials, timestamp };
    let mut answer = match chunks {
        Some(chunks) => chunks.answer(&job, &body)?,
        None if by_query => query_answer(&job, settings.expires()?)?,
        None => header_answer(&job)?,
    };
    if is_asymmetric {
        answer.insert("public_key".to_owned(), public_key(&job.credentials));
    }
    Ok(answer)
}

/// Whether the `mode` of a line is `query`. Without it, the mode is `header`.
fn is_presigned(line: &Fields<'_>) -> Result<bool, Failure> {
    match line.text("mode")?.as_deref() {
        None | Some("header") => Ok(false),
        Some("query") => Ok(true),
        Some(_) => Err("`mode` is neither `header` nor `query`".into()),
    }
}

fn signer(line: &Fields<'_>, is_asymmetric: bool) -> Result<Signer, Failure> {
    let service = line.required("service")?;
    Ok(if is_asymmetric {
        Signer::new_v4a(line.required("region_set")?, service)?
    } else {
        Signer::new(line.required("region")?, service)?
    })
}

/// The two coordinates of the public key of Signature Version 4a.
fn public_key(credentials: &Credentials) -> Value {
    let point = PublicKey::of(credentials).to_sec1();
    let (_, coordinates) = point.split_at(1);
    let (x, y) = coordinates.split_at(32);
    json!({ "x": hex::encode(x), "y": hex::encode(y) })
}

fn credentials(line: &Fields<'_>) -> Result<Credentials, Failure> {
    // The credentials wipe the secrets, so nothing that can fail comes between reading and handing over.
    let id = line.required("access_key")?;
    let secret = SecretKey::verbatim(line.secret("secret_key")?.ok_or("`secret_key` is missing")?)?;
    let credentials = Credentials::new(id, secret)?;
    let mut credentials = credentials.with_session_token(line.secret("session_token")?.unwrap_or_default())?;
    if let Some(end) = line.text("expiration")? {
        credentials = credentials.with_expiration(expiry::moment("expiration", &end)?);
    }
    Ok(credentials)
}

/// The target of the request. The fields `scheme`, `host`, `path` and `query` win over `url`.
struct Target {
    method: String,
    scheme: String,
    host: Option<String>,
    path: String,
    query: Option<String>,
}

impl Target {
    fn of(line: &Fields<'_>) -> Result<Self, Failure> {
        let (scheme, host, path) = (line.text("scheme")?, line.text("host")?, line.text("path")?);
        let is_cut = scheme.is_some() || host.is_some() || path.is_some();
        let url = line.text("url")?;
        let url = match url.as_deref().map(Url::split).transpose() {
            // With `host` and `path` given, the URL is not needed.
            Err(_) if host.is_some() && path.is_some() => None,
            url => url?,
        };
        let of_url = |part: fn(Url<'_>) -> Option<&str>| url.and_then(part).map(str::to_owned);
        let query = match line.text("query")? {
            None if is_cut && line.is_null("query") => None,
            query => query.or_else(|| of_url(|url| url.query)),
        };
        Ok(Self {
            method: line.required("method")?,
            scheme: scheme.or_else(|| of_url(|url| Some(url.scheme))).unwrap_or_else(|| "https".to_owned()),
            host: host.or_else(|| of_url(|url| Some(url.authority))),
            path: path.or_else(|| of_url(|url| Some(url.path))).ok_or("`url` and `path` are missing")?,
            query,
        })
    }

    #[allow(clippy::ptr_arg, reason = "a view borrows a sized list")]
    fn view<'a>(&'a self, headers: &'a Vec<(String, Vec<u8>)>) -> RequestView<'a> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), headers);
        match &self.host {
            Some(host) => view.with_authority(&self.scheme, host),
            None => view,
        }
    }
}

fn headers(line: &Fields<'_>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let wrong = "is not a list of [name, value] pairs of strings";
    let pairs: Vec<(String, String)> = line.value("headers", wrong)?.unwrap_or_default();
    Ok(pairs.into_iter().map(|(name, value)| (name, value.into_bytes())).collect())
}

/// The `settings` of a line. A missing or null setting has the service's default.
struct Settings<'a>(Fields<'a>);

impl Settings<'_> {
    fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        Ok(self.0.value(name, "is neither true nor false")?)
    }

    fn apply(&self, mut signer: Signer) -> Result<Signer, Failure> {
        if let Some(again) = self.flag("double_encode")? {
            signer = signer.with_path_encoding(if again { PathEncoding::Double } else { PathEncoding::Verbatim });
        }
        if let Some(normalize) = self.flag("normalize_path")? {
            signer = signer.with_normalized_path(normalize);
        }
        if let Some(send) = self.flag("sign_body_header")? {
            signer =
                signer.with_content_sha256(if send { ContentSha256Header::Always } else { ContentSha256Header::Never });
        }
        if let Some(omit) = self.flag("omit_session_token")? {
            signer = signer.with_session_token_placement(if omit {
                SessionTokenPlacement::Unsigned
            } else {
                SessionTokenPlacement::Signed
            });
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
        let seconds = self.0.value("expires", "is not a number of seconds")?;
        Ok(Expires::from_secs(seconds.ok_or("`expires` is missing")?)?)
    }
}
