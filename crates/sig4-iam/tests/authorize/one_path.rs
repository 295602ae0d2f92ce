//! One path for the router, the policy and the handler, whichever way a router of axum and the layer are put together.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{MatchedPath, OriginalUri, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::{Request, Uri};
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use sig4_test_support::path_pieces::{decoded, is_ambiguous, normalized};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tower::util::BoxCloneService;
use tower::{Layer, Service, ServiceExt};

const ACCOUNT: &str = "123456789012";
const ORIGIN: &str = "https://abc.execute-api.us-east-1.amazonaws.com";

type App = BoxCloneService<Request<Body>, Response, Infallible>;
type Gate = AuthorizeLayer<Arc<Directory>, Body>;

/// A handler that ran, and what it saw.
#[derive(Clone, Debug)]
struct Reached {
    /// `None` of a fallback.
    route: Option<String>,
    parameters: Vec<(String, String)>,
    uri: Uri,
    /// What the outermost router got.
    original: Uri,
    caller: Option<AuthorizedCaller>,
}

impl Reached {
    /// The path that the route and its parameters make.
    fn path(&self) -> Option<String> {
        let route = self.route.as_deref().filter(|route| !route.contains("__private"))?;
        let parameter =
            |name: &str| self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        let segments =
            route.split('/').map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(name) => parameter(name.trim_start_matches('*')).expect("the parameter of the route"),
                None => segment,
            });
        Some(segments.collect::<Vec<_>>().join("/"))
    }
}

async fn reached(
    route: Option<MatchedPath>,
    parameters: Result<Path<Vec<(String, String)>>, PathRejection>,
    OriginalUri(original): OriginalUri,
    caller: Option<Extension<AuthorizedCaller>>,
    request: axum::extract::Request,
) -> impl IntoResponse {
    let route = route.map(|route| route.as_str().to_owned());
    let parameters = parameters.map_or_else(|_| Vec::new(), |Path(parameters)| parameters);
    let caller = caller.map(|Extension(caller)| caller);
    Extension(Reached { route, parameters, uri: request.uri().clone(), original, caller })
}

fn routes() -> Router {
    let paths =
        ["/", "/health", "/pets/", "/pets/{id}", "/admin/{*rest}", "/public/{*rest}", "/@me", "/{one}", "/{one}/{two}"];
    let router = paths.into_iter().fold(Router::new(), |router, path| router.route(path, any(reached)));
    router.fallback(reached)
}

fn nested() -> Router {
    let paths = ["/health", "/pets/{id}", "/admin/{*rest}", "/public/{*rest}", "/{one}"];
    paths.into_iter().fold(Router::new(), |router, path| router.route(path, any(reached)))
}

/// Routers and layers, put together in every way.
pub struct Arrangements {
    all: Vec<(&'static str, App)>,
    rewriting: App,
    exempted: Arc<Mutex<Option<String>>>,
    alice: Credentials,
}

fn boxed<S>(service: S) -> App
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    BoxCloneService::new(service)
}

fn is_exempt(path: &str) -> bool {
    path == "/health" || path.starts_with("/public/") || path == "/v1/health"
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_440_938_160).expect("a time")
}

fn gate(alice: &Credentials, exempted: &Arc<Mutex<Option<String>>>) -> Gate {
    let everything = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("everything", everything).expect("a policy"));
    let user = Principal::user(ACCOUNT, "alice").expect("a name");
    let keys = Directory::new(ACCOUNT).with_identity(Identity::new(alice.clone(), user).with_policies(policies));
    let exempted = Arc::clone(exempted);
    let api = ExecuteApi::new("us-east-1", ACCOUNT, "abc");
    AuthorizeLayer::new(Verifier::new("us-east-1", "execute-api").unwrap(), Arc::new(keys.expect("one key")), api)
        .with_body()
        .with_clock(now)
        .exempt(move |parts| {
            let exempt = is_exempt(parts.uri.path());
            if exempt {
                *exempted.lock().expect("the lock") = Some(parts.uri.path().to_owned());
            }
            exempt
        })
}

