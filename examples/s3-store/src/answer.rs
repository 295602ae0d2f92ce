//! Responses of the store.

use crate::objects::Stored;
use crate::xml;
use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use axum::http::{HeaderValue, Response, StatusCode};
use sig4::tower::BodyError;
use std::error::Error;
use std::iter::successors;

/// The entity tag of an object. It is no MD5, and says so by its `-1`, as the tag of a multipart upload does.
pub fn etag(object: &Stored) -> String {
    format!("\"{:x}-1\"", object.bytes.len())
}

pub fn empty(status: StatusCode) -> Response<Body> {
    with_status(status, Response::new(Body::empty()))
}

pub fn error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    with_status(status, document(xml::error(code, message)))
}

/// The answer to a request whose body is not read to its end. The server then closes the connection. A client that is not told loses the
/// next request that it sends there.
pub fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let mut response = error(status, code, message);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The answer to a request whose body failed while it was read.
pub fn failed(failure: &(dyn Error + 'static)) -> Response<Body> {
    // axum wraps the error of the layer's body.
    let cause =
        successors(Some(failure), |error| (**error).source()).find_map(|error| error.downcast_ref::<BodyError>());
    if let Some(BodyError::Unverified(unverified)) = cause
        && let Some(refused) = unverified.rejection()
    {
        return refusal(refused.status(), refused.code(), refused.message().unwrap_or_default());
    }
    let code = if let Some(BodyError::TimedOut) = cause { "RequestTimeout" } else { "IncompleteBody" };
    refusal(StatusCode::BAD_REQUEST, code, &failure.to_string())
}

pub fn document(text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, "application/xml".parse().expect("it is a header value"));
    response
}

/// The answer to a stored object: no body.
pub fn stored(object: &Stored) -> Response<Body> {
    tagged(object, Body::empty())
}

/// The object itself, or its head.
pub fn object(object: &Stored, with_body: bool) -> Response<Body> {
    let body = if with_body { Body::from(object.bytes.clone()) } else { Body::empty() };
    let mut response = tagged(object, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, object.bytes.len().into());
    if let Some(encoding) = &object.encoding {
        headers.insert(CONTENT_ENCODING, encoding.parse().expect("it came in a header"));
    }
    headers.insert(LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT".parse().expect("it is a header value"));
    response
}

fn tagged(object: &Stored, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(ETAG, etag(object).parse().expect("it is a header value"));
    response
}

fn with_status(status: StatusCode, mut response: Response<Body>) -> Response<Body> {
    *response.status_mut() = status;
    response
}
