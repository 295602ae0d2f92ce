//! The caller comes from the verified signature only.

use crate::scene::{ACCOUNT, Seen, alice, echo, get, layer, plain, send, signed, signer, status};
use http_body_util::Full;
use sig4::auth::SignatureLocation;
use sig4_iam::tower::AuthorizedCaller;
use tower::{Layer, ServiceExt};

/// What the layer puts into the extensions of Alice's requests.
async fn alices() -> AuthorizedCaller {
    send(&layer(), get("/mine")).await.1.caller().unwrap()
}

#[tokio::test]
async fn the_caller_says_what_was_proven() {
    let mut request = plain("GET", "/a/c%40?x=1", "").map(|_| "");
    request.headers_mut().insert("x-tenant", "t1".parse().unwrap());
    signer().sign(&mut request, &alice(), crate::scene::now()).unwrap();
    request.headers_mut().insert("x-other", "added on the way".parse().unwrap());
    let (_, seen) = send(&layer(), request.map(Full::<bytes::Bytes>::from)).await;
    let caller = seen.caller().unwrap();
    assert_eq!((caller.access_key_id(), caller.identity().access_key_id()), ("AKIDALICE", "AKIDALICE"));
    assert_eq!(caller.principal().arn(), format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    assert_eq!(caller.arn(), format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/a/c@"));
    assert_eq!((caller.resource_action().action(), caller.path()), ("execute-api:Invoke", "/a/c@"));
    assert!(caller.decision().is_allowed() && caller.signed_body());
    assert_eq!(
        (caller.signature_location(), caller.timestamp().to_string().as_str()),
        (SignatureLocation::Header, "20150830T123600Z")
    );
    assert_eq!(caller.scope().to_string(), "20150830/us-east-1/execute-api/aws4_request");
    assert_eq!(caller.signed_headers().collect::<Vec<_>>(), ["host", "x-amz-date", "x-tenant"]);
    assert!(caller.signed("X-Tenant") && !caller.signed("x-other"));
    assert!(!format!("{caller:?}").contains("wJalr"));
}

#[tokio::test]
async fn a_caller_from_elsewhere_never_reaches_the_service() {
    let layer = layer().exempt(|parts| parts.uri.path() == "/health");
    let stolen = alices().await;
    let mut exempt = plain("GET", "/health", "");
    exempt.extensions_mut().insert(stolen.clone());
    let (answer, seen) = send(&layer, exempt).await;
    assert_eq!((answer.status.as_u16(), seen.caller().map(|c| c.access_key_id().to_owned())), (200, None));

    let mut unsigned = plain("GET", "/mine", "");
    unsigned.extensions_mut().insert(stolen.clone());
    assert_eq!(status(&layer, unsigned).await, 403);

    let session = crate::scene::session();
    let mut own = signed("GET", "/mine", "", &session);
    own.extensions_mut().insert(stolen);
    let (_, seen) = send(&layer, own).await;
    assert_eq!(seen.caller().unwrap().access_key_id(), session.access_key_id());
}

#[tokio::test]
async fn an_outer_layer_does_not_vouch_for_an_inner_one() {
    let seen = Seen::default();
    let inner = layer().exempt(|_| true).layer(echo(&seen));
    let response = layer().layer(inner).oneshot(get("/")).await.unwrap();
    assert_eq!((response.status().as_u16(), seen.caller().is_none()), (200, true));
}

#[tokio::test]
async fn preflight_requests_pass_if_that_is_asked_for_and_signed_ones_are_not_looked_at() {
    let open = layer().exempt(|parts| parts.method == "OPTIONS");
    assert_eq!(status(&open, plain("OPTIONS", "/pets", "")).await, 200);
    assert_eq!(status(&layer(), plain("OPTIONS", "/pets", "")).await, 403);
    assert_eq!(status(&open, plain("GET", "/pets", "")).await, 403);
    assert_eq!(status(&open.clone().with_body_limit(3), plain("OPTIONS", "/", "long")).await, 413);
    let (_, seen) = send(&open, signed("OPTIONS", "/pets", "", &alice())).await;
    assert!(seen.caller().is_none(), "it was not verified");
}

#[tokio::test]
async fn a_middleware_of_axum_stands_behind_the_layer() {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::middleware::{Next, from_fn};
    use axum::routing::post;

    let tagged = from_fn(async |request: Request, next: Next| {
        assert!(request.extensions().get::<AuthorizedCaller>().is_some());
        next.run(request).await
    });
    let both = tower::ServiceBuilder::new().layer(layer().with_body::<Body>()).layer(tagged);
    let app = axum::Router::new().route("/orders", post(async |body: String| body)).layer(both);
    for (body, expected) in [("{}", 200), ("{ }", 403)] {
        let request = crate::scene::post("{}").map(|_| Body::from(body));
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), expected);
    }
}
