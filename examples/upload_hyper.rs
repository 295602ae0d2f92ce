//! Uploads 1 GiB with hyper to a server of hyper, in chunks, which the server verifies while it reads. Both are in this process, and
//! take a few MiB of memory together.
//!
//! ```sh
//! cargo run --release --example upload_hyper --features http-body,tower
//! ```

mod streaming;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use sig4::tower::{AuthenticateLayer, BoxError, ChunkSigning, ReceivedBody, SignLayer};
use sig4::{Signer, Verifier};
use std::convert::Infallible;
use std::time::Instant;
use streaming::{Made, alice, check_memory, count, keys, len};
use tokio::net::TcpListener;
use tower::{Layer, ServiceExt};

/// Answers an upload with its length.
async fn receive(request: Request<ReceivedBody>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match count(request.into_body()).await {
        Ok(len) => (StatusCode::OK, len.to_string()),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    Ok(response)
}

async fn serve(listener: TcpListener) -> Result<(), BoxError> {
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "s3")?, keys()?);
    let service = layer.with_streaming_body().with_body_limit(usize::MAX).layer(tower::service_fn(receive));
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let (listener, len) = (TcpListener::bind("127.0.0.1:0").await?, len()?);
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener));

    let signing = SignLayer::new(Signer::new("us-east-1", "s3")?, alice()?, origin.parse()?).with_any_body();
    for chunks in [ChunkSigning::Signed, ChunkSigning::Unsigned] {
        let started = Instant::now();
        let transport = Client::builder(TokioExecutor::new()).build_http();
        let client = signing.clone().with_chunk_signing(chunks).layer(transport);
        let request = Request::put(format!("{origin}/photos/large")).body(Made::new(len))?;
        let response = client.oneshot(request).await?;
        assert_eq!(response.status(), 200);
        assert_eq!(response.into_body().collect().await?.to_bytes(), len.to_string());
        println!("{} MiB in {chunks:?} chunks in {:.1?}", len >> 20, started.elapsed());
    }
    check_memory()
}
