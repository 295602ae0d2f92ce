//! Uploads of a client with `SignLayer`, whose bodies stream.

use crate::keys::encoded;
use crate::trial::{ACCESS_KEY, BUCKET, REGION, SECRET_KEY};
use axum::body::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::tower::{BoxError, ChunkSigning, SignLayer};
use sig4::{Credentials, Signer};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::ServiceExt;
use tower_layer::Layer;

/// Pieces of a body, none of which ends with a chunk.
struct Pieces(Bytes);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let len = self.0.len().min(10_007);
        let piece = self.0.split_to(len);
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len().try_into().unwrap())
    }
}

/// The status of the answer to an upload.
pub async fn upload(origin: &str, key: &str, body: &Bytes, signing: ChunkSigning) -> Result<u16, String> {
    let request = Request::put(format!("{origin}/{BUCKET}/{}", encoded(key))).body(Pieces(body.clone())).unwrap();
    send(origin, request, signing).await.map_err(|error| error.to_string())
}

async fn send(origin: &str, request: Request<Pieces>, signing: ChunkSigning) -> Result<u16, BoxError> {
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY)?;
    let layer = SignLayer::new(Signer::new(REGION, "s3")?, credentials, origin.parse()?).with_any_body();
    let client = layer.with_chunk_signing(signing).layer(Client::builder(TokioExecutor::new()).build_http());
    Ok(client.oneshot(request).await?.status().as_u16())
}
