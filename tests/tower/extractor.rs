//! The extractor of axum, and nested routers.

use crate::scene::{Keys, alice, authenticate, plain, signed};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use sig4::Credentials;
use sig4::tower::{AuthenticateLayer, AuthenticatedCaller};
use tower::{Layer, ServiceExt};

async fn answer(app: &Router, request: Request<Full<Bytes>>) -> (u16, String) {
    let answer = app.clone().oneshot(request.map(Body::new)).await.unwrap();
    let status = answer.status().as_u16();
    (status, String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

fn layer() -> AuthenticateLayer<Keys> {
    authenticate().exempt(|parts| parts.uri.path().ends_with("/health"))
}

/// Handlers that need a caller, and that do without, with a state.
fn routes() -> Router {
    let needed = async |State(state): State<&'static str>, caller: AuthenticatedCaller| {
        format!("{state} {} {}", caller.access_key_id(), caller.path())
    };
    let optional = async |caller: Option<AuthenticatedCaller>, State(state): State<&'static str>| {
        format!("{state} {:?}", caller.map(|caller| caller.access_key_id().to_owned()))
    };
    Router::new()
        .route("/pets", get(needed))
        .route("/maybe", get(optional))
        .route("/health", get(optional))
        .route("/strict/health", get(needed))
        .with_state("state")
}

#[tokio::test]
async fn a_handler_takes_the_caller() {
    let app = Router::new().fallback_service(layer().layer(routes()));
    let alice = alice();
    for (request, status, text) in [
        (signed("GET", "/pets", "", &alice), 200, "state AKIDALICE /pets"),
        (signed("GET", "/maybe", "", &alice), 200, r#"state Some("AKIDALICE")"#),
        (plain("GET", "/maybe", ""), 403, r#"{"message":"Forbidden"}"#),
        (plain("GET", "/health", ""), 200, "state None"),
        (signed("GET", "/health", "", &alice), 200, "state None"),
        (
            plain("GET", "/strict/health", ""),
            500,
            "the layer `AuthenticateLayer` exempts this request: take the caller as an `Option`",
        ),
    ] {
        let path = request.uri().path().to_owned();
        assert_eq!(answer(&app, request).await, (status, text.to_owned()), "{path}");
    }
}

/// A forgotten layer is an error, not an anonymous caller.
#[tokio::test]
async fn a_route_without_the_layer_has_no_caller() {
    let missing = "the layer `AuthenticateLayer` is missing: put it around the router of this route, and take the type of caller that it gives";
    for path in ["/pets", "/maybe", "/health"] {
        for request in [plain("GET", path, ""), signed("GET", path, "", &alice())] {
            assert_eq!(answer(&routes(), request).await, (500, missing.to_owned()), "{path}");
        }
    }
}

/// A caller of a store with another key type is not found: the extractor looks for its own key type.
#[tokio::test]
async fn the_caller_of_another_store_is_not_taken() {
    let other = async |caller: AuthenticatedCaller<String>| caller.access_key_id().to_owned();
    let app = Router::new().fallback_service(layer().layer(Router::new().route("/pets", get(other))));
    assert_eq!(answer(&app, signed("GET", "/pets", "", &alice())).await.0, 500);
}

async fn who(uri: http::Uri, caller: Option<AuthenticatedCaller<Credentials>>) -> String {
    format!("{:?} {}", caller.map(|caller| caller.path().to_owned()), uri.path())
}

fn nested() -> Router {
    Router::new().route("/pets/{id}", get(who)).route("/health", get(who)).route("/", get(who))
}

/// The layer finds the received path, however deep it is in the routers.
#[tokio::test]
async fn a_nested_layer_verifies_the_received_path() {
    let inner = nested().layer(layer());
    for (name, app, prefix) in [
        ("nest", Router::new().nest("/v1", inner.clone()), "/v1"),
        ("two nests", Router::new().nest("/v1", Router::new().nest("/eu", inner.clone())), "/v1/eu"),
        ("a variable", Router::new().nest("/{tenant}", inner), "/t%20x"),
        ("route_layer", Router::new().nest("/v1", nested().route_layer(layer())), "/v1"),
        ("nest_service", Router::new().nest_service("/v1", layer().layer(nested())), "/v1"),
        ("the top", nested().layer(layer()), ""),
        ("around the top", Router::new().fallback_service(layer().layer(nested())), ""),
    ] {
        let path = format!("{prefix}/pets/7");
        let expected = format!("Some({:?}) /pets/7", path.replace("%20", " "));
        assert_eq!(answer(&app, signed("GET", &path, "", &alice())).await, (200, expected), "{name}");
        let health = format!("{prefix}/health");
        assert_eq!(answer(&app, plain("GET", &health, "")).await, (200, "None /health".to_owned()), "{name}");
        if prefix.is_empty() {
            continue;
        }
        let mut stripped = signed("GET", "/pets/7", "", &alice());
        *stripped.uri_mut() = plain("GET", &path, "").uri().clone();
        assert_eq!(answer(&app, stripped).await.0, 403, "{name}: a signature of the stripped path");
        assert_eq!(answer(&app, plain("GET", &path, "")).await.0, 403, "{name}: unsigned");
    }
}

/// A middleware between the outermost router and the layer that changes the path is found out.
#[tokio::test]
async fn a_path_that_changed_on_the_way_to_the_layer_is_refused() {
    let rewriting = |to: &'static str, layer: AuthenticateLayer<Keys>| {
        let gate = layer.layer(nested());
        let rewrite = tower::util::MapRequestLayer::new(move |mut request: Request<Body>| {
            *request.uri_mut() = http::Uri::from_static(to);
            request
        });
        Router::new().fallback_service(rewrite.layer(gate))
    };
    let every = |path: &'static str| signed("GET", path, "", &alice());
    for (received, to, status) in [
        ("/old/7", "/pets/7", 500),
        ("/pets/7", "/pets/7?a", 500),
        ("/pets/8", "/pets/7", 500),
        ("/xpets/7", "/pets/7", 500),
        ("/v1/pets/7", "/pets/7", 200),
        ("/pets/7", "/pets/7", 200),
    ] {
        let app = rewriting(to, authenticate());
        assert_eq!(answer(&app, every(received)).await.0, status, "{received} to {to}");
    }
    let app = rewriting("/health", layer());
    assert_eq!(answer(&app, plain("GET", "/pets/7", "")).await.0, 500, "and not exempt");
    let given = authenticate().with_original_uri(|parts| Some(parts.uri.clone())).exempt(|_| true);
    assert_eq!(answer(&rewriting("/health", given), plain("GET", "/x", "")).await.0, 200, "your own function counts");
}

/// A middleware inside a nested router leaves an end of the received path, but not the one that the router left.
#[tokio::test]
async fn a_path_that_is_shorter_than_the_nested_router_left_it_is_refused() {
    let rewriting = |to: &'static str| {
        tower::util::MapRequestLayer::new(move |mut request: Request<Body>| {
            *request.uri_mut() = http::Uri::from_static(to);
            request
        })
    };
    for (received, to, status) in [
        ("/v1/pets/7", "/", 500),
        ("/v1/health", "/", 500),
        ("/v1/old/pets/7", "/pets/7", 500),
        ("/v1/pets/7", "/pets/7", 200),
        ("/v1/", "/", 200),
        ("/v1", "/", 200),
    ] {
        let app = Router::new().nest_service("/v1", rewriting(to).layer(layer().layer(nested())));
        assert_eq!(answer(&app, signed("GET", received, "", &alice())).await.0, status, "{received} to {to}");
    }
    let app = Router::new().nest("/v1", nested()).layer(layer()).layer(rewriting("/"));
    assert_eq!(answer(&app, signed("GET", "/v1/pets/7", "", &alice())).await.0, 500, "around the router that strips");
    let deep = Router::new().nest("/v1/", Router::new().nest("/{tenant}", nested().layer(layer())));
    for path in ["/v1/a", "/v1/a/pets/7"] {
        assert_eq!(answer(&deep, signed("GET", path, "", &alice())).await.0, 200, "{path}");
    }
}