impl Default for Arrangements {
    fn default() -> Self {
        let (alice, exempted) = (Credentials::new("AKIDALICE", "a secret").unwrap(), Arc::default());
        let gate = gate(&alice, &exempted);
        let inside = gate.clone().with_original_uri(|parts| Some(parts.extensions.get::<OriginalUri>()?.0.clone()));
        let both = || Router::new().nest("/v1", nested()).merge(routes());
        let all = vec![
            ("the layer wraps the router", boxed(gate.layer(routes()))),
            ("the layer wraps, as a fallback", boxed(Router::new().fallback_service(gate.layer(routes())))),
            ("Router::layer", boxed(routes().layer(gate.clone()))),
            ("Router::route_layer", boxed(routes().route_layer(gate.clone()).reset_fallback())),
            ("the layer wraps nested routers", boxed(gate.layer(both()))),
            ("Router::layer over nested routers", boxed(both().layer(gate.clone()))),
            ("Router::layer inside nest", boxed(Router::new().nest("/v1", nested().layer(inside.clone())))),
            ("route_layer inside nest", boxed(Router::new().nest("/v1", nested().route_layer(gate.clone())))),
            ("the layer wraps inside nest_service", boxed(Router::new().nest_service("/v1", inside.layer(nested())))),
            (
                "Router::layer inside a nest of a variable",
                boxed(Router::new().nest("/{tenant}", nested().layer(gate.clone()))),
            ),
            (
                "nested twice",
                boxed(Router::new().nest("/v1", Router::new().nest("/pets", nested().layer(gate.clone())))),
            ),
            (
                "merged with an open router",
                boxed(Router::new().route("/open", any(reached)).merge(routes().layer(gate.clone()))),
            ),
            ("MethodRouter::layer", boxed(Router::new().route("/pets/{id}", any(reached).layer(gate.clone())))),
            ("a fallback alone", boxed(Router::new().fallback(reached).layer(gate.clone()))),
        ];
        let rewriting = boxed(gate.with_dangerous_path_rewriting().layer(routes()));
        Self { all, rewriting, exempted, alice }
    }
}

impl Arrangements {
    /// Sends a request for the path, signed and not, through every arrangement.
    ///
    /// # Panics
    ///
    /// If a handler ran for another path than the one that was authorized or exempt.
    pub async fn check(&self, path: &str) {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let Ok(uri) = format!("{ORIGIN}{path}").parse::<Uri>() else { return };
        let raw = uri.path().to_owned();
        let unsigned = || Request::delete(uri.clone()).body(Body::empty()).expect("a request");
        let mut signed = Request::delete(uri.clone()).body("").expect("a request");
        let signs = Signer::new("us-east-1", "execute-api").unwrap().sign(&mut signed, &self.alice, now()).is_ok();
        for (name, app) in &self.all {
            let (reached, exempted) = self.send(app, unsigned()).await;
            let place = format!("{name}, unsigned, {raw}");
            assert!(!is_ambiguous(&raw) || reached.is_none(), "{place}: {reached:?}");
            self.judge(&raw, reached.as_ref(), exempted.as_deref(), &place);
            assert_eq!(exempted.is_some(), reached.as_ref().is_some_and(|reached| !is_open(reached)), "{place}");
            if signs {
                let (reached, exempted) = self.send(app, signed.clone().map(Body::from)).await;
                let place = format!("{name}, signed, {raw}");
                assert!(!is_ambiguous(&raw) || reached.is_none(), "{place}: {reached:?}");
                self.judge(&raw, reached.as_ref(), exempted.as_deref(), &place);
                let takes_all = name.starts_with("the layer wraps the") || *name == "a fallback alone";
                assert!(!takes_all || reached.is_some() != is_ambiguous(&raw), "{place}: {reached:?}");
            }
        }
        for request in [Some(unsigned()), signs.then(|| signed.map(Body::from))].into_iter().flatten() {
            let (reached, exempted) = self.send(&self.rewriting, request).await;
            let Some(reached) = reached else { continue };
            let path = reached.uri.path().to_owned();
            assert_eq!(decoded(&path), normalized(&raw), "rewritten, {raw}");
            self.judge(&path, Some(&reached), exempted.as_deref(), &format!("rewritten, {raw}"));
        }
    }

    async fn send(&self, app: &App, request: Request<Body>) -> (Option<Reached>, Option<String>) {
        *self.exempted.lock().expect("the lock") = None;
        let Ok(response) = app.clone().oneshot(request).await;
        (response.extensions().get().cloned(), self.exempted.lock().expect("the lock").take())
    }

    /// Whether a handler that ran was meant.
    fn judge(&self, raw: &str, reached: Option<&Reached>, exempted: Option<&str>, place: &str) {
        let Some(reached) = reached else { return };
        let path = decoded(raw).unwrap_or_else(|| panic!("{place}: what cannot be decoded was handled"));
        assert_eq!(reached.original.path(), raw, "{place}: the router got what was sent");
        assert!(raw.ends_with(reached.uri.path()), "{place}: the handler got it too");
        if let Some(routed) = reached.path() {
            assert_eq!(routed, path, "{place}: the route and its parameters");
        }
        match &reached.caller {
            Some(caller) => {
                let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/DELETE{path}");
                assert_eq!((caller.path(), caller.arn()), (&*path, &*arn), "{place}: what the policies saw");
                assert_eq!(exempted, None, "{place}");
            }
            None if is_open(reached) => assert_eq!(raw, "/open", "{place}"),
            None => {
                assert!(is_exempt(&path), "{place}: it was exempt by its decoded path too");
                assert_eq!(exempted, Some(raw), "{place}: it was exempt by the path that was routed");
            }
        }
    }
}

/// Whether it is the handler that stands before no layer.
fn is_open(reached: &Reached) -> bool {
    reached.route.as_deref() == Some("/open")
}
