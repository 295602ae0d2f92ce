//! An axum server that only callers with a policy may call.
//!
//! The layer wraps the router, so that nothing is routed before it is authorized.
//!
//! It starts on a free port, gets an allowed call and some refused ones, and exits:
//!
//! ```sh
//! cargo run -p sig4-iam --example axum_server
//! ```

use axum::extract::{ConnectInfo, Path, Request};
use axum::routing::get;
use axum::{Extension, Router, ServiceExt};
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::tower::{Authorize, AuthorizeLayer, AuthorizedCaller, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::error::Error;
use std::net::SocketAddr;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tower::Layer;

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// Alice may read pets, and nothing else.
pub(crate) fn keys(alice: &Credentials) -> Result<Directory, sig4_iam::Error> {
    let policy = r#"{
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": "arn:aws:execute-api:us-east-1:123456789012:pets/*/GET/pets/*"
        }]
    }"#;
    let policies = Policies::new().with_identity(Policy::parse("read-pets", policy)?);
    let identity = Identity::new(alice.clone(), Principal::user(ACCOUNT, "alice")?).with_policies(policies);
    Directory::new(ACCOUNT).with_identity(identity)
}

/// The router behind the layer. Only the health check needs no signature.
pub(crate) fn app(keys: Directory) -> Result<Authorize<Router, Directory>, sig4::Error> {
    let layer =
        AuthorizeLayer::new(Verifier::new(REGION, "execute-api")?, keys, ExecuteApi::new(REGION, ACCOUNT, "pets"))
            .with_source_ip(|parts| Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
            .exempt(|parts| parts.uri.path() == "/health");
    let router = Router::new()
        .route("/pets/{id}", get(pet).delete(|| async { "gone" }))
        .route("/health", get(|| async { "well" }));
    Ok(layer.layer(router))
}

async fn pet(Path(id): Path<String>, Extension(caller): Extension<AuthorizedCaller>) -> String {
    format!("pet {id} for {}", caller.principal().arn())
}

/// Signs and sends a request, and returns the status and the text of the answer.
async fn call(method: &str, url: String, by: Option<&Credentials>) -> Result<(u16, String), Box<dyn Error>> {
    let mut request = http::Request::builder().method(method).uri(url).body("")?;
    if let Some(credentials) = by {
        Signer::new(REGION, "execute-api")?.sign(&mut request, credentials, OffsetDateTime::now_utc())?;
    }
    // A client that follows redirects would send the session token and the body to the target.
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let answer = client.execute(request.try_into()?).await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let alice = Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    let mallory = Credentials::new("AKIDALICE", "a guess")?;
    let app = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app(keys(&alice)?)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });

    let unclear = || (400, r#"{"message":"Bad Request"}"#.to_owned());
    let forbidden = || (403, r#"{"message":"Forbidden"}"#.to_owned());
    for (method, path, by, expected) in [
        ("GET", "/pets/7", Some(&alice), (200, format!("pet 7 for arn:aws:iam::{ACCOUNT}:user/alice"))),
        ("DELETE", "/pets/7", Some(&alice), forbidden()),
        ("GET", "/pets/7", Some(&mallory), forbidden()),
        ("GET", "/pets/7", None, forbidden()),
        ("GET", "/health", None, (200, "well".to_owned())),
        ("DELETE", "/pets/..%2Fhealth", None, unclear()),
    ] {
        let answer = call(method, format!("http://{address}{path}"), by).await?;
        println!("{method} {path}: {} {}", answer.0, answer.1);
        assert_eq!(answer, expected, "{method} {path}");
    }
    Ok(())
}
