//! The response: printed as it arrives. An explanation gets its head and the beginning of its body.

use super::args::CallArgs;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::printable;
use crate::sign_output::put_body;
use http::header::HeaderValue;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// The headers with the id of a request, in the order in which one is chosen.
const REQUEST_IDS: [&str; 5] =
    ["apigw-requestid", "x-amzn-requestid", "x-amz-request-id", "x-amz-apigw-id", "x-amz-cf-id"];
/// How many bytes of a body an explanation gets.
const KEPT: usize = 64 * 1024;

/// The longest body that a JSON object holds, in bytes.
const MAX_JSON_BODY: usize = 64 << 20;

/// A response that was printed, or is kept to be printed as JSON.
pub(crate) struct CallResponse {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    /// The beginning of the body, or for JSON the whole body.
    begin: Vec<u8>,
    /// The time to the head.
    to_head: Duration,
    /// The time to the end of the body.
    to_end: Duration,
}

impl CallResponse {
    /// Receives a response. Prints it, unless JSON is asked for. `begin` is the time when the call began.
    pub(crate) async fn receive(
        response: Response<Incoming>,
        args: &CallArgs,
        begin: Instant,
    ) -> Result<Self, Failure> {
        let to_head = begin.elapsed();
        let (parts, mut body) = response.into_parts();
        if args.output.verbose {
            print::verbose(&head(&parts, "< "));
        }
        let mut out = Out::open(args)?;
        if args.prints_head() {
            out.put_head(&(head(&parts, "") + "\n"))?;
        }
        let limit = if args.is_json() { MAX_JSON_BODY } else { KEPT };
        let mut kept = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Failure::NoAnswer(format!("the response broke off: {error}")))?;
            let Some(piece) = frame.data_ref() else { continue };
            out.put(piece)?;
            kept.extend(piece.iter().take(limit.saturating_sub(kept.len())));
            if args.is_json() && kept.len() >= MAX_JSON_BODY {
                return Err(format!("the body is longer than {MAX_JSON_BODY} bytes: leave out --format json").into());
            }
        }
        out.end()?;
        Ok(Self { status: parts.status, headers: parts.headers, begin: kept, to_head, to_end: begin.elapsed() })
    }

    /// Prints the head of a response that is a redirect to be followed.
    pub(crate) fn pass(response: &Response<Incoming>, args: &CallArgs) -> Result<(), Failure> {
        let text = |prefix: &str| head_text(response.version(), response.status(), response.headers(), prefix);
        if args.output.verbose {
            print::verbose(&text("< "));
        }
        if args.prints_head() && args.output.written_file().is_none() && !args.is_json() {
            print::product((text("") + "\n").as_bytes())?;
        }
        Ok(())
    }

    /// The response as a JSON object. `docs/output.md` lists the fields.
    pub(crate) fn json(&self, url: &str, explanation: Option<Value>) -> String {
        let value = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: Vec<_> =
            self.headers.iter().map(|(name, text)| json!({"name": name.as_str(), "value": value(text)})).collect();
        let request_id = REQUEST_IDS.iter().find_map(|name| self.headers.get(*name)).map(value);
        let mut object = Map::new();
        object.insert("url".to_owned(), json!(url));
        object.insert("status".to_owned(), json!(self.status.as_u16()));
        object.insert("headers".to_owned(), json!(headers));
        put_body(&mut object, &self.begin);
        object.insert("request_id".to_owned(), json!(request_id));
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let timing = json!({"first_byte_ms": millis(self.to_head), "total_ms": millis(self.to_end)});
        object.insert("timing".to_owned(), timing);
        object.insert("explanation".to_owned(), json!(explanation));
        Value::Object(object).to_string()
    }

    /// Whether the call succeeded.
    pub(crate) fn is_good(&self) -> bool {
        self.status.as_u16() < 400
    }

    pub(crate) fn is_redirect(&self) -> bool {
        self.status.is_redirection() && self.status != StatusCode::NOT_MODIFIED
    }

    /// The beginning of the body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.begin.get(..KEPT).unwrap_or(&self.begin)).into_owned()
    }

    /// The headers.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// The destination of a response.
enum Out {
    /// The response is printed later.
    Nowhere,
    File(File),
    Stdout(print::Body),
}

impl Out {
    fn open(args: &CallArgs) -> Result<Self, Failure> {
        if args.is_json() {
            return Ok(Self::Nowhere);
        }
        let Some(file) = args.output.written_file() else { return Ok(Self::Stdout(print::Body::new())) };
        let created = File::create(file);
        Ok(Self::File(created.map_err(|error| format!("cannot write to {}: {error}", file.display()))?))
    }

    /// Prints the head, whose hidden characters are escaped already.
    fn put_head(&mut self, head: &str) -> Result<(), Failure> {
        match self {
            Self::Nowhere => Ok(()),
            Self::File(_) => self.put(head.as_bytes()),
            Self::Stdout(_) => print::product(head.as_bytes()),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Nowhere => Ok(()),
            Self::File(file) => {
                file.write_all(bytes).map_err(|error| format!("cannot write the response: {error}").into())
            }
            Self::Stdout(body) => body.put(bytes),
        }
    }

    /// Ends the last line on a terminal.
    fn end(self) -> Result<(), Failure> {
        if let Self::Stdout(body) = self
            && !body.end()?
        {
            note("the response is no text, and a terminal does not get it: give -o FILE, or a pipe");
        }
        Ok(())
    }
}

/// The status line and the headers, each line with a prefix.
fn head(parts: &Parts, prefix: &str) -> String {
    head_text(parts.version, parts.status, &parts.headers, prefix)
}

/// A version as a status line has it.
pub(super) const fn version_text(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        _ => "HTTP/1.1",
    }
}

fn head_text(version: Version, status: StatusCode, headers: &HeaderMap, prefix: &str) -> String {
    let mut text = format!("{prefix}{} {status}\n", version_text(version));
    for (name, value) in headers {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{prefix}{name}: {}", printable::line(&String::from_utf8_lossy(value.as_bytes())));
    }
    text
}
