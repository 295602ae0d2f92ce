//! What Envoy sent of a body.
//!
//! With `with_request_body`, Envoy says by a header whether the body in the attributes is cut off. It says nothing about a request without
//! a body, and nothing if it does not read bodies; and with `allow_partial_message`, a body that is as long as `max_request_bytes` so far
//! is said not to be cut off, although more of it may follow. The route's `context_extensions` tell these cases apart: `body: whole` means
//! that Envoy reads every body of this route, and with `allow_partial_message: false`.

use super::head::{Fault, Head, Partial};
use crate::check::request::CheckBody;
use envoy_types::pb::envoy::service::auth::v3::attribute_context::HttpRequest;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// The body of a request. `reads_whole` is the promise of the route's configuration that Envoy reads every body to its end.
pub(super) fn body(http: &mut HttpRequest, head: &Head, reads_whole: bool) -> Result<CheckBody, Fault> {
    if !http.body.is_empty() {
        return Err("the body is sent as text, in which bytes may have been changed: set `pack_as_bytes`");
    }
    let body = std::mem::take(&mut http.raw_body);
    let headers = &head.parts.headers;
    let declared = content_length(headers)?;
    match (head.partial, declared) {
        (None, _) if !body.is_empty() => Err("there is a body, and Envoy does not say whether it is cut off"),
        (None, declared) => Ok(unread(&http.protocol, headers, declared, reads_whole)),
        (Some(Partial::Yes), _) => Ok(CheckBody::CutOff),
        (Some(Partial::No), Some(declared)) if usize::try_from(declared) != Ok(body.len()) => Ok(CheckBody::CutOff),
        (Some(Partial::No), None) if !reads_whole => Ok(CheckBody::Unread),
        (Some(Partial::No), _) => Ok(CheckBody::Whole(body.into())),
    }
}

/// The body of a request about which Envoy says nothing.
fn unread(protocol: &str, headers: &HeaderMap, declared: Option<u64>, reads_whole: bool) -> CheckBody {
    let in_chunks = headers.contains_key(TRANSFER_ENCODING);
    // A request of HTTP/1 without a length and without chunks has no body: RFC 9112 section 6.3.
    let ends_with_head = protocol.starts_with("HTTP/1.") || reads_whole;
    match declared {
        Some(0) if !in_chunks => CheckBody::Absent,
        None if !in_chunks && ends_with_head => CheckBody::Absent,
        _ => CheckBody::Unread,
    }
}

/// The declared length, if the headers agree.
fn content_length(headers: &HeaderMap) -> Result<Option<u64>, Fault> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let Some(first) = lengths.next() else { return Ok(None) };
    if lengths.any(|other| other != first) {
        return Err("there are two lengths of the body");
    }
    let digits = first.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).map(Some).ok_or("the length of the body is invalid")
}
