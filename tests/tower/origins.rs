//! Credentials go to no other origin, redirected or not.

use crate::scene::{HOST, alice, plain, session, verifier};
use crate::signed::{Call, answer, layer, server};
use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, Response, Uri};
use http_body_util::Full;
use sig4::tower::BoxError;
use sig4::tower::ErrorKind;
use std::io;
use std::sync::{Arc, Mutex};
use tower::{Layer, Service, ServiceExt};

/// Follows redirects with the headers that it was given, as clients do.
async fn follow<C, R>(mut client: C, request: Call) -> Result<Response<R>, BoxError>
where
    C: Service<Call, Response = Response<R>, Error = BoxError>,
{
    let (mut parts, body) = request.into_parts();
    for _ in 0..5 {
        let response = client.ready().await?.call(Request::from_parts(parts.clone(), body.clone())).await?;
        let Some(location) = response.headers().get(LOCATION) else { return Ok(response) };
        parts.uri = Uri::try_from(location.as_bytes())?;
    }
    Err("too many redirects".into())
}

/// Redirects from the API to `to`, and writes down what arrives there.
fn redirecting(
    to: &'static str,
    arrived: &Arc<Mutex<Vec<http::request::Parts>>>,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send + use<> {
    let arrived = Arc::clone(arrived);
    server(move |parts, _| {
        if parts.uri.path() == "/start" {
            let mut response = answer(307);
            response.headers_mut().insert(LOCATION, to.parse().unwrap());
            return Ok(response);
        }
        arrived.lock().unwrap().push(parts.clone());
        Ok(answer(200))
    })
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed_with_a_signature() {
    for to in [
        "https://evil.example/",
        "http://abc.execute-api.us-east-1.amazonaws.com/",
        "https://abc.execute-api.us-east-1.amazonaws.com:8443/",
        "https://abc.execute-api.us-east-1.amazonaws.com.evil.example/",
        "https://abc.execute-api.us-east-1.amazonaws.com@evil.example/",
        "https://evil.example/?X-Amz-Signature=x",
    ] {
        let arrived = Arc::default();
        let client = layer(session()).layer(redirecting(to, &arrived));
        let error = follow(client, plain("GET", "/start", "")).await.unwrap_err();
        assert_eq!(error.downcast_ref::<sig4::tower::Error>().unwrap().kind(), ErrorKind::ForeignOrigin, "{to}");
        assert!(arrived.lock().unwrap().is_empty(), "{to}");
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_signed_for_the_new_path() {
    let arrived = Arc::default();
    let client = layer(alice()).layer(redirecting("https://abc.execute-api.us-east-1.amazonaws.com/end", &arrived));
    follow(client, plain("GET", "/start", "")).await.unwrap();
    let parts = arrived.lock().unwrap().pop().unwrap();
    verifier().claim(&parts).unwrap().verify(&alice(), b"", crate::scene::now()).unwrap();
}

#[tokio::test]
async fn a_request_that_may_go_elsewhere_goes_without_credentials() {
    let arrived = Arc::default();
    let client = layer(session()).with_foreign_passthrough(true);
    let client = client.layer(redirecting("https://evil.example/", &arrived));
    // As a client that signs by itself and keeps its headers would send it.
    let mut request = crate::scene::signed("GET", "/start", "", &session());
    request.headers_mut().insert("x-amz-meta-note", "1".parse().unwrap());
    request.headers_mut().insert("accept", "*/*".parse().unwrap());
    follow(client, request).await.unwrap();
    let parts = arrived.lock().unwrap().pop().unwrap();
    let names: Vec<_> = parts.headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["accept"]);
}

#[tokio::test]
async fn a_query_that_looks_presigned_keeps_no_header_for_another_origin() {
    let arrived = Arc::default();
    let client = layer(session()).with_foreign_passthrough(true);
    let client = client.layer(redirecting("https://bucket.example/?X-Amz-Signature=x", &arrived));
    let mut request = plain("GET", "/start", "");
    for name in ["x-amz-meta-token", "x-amz-server-side-encryption-customer-key", "x-amz-meta-note", "cookie"] {
        request.headers_mut().insert(name, "1".parse().unwrap());
    }
    request.headers_mut().insert("authorization", "Bearer mine".parse().unwrap());
    request.headers_mut().insert("accept", "*/*".parse().unwrap());
    follow(client, request).await.unwrap();
    let parts = arrived.lock().unwrap().pop().unwrap();
    assert_eq!(parts.headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
}

#[tokio::test]
async fn a_presigned_url_of_a_named_origin_keeps_what_belongs_to_it() {
    let arrived = Arc::default();
    let client = layer(session()).with_origin("https://bucket.example".parse().unwrap());
    let client = client.layer(redirecting("https://bucket.example/?X-Amz-Signature=x", &arrived));
    let mut request = plain("GET", "/start", "");
    request.headers_mut().insert("x-amz-meta-note", "1".parse().unwrap());
    follow(client, request).await.unwrap();
    let parts = arrived.lock().unwrap().pop().unwrap();
    assert_eq!(parts.headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>(), ["x-amz-meta-note"]);
}

#[tokio::test]
async fn a_signer_and_a_payload_in_the_extensions_sign_nothing_for_another_origin() {
    let arrived = Arc::default();
    let client = layer(session()).with_foreign_passthrough(true).layer(redirecting("/", &arrived));
    let mut request = plain("POST", "/", "body");
    *request.uri_mut() = "https://evil.example/".parse().unwrap();
    request.extensions_mut().insert(sig4::Signer::new("us-east-1", "s3").unwrap());
    request.extensions_mut().insert(sig4::Payload::Unsigned);
    client.oneshot(request).await.unwrap();
    assert!(arrived.lock().unwrap().pop().unwrap().headers.is_empty());
}

#[tokio::test]
async fn a_host_header_of_another_site_is_not_signed() {
    let client = layer(alice()).layer(server(|_, _| panic!("it is not sent")));
    let mut request = plain("GET", "/", "");
    request.headers_mut().insert("host", "stranger.execute-api.us-east-1.amazonaws.com".parse().unwrap());
    let error = client.oneshot(request).await.unwrap_err();
    assert_eq!(error.downcast_ref::<sig4::tower::Error>().unwrap().kind(), ErrorKind::ForeignOrigin);
}

#[tokio::test]
async fn more_origins_can_be_allowed_and_no_host_header_fakes_one() {
    let client = layer(alice()).with_origin("http://127.0.0.1:3000".parse().unwrap());
    let client = client.layer(server(|parts, _| {
        assert!(parts.headers.contains_key("authorization"));
        Ok(answer(200))
    }));
    let send = |uri: &str, host: &str| {
        let request = Request::get(uri).header("host", host).body(Full::<Bytes>::default()).unwrap();
        client.clone().oneshot(request)
    };
    assert!(send("http://127.0.0.1:3000/", "127.0.0.1:3000").await.is_ok());
    assert!(send("/", HOST).await.is_ok(), "a connection of one's own");
    assert!(send("http://127.0.0.1:3001/", HOST).await.is_err());
    assert!(send("/", "evil.example").await.is_err());
}
