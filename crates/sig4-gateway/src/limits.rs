//! The limits of an HTTP API.
//!
//! Source: "Quotas for configuring and running an HTTP API in API Gateway"; "Lambda quotas".

use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::time::Duration;

/// The most bytes of a request's or a response's body: 10 MB.
pub const MAX_BODY_LEN: usize = 10 * 1024 * 1024;
/// The most bytes of the request line and all header values together.
pub const MAX_HEAD_LEN: usize = 10_240;
/// The most bytes of a request's head that are read. A head beyond API Gateway's limit gets API Gateway's response, and one
/// beyond this limit a response without a body.
pub(crate) const MAX_READ_HEAD: usize = 32 * 1024;
/// The most bytes of a Lambda function's event or response: 6 MB and what AWS adds for its own fields.
pub const MAX_LAMBDA_PAYLOAD_LEN: usize = 6_291_556;
/// The default limit on the bytes of all bodies, of requests and responses, that a server holds at a time: 256 MiB. AWS has no
/// such limit; it protects the machine.
pub const DEFAULT_BODY_BUDGET: usize = 256 * 1024 * 1024;
/// Bodies, events and responses of up to this many bytes take no room of the budget, so that large ones cannot block small
/// ones. A connection holds at most three of them, 4,096 connections 96 MiB.
pub(crate) const UNCOUNTED_LEN: usize = 8 * 1024;
/// The time limit of an integration of an HTTP API.
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);
/// The time limit of an integration of a REST API, unless AWS has raised the quota.
///
/// Source: "Quotas for configuring and running a REST API in API Gateway".
pub const REST_INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);

/// Returns the status that refuses a request for its size.
pub(crate) fn exceeded(head: &Parts) -> Option<StatusCode> {
    if head_len(head) > MAX_HEAD_LEN {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    stated_len(&head.headers).filter(|len| *len > MAX_BODY_LEN).map(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

/// Returns the bytes of the request line, as it was on the wire without its line end, and of all header values.
fn head_len(head: &Parts) -> usize {
    const SPACES_AND_VERSION: usize = "  HTTP/1.1".len();
    let uri = &head.uri;
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    let scheme = uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let values: usize = head.headers.values().map(|value| value.len()).sum();
    head.method.as_str().len() + target + authority + scheme + SPACES_AND_VERSION + values
}

/// Returns the declared length of the body. An unreadable length counts as too long.
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
