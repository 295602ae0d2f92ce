//! The routes of forward authentication.

use super::answer;
use super::endpoint::{BodyMode, Endpoint, Proxy};
use super::original::{SentBody, unusable};
use crate::check::authorizer::Authorizer;
use crate::check::request::CheckRequest;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::StatusCode;
use http_body_util::{BodyExt, Limited};

/// The longest body that a proxy may send with its question.
const MAX_SENT_BODY_BYTES: usize = 1_048_576;

/// The routes, one for each kind of proxy.
///
/// Every other path of the port is 404. Without that, the server of gRPC answers it with 200, and a proxy that asks at a mistyped path
/// passes every request on.
pub(super) fn routes(authorizer: Authorizer) -> Router {
    let unknown = || any(async || StatusCode::NOT_FOUND);
    let forward = Router::new().route("/forward/{*endpoint}", any(answered)).with_state(authorizer);
    forward.route("/", unknown()).route("/{*path}", unknown())
}

/// Answers the question of a proxy. The method of the question tells nothing.
async fn answered(State(authorizer): State<Authorizer>, Path(path): Path<String>, ask: Request) -> Response {
    let Some(endpoint) = Endpoint::parse(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let proxy = endpoint.proxy;
    let request = original(endpoint, ask).await;
    let (verdict, _) = authorizer.check(proxy.name(), request).await;
    answer::response(proxy, verdict, authorizer.upstream_headers().names())
}

/// The request that the proxy asks about.
async fn original(endpoint: Endpoint, ask: Request) -> CheckRequest {
    let (parts, body) = ask.into_parts();
    let proxy = endpoint.proxy;
    let mut request = match proxy.original(&parts.headers) {
        Ok(original) => {
            let sent = sent(&endpoint, body).await;
            original.into_request(parts.headers, &proxy.names(), sent)
        }
        Err(fault) => unusable(parts.headers, fault),
    };
    request.api = endpoint.api;
    request
}

/// The body that the proxy sent.
async fn sent(endpoint: &Endpoint, body: Body) -> SentBody {
    let kept = match (endpoint.body, endpoint.proxy) {
        (BodyMode::Dropped, _) => return SentBody::Dropped,
        (BodyMode::Sent, _) => SentBody::Always,
        (BodyMode::Unread, Proxy::Haproxy) => SentBody::Sometimes,
        (BodyMode::Unread, _) => return SentBody::Never,
    };
    match Limited::new(body, MAX_SENT_BODY_BYTES).collect().await {
        Ok(body) => kept(body.to_bytes()),
        Err(_) => SentBody::TooLong,
    }
}
