//! The service that is called, with the layer and without it.

use axum::Router;
use axum::routing::any;
use sig4::Verifier;
use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use sig4_test_support::load::requests::{credentials, signed_at};
use std::net::SocketAddr;
use tokio::net::TcpListener;

const ACCOUNT: &str = "123456789012";

/// Starts a service that answers orders with their body, on a free port of this machine.
pub async fn start(authorized: bool) -> SocketAddr {
    let plain = Router::new().route("/orders/{id}", any(async |body: axum::body::Bytes| body));
    let app = if authorized { plain.layer(layer()) } else { plain };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let address = listener.local_addr().expect("it has one");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn layer() -> AuthorizeLayer<Directory> {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": [
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/orders/*",
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/POST/orders/*",
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/PUT/orders/*"]},
        {"Effect": "Deny", "Action": "execute-api:*", "Resource": "*",
            "Condition": {"StringLike": {"aws:UserAgent": "bad-*"}}}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("orders", policy).expect("it is one"));
    let identity =
        Identity::new(credentials(), Principal::user(ACCOUNT, "alice").expect("a valid name")).with_policies(policies);
    let keys = Directory::new(ACCOUNT).with_identity(identity).expect("it is the first");
    let api = ExecuteApi::new("us-east-1", ACCOUNT, "abc");
    AuthorizeLayer::new(Verifier::new("us-east-1", "execute-api").expect("it is a region and a service"), keys, api)
        .with_clock(signed_at)
}
