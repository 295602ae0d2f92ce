//! Two versions of an API in nested routers of axum, both behind one layer.
//!
//! A nested router sees the path without its prefix. Signatures, policies and exemptions are of the whole path, whether the layer wraps
//! the outermost router or, as the one of `/v3`, is inside a nested one: with the feature `axum` it finds the path that was received.
//!
//! ```sh
//! cargo run -p sig4-iam --example nested_router
//! ```

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Path};
use axum::routing::get;
use http::{Request, StatusCode};
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::error::Error;
use std::sync::Arc;
use time::OffsetDateTime;
use tower::{Layer, ServiceExt};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// Alice may read the pets of every version but the second.
pub(crate) fn keys(alice: &Credentials) -> Result<Directory, sig4_iam::Error> {
    let policy = r#"{
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:pets/*/GET/*/pets/*"},
            {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:pets/*/*/v2/*"}
        ]
    }"#;
    let policies = Policies::new().with_identity(Policy::parse("read-pets", policy)?);
    let identity = Identity::new(alice.clone(), Principal::user(ACCOUNT, "alice")?).with_policies(policies);
    Directory::new(ACCOUNT).with_identity(identity)
}

async fn pet(route: MatchedPath, Path(id): Path<String>, caller: AuthorizedCaller) -> String {
    format!("{id} by {} for {}", route.as_str(), caller.path())
}

/// The routers, each behind a layer.
pub(crate) fn app(keys: Directory) -> Result<Router, sig4::Error> {
    let layer = AuthorizeLayer::new(
        Verifier::new(REGION, "execute-api")?,
        Arc::new(keys),
        ExecuteApi::new(REGION, ACCOUNT, "pets"),
    );
    let pets = || Router::new().route("/pets/{id}", get(pet).delete(|| async { "gone" }));

    // The usual way: one layer around everything. As a service of a router's fallback, the whole is a router again.
    let versions = Router::new().nest("/v1", pets()).nest("/v2", pets()).route("/health", get(|| async { "well" }));
    let exempting = layer.clone().exempt(|parts| parts.uri.path() == "/health");
    let wrapped = exempting.layer(versions);

    // A layer of one nested router alone.
    Ok(Router::new().nest("/v3", pets().layer(layer)).fallback_service(wrapped))
}

/// Signs and sends a request, and returns the status and the text of the answer.
async fn call(
    app: &Router,
    method: &str,
    path: &str,
    by: Option<&Credentials>,
) -> Result<(u16, String), Box<dyn Error>> {
    let mut request = Request::builder().method(method).uri(format!("https://pets.example{path}")).body("")?;
    if let Some(credentials) = by {
        Signer::new(REGION, "execute-api")?.sign(&mut request, credentials, OffsetDateTime::now_utc())?;
    }
    let answer = app.clone().oneshot(request.map(Body::from)).await?;
    let status: StatusCode = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1024).await?;
    Ok((status.as_u16(), String::from_utf8_lossy(&body).into_owned()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let alice = Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    let app = app(keys(&alice)?)?;
    let refused = |status, word| (status, format!(r#"{{"message":"{word}"}}"#));
    for (method, path, by, expected) in [
        ("GET", "/v1/pets/7", Some(&alice), (200, "7 by /v1/pets/{id} for /v1/pets/7".to_owned())),
        ("GET", "/v2/pets/7", Some(&alice), refused(403, "Forbidden")),
        ("GET", "/v3/pets/7", Some(&alice), (200, "7 by /v3/pets/{id} for /v3/pets/7".to_owned())),
        ("GET", "/v1/pets/7", None, refused(403, "Forbidden")),
        ("GET", "/health", None, (200, "well".to_owned())),
        ("DELETE", "/v1/pets/..%2F..%2Fhealth", None, refused(400, "Bad Request")),
        ("GET", "/v1/../v2/pets/7", Some(&alice), refused(400, "Bad Request")),
    ] {
        let answer = call(&app, method, path, by).await?;
        println!("{method} {path}: {} {}", answer.0, answer.1);
        assert_eq!(answer, expected, "{method} {path}");
    }
    Ok(())
}
