//! A server that takes signed orders. It verifies with `sig4`, without policies.

use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use axum::{Extension, Router};
use sig4::tower::{AuthenticateLayer, AuthenticatedCaller};
use sig4::{Credentials, Error, Verifier};
use std::collections::HashMap;
use std::sync::Arc;
use tower_layer::Layer;

/// The server, for users with these keys. `GET /health` is open to all.
///
/// # Errors
///
/// If the region is malformed.
pub fn app(region: &str, users: impl IntoIterator<Item = Credentials>) -> Result<Router, Error> {
    let users: HashMap<_, _> = users.into_iter().map(|key| (key.access_key_id().to_owned(), Arc::new(key))).collect();
    let router = Router::new().route("/orders", post(order)).route("/health", get(async || "healthy"));
    let layer = AuthenticateLayer::new(Verifier::new(region, "execute-api")?, users)
        .exempt(|parts| parts.uri.path() == "/health")
        .with_body::<Body>();
    Ok(Router::new().fallback_service(layer.layer(router)))
}

async fn order(Extension(caller): Extension<AuthenticatedCaller>, body: Bytes) -> String {
    format!("{} ordered {} bytes", caller.access_key_id(), body.len())
}
