//! Bodies in chunks, and bodies that stream to the handler.

use crate::scene::{ACCOUNT, alice, now};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use sig4::stream::ChunkPlan;
use sig4::tower::{BodyError, ReceivedBody};
use sig4::{Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ResourceAction};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tower::{Layer, ServiceExt};

/// Alice may put objects into `photos`.
fn layer() -> AuthorizeLayer<Directory> {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::photos/*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("put", policy).unwrap());
    let identity = Identity::new(alice(), Principal::user(ACCOUNT, "alice").unwrap()).with_policies(policies);
    let keys = Directory::new(ACCOUNT).with_identity(identity).unwrap();
    let mapper = |_: &sig4::Caller<'_>, path: &str| {
        ResourceAction::new("s3:PutObject", format!("arn:aws:s3:::{}", path.trim_start_matches('/')))
            .with_account(ACCOUNT)
    };
    AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3").unwrap(), keys, mapper).with_clock(now)
}

/// An upload in signed chunks.
fn upload(path: &str, body: &[u8]) -> Request<Bytes> {
    let (mut parts, ()) =
        Request::put(format!("https://s3.us-east-1.amazonaws.com{path}")).body(()).unwrap().into_parts();
    let plan = ChunkPlan::signed(body.len().try_into().unwrap()).with_chunk_size(8192).unwrap();
    let encoder = Signer::new("us-east-1", "s3").unwrap().sign_chunked(&mut parts, plan, &alice(), now()).unwrap();
    Request::from_parts(parts, encoder.encode_all(body).unwrap().into())
}

/// A body that must not be read.
struct Untouched;

impl Body for Untouched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body is read")
    }
}

#[tokio::test]
async fn chunks_stream_to_the_handler_once_the_policies_allow_the_request() {
    let failures = Arc::new(AtomicUsize::new(0));
    let failed = Arc::clone(&failures);
    let layer = layer().with_streaming_body().on_body_failure(move |_| {
        failed.fetch_add(1, Ordering::Relaxed);
    });
    let service = layer.layer(tower::service_fn(async |request: Request<ReceivedBody>| {
        assert!(request.extensions().get::<AuthorizedCaller>().is_some());
        let read = request.into_body().collect().await?;
        Ok::<_, BodyError>(Response::new(Full::<Bytes>::from(read.to_bytes())))
    }));
    let content = vec![7; 30_000];
    let response = service.clone().oneshot(upload("/photos/cat", &content).map(Full::<Bytes>::new)).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), content);

    let denied = service.clone().oneshot(upload("/videos/cat", &content).map(|_| Untouched)).await.unwrap();
    assert_eq!(denied.status(), 403);

    let forged = upload("/photos/cat", &content).map(|body| {
        let mut body = body.to_vec();
        body[20_000] ^= 1;
        Full::<Bytes>::from(body)
    });
    assert!(matches!(service.oneshot(forged).await, Err(BodyError::Unverified(_))));
    assert_eq!(failures.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn chunks_are_decoded_into_memory() {
    let service = layer().layer(tower::service_fn(async |request: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    }));
    let content = vec![7; 30_000];
    let response = service.clone().oneshot(upload("/photos/cat", &content).map(Full::<Bytes>::new)).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), content);
    assert_eq!(service.oneshot(upload("/videos/cat", &content).map(Full::<Bytes>::new)).await.unwrap().status(), 403);
}
