//! Responses of the store.

use crate::objects::Stored;
use crate::xml;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use axum::http::{Response, StatusCode};

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
