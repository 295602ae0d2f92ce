//! What `SignLayer` signs, and when.

use crate::scene::{HOST, alice, now, plain, session, signer, verifier};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::tower::ErrorKind;
use sig4::tower::{CredentialsProvider, SignLayer};
use sig4::{Credentials, Payload, Signer, Verifier};
use std::future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::Duration;
use tower::retry::{Policy, RetryLayer};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

pub type Call = Request<Full<Bytes>>;

pub fn layer<C: CredentialsProvider>(source: C) -> SignLayer<C> {
    SignLayer::new(signer(), source, format!("https://{HOST}").parse().unwrap()).with_clock(now)
}

/// A server that answers what `handle` says of a request and its body.
pub fn server<F>(
    handle: F,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send + use<F>
where
    F: Fn(&http::request::Parts, &[u8]) -> io::Result<Response<Full<Bytes>>> + Clone + Send + Sync + 'static,
{
    tower::service_fn(move |request: Call| {
        let handle = handle.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            handle(&parts, &body)
        }
    })
}

pub fn answer(status: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// A server that answers 200 to whatever verifies, with the payload's hash as it was sent.
fn verifying(
    by: Credentials,
    verifier: Verifier,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send {
    server(move |parts, body| {
        let verified = verifier.claim(parts).and_then(|claim| claim.verify(&by, body, now()).map(drop));
        let mut response = answer(if verified.is_ok() { 200 } else { 403 });
        if let Some(hash) = parts.headers.get("x-amz-content-sha256") {
            response.headers_mut().insert("x-hash", hash.clone());
        }
        Ok(response)
    })
}

#[tokio::test]
async fn what_is_sent_verifies_whatever_the_source() {
    let closure = || async { Ok::<_, io::Error>(alice()) };
    let shared: Arc<dyn CredentialsProvider> = Arc::new(closure);
    let request = || plain("POST", "/a%20b?x=1&y", "body");
    let server = verifying(alice(), verifier());
    assert_eq!(layer(alice()).layer(server.clone()).oneshot(request()).await.unwrap().status(), 200);
    assert_eq!(layer(closure).layer(server.clone()).oneshot(request()).await.unwrap().status(), 200);
    assert_eq!(layer(shared).layer(server.clone()).oneshot(request()).await.unwrap().status(), 200);
    assert_eq!(layer(session()).layer(server).oneshot(request()).await.unwrap().status(), 403, "somebody else's key");
    let server = verifying(session(), verifier());
    assert_eq!(layer(session()).layer(server).oneshot(request()).await.unwrap().status(), 200, "with its token");
}

#[tokio::test]
async fn the_extensions_say_what_is_signed_of_the_body() {
    let unsigned = verifying(alice(), verifier().with_unsigned_payload(true));
    for (payload, hash) in [
        (Payload::Unsigned, "UNSIGNED-PAYLOAD"),
        (Payload::Sha256([7; 32]), "0707070707070707070707070707070707070707070707070707070707070707"),
    ] {
        let mut request = plain("POST", "/", "body");
        request.extensions_mut().insert(payload);
        let signer = signer().with_content_sha256(sig4::settings::ContentSha256Header::Always);
        let layer = SignLayer::new(signer, alice(), format!("https://{HOST}").parse().unwrap()).with_clock(now);
        let response = layer.with_body_limit(0).layer(unsigned.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.headers()["x-hash"], hash);
        assert_eq!(response.status() == 200, payload_is_unsigned(&payload), "the server hashes what it can");
    }
}

/// `PutSnapshotBlock` of EBS: the service's model leaves the body unsigned.
#[tokio::test]
async fn the_body_of_an_operation_is_left_unsigned_as_the_model_says() {
    let layer =
        SignLayer::new(Signer::new("us-east-1", "ebs").unwrap(), alice(), format!("https://{HOST}").parse().unwrap());
    let server = verifying(alice(), Verifier::new("us-east-1", "ebs").unwrap());
    let request = plain("PUT", "/snapshots/snap-1/blocks/0", "body");
    let response = layer.with_clock(now).layer(server).oneshot(request).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-hash"]),
        (200, &"UNSIGNED-PAYLOAD".parse().unwrap())
    );
}

fn payload_is_unsigned(payload: &Payload<'_>) -> bool {
    matches!(payload, Payload::Unsigned)
}

#[tokio::test]
async fn a_signer_in_the_extensions_takes_the_place_of_the_layers() {
    let other = Verifier::new("eu-west-1", "lambda").unwrap();
    let mut request = plain("GET", "/", "");
    request.extensions_mut().insert(Signer::new("eu-west-1", "lambda").unwrap());
    let response = layer(alice()).layer(verifying(alice(), other)).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_presigned_request_goes_as_it_is() {
    let request = crate::scene::presigned("/a", &alice());
    let client = layer(session()).layer(server(|parts, _| {
        assert!(parts.headers.is_empty(), "{parts:?}");
        Ok(answer(200))
    }));
    assert_eq!(client.oneshot(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_that_is_too_long_to_be_hashed_is_not_sent() {
    let client = layer(alice()).with_body_limit(3).layer(server(|_, _| panic!("it is not sent")));
    let error = client.oneshot(plain("POST", "/", "four")).await.unwrap_err();
    assert_eq!(error.downcast_ref::<sig4::tower::Error>().unwrap().kind(), ErrorKind::TooLongBody);
}

#[tokio::test]
async fn errors_of_the_client_and_of_the_source_come_through_as_they_are() {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    let client = layer(alice()).layer(server(move |_, _| Err(refused())));
    let error = client.oneshot(plain("GET", "/", "")).await.unwrap_err();
    assert_eq!(error.downcast::<io::Error>().unwrap().kind(), io::ErrorKind::ConnectionRefused);

    let source = || async { Err::<Credentials, _>(io::Error::from(io::ErrorKind::NotFound)) };
    let client = layer(source).layer(server(|_, _| panic!("it is not sent")));
    let error = client.oneshot(plain("GET", "/", "")).await.unwrap_err();
    assert_eq!(error.downcast::<io::Error>().unwrap().kind(), io::ErrorKind::NotFound);

    let source = || async { Credentials::new("", "x") };
    let client = layer(source).layer(server(|_, _| panic!("it is not sent")));
    let error = client.oneshot(plain("GET", "/", "")).await.unwrap_err();
    assert_eq!(error.downcast_ref::<sig4::Error>().unwrap().kind(), sig4::ErrorKind::InvalidAccessKeyId);
}

/// Sends a request again until it is answered with 200.
#[derive(Clone)]
struct Thrice(usize);

impl<R> Policy<Call, Response<R>, sig4::tower::BoxError> for Thrice {
    type Future = future::Ready<()>;

    fn retry(&mut self, _: &mut Call, result: &mut Result<Response<R>, sig4::tower::BoxError>) -> Option<Self::Future> {
        let good = result.as_ref().is_ok_and(|response| response.status() == 200);
        self.0 = self.0.checked_sub(usize::from(!good))?;
        (!good).then(|| future::ready(()))
    }

    fn clone_request(&mut self, request: &Call) -> Option<Call> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn each_try_is_signed_afresh() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let server = server(move |parts, body| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let at = now() + Duration::minutes(10 * i64::try_from(number).unwrap());
        assert_eq!(parts.headers.get_all("authorization").iter().count(), 1, "the earlier one is replaced");
        let verifier = verifier();
        let verified = verifier.claim(parts).unwrap().verify(&alice(), body, at).map(drop);
        Ok(answer(if verified.is_ok() && number == 2 { 200 } else { 503 }))
    });
    let sent = Arc::clone(&tries);
    let clock = move || now() + Duration::minutes(10 * i64::try_from(sent.load(Ordering::Relaxed)).unwrap());
    let client =
        ServiceBuilder::new().layer(RetryLayer::new(Thrice(3))).layer(layer(alice()).with_clock(clock)).service(server);
    assert_eq!(client.oneshot(plain("POST", "/", "body")).await.unwrap().status(), 200);
    assert_eq!(tries.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_request_that_was_signed_before_is_signed_anew() {
    let mut request = crate::scene::signed("POST", "/", "body", &session());
    assert!(request.headers().contains_key("x-amz-security-token"));
    request.headers_mut().remove("x-amz-security-token");
    let response = layer(alice()).layer(verifying(alice(), verifier())).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_client_is_called_when_it_is_ready() {
    let limited = ServiceBuilder::new().concurrency_limit(1).service(verifying(alice(), verifier()));
    let client = layer(alice()).with_clock_skew_correction(true).layer(limited);
    for _ in 0..3 {
        assert_eq!(client.clone().oneshot(plain("GET", "/", "")).await.unwrap().status(), 200);
    }
}
