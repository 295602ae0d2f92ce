//! The test kit of authorization: the published callers, with all permissions or with those of a policy.

use axum::body::Body;
use axum::routing::get;
use axum::{Extension, Router};
use http::Request;
use http_body_util::BodyExt;
use sig4::testing as requests;
use sig4_iam::tower::AuthorizedCaller;
use sig4_iam::{Directory, Policies, Policy, testing};
use tower::{Layer, ServiceExt};

async fn answer(directory: Directory, request: Request<Body>) -> (u16, String) {
    let who = get(async |Extension(caller): Extension<AuthorizedCaller>| caller.principal().arn().to_owned());
    let app = testing::layer(directory).layer(Router::new().route("/pets", who));
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn request() -> Request<Body> {
    Request::get("/pets").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn callers_who_may_do_everything() {
    let alice = "arn:aws:iam::123456789012:user/alice".to_owned();
    assert_eq!(answer(testing::directory(), requests::signed(request())).await, (200, alice.clone()));
    assert_eq!(answer(testing::directory(), requests::presigned(request())).await, (200, alice));
    let session = "arn:aws:sts::123456789012:assumed-role/tester/test-run".to_owned();
    assert_eq!(answer(testing::directory(), requests::signed_with_session(request())).await, (200, session));
    for bad in [requests::wrong_secret(request()), requests::unknown_key(request()), requests::expired(request())] {
        assert_eq!(answer(testing::directory(), bad).await.0, 403);
    }
}

#[tokio::test]
async fn callers_with_given_policies() {
    let on = |path: &str| {
        let resource = testing::api().arn("GET", path).unwrap();
        format!(
            r#"{{"Version": "2012-10-17",
                "Statement": {{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "{resource}"}}}}"#
        )
    };
    for (path, status) in [("/pets", 200), ("/users", 403)] {
        let directory = testing::directory_with_policy(&on(path));
        assert_eq!(answer(directory, requests::signed(request())).await.0, status, "{path}");
    }
    let policies = Policies::new().with_identity(Policy::parse("all", testing::ALLOW_ALL).unwrap());
    let bounded = policies.with_boundary(Policy::parse("users", &on("/users")).unwrap());
    let directory = testing::directory_with_policies(&bounded);
    assert_eq!(answer(directory, requests::signed(request())).await.0, 403, "the boundary ends before the policy");
}
