//! What Envoy sent of a body.
//!
//! With `with_request_body`, Envoy says by a header whether the body in the attributes is cut off. Three cases look alike or are not what
//! they seem, measured on Envoy 1.40:
//!
//! * Envoy says nothing about a request without a body, and nothing about a body that it does not read. It removes `Transfer-Encoding`, so
//!   a body in chunks cannot be told from none.
//! * With `allow_partial_message`, a body that is as long as `max_request_bytes` so far is said not to be cut off, and the rest follows.
//! * Without it, a body that is too long may be sent too, and is said to be cut off.
//!
//! The route's `context_extensions` tell them apart: `body: whole` means that Envoy reads every body of this route, and with
//! `allow_partial_message: false`. Without that, only a body of a declared length counts.

use super::head::{Fault, Head, Partial};
use crate::check::request::CheckBody;
use envoy_types::pb::envoy::service::auth::v3::attribute_context::HttpRequest;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;

/// The body of a request. `reads_whole` is the promise of the route's configuration that Envoy reads every body to its end.
pub(super) fn body(http: &mut HttpRequest, head: &Head, reads_whole: bool) -> Result<CheckBody, Fault> {
    if !http.body.is_empty() {
        return Err("the body is sent as text, in which bytes may have been changed: set `pack_as_bytes`");
    }
    let body = std::mem::take(&mut http.raw_body);
    match (head.partial, content_length(&head.parts.headers)?) {
        (None, _) if !body.is_empty() => Err("there is a body, and Envoy does not say whether it is cut off"),
        // Envoy ends a request whose body is longer than it declares.
        (None, Some(0)) => Ok(CheckBody::Absent),
        (None, None) if reads_whole => Ok(CheckBody::Absent),
        (None, _) => Ok(CheckBody::Unread),
        (Some(Partial::Yes), _) => Ok(CheckBody::CutOff),
        (Some(Partial::No), Some(declared)) if usize::try_from(declared) != Ok(body.len()) => Ok(CheckBody::CutOff),
        (Some(Partial::No), None) if !reads_whole => Ok(CheckBody::Unread),
        (Some(Partial::No), _) => Ok(CheckBody::Whole(body.into())),
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
