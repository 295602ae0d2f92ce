//! Checks the framing headers of a request against its body.
//!
//! `content-length` is signed if a request has it. If it contradicts the body, a transport changes it, sends a part of the body,
//! or waits for the rest. A contradiction is therefore an error.
//!
//! Sources: RFC 9110 sections 6.5, 7.6.1 and 8.6; RFC 9112 sections 6.1 and 6.2.

use crate::name;
use crate::payload::Payload;
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::error::{Error, ErrorKind};
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRAILER, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Version};
use http_body::{Body, SizeHint};
use http_body_util::BodyExt;

/// The framing that the headers declare.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framing {
    pub(super) content_length: Option<u64>,
    chunked: bool,
}

impl Framing {
    /// Reads `content-length` and `transfer-encoding`. A request may have only one of them.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Error> {
        let content_length = content_length(headers)?;
        let chunked = is_chunked(headers)?;
        match content_length {
            Some(_) if chunked => Err(invalid("the request has both `content-length` and `transfer-encoding`")),
            _ => Ok(Self { content_length, chunked }),
        }
    }

    /// Refuses a body that cannot have the declared length.
    pub(super) fn check(self, hint: &SizeHint) -> Result<(), Error> {
        let Some(declared) = self.content_length else { return Ok(()) };
        if hint.lower() <= declared && hint.upper().is_none_or(|upper| declared <= upper) {
            return Ok(());
        }
        Err(invalid(match hint.exact() {
            Some(len) => format!("`content-length` is {declared}, and the body has {len} bytes"),
            None => format!("`content-length` is {declared}, which the body's own size hint excludes"),
        }))
    }

    /// The length of a body, if a header or its own hint tells it.
    #[cfg(feature = "http-body")]
    pub(super) fn len(self, hint: &SizeHint) -> Option<u64> {
        self.content_length.or_else(|| hint.exact())
    }

    /// Refuses a declared body that contradicts its payload or its headers, and one that HTTP/1 would not send.
    pub(super) fn check_declared<B: Body>(self, parts: &Parts, body: &B, payload: &Payload<'_>) -> Result<(), Error> {
        if parts.headers.contains_key(TRAILER) {
            return Err(invalid("the `trailer` header announces trailers, which no signature covers"));
        }
        let hint = hint_of(body);
        self.check(&hint)?;
        if let Payload::Bytes(bytes) = payload {
            let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            self.check(&SizeHint::with_exact(len))?;
            if hint.lower() > len || hint.upper().is_some_and(|upper| upper < len) {
                return Err(invalid(format!("the payload has {len} bytes, which the body's own size hint excludes")));
            }
        }
        if hint.exact().is_some() || self.content_length.is_some() || self.has_end(parts) {
            return Ok(());
        }
        Err(invalid(format!(
            "the length of the body is unknown, and {:?} sends none with {} unless a header tells it",
            parts.version, parts.method
        )))
    }

    /// Whether the protocol marks the end of a body of unknown length: with chunks, or with a stream of its own.
    fn has_end(self, parts: &Parts) -> bool {
        match parts.version {
            Version::HTTP_09 | Version::HTTP_10 => false,
            Version::HTTP_11 => self.chunked || !matches!(parts.method, Method::GET | Method::HEAD),
            _ => true,
        }
    }
}

/// The size hint of a body. Some empty bodies leave their hint at its default.
pub(super) fn hint_of<B: Body>(body: &B) -> SizeHint {
    if body.is_end_stream() { SizeHint::with_exact(0) } else { body.size_hint() }
}

/// Reads a body. Returns its bytes, and whether trailers follow.
pub(super) async fn read<B>(body: B, limit: usize) -> Result<(Bytes, bool), BodyError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut trailers = false;
    let body = body.map_frame(|frame| {
        trailers |= frame.trailers_ref().is_some_and(|trailers| !trailers.is_empty());
        frame
    });
    let bytes = BodyReader::new().with_limit(limit).read_each(body, |_| ()).await?;
    Ok((bytes, trailers))
}

/// The error for trailers at the end of a body that was read.
#[cold]
pub(super) fn trailers() -> Error {
    invalid("the body ends with trailers, which no signature covers")
}

/// Refuses a signed header that belongs to the connection, which the transport or the next proxy removes.
///
/// `signs` returns whether a header of this lower-case name is signed if it is present.
pub(super) fn check_connection(headers: &HeaderMap, signs: impl Fn(&str) -> bool) -> Result<(), Error> {
    let removed = |name: &str| {
        let detail = format!("`{name}` is signed and {REMOVED}");
        crate::error::Error::new(crate::error::ErrorKind::InvalidHeader, detail).into()
    };
    if let Some(name) = headers.keys().map(http::HeaderName::as_str).find(|name| is_of_connection(name) && signs(name))
    {
        return Err(removed(name));
    }
    let listed = headers.get_all(CONNECTION).iter().flat_map(|value| value.as_bytes().split(|b| *b == b','));
    for name in listed.filter_map(|name| http::HeaderName::from_bytes(name.trim_ascii()).ok()) {
        let name = name.as_str();
        if is_added(name) || (headers.contains_key(name) && signs(name)) {
            return Err(removed(name));
        }
    }
    Ok(())
}

const REMOVED: &str = "belongs to the connection: the transport or a proxy removes it";

/// Whether signing or the transport adds a header of this name.
fn is_added(header: &str) -> bool {
    matches!(header, name::AUTHORIZATION | name::HOST) || header.starts_with(name::AMZ_PREFIX)
}

/// Source: RFC 9110 section 7.6.1, and `trailer` and `transfer-encoding` from RFC 9112 sections 6.1 and 7.1.2.
fn is_of_connection(header: &str) -> bool {
    matches!(header, "connection" | "keep-alive" | "te" | "trailer" | "transfer-encoding" | "upgrade")
        || header.starts_with("proxy-")
}

fn content_length(headers: &HeaderMap) -> Result<Option<u64>, Error> {
    let mut values = headers.get_all(CONTENT_LENGTH).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(invalid("there is more than one `content-length` header")),
        (Some(value), None) => decimal(value)
            .map(Some)
            .ok_or_else(|| invalid("`content-length` is not a decimal number below 2^64 without leading zeros")),
    }
}

/// A number in its shortest spelling, which no proxy has a reason to change.
fn decimal(value: &HeaderValue) -> Option<u64> {
    let text = value.to_str().ok()?;
    let is_shortest = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_shortest)
}

fn is_chunked(headers: &HeaderMap) -> Result<bool, Error> {
    let mut values = headers.get_all(TRANSFER_ENCODING).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(false),
        (Some(value), None) if value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked") => Ok(true),
        _ => Err(invalid("`transfer-encoding` may be `chunked` and nothing else: the transport encodes nothing")),
    }
}

#[cold]
fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidFraming, detail)
}
