//! Uploads 1 GiB with reqwest to a server of axum, in chunks, which the server verifies while it reads. Both are in this process, and
//! take a few MiB of memory together.
//!
//! ```sh
//! cargo run --release --example upload_reqwest --features axum,http-body,reqwest
//! ```

mod streaming;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::put;
use sig4::reqwest::SignClient;
use sig4::tower::{AuthenticateLayer, BoxError, ChunkSigning, SignLayer};
use sig4::{Signer, Verifier};
use std::time::Instant;
use streaming::{Made, alice, check_memory, count, keys, len};
use tokio::net::TcpListener;
use tower::Layer;

/// Answers an upload with its length.
async fn receive(body: axum::body::Body) -> Result<String, (StatusCode, String)> {
    let len = count(body).await.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(len.to_string())
}

fn app() -> Result<Router, sig4::Error> {
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "s3")?, keys()?)
        .with_streaming_body()
        .with_body_limit(usize::MAX);
    Ok(Router::new().fallback_service(layer.layer(Router::new().route("/photos/{key}", put(receive)))))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let (listener, len) = (TcpListener::bind("127.0.0.1:0").await?, len()?);
    let origin = format!("http://{}", listener.local_addr()?);
    let app = app()?;
    tokio::spawn(async move { axum::serve(listener, app).await });

    let signing = SignLayer::new(Signer::new("us-east-1", "s3")?, alice()?, origin.parse()?);
    for chunks in [ChunkSigning::Signed, ChunkSigning::Unsigned] {
        let started = Instant::now();
        let client = SignClient::new(signing.clone().with_chunk_signing(chunks), reqwest::Client::builder())?;
        let body = reqwest::Body::wrap(Made::new(len));
        let response = client.put(format!("{origin}/photos/large")).body(body).send().await?;
        assert_eq!((response.status().as_u16(), response.text().await?), (200, len.to_string()));
        println!("{} MiB in {chunks:?} chunks in {:.1?}", len >> 20, started.elapsed());
    }
    check_memory()
}
