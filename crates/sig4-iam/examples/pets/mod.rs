//! A server to call: it answers `POST /pets` with the body if it is signed by Alice.

use axum::Router;
use axum::routing::post;
use sig4::{Credentials, Verifier};
use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
use sig4_iam::{Directory, Identity, Principal};
use std::error::Error;
use tokio::net::TcpListener;
use tower::Layer;

pub fn alice() -> Result<Credentials, sig4::Error> {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

/// Starts the server on a free port of this machine, and returns its URL.
pub async fn start() -> Result<String, Box<dyn Error + Send + Sync>> {
    let root = Identity::new(alice()?, Principal::root("123456789012")?);
    let keys = Directory::new("123456789012").with_identity(root)?;
    let api = ExecuteApi::new("us-east-1", "123456789012", "pets");
    let layer = AuthorizeLayer::new(Verifier::new("us-east-1", "execute-api")?, keys, api);
    let router = Router::new().route("/pets", post(async |body: String| body));
    // The layer is around the router, which as the service of a fallback is a router again.
    let app = Router::new().fallback_service(layer.layer(router));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}
