//! A server for the examples. It answers `POST /pets` if Alice signed the request, and 403 otherwise.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use sig4::tower::{AuthenticateLayer, BoxError};
use sig4::{Credentials, Error, Verifier};
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use tower::Layer;

pub fn alice() -> Result<Credentials, Error> {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

/// Starts the server on a free port of this machine, in a thread of its own, and returns its origin.
pub fn start() -> Result<String, BoxError> {
    let alice = alice()?;
    let keys = HashMap::from([(alice.access_key_id().to_owned(), Arc::new(alice))]);
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "execute-api")?, keys);
    let router = Router::new().route("/pets", post(async |pet: Bytes| pet));
    let app = Router::new().fallback_service(layer.layer(router));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let origin = format!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await })
    });
    Ok(origin)
}
