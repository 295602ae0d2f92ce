//! Requests whose body is not at hand.

use crate::scene::{Keys, alice, now, plain, presigned, session, signed, signed_at, signer, verifier};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use sig4::settings::ContentSha256Header;
use sig4::tower::{
    AllowAuthenticated, AuthenticatedCaller, Authenticator, Cause, Denial, ExpectedBody, PathReading, RefusalKind,
    VerifiedRequest,
};
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Payload, Signer, Verifier};
use std::sync::Arc;

type Body = Full<Bytes>;

async fn unread(verifier: &Verifier, request: Request<Body>) -> Result<(String, ExpectedBody), Option<ErrorKind>> {
    let authenticator = Authenticator::new(verifier.clone(), Keys).with_clock(now);
    let (parts, _) = request.into_parts();
    let path = PathReading::Normalized.read(verifier, parts.uri.path()).unwrap();
    let answer = authenticator.authenticate_unread(&parts, &path, now(), &AllowAuthenticated).await;
    answer.map(|(caller, body)| (caller.access_key_id().to_owned(), body)).map_err(|refusal| kind(refusal.cause()))
}

async fn read(request: Request<Body>) -> Result<(), Option<ErrorKind>> {
    let authenticator = Authenticator::new(verifier(), Keys).with_clock(now);
    let (parts, body) = request.into_parts();
    let path = PathReading::Normalized.read(authenticator.verifier(), parts.uri.path()).unwrap();
    let answer = authenticator.authenticate(&parts, &path, body, now(), &AllowAuthenticated).await;
    answer.map(drop).map_err(|refusal| kind(refusal.cause()))
}

fn kind(cause: &Cause) -> Option<ErrorKind> {
    match cause {
        Cause::Unverified(error) => Some(error.kind()),
        _ => None,
    }
}

fn declared(body: &'static str) -> Request<Body> {
    let mut request = plain("POST", "/pets", body).map(|_| body);
    let signer = signer().with_content_sha256(ContentSha256Header::Always);
    signer.sign(&mut request, &alice(), now()).unwrap();
    request.map(Full::from)
}

#[tokio::test]
async fn the_body_is_the_declared_or_the_empty_one() {
    let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824".parse().unwrap();
    assert_eq!(unread(&verifier(), declared("hello")).await, Ok(("AKIDALICE".to_owned(), hello)));
    assert_eq!(unread(&verifier(), declared("")).await, Ok(("AKIDALICE".to_owned(), ExpectedBody::empty())));
    for request in [signed("GET", "/", "", &alice()), presigned("/", &alice())] {
        assert_eq!(unread(&verifier(), request).await, Ok(("AKIDALICE".to_owned(), ExpectedBody::empty())));
    }
    let undeclared = signed("POST", "/", "hello", &alice());
    assert_eq!(unread(&verifier(), undeclared).await, Err(Some(ErrorKind::SignatureMismatch)));
}

#[tokio::test]
async fn an_unsigned_body_is_one_if_the_service_allows_it() {
    let mut request = plain("PUT", "/pets", "any");
    request.headers_mut().insert("x-amz-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
    let (mut parts, body) = request.into_parts();
    signer().sign_parts(&mut parts, &Payload::Unsigned, &alice(), now()).unwrap();
    let request = Request::from_parts(parts, body);
    assert_eq!(unread(&verifier(), request.clone()).await, Err(Some(ErrorKind::UnsignedPayload)));
    let allowing = verifier().with_unsigned_payload(true);
    assert_eq!(unread(&allowing, request).await, Ok(("AKIDALICE".to_owned(), ExpectedBody::Unsigned)));
}

#[tokio::test]
async fn a_body_in_chunks_is_refused() {
    let (mut parts, body) = plain("PUT", "/pets", "any").into_parts();
    let payload = Payload::Streaming(sig4::payload::Streaming::Signed);
    signer().sign_parts(&mut parts, &payload, &alice(), now()).unwrap();
    let answer = unread(&verifier(), Request::from_parts(parts, body)).await;
    assert_eq!(answer, Err(Some(ErrorKind::StreamingPayload)));
}

/// Requests without a body that are refused, each for one reason or for several, of which the first counts.
fn refused() -> Vec<Request<Body>> {
    let guess = Credentials::new("AKIDALICE", "a guess").unwrap();
    let nobody = Credentials::new("AKIDNOBODY", "a guess").unwrap();
    let early = now() - time::Duration::hours(1);
    let elsewhere = |region: &str, at, by: &Credentials| {
        let mut request = plain("GET", "/", "").map(|_| "");
        Signer::new(region, "execute-api").unwrap().sign(&mut request, by, at).unwrap();
        request.map(Full::from)
    };
    let mut other_token = signed("GET", "/", "", &session());
    other_token.headers_mut().insert("x-amz-security-token", "another".parse().unwrap());
    let mut added = signed("GET", "/", "", &alice());
    added.headers_mut().insert("x-amz-added", "1".parse().unwrap());
    vec![
        plain("GET", "/", ""),
        signed("GET", "/", "", &guess),
        signed("GET", "/", "", &nobody),
        signed_at("GET", "/", "", &alice(), early),
        signed_at("GET", "/", "", &nobody, early),
        elsewhere("eu-west-1", now(), &alice()),
        elsewhere("eu-west-1", early, &nobody),
        other_token,
        added,
    ]
}

#[tokio::test]
async fn the_order_of_the_checks_is_that_of_a_request_with_its_body() {
    for request in refused() {
        let expected = read(request.clone()).await.unwrap_err();
        assert!(expected.is_some());
        assert_eq!(unread(&verifier(), request).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn a_signature_is_remembered_once_the_decision_allows_it() {
    let seen = Arc::new(SeenSignatures::new(100));
    let authenticator = Authenticator::new(verifier(), Keys).with_clock(now).with_replay_store(Arc::clone(&seen));
    let (parts, _) = signed("GET", "/pets", "", &alice()).into_parts();
    let path = PathReading::Unambiguous.read(authenticator.verifier(), "/pets").unwrap();
    let never = |_: &VerifiedRequest<'_, Credentials>| Err::<AuthenticatedCaller, _>(Denial::new("never"));
    let denied = authenticator.authenticate_unread(&parts, &path, now(), &never).await.unwrap_err();
    assert_eq!(denied.cause().kind(), RefusalKind::Denied);
    let ask = async || authenticator.authenticate_unread(&parts, &path, now(), &AllowAuthenticated).await;
    ask().await.unwrap();
    let again = ask().await.unwrap_err();
    assert_eq!(kind(again.cause()), Some(ErrorKind::Replayed));
}
