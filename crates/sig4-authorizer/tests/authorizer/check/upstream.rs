//! The body check of the upstream, with the header that the authorizer gives.

use super::scene::{alice, allowed, api, authorizer, declaring, set, signed_by, unsigned};
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use http::{Request, Response, StatusCode};
use sig4::tower::{BODY_SHA256_HEADER, BodyCheckLayer, RefusalMarker};
use sig4_authorizer::{CheckBody, CheckRequest};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, ServiceExt};

async fn answer(layer: &BodyCheckLayer, headers: &[&str], body: Body) -> Response<Body> {
    let app = layer.layer(Router::new().route("/", post(async |body: String| body)));
    let mut request = Request::post("/");
    for value in headers {
        request = request.header(BODY_SHA256_HEADER, *value);
    }
    app.oneshot(request.body(body).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> (u16, String) {
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_upstream_takes_the_body_that_was_signed_and_no_other() {
    let parts = signed_by(&declaring(), &alice(), unsigned("POST", "/"), "hello");
    let authorizer = authorizer(api().with_body_check(true));
    let (passed, _) = allowed(&authorizer, CheckRequest::new(parts, CheckBody::Unread)).await;
    let header = set(&passed, BODY_SHA256_HEADER.as_str()).unwrap();
    let layer = BodyCheckLayer::new();
    assert_eq!(text(answer(&layer, &[header], Body::from("hello")).await).await, (200, "hello".to_owned()));
    for body in ["", "hell", "hello ", "hullo"] {
        let response = answer(&layer, &[header], Body::from(body)).await;
        let kind = response.extensions().get::<RefusalMarker>().unwrap().kind();
        assert_eq!(kind.as_str(), "body mismatch");
        assert_eq!(text(response).await, (403, r#"{"message":"Forbidden"}"#.to_owned()));
    }
}

#[tokio::test]
async fn a_request_that_no_authorizer_saw_is_a_fault_of_the_server() {
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    for headers in [
        [].as_slice(),
        &[""],
        &["none"],
        &[hash.trim_start_matches('2')],
        &[&hash.to_uppercase()],
        &[hash, hash],
        &["verified", hash],
        &["Verified"],
        &["verified, verified"],
    ] {
        let response = answer(&BodyCheckLayer::new(), headers, Body::from("hello")).await;
        let kind = response.extensions().get::<RefusalMarker>().unwrap().kind();
        assert_eq!(
            (response.status(), kind.as_str()),
            (StatusCode::INTERNAL_SERVER_ERROR, "unknown body"),
            "{headers:?}"
        );
    }
    for value in ["verified", "unsigned", hash] {
        let response = answer(&BodyCheckLayer::new(), &[value], Body::from("hello")).await;
        assert_eq!(response.status(), StatusCode::OK, "{value}");
    }
}

#[tokio::test]
async fn the_name_of_the_header_can_be_set() {
    let name = http::HeaderName::from_static("x-caller-body-sha256");
    let layer = BodyCheckLayer::new().with_header(name.clone());
    assert_eq!(answer(&layer, &["verified"], Body::from("hello")).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let app = layer.layer(Router::new().route("/", post(async |body: String| body)));
    let request = Request::post("/").header(name, "verified").body(Body::from("hello")).unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_body_has_a_limit_of_length_and_of_time() {
    let layer = BodyCheckLayer::new().with_body_limit(4).with_time_limit(Duration::from_secs(1), tokio::time::sleep);
    assert_eq!(answer(&layer, &["verified"], Body::from("hello")).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let never = Body::new(Never);
    assert_eq!(answer(&layer, &["verified"], never).await.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(answer(&layer, &["verified"], Body::from("four")).await.status(), StatusCode::OK);
    let budget = BodyCheckLayer::new().with_body_budget(3);
    assert_eq!(answer(&budget, &["verified"], Body::from("four")).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

/// A body that never comes.
struct Never;

impl axum::body::HttpBody for Never {
    type Data = bytes::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, std::io::Error>>> {
        Poll::Pending
    }
}
