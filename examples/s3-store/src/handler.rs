//! What a request asks of the store.

use crate::objects::{Objects, Stored};
use crate::{answer, xml};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use sig4::tower::AuthenticatedCaller;

/// Where a request goes.
struct Target<'r> {
    /// `/bucket/key`, decoded.
    path: &'r str,
    bucket: &'r str,
    key: &'r str,
    query: &'r str,
}

impl<'r> Target<'r> {
    fn new(path: &'r str, query: &'r str) -> Self {
        let inner = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = inner.split_once('/').unwrap_or((inner, ""));
        Self { path, bucket, key, query }
    }

    /// The value of a parameter; empty if it has none.
    fn parameter(&self, name: &str) -> Option<&'r str> {
        let pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

pub async fn handle(State(objects): State<Objects>, caller: AuthenticatedCaller, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // An error of the body is never its end: nothing is stored of a body that does not verify.
    let bytes = match axum::body::to_bytes(body, crate::OBJECT_LIMIT).await {
        Ok(bytes) => bytes,
        Err(error) => return answer::failed(&error),
    };
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // The layer has removed `aws-chunked` from the encodings: the object is stored without chunks.
    let (payload, encoding) = (header("x-amz-content-sha256").unwrap_or_default(), header("content-encoding"));
    let object = Stored { bytes: bytes.into(), payload, encoding };
    let target = Target::new(caller.path(), parts.uri.query().unwrap_or_default());
    if target.key.is_empty() {
        return bucket(&objects, &parts.method, &target);
    }
    match parts.method {
        Method::PUT => put(&objects, &target, object),
        Method::POST => post(&objects, &target, object.encoding),
        Method::DELETE => delete(&objects, &target),
        Method::GET | Method::HEAD => get(&objects, &target, parts.method == Method::GET),
        _ => answer::error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", ""),
    }
}

fn bucket(objects: &Objects, method: &Method, target: &Target<'_>) -> Response<Body> {
    match *method {
        Method::GET if target.parameter("location").is_some() => answer::document(xml::location()),
        Method::GET => list(objects, target),
        _ => answer::empty(StatusCode::OK),
    }
}

fn list(objects: &Objects, target: &Target<'_>) -> Response<Body> {
    let prefix = target.parameter("prefix").unwrap_or_default();
    let start = format!("/{}/", target.bucket);
    let keys = objects.paths().into_iter().filter_map(|path| path.strip_prefix(&start).map(str::to_owned));
    let sized = |key: String| {
        let size = objects.get(&format!("{start}{key}")).map_or(0, |object| object.bytes.len());
        (key, size)
    };
    let found: Vec<_> = keys.filter(|key| key.starts_with(prefix)).map(sized).collect();
    answer::document(xml::list(target.bucket, prefix, &found))
}

fn put(objects: &Objects, target: &Target<'_>, object: Stored) -> Response<Body> {
    let response = answer::stored(&object);
    let Some(upload) = target.parameter("uploadId") else {
        objects.put(target.path, object);
        return response;
    };
    let number = target.parameter("partNumber").and_then(|number| number.parse().ok());
    match number.is_some_and(|number| objects.put_part(upload, number, object)) {
        true => response,
        false => no_such_upload(),
    }
}

fn post(objects: &Objects, target: &Target<'_>, encoding: Option<String>) -> Response<Body> {
    let Some(upload) = target.parameter("uploadId") else {
        return answer::document(xml::upload(target.bucket, target.key, &objects.begin(encoding)));
    };
    if !objects.complete(upload, target.path) {
        return no_such_upload();
    }
    let etag = objects.get(target.path).map(|object| answer::etag(&object)).unwrap_or_default();
    answer::document(xml::completed(target.bucket, target.key, &etag))
}

fn delete(objects: &Objects, target: &Target<'_>) -> Response<Body> {
    match target.parameter("uploadId") {
        Some(upload) => objects.abort(upload),
        None => objects.remove(target.path),
    }
    answer::empty(StatusCode::NO_CONTENT)
}

fn get(objects: &Objects, target: &Target<'_>, with_body: bool) -> Response<Body> {
    match objects.get(target.path) {
        Some(object) => answer::object(&object, with_body),
        None => answer::error(StatusCode::NOT_FOUND, "NoSuchKey", ""),
    }
}

fn no_such_upload() -> Response<Body> {
    answer::error(StatusCode::NOT_FOUND, "NoSuchUpload", "")
}
