//! The test kit: a service's tests need one line a request, and each kind of request gets the answer that it is for.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::testing::{self, TestSigner};
use sig4::{Credentials, Signer, Verifier};
use tower::{Layer, ServiceExt};

/// The status and the body of the service's answer.
async fn answer<B>(request: Request<B>) -> (StatusCode, String)
where
    B: http_body::Body<Data = Bytes, Error: Into<sig4::tower::BoxError>> + Send + 'static,
{
    let app = testing::layer().layer(Router::new().route("/pets", post(async |body: String| body)));
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn request(uri: &str) -> Request<Body> {
    Request::post(uri).body(Body::from("a dog")).unwrap()
}

#[tokio::test]
async fn good_requests_reach_the_service() {
    for uri in ["/pets", "https://pets.example/pets?size=small"] {
        for signed in [
            testing::signed(request(uri)),
            testing::presigned(request(uri)),
            testing::signed_with_session(request(uri)),
        ] {
            assert_eq!(answer(signed).await, (StatusCode::OK, "a dog".to_owned()), "{uri}");
        }
    }
    let full = Request::post("/pets").body(Full::<Bytes>::from("a cat")).unwrap();
    assert_eq!(answer(testing::signed(full)).await, (StatusCode::OK, "a cat".to_owned()));
    let host = Request::post("/pets").header("host", "pets.example").body(Body::empty()).unwrap();
    let host = testing::signed(host);
    assert_eq!(host.headers()["host"], "pets.example");
    assert_eq!(answer(host).await, (StatusCode::OK, String::new()));
}

#[tokio::test]
async fn bad_requests_are_refused() {
    assert_eq!(answer(request("/pets")).await.0, StatusCode::FORBIDDEN);
    for bad in [
        testing::expired(request("/pets")),
        testing::wrong_secret(request("/pets")),
        testing::unknown_key(request("/pets")),
        testing::tampered(request("/pets")),
        testing::tampered(request("/pets").map(|_| Body::empty())),
    ] {
        let (status, body) = answer(bad).await;
        assert_eq!((status, body.as_str()), (StatusCode::FORBIDDEN, r#"{"message":"Forbidden"}"#));
    }
}

/// Each is refused for its own reason.
#[tokio::test]
async fn bad_requests_have_the_cause_of_their_name() {
    let app = testing::layer().with_verbose_errors(true).layer(Router::new());
    for (bad, cause) in [
        (testing::expired(request("/pets")), "Signature expired"),
        (testing::wrong_secret(request("/pets")), "does not match"),
        (testing::unknown_key(request("/pets")), "access key"),
        (testing::tampered(request("/pets")), "does not match"),
    ] {
        let response = app.clone().oneshot(bad).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains(cause), "{cause}: {body}");
    }
}

#[tokio::test]
async fn other_services_regions_keys_and_times() {
    let bob = Credentials::new("AKIDBOB", "hush").unwrap();
    let keys = testing::keys().with_key(bob.clone());
    let later = testing::NOW + time::Duration::DAY;
    let layer = sig4::tower::AuthenticateLayer::new(Verifier::new("eu-west-1", "s3").unwrap(), keys);
    let app = layer.with_clock(move || later).layer(Router::new().route("/pets", post("well")));
    let signer = TestSigner::new(Signer::new("eu-west-1", "s3").unwrap()).with_credentials(bob);
    let status = async |request| app.clone().oneshot(request).await.unwrap().status();
    assert_eq!(status(signer.sign(request("/pets"))).await, StatusCode::FORBIDDEN, "a day early");
    let signer = signer.with_time(later);
    assert_eq!(status(signer.sign(request("/pets"))).await, StatusCode::OK);
    assert_eq!(status(signer.presign(request("/pets"), sig4::Expires::MIN)).await, StatusCode::OK);
}

#[test]
#[should_panic(expected = "the request cannot be signed: invalid URL")]
fn a_request_that_cannot_be_signed_fails_the_test() {
    let _ = testing::signed(Request::get("pets.example:443").body(Body::empty()).unwrap());
}

/// A panic of the kit names the line of the test.
#[test]
fn a_request_that_cannot_be_signed_fails_at_its_line() {
    use std::sync::{Arc, Mutex};
    let file = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&file);
    let before = std::panic::take_hook();
    let own = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == own {
            *seen.lock().unwrap() = info.location().map(|location| location.file().to_owned());
        }
    }));
    let failed = std::panic::catch_unwind(|| testing::signed(request("/pets?X-Amz-Signature=x")));
    std::panic::set_hook(before);
    assert!(failed.is_err());
    assert_eq!(file.lock().unwrap().as_deref(), Some(file!()));
}
