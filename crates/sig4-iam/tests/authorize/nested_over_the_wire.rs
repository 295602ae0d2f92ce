//! A layer in a nested router, called through a socket by a signer that shares no code with the library.

use crate::by_hand::signed_get;
use crate::scene::{ACCOUNT, layer_of, now, policy, user};
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use sig4::Credentials;
use sig4::tower::RefusalMarker;
use sig4_iam::tower::{AuthorizedCaller, PolicyDenial};
use sig4_iam::{Directory, Policies};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ALICE: (&str, &str) = ("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

/// Alice may read what is below `/v1`, but not the admin's part.
fn keys() -> Directory {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET{path}");
    let policies = Policies::new()
        .with_identity(policy("Allow", &arn("/v1/*")))
        .with_identity(policy("Deny", &arn("/v1/admin/*")));
    let alice = Credentials::new(ALICE.0, ALICE.1).unwrap();
    Directory::new(ACCOUNT).with_identity(user(alice, "alice").with_policies(policies)).unwrap()
}

/// Two versions, each with a layer inside its `nest`, and a hook that tells who was refused what.
fn app() -> Router {
    let layer = layer_of(keys()).exempt(|parts| parts.uri.path() == "/v1/health").on_refusal(|refused| async move {
        let proven = refused.proven_caller().map(|caller| caller.key().principal().arn().to_owned());
        let resource = match refused.denial().and_then(|denial| denial.reason()) {
            Some(PolicyDenial::NotAllowed { action, .. }) => action.resource().to_owned(),
            _ => "-".to_owned(),
        };
        let name = refused.explained().and_then(|report| Some(report.findings().first()?.name().to_owned()));
        (refused.status(), format!("{proven:?} {resource} {name:?}")).into_response()
    });
    let who = async |State(state): State<u8>, caller: AuthorizedCaller, uri: http::Uri| {
        format!("{state} {} {} {} {uri}", caller.principal().arn(), caller.arn(), caller.decision())
    };
    let health = async |caller: Option<AuthorizedCaller>| format!("well, {:?}", caller.map(|_| ()));
    let pets =
        || Router::new().route("/pets/{id}", get(who)).route("/admin/{id}", get(who)).route("/health", get(health));
    let marked = tower::util::MapResponseLayer::new(|mut response: axum::response::Response| {
        if let Some(marker) = response.extensions().get::<RefusalMarker>() {
            let kind = marker.kind().as_str().parse().unwrap();
            response.headers_mut().insert("x-refused", kind);
        }
        response
    });
    Router::new()
        .nest("/v1", pets().layer(layer.clone()))
        .nest("/v2", pets().layer(layer))
        .route("/open/pets/{id}", get(who))
        .with_state(7)
        .layer(marked)
}

/// Sends the bytes, and returns status, the mark of a refusal, and the body.
async fn exchange(address: SocketAddr, bytes: String) -> (u16, Option<String>, String) {
    let exchanged = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), exchanged).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mark = head.lines().find_map(|line| line.strip_prefix("x-refused: ")).map(str::to_owned);
    (head.split(' ').nth(1).unwrap().parse().unwrap(), mark, body.to_owned())
}

#[tokio::test]
async fn policies_of_a_nested_layer_see_the_path_that_a_foreign_signer_signed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app()).await });
    let host = address.to_string();
    let timestamp = sig4::Timestamp::new(now()).unwrap();
    let signed = |path: &str, by| signed_get(&host, path, by, timestamp.as_str());
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET{path}");
    let alice = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let refused = |kind: &str| Some(kind.to_owned());

    let allowed = "allowed by statement 1 of the identity-based policy \"Allow\"";
    let expected = format!("7 {alice} {} {allowed} /pets/7", arn("/v1/pets/7"));
    assert_eq!(exchange(address, signed("/v1/pets/7", ALICE)).await, (200, None, expected));

    for (path, request, status, kind, body) in [
        (
            "/v2/pets/7",
            signed("/v2/pets/7", ALICE),
            403,
            "denied",
            format!("Some({alice:?}) {} Some(\"not-authorized\")", arn("/v2/pets/7")),
        ),
        (
            "/v1/admin/7",
            signed("/v1/admin/7", ALICE),
            403,
            "denied",
            format!("Some({alice:?}) {} Some(\"not-authorized\")", arn("/v1/admin/7")),
        ),
        ("a guess", signed("/v1/pets/7", (ALICE.0, "a guess")), 403, "signature mismatch", "None - Some(".to_owned()),
        (
            "a nobody",
            signed("/v1/pets/7", ("AKIDNOBODY", "a guess")),
            403,
            "unknown access key",
            "None - Some(\"access-key-unknown\")".to_owned(),
        ),
        // A signature of the path that the inner router sees.
        (
            "the stripped path",
            signed("/pets/7", ALICE).replacen("GET /pets", "GET /v1/pets", 1),
            403,
            "signature mismatch",
            "None - Some(".to_owned(),
        ),
        // The signature of one version does not open the other.
        (
            "another version",
            signed("/v1/pets/7", ALICE).replacen("GET /v1", "GET /v2", 1),
            403,
            "signature mismatch",
            "None - Some(".to_owned(),
        ),
    ] {
        let (answered, mark, text) = exchange(address, request).await;
        assert_eq!((answered, mark), (status, refused(kind)), "{path}: {text}");
        assert!(text.starts_with(&body), "{path}: {text}");
    }

    let plain = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert_eq!(exchange(address, plain("/v1/health")).await, (200, None, "well, None".to_owned()));
    assert_eq!(exchange(address, plain("/v2/health")).await.1, refused("missing authentication"), "not exempt");
    let missing = "the layer `AuthorizeLayer` is missing: put it around the router of this route, and take the type of caller that it gives".to_owned();
    assert_eq!(exchange(address, signed("/open/pets/7", ALICE)).await, (500, None, missing));
    server.abort();
}
