//! The layer before and behind the routers of axum.

use crate::one_path::Arrangements;
use crate::scene::{ACCOUNT, alice, layer_of, now, plain, policy, signed, signer, user};
use axum::Router;
use axum::extract::OriginalUri;
use axum::routing::{any as every, get};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use proptest::prelude::*;
use sig4::Credentials;
use sig4_iam::tower::AuthorizedCaller;
use sig4_iam::{Directory, Policies};
use sig4_test_support::path_pieces as pieces;
use time::OffsetDateTime;
use tower::{Layer, ServiceExt};

async fn status(app: &Router, request: Request<Full<Bytes>>) -> u16 {
    app.clone().oneshot(request.map(axum::body::Body::new)).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_layer_behind_the_router_lets_no_unsigned_request_to_another_route() {
    let layer = layer_of(Directory::new(ACCOUNT)).exempt(|parts| parts.uri.path() == "/health");
    let app = Router::new()
        .route("/pets/{id}", every(async || "the handler ran"))
        .route("/health", get(async || "well"))
        .layer(layer);
    for path in ["/pets/..%2Fhealth", "/pets/%2e%2e%2fhealth", "/pets/..%5Chealth", "/pets/%2E%2E%5chealth"] {
        assert_eq!(status(&app, plain("DELETE", path, "")).await, 400, "{path}");
    }
    assert_eq!(status(&app, plain("GET", "/health", "")).await, 200);
    assert_eq!(status(&app, plain("DELETE", "/pets/7", "")).await, 403);
}

#[tokio::test]
async fn a_layer_behind_the_router_keeps_callers_out_of_what_is_denied() {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/{path}");
    let policies = Policies::new()
        .with_identity(policy("Allow", &arn("*/public/*")))
        .with_identity(policy("Deny", &arn("*/admin/*")));
    let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
    let app = Router::new()
        .route("/admin/{id}", every(async || "the handler of admins ran"))
        .route("/public/{id}", every(async || "public"))
        .layer(layer_of(keys).with_clock(now));
    for path in ["/admin/..%2Fpublic%2F7", "/admin/%2e%2e%2fpublic%2f7"] {
        assert_eq!(status(&app, signed("DELETE", path, "", &alice())).await, 400, "{path}");
    }
    assert_eq!(status(&app, signed("DELETE", "/admin/7", "", &alice())).await, 403);
    assert_eq!(status(&app, signed("DELETE", "/public/7", "", &alice())).await, 200);
}

/// `nest_service` answers `/admin` as it does `/admin/`. A policy has two names for them, and who denies has to know both, as at
/// API Gateway: `/admin` denies the other too, `/admin/*` does not.
#[tokio::test]
async fn what_a_nested_service_answers_at_its_prefix_is_denied_by_the_prefix() {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/{path}");
    let app = |denied: &[&str]| {
        let allowed = Policies::new().with_identity(policy("Allow", &arn("*")));
        let policies = denied.iter().fold(allowed, |all, path| all.with_identity(policy("Deny", &arn(path))));
        let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
        let inner = Router::new().route("/", every(async || "the front page")).route("/{id}", every(async || "a page"));
        let router = Router::new().nest_service("/admin", inner);
        Router::new().fallback_service(layer_of(keys).with_clock(now).with_body::<axum::body::Body>().layer(router))
    };
    for (denied, expected) in [
        (&[][..], [200, 200, 200]),
        (&["*/admin"], [403, 403, 200]),
        (&["*/admin/*"], [200, 403, 403]),
        (&["*/admin", "*/admin/*"], [403, 403, 403]),
        (&["*/admin*"], [403, 403, 403]),
    ] {
        for (path, expected) in ["/admin", "/admin/", "/admin/7"].into_iter().zip(expected) {
            assert_eq!(status(&app(denied), signed("GET", path, "", &alice())).await, expected, "{denied:?}: {path}");
        }
    }
}

/// Paths that were walked, or could be.
const WALKED: &[&str] = &[
    "/",
    "/health",
    "/health/",
    "/public/7",
    "/public/",
    "/pets/7",
    "/pets/",
    "/@me",
    "/%40me",
    "/~a",
    "/%7Ea",
    "/a%20b/c%3Fd",
    "/open",
    "/open/",
    "/pets/..%2Fhealth",
    "/pets/%2e%2e%2fhealth",
    "/admin/..%2Fpublic%2F7",
    "/public/..%2Fadmin%2F7",
    "/public/../admin/7",
    "/public/%2e%2e/admin/7",
    "/public%2F..%2Fadmin/7",
    "//health",
    "/%68ealth",
    "/health%2F..%2Fpets",
    "/public/..;/admin/7",
    "/public/..%5Cadmin%5C7",
    "/v1",
    "/v1/",
    "/v1/pets/7",
    "/v1/health",
    "/v1/../health",
    "/v1/..%2Fhealth",
    "/v1/pets/..%2F..%2Fhealth",
    "/v1/public/7",
    "/%76%31/health",
    "/v1//health",
    "/a/pets/7",
    "/health/pets/7",
];

#[tokio::test]
async fn route_policy_and_handler_have_one_path_however_they_are_put_together() {
    let arrangements = Arrangements::default();
    for path in WALKED {
        arrangements.check(path).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whenever a handler runs, its route and parameters, the policies' resource and the caller's path are one path; and an
    /// exempt path is the one that was routed.
    #[test]
    fn route_policy_and_handler_have_one_path(
        paths in prop::collection::vec(prop_oneof![
            3 => prop::collection::vec(any::<u8>(), 0..8).prop_map(|choices| pieces::of(&choices)),
            1 => "/[ -~]{0,12}",
        ], 8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let arrangements = Arrangements::default();
        paths.iter().for_each(|path| runtime.block_on(arrangements.check(path)));
    }
}

#[allow(dead_code, reason = "the tests start no server")]
#[path = "../../examples/axum_server.rs"]
mod axum_server;
#[allow(dead_code, reason = "the tests start no server")]
#[path = "../../examples/hyper_client_and_server.rs"]
mod hyper_server;
#[allow(dead_code, reason = "the tests start no server")]
#[path = "../../examples/nested_router.rs"]
mod nested_router;

/// Paths of all kinds: those above, and a few hundred that are put together from pieces.
fn attempts() -> impl Iterator<Item = String> {
    let made =
        (0..=u8::MAX).step_by(3).map(|n| pieces::of(&[n, n.wrapping_mul(7), n.wrapping_mul(31).wrapping_add(3)]));
    let paths = WALKED.iter().map(|path| (*path).to_owned()).chain(made);
    let prefixes = ["", "/pets", "/v1/pets", "/v2/pets", "/v3/pets", "/admin", "/public"];
    paths.flat_map(move |path| prefixes.map(|prefix| format!("{prefix}{path}")))
}

/// A request for the path, signed now if it can be; `None` if it is no URI.
fn attempt(method: &str, path: &str, by: Option<&Credentials>) -> Option<Request<Full<Bytes>>> {
    let uri: http::Uri = format!("https://{}{path}", crate::scene::HOST).parse().ok()?;
    let mut request = Request::builder().method(method).uri(uri).body("").unwrap();
    if let Some(by) = by {
        signer().sign(&mut request, by, OffsetDateTime::now_utc()).ok()?;
    }
    Some(request.map(Full::from))
}

async fn answer<S, B>(app: &S, request: Request<Full<Bytes>>) -> (u16, String)
where
    S: tower::Service<Request<Full<Bytes>>, Response = http::Response<B>> + Clone,
    S::Error: std::fmt::Debug,
    B: http_body::Body<Error: std::fmt::Debug>,
{
    let answer = app.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, String::from_utf8_lossy(&answer.into_body().collect().await.unwrap().to_bytes()).into_owned())
}

#[tokio::test]
async fn the_server_of_the_axum_example_is_not_got_around() {
    let app = axum_server::app(axum_server::keys(&alice()).unwrap()).unwrap();
    for path in attempts() {
        for by in [None, Some(&alice())] {
            for method in ["GET", "DELETE"] {
                let Some(request) = attempt(method, &path, by) else { continue };
                let read = request.uri().path().to_owned();
                let (status, body) = answer(&app, request).await;
                let place = format!("{method} {path}, signed: {}: {status} {body}", by.is_some());
                assert_eq!(status == 400, pieces::is_ambiguous(&read), "{place}");
                assert!(body != "gone" && (body != "well" || read == "/health"), "{place}");
                assert!(!body.starts_with("pet ") || (by.is_some() && read.starts_with("/pets/")), "{place}");
            }
        }
    }
    let pet = attempt("GET", "/pets/7", Some(&alice())).unwrap();
    assert_eq!(answer(&app, pet).await, (200, format!("pet 7 for arn:aws:iam::{ACCOUNT}:user/alice")));
}

#[tokio::test]
async fn the_server_of_the_hyper_example_is_not_got_around() {
    let app = hyper_server::layer().unwrap().layer(tower::service_fn(hyper_server::greet));
    for path in attempts() {
        for by in [None, Some(&hyper_server::session().unwrap())] {
            let Some(request) = attempt("POST", &path, by) else { continue };
            let expected = match pieces::is_ambiguous(request.uri().path()) {
                true => 400,
                false if by.is_some() => 200,
                false => 403,
            };
            assert_eq!(answer(&app, request).await.0, expected, "{path}, signed: {}", by.is_some());
        }
    }
}

#[tokio::test]
async fn the_nested_routers_of_the_example_are_not_got_around() {
    let app = nested_router::app(nested_router::keys(&alice()).unwrap()).unwrap();
    for path in attempts() {
        for by in [None, Some(&alice())] {
            for method in ["GET", "DELETE"] {
                let Some(request) = attempt(method, &path, by) else { continue };
                let read = request.uri().path().to_owned();
                let (status, body) = answer(&app, request).await;
                let place = format!("{method} {path}, signed: {}: {status} {body}", by.is_some());
                assert!(!pieces::is_ambiguous(&read) || [400, 404].contains(&status), "{place}");
                assert!(body != "gone" && (body != "well" || read == "/health"), "{place}");
                let allowed = by.is_some() && (read.starts_with("/v1/pets/") || read.starts_with("/v3/pets/"));
                assert!(allowed || !body.contains(" by "), "{place}");
                assert!(!body.contains(" by ") || body.ends_with(&pieces::decoded(&read).unwrap()), "{place}");
            }
        }
    }
    for version in ["v1", "v3"] {
        let pet = attempt("GET", &format!("/{version}/pets/7"), Some(&alice())).unwrap();
        assert_eq!(answer(&app, pet).await, (200, format!("7 by /{version}/pets/{{id}} for /{version}/pets/7")));
    }
}

/// A nested router with a layer of its own, which is told the whole path or finds it.
fn nested_layer(told: bool) -> Router {
    let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice")).unwrap();
    let layer = layer_of(keys).with_clock(now).exempt(|parts| parts.uri.path() == "/v1/health");
    let layer = match told {
        true => layer.with_original_uri(|parts| Some(parts.extensions.get::<OriginalUri>()?.0.clone())),
        false => layer,
    };
    let path = |caller: Option<AuthorizedCaller>, uri: http::Uri| async move {
        format!("{} {uri}", caller.map_or_else(|| "-".to_owned(), |caller| caller.arn().to_owned()))
    };
    let inner = Router::new().route("/health", get(path)).route("/{id}", get(path));
    Router::new().nest("/v1", inner.layer(layer))
}

#[tokio::test]
async fn a_layer_in_a_nested_router_authorizes_the_whole_path() {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET{path}");
    let request = |path: &str| crate::scene::get(path);
    let rerouted = |signed: &str, to: &str| {
        let mut request = request(signed);
        *request.uri_mut() = plain("GET", to, "").uri().clone();
        request
    };
    for app in [nested_layer(true), nested_layer(false)] {
        let (status, body) = answer(&app, request("/v1/7?a=b")).await;
        let inner = format!("https://{}/7?a=b", crate::scene::HOST);
        assert_eq!((status, body), (200, format!("{} {inner}", arn("/v1/7"))), "the handler gets the stripped URI");
        assert_eq!(answer(&app, rerouted("/7", "/v1/7")).await.0, 403, "a signature of the stripped path");
        assert_eq!(answer(&app, plain("GET", "/v1/health", "")).await.0, 200);
        assert_eq!(answer(&app, plain("GET", "/v1/x%2F..%2Fhealth", "")).await.0, 400);
    }
}

#[tokio::test]
async fn a_uri_that_is_not_the_end_of_the_original_one_is_not_authorized() {
    let layer = crate::scene::layer().exempt(|_| true).with_verbose_errors(true);
    let original =
        |uri: Option<&'static str>| layer.clone().with_original_uri(move |_| uri.map(http::Uri::from_static));
    for (uri, expected) in [
        (Some("/v1/7?a=b"), 200),
        (Some("/7?a=b"), 200),
        (Some("/v1/7"), 500),
        (Some("/v1/8?a=b"), 500),
        (Some("/17?a=b"), 500),
        (Some("*"), 500),
        (Some("/v1/../7?a=b"), 400),
        (None, 500),
    ] {
        let (answer, seen) = crate::scene::send(&original(uri), plain("GET", "/7?a=b", "")).await;
        assert_eq!((answer.status.as_u16(), seen.count() == 1), (expected, expected == 200), "{uri:?} {answer:?}");
    }
    let (answer, _) = crate::scene::send(&original(Some("/v1")), plain("GET", "/", "")).await;
    assert_eq!(answer.status, 200, "all of it was stripped");
    let later = original(None).with_dangerous_path_rewriting();
    assert_eq!(crate::scene::status(&later, plain("GET", "/%37", "")).await, 200, "the later setting counts");
}
