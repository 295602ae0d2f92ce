//! The Lambda Runtime API, of version 2018-06-01.
//!
//! Source: "Using the Lambda runtime API for custom runtimes". AWS's runtimes need the headers of `next`: one
//! of them exits without the content type, others without the request id or the deadline.

use super::function_response::FunctionResponse;
use super::invocation::Delivery;
use super::queue::Queue;
use super::runtime_connection::RuntimeConnection;
use super::runtimes::RuntimeId;
use crate::limits::{MAX_BODY_LEN, MAX_LAMBDA_PAYLOAD_LEN};
use crate::reply::JSON;
use crate::server::guard::Guard;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use std::io;
use std::sync::Arc;

/// The prefix of all paths.
const BASE: &str = "/2018-06-01/runtime/";
/// The most characters of a runtime's description of an error.
const MAX_ERROR_LEN: usize = 4096;
/// The header with the type of an error.
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");
/// The header that announces a streamed response.
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");

/// The Runtime API of one function.
pub(super) struct RuntimeApi {
    guard: Guard,
    queue: Arc<Queue>,
    arn: String,
}

impl RuntimeApi {
    pub(super) const fn new(guard: Guard, queue: Arc<Queue>, arn: String) -> Self {
        Self { guard, queue, arn }
    }

    pub(super) const fn guard(&self) -> &Guard {
        &self.guard
    }

    pub(super) fn queue(&self) -> Arc<Queue> {
        Arc::clone(&self.queue)
    }

    /// Responds to one request of a runtime. An error ends the connection.
    pub(super) async fn respond(
        &self,
        connection: &RuntimeConnection,
        request: Request<Incoming>,
    ) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        if let Err(why) = self.guard.check(&head) {
            self.guard.tell(&format!("a request: {why}"));
            return Ok(forbidden());
        }
        let call = head.uri.path().strip_prefix(BASE).unwrap_or("").to_owned();
        let id = |suffix: &str| call.strip_prefix("invocation/")?.strip_suffix(suffix);
        let (method, request) = (head.method.clone(), Request::from_parts(head, body));
        match (&method, &*call) {
            (&Method::GET, "invocation/next") => self.next(connection).await,
            (&Method::POST, "init/error") => Ok(init_error(&self.queue, connection.runtime(), request).await),
            (&Method::POST, _) => match (id("/response"), id("/error")) {
                (Some(id), _) => Ok(response(&self.queue, id, request).await),
                (None, Some(id)) => Ok(invocation_error(&self.queue, id, request).await),
                (None, None) => Ok(refused(StatusCode::NOT_FOUND, "InvalidPath")),
            },
            _ => Ok(refused(StatusCode::NOT_FOUND, "InvalidPath")),
        }
    }

    async fn next(&self, connection: &RuntimeConnection) -> io::Result<Response<Full<Bytes>>> {
        match connection.take().await {
            Some(delivery) => event(&self.arn, delivery).map_err(io::Error::other),
            None => Err(io::ErrorKind::ConnectionAborted.into()),
        }
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
            queue.end(id, Err(format!("the response is longer than {limit} bytes")));
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "Function.ResponseSizeTooLarge");
        }
        Err(_) => {
            queue.end(id, Err("the response broke off".to_owned()));
            return refused(StatusCode::BAD_REQUEST, "InvalidRequest");
        }
    };
    let result = match trailers.as_ref().and_then(|trailers| trailers.get(ERROR_TYPE)) {
        Some(kind) => Err(format!("the response broke off: {}", String::from_utf8_lossy(kind.as_bytes()))),
        None => Ok(FunctionResponse { payload, content_type: head.headers.get(CONTENT_TYPE).cloned(), is_streamed }),
    };
    if queue.end(id, result) { accepted() } else { unknown_id() }
}

async fn invocation_error(queue: &Queue, id: &str, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let error = error(request).await;
    if queue.end(id, Err(error)) { accepted() } else { unknown_id() }
}

/// The runtime could not load its handler.
async fn init_error(queue: &Queue, runtime: RuntimeId, request: Request<Incoming>) -> Response<Full<Bytes>> {
    queue.init_failed(runtime, &error(request).await);
    accepted()
}

/// Reads the runtime's description of an error.
async fn error(request: Request<Incoming>) -> String {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_LAMBDA_PAYLOAD_LEN).collect().await.map(|body| body.to_bytes());
    let object = body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or(Value::Null);
    let member = |name: &str| object.get(name).and_then(Value::as_str);
    let kind = member("errorType").or_else(|| error_type(&head.headers)).unwrap_or("Error");
    let text = format!("{kind}: {}", member("errorMessage").unwrap_or(""));
    text.chars().take(MAX_ERROR_LEN).collect()
}

fn error_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(ERROR_TYPE).and_then(|kind| kind.to_str().ok())
}

fn accepted() -> Response<Full<Bytes>> {
    json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}".to_owned())
}

/// The request is not a runtime's, and its connection ends.
fn forbidden() -> Response<Full<Bytes>> {
    let mut response = refused(StatusCode::FORBIDDEN, "Forbidden");
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The event was answered already, timed out, or never existed.
fn unknown_id() -> Response<Full<Bytes>> {
    refused(StatusCode::BAD_REQUEST, "InvalidRequestID")
}

fn refused(status: StatusCode, kind: &str) -> Response<Full<Bytes>> {
    let message = status.canonical_reason().unwrap_or("");
    json(status, format!("{{\"errorType\":\"{kind}\",\"errorMessage\":\"{message}\"}}"))
}

fn json(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
