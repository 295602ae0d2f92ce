//! The response: printed as it arrives. An explanation gets its head and the beginning of its body.

use super::args::CallArgs;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::printable;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;

/// How many bytes of a body an explanation gets.
const KEPT: usize = 64 * 1024;

/// A response that was printed.
pub(crate) struct CallResponse {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    /// The beginning of the body.
    begin: Vec<u8>,
}

impl CallResponse {
    /// Receives a response and prints it.
    pub(crate) async fn receive(response: Response<Incoming>, args: &CallArgs) -> Result<Self, Failure> {
        let (parts, mut body) = response.into_parts();
        if args.verbose {
            print::verbose(&head(&parts, "< "));
        }
        let mut out = Out::open(args)?;
        if args.include {
            out.put_head(&(head(&parts, "") + "\n"))?;
        }
        let mut begin = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| format!("the answer broke off: {error}"))?;
            let Some(piece) = frame.data_ref() else { continue };
            out.put(piece)?;
            begin.extend(piece.iter().take(KEPT.saturating_sub(begin.len())));
        }
        out.end()?;
        Ok(Self { status: parts.status, headers: parts.headers, begin })
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
        String::from_utf8_lossy(&self.begin).into_owned()
    }

    /// The headers.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// The destination of a response.
enum Out {
    File(File),
    Stdout(print::Body),
}

impl Out {
    fn open(args: &CallArgs) -> Result<Self, Failure> {
        let Some(file) = &args.output else { return Ok(Self::Stdout(print::Body::new())) };
        let created = File::create(file);
        Ok(Self::File(created.map_err(|error| format!("cannot write to {}: {error}", file.display()))?))
    }

    /// Prints the head, whose hidden characters are escaped already.
    fn put_head(&mut self, head: &str) -> Result<(), Failure> {
        match self {
            Self::File(_) => self.put(head.as_bytes()),
            Self::Stdout(_) => print::product(head.as_bytes()),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::File(file) => {
                file.write_all(bytes).map_err(|error| format!("cannot write the answer: {error}").into())
            }
            Self::Stdout(body) => body.put(bytes),
        }
    }

    /// Ends the last line on a terminal.
    fn end(self) -> Result<(), Failure> {
        if let Self::Stdout(body) = self
            && !body.end()?
        {
            note("the answer is no text, and a terminal does not get it: give -o FILE, or a pipe");
        }
        Ok(())
    }
}

/// The status line and the headers, each line with a prefix.
fn head(parts: &Parts, prefix: &str) -> String {
    let version = if parts.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut text = format!("{prefix}{version} {}\n", parts.status);
    for (name, value) in &parts.headers {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{prefix}{name}: {}", printable::line(&String::from_utf8_lossy(value.as_bytes())));
    }
    text
}
