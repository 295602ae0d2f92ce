//! The Lambda Runtime API, of version 2018-06-01.
//!
//! Source: "Using the Lambda runtime API for custom runtimes". The headers of `next` are those that AWS's runtimes want:
//! one of them dies without the content type, others without the request id or the deadline.

use super::function_response::Returned;
use super::guard::Guard;
use super::invocation::Delivery;
use super::queue::Queue;
use super::runtime_connection::{self, Runtime};
use crate::gateway::limits::{MAX_BODY_LEN, MAX_LAMBDA_PAYLOAD_LEN};
use crate::gateway::reply::JSON;
use crate::gateway::server::listener;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What the paths begin with.
const BASE: &str = "/2018-06-01/runtime/";
/// How many connections with runtimes there are at a time.
const MAX_CONNECTIONS: usize = 1024;
/// The most characters of what a runtime says of an error.
const MAX_ERROR_LEN: usize = 4096;
/// Where a runtime says what kind of error it was.
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");
/// Where a runtime says that it streams.
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");

/// Serves runtimes until it is dropped.
pub(super) async fn serve(listener: TcpListener, guard: Guard, queue: Arc<Queue>, arn: String) {
    let (arn, guard): (Arc<str>, _) = (arn.into(), Arc::new(guard));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, peer) = listener::accept(&listener), if connections.len() < MAX_CONNECTIONS => {
                let (guard, queue, arn) = (Arc::clone(&guard), Arc::clone(&queue), Arc::clone(&arn));
                connections.spawn(runtime_connection::serve(stream, peer, guard, queue, arn));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers one request of a runtime. An error ends the connection.
pub(super) async fn answer(runtime: &Runtime, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    if let Err(why) = runtime.guard().check(&head) {
        runtime.guard().tell(&format!("a request: {why}"));
        return Ok(forbidden());
    }
    let request = Request::from_parts(head, body);
    let path = request.uri().path().to_owned();
    let call = path.strip_prefix(BASE).unwrap_or_default();
    let id = |suffix: &str| call.strip_prefix("invocation/")?.strip_suffix(suffix).map(str::to_owned);
    match (request.method(), call) {
        (&Method::GET, "invocation/next") => next(runtime).await,
        (&Method::POST, "init/error") => Ok(init_error(runtime.queue(), request).await),
        (&Method::POST, _) => match (id("/response"), id("/error")) {
            (Some(id), _) => Ok(response(runtime.queue(), &id, request).await),
            (None, Some(id)) => Ok(invocation_error(runtime.queue(), &id, request).await),
            (None, None) => Ok(refused(StatusCode::NOT_FOUND, "InvalidPath")),
        },
        _ => Ok(refused(StatusCode::NOT_FOUND, "InvalidPath")),
    }
}

async fn next(runtime: &Runtime) -> io::Result<Response<Full<Bytes>>> {
    match runtime.take().await {
        Some(delivery) => event(runtime.arn(), delivery).map_err(io::Error::other),
        None => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

fn event(arn: &str, delivery: Delivery) -> Result<Response<Full<Bytes>>, http::Error> {
    Response::builder()
        .header(CONTENT_TYPE, JSON)
        .header("lambda-runtime-aws-request-id", delivery.id)
        .header("lambda-runtime-deadline-ms", delivery.deadline)
        .header("lambda-runtime-invoked-function-arn", arn)
        .header("lambda-runtime-trace-id", delivery.trace_id)
        .body(Full::new(delivery.payload))
}

async fn response(queue: &Queue, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if !queue.has_taken(id) {
        return unknown_id();
    }
    let (head, body) = request.into_parts();
    let is_streamed = head.headers.get(RESPONSE_MODE).is_some_and(|mode| mode.as_bytes() == b"streaming");
    let limit = if is_streamed { MAX_BODY_LEN } else { MAX_LAMBDA_PAYLOAD_LEN };
    let (trailers, payload) = match Limited::new(body, limit).collect().await {
        Ok(collected) => (collected.trailers().cloned(), collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            queue.end(id, Err(format!("the answer is longer than {limit} bytes")));
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "Function.ResponseSizeTooLarge");
        }
        Err(_) => {
            queue.end(id, Err("the answer broke off".to_owned()));
            return refused(StatusCode::BAD_REQUEST, "InvalidRequest");
        }
    };
    let outcome = match trailers.as_ref().and_then(|trailers| trailers.get(ERROR_TYPE)) {
        Some(kind) => Err(format!("the answer broke off: {}", String::from_utf8_lossy(kind.as_bytes()))),
        None => Ok(Returned { payload, content_type: head.headers.get(CONTENT_TYPE).cloned(), is_streamed }),
    };
    if queue.end(id, outcome) { accepted() } else { unknown_id() }
}

async fn invocation_error(queue: &Queue, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let error = error(request).await;
    if queue.end(id, Err(error)) { accepted() } else { unknown_id() }
}

/// The runtime could not load its handler: nobody will fetch what waits.
async fn init_error(queue: &Queue, request: Request<Incoming>) -> Response<Full<Bytes>> {
    queue.fail_waiting(&error(request).await);
    accepted()
}

/// What went wrong, in the runtime's words.
async fn error(request: Request<Incoming>) -> String {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_LAMBDA_PAYLOAD_LEN).collect().await.map(|body| body.to_bytes());
    let object: serde_json::Value = body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
    let member = |name: &str| object.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let kind = member("errorType").or_else(|| header(&head.headers)).unwrap_or_else(|| "Error".to_owned());
    let words = format!("{kind}: {}", member("errorMessage").unwrap_or_default());
    words.chars().take(MAX_ERROR_LEN).collect()
}

fn header(headers: &HeaderMap) -> Option<String> {
    headers.get(ERROR_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned)
}

fn accepted() -> Response<Full<Bytes>> {
    json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}".to_owned())
}

/// Whoever asked is no runtime, and the connection ends.
fn forbidden() -> Response<Full<Bytes>> {
    let mut response = refused(StatusCode::FORBIDDEN, "Forbidden");
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The event was answered already, or its time is over, or there never was one.
fn unknown_id() -> Response<Full<Bytes>> {
    refused(StatusCode::BAD_REQUEST, "InvalidRequestID")
}

fn refused(status: StatusCode, kind: &str) -> Response<Full<Bytes>> {
    let words = status.canonical_reason().unwrap_or_default();
    json(status, format!("{{\"errorType\":\"{kind}\",\"errorMessage\":\"{words}\"}}"))
}

fn json(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