/// A target without a path is the mistake of the client, behind a router too.
#[tokio::test]
async fn a_target_that_is_no_path_is_a_bad_request() {
    let app = Router::new().fallback_service(layer().layer(nested()));
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "pets.example:443")] {
        let request = Request::builder().method(method).uri(target).body(Full::default()).unwrap();
        assert_eq!(answer(&app, request).await.0, 400, "{method} {target}");
    }
}

/// A layer that rewrites paths has to be the first to see them.
#[tokio::test]
async fn a_layer_that_rewrites_is_refused_behind_a_router_that_strips() {
    let layer = || authenticate().exempt(|_| true).with_dangerous_path_rewriting();
    let inside = Router::new().nest("/v1", nested().layer(layer()));
    assert_eq!(answer(&inside, plain("GET", "/v1/health", "")).await.0, 500);
    let around = Router::new().fallback_service(layer().layer(nested()));
    assert_eq!(answer(&around, plain("GET", "/x/..%2Fhealth", "")).await, (200, "None /health".to_owned()));
}

/// Extensions do not come from the wire, and headers that name a URI are not read.
#[tokio::test]
async fn a_client_chooses_no_received_path() {
    let app = Router::new().nest("/v1", nested().layer(layer()));
    let mut request = plain("GET", "/v1/pets/7", "");
    for name in ["x-original-uri", "x-original-url", "x-forwarded-prefix", "x-rewrite-url"] {
        request.headers_mut().insert(name, "/v1/health".parse().unwrap());
    }
    assert_eq!(answer(&app, request).await.0, 403);
}
