//! What connections of HTTP/1 are told before the server closes them.
//!
//! A proxy sends its next question on an open connection at any moment. If the server closes the connection at that moment, the question
//! is lost, and the proxy refuses the request. So a server that drains ends each connection with an answer that says so. HTTP/2 needs
//! none of this: its `GOAWAY` tells which questions are answered.

use super::phase::{Phase, Phases};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::{HeaderValue, Version, header};

/// The same routes, whose answers tell that the connection ends once the server drains.
pub(super) fn told(router: Router, phases: Phases) -> Router {
    router.layer(from_fn_with_state(phases, tell))
}

async fn tell(State(phases): State<Phases>, request: Request, next: Next) -> Response {
    let is_http1 = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if is_http1 && phases.now() > Phase::Serving {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
