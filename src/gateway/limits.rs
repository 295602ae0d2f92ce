//! The limits of an HTTP API.
//!
//! Source: "Quotas for configuring and running an HTTP API in API Gateway"; "Lambda quotas".

use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::time::Duration;

/// The most bytes of a request's or an answer's body: 10 MB.
pub const MAX_BODY_LEN: usize = 10 * 1024 * 1024;
/// The most bytes of the request line and all header values together.
pub const MAX_HEAD_LEN: usize = 10_240;
/// The most bytes of a request's head that are read. A head that is longer than API Gateway takes still gets API Gateway's
/// response up to here, and a response without a body beyond.
pub(crate) const MAX_READ_HEAD: usize = 32 * 1024;
/// The most bytes of a Lambda function's event or answer: 6 MB and what AWS adds for its own fields.
pub const MAX_LAMBDA_PAYLOAD_LEN: usize = 6_291_556;
/// How many bytes the bodies of all requests and answers together may have that a server holds at a time, unless it is set
/// otherwise: 256 MiB. AWS has no such limit; this is one of the machine.
pub const DEFAULT_BODY_BUDGET: usize = 256 * 1024 * 1024;
/// A body, an event or an answer of so many bytes at most takes no room of the budget, so that nobody who fills it with large
/// ones stops the small ones. A connection holds three of them at most, all 4,096 connections 96 MiB.
pub(crate) const UNCOUNTED_LEN: usize = 8 * 1024;
/// How long an integration may take.
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The status with which a request is refused for its size, before anything else is looked at.
pub(crate) fn exceeded(head: &Parts) -> Option<StatusCode> {
    if head_len(head) > MAX_HEAD_LEN {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    stated_len(&head.headers).filter(|len| *len > MAX_BODY_LEN).map(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

/// The request line, as it stood on the wire without its line end, and the values of all headers.
fn head_len(head: &Parts) -> usize {
    const SPACES_AND_VERSION: usize = "  HTTP/1.1".len();
    let uri = &head.uri;
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    let scheme = uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let values: usize = head.headers.values().map(|value| value.len()).sum();
    head.method.as_str().len() + target + authority + scheme + SPACES_AND_VERSION + values
}

/// How long the body is said to be. Digits that make no number are no number of bytes that would be taken.
fn stated_len(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH).map(|len| len.to_str().ok().and_then(|len| len.parse().ok()).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::{MAX_BODY_LEN, MAX_HEAD_LEN, exceeded};
    use http::Request;

    fn status(request: http::request::Builder) -> Option<u16> {
        exceeded(&request.body(()).unwrap().into_parts().0).map(|status| status.as_u16())
    }

    #[test]
    fn the_request_line_and_the_values_of_headers_count_to_the_byte() {
        let line = "GET /x HTTP/1.1".len();
        for (over, expected) in [(0, None), (1, Some(431))] {
            let value = "v".repeat(MAX_HEAD_LEN - line + over);
            assert_eq!(status(Request::get("/x").header("name", value)), expected);
            let path = format!("/{}", "p".repeat(MAX_HEAD_LEN - "GET / HTTP/1.1".len() + over));
            assert_eq!(status(Request::get(path)), expected);
        }
    }

    #[test]
    fn a_body_that_is_said_to_be_too_long_is_not_waited_for() {
        for (len, expected) in [
            (MAX_BODY_LEN.to_string(), None),
            ((MAX_BODY_LEN + 1).to_string(), Some(413)),
            ("99999999999999999999999999".to_owned(), Some(413)),
        ] {
            assert_eq!(status(Request::post("/").header("content-length", len)), expected);
        }
    }
}
