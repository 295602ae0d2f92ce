//! A store of objects with the S3 API: put, get, head and delete objects, and multipart uploads.
//!
//! `sig4` verifies every request. Handlers see authenticated callers alone. A body streams to its
//! handler, decoded, and is verified while it is read: it ends with an error if it is not what the client signed.

mod answer;
mod handler;
mod objects;
mod xml;

pub use objects::{Objects, Stored};

use axum::Router;
use sig4::tower::AuthenticateLayer;
use sig4::{Credentials, Error, Verifier};
use std::collections::HashMap;
use std::sync::Arc;
use tower_layer::Layer;

/// The most bytes of one object, or of one part of a multipart upload.
const OBJECT_LIMIT: usize = 64 << 20;

/// The store as a service of HTTP. Only the user with this key gets in.
///
/// # Errors
///
/// If the region is malformed.
pub fn app(region: &str, user: Credentials, objects: Objects) -> Result<Router, Error> {
    let keys = HashMap::from([(user.access_key_id().to_owned(), Arc::new(user))]);
    let layer = AuthenticateLayer::new(Verifier::new(region, "s3")?, keys)
        .with_body_limit(OBJECT_LIMIT)
        .on_refusal(|refused| async move {
            answer::refusal(refused.status(), refused.code(), refused.message().unwrap_or_default())
        })
        // Names of objects may have any spelling. No router stands before the layer.
        .with_dangerous_path_rewriting()
        .with_streaming_body();
    let store = Router::new().fallback(handler::handle).with_state(objects);
    Ok(Router::new().fallback_service(layer.layer(store)))
}
