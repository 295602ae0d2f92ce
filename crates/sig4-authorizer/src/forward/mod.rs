//! Forward authentication over HTTP: a proxy sends the head of each request, and passes it on if the answer is 200.

use crate::check::authorizer::Authorizer;
use axum::Router;
use axum::routing::any;

/// The routes of forward authentication, one for each kind of proxy.
pub(crate) fn routes(_authorizer: Authorizer) -> Router {
    Router::new().route("/forward/nginx", any(async || http::StatusCode::FORBIDDEN))
}
