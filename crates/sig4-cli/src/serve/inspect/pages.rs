//! The answers to the page's requests.

use super::history::Json;
use super::inspector::Inspector;
use super::pasted;
use super::stream::{self, PageBody};
use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde_json::json;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// The most bytes of a pasted request.
const MAX_PASTED_LEN: usize = 1024 * 1024;
/// The time for a pasted request to arrive.
const MAX_PASTED_TIME: Duration = Duration::from_secs(10);

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
/// The type of a pasted request. No form can send it, and a foreign page cannot without asking first.
const PASTED: &str = "application/octet-stream";

/// The page loads its own files and nothing else, and nothing embeds it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Responds to a request that the guard has admitted.
pub(super) async fn respond(inspector: &Inspector, request: Request<Incoming>) -> Response<PageBody> {
    let (head, body) = request.into_parts();
    let mut response = match (&head.method, head.uri.path()) {
        (&Method::GET, path) => get(inspector, &head, path),
        (&Method::POST, "/explain") => explain(inspector, &head, body).await,
        _ => {
            let mut response = failure(StatusCode::METHOD_NOT_ALLOWED, "the page takes GET, and POST of /explain");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
            response
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn get(inspector: &Inspector, head: &Parts, path: &str) -> Response<PageBody> {
    match path {
        "/" => file(HTML, include_str!("page/index.html")),
        "/page.css" => file(CSS, include_str!("page/page.css")),
        "/page.js" => file(SCRIPT, include_str!("page/page.js")),
        "/requests" => rows(inspector, head),
        _ => match path.strip_prefix("/requests/").and_then(|id| id.parse().ok()) {
            Some(id) => details(inspector.history().details(id)),
            None => failure(StatusCode::NOT_FOUND, "there is no such page"),
        },
    }
}

fn rows(inspector: &Inspector, head: &Parts) -> Response<PageBody> {
    let query = head.uri.query().and_then(|query| query.strip_prefix("after="));
    // A browser that connects again says which row it had last.
    let last = head.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.or(query).and_then(|id| id.parse().ok()).unwrap_or(0);
    match inspector.history().watch(after) {
        Some(watch) => answer(StatusCode::OK, EVENTS, stream::rows(watch)),
        None => failure(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open: close one and reload this one"),
    }
}

fn details(details: Option<Json>) -> Response<PageBody> {
    match details {
        Some(details) => answer(StatusCode::OK, JSON, PageBody::Bytes(details.as_bytes().to_vec().into())),
        None => failure(StatusCode::NOT_FOUND, "the details of this request are no longer kept"),
    }
}

/// Explains a pasted request.
async fn explain(inspector: &Inspector, head: &Parts, body: Incoming) -> Response<PageBody> {
    if head.headers.get(CONTENT_TYPE).is_none_or(|kind| kind != PASTED) {
        return failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content type of a pasted request differs");
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let Ok(turn) = inspector.explaining().acquire_owned().await else { return unexplained() };
    let served = inspector.served();
    // The turn ends with the explanation, even if the page does not wait for it.
    let explained = spawn_blocking(move || {
        let _turn = turn;
        pasted::explain(&body, served.keys.as_deref(), &served.masks)
    });
    let explained = explained.await;
    match explained {
        Ok(explained) => answer(StatusCode::OK, JSON, PageBody::Bytes(explained.into())),
        Err(_) => unexplained(),
    }
}

/// The answer if the explanation panics.
fn unexplained() -> Response<PageBody> {
    failure(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be explained")
}

async fn read(body: Incoming) -> Result<Bytes, Response<PageBody>> {
    let read = tokio::time::timeout(MAX_PASTED_TIME, Limited::new(body, MAX_PASTED_LEN).collect()).await;
    match read {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let text = format!("the text is longer than {MAX_PASTED_LEN} bytes");
            Err(failure(StatusCode::PAYLOAD_TOO_LARGE, &text))
        }
        Ok(Err(_)) => Err(failure(StatusCode::BAD_REQUEST, "the text broke off")),
        Err(_) => Err(failure(StatusCode::REQUEST_TIMEOUT, "the text did not arrive in time")),
    }
}

fn file(kind: &'static str, text: &'static str) -> Response<PageBody> {
    answer(StatusCode::OK, kind, PageBody::Bytes(Bytes::from_static(text.as_bytes())))
}

fn failure(status: StatusCode, error: &str) -> Response<PageBody> {
    answer(status, JSON, PageBody::Bytes(json!({ "error": error }).to_string().into()))
}

fn answer(status: StatusCode, kind: &'static str, body: PageBody) -> Response<PageBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
