//! An axum server that only callers with a policy may call.
//!
//! The layer wraps the router, so that nothing is routed before it is authorized. Handlers take the caller as an argument, the health
//! check needs no signature, and refused callers get problem details (RFC 9457).
//!
//! It starts on a free port, gets an allowed call and some refused ones, and exits:
//!
//! ```sh
//! cargo run -p sig4-iam --example axum_server
//! ```

use axum::extract::{ConnectInfo, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, ServiceExt};
use serde_json::json;
use sig4::tower::RefusedRequest;
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
    let api = ExecuteApi::new(REGION, ACCOUNT, "pets");
    let layer = AuthorizeLayer::new(Verifier::new(REGION, "execute-api")?, keys, api)
        .with_source_ip(|parts| Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
        .exempt(|parts| parts.uri.path() == "/health")
        .on_refusal(|refused| async move { problem(&refused) });
    let router = Router::new()
        .route("/pets/{id}", get(pet).delete(async |_: AuthorizedCaller| "gone"))
        .route("/health", get(async || "well"));
    Ok(layer.layer(router))
}

async fn pet(Path(id): Path<String>, caller: AuthorizedCaller) -> String {
    format!("pet {id} for {}", caller.principal().arn())
}

/// The log gets the explanation. The caller gets the error code, and those who proved who they are the reason.
fn problem(refused: &RefusedRequest<Identity>) -> Response {
    if let Some(report) = refused.explained() {
        eprintln!("{} {}: {report}", refused.head().method(), refused.head().path());
    }
    let detail = refused.proven_caller().and_then(|_| refused.message());
    let problem = json!({"status": refused.status().as_u16(), "title": refused.code(), "detail": detail});
    (refused.status(), [(CONTENT_TYPE, "application/problem+json")], Json(problem)).into_response()
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

    let problem = |status: u16, code: &str, detail: Option<&str>| {
        (status, json!({"status": status, "title": code, "detail": detail}).to_string())
    };
    let denied = "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: execute-api:Invoke on resource: \
        arn:aws:execute-api:us-east-1:********9012:pets/$default/DELETE/pets/7";
    for (method, path, by, expected) in [
        ("GET", "/pets/7", Some(&alice), (200, format!("pet 7 for arn:aws:iam::{ACCOUNT}:user/alice"))),
        ("DELETE", "/pets/7", Some(&alice), problem(403, "AccessDeniedException", Some(denied))),
        ("GET", "/pets/7", Some(&mallory), problem(403, "InvalidSignatureException", None)),
        ("GET", "/pets/7", None, problem(403, "MissingAuthenticationTokenException", None)),
        ("GET", "/health", None, (200, "well".to_owned())),
        ("DELETE", "/pets/..%2Fhealth", None, problem(400, "BadRequestException", None)),
    ] {
        let answer = call(method, format!("http://{address}{path}"), by).await?;
        println!("{method} {path}: {} {}", answer.0, answer.1);
        assert_eq!(answer, expected, "{method} {path}");
    }
    Ok(())
}
