//! The rows, and their gates.

use super::subscriber::Spans;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::Full;
use sig4::tower::{AuthOutcome, AuthenticateLayer, Origin, SignLayer};
use sig4::{Credentials, Signer, Verifier};
use sig4_bench_support::operation::Operation;
use sig4_bench_support::requests::{credentials, now};
use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Dispatch;

/// A request, as a server receives it or a client sends it.
type Call = Request<Full<Bytes>>;

/// A row.
pub struct Row {
    pub name: &'static str,
    /// What is done with each request.
    pub operation: Operation,
    pub gate: Option<Gate>,
}

/// The most that a row may take beyond a row above it.
pub struct Gate {
    pub over: &'static str,
    /// Instructions outside SHA-256's compression function.
    pub instructions: f64,
    pub allocations: u64,
}

/// The rows.
pub fn rows() -> Vec<Row> {
    let plain = |name, operation| Row { name, operation, gate: None };
    let row = |over, name, operation, instructions, allocations| {
        let gate = Some(Gate { over, instructions, allocations });
        Row { name, operation, gate }
    };
    let authenticated = || authenticate().layer(bare());
    let authorized = || authorize().layer(bare());
    let observed = (authenticate().on_decision(observe).layer(bare()), authorize().on_decision(observe).layer(bare()));
    vec![
        plain("bare", serving(received(), bare())),
        plain("Verifier", verify()),
        row("Verifier", "AuthenticateLayer", serving(received(), authenticated()), 6_550.0, 9),
        row("AuthenticateLayer", "AuthenticateLayer observed", serving(received(), observed.0), 400.0, 0),
        row("AuthenticateLayer", "AuthenticateLayer traced", traced(serving(received(), authenticated())), 700.0, 0),
        row("AuthenticateLayer", "AuthorizeLayer", serving(received(), authorized()), 4_700.0, 2),
        row("AuthorizeLayer", "AuthorizeLayer observed", serving(received(), observed.1), 400.0, 0),
        row("AuthorizeLayer", "AuthorizeLayer traced", traced(serving(received(), authorized())), 4_900.0, 5),
        plain("bare client", serving(sent(), bare())),
        plain("Signer", sign()),
        row("Signer", "SignLayer", serving(sent(), sign_layer().layer(bare())), 8_800.0, 5),
    ]
}

/// Has a service answer copies of a request.
fn serving<S, B>(request: Call, service: S) -> Operation
where
    S: Service<Call, Response = Response<B>> + Clone + 'static,
    S::Error: Debug,
{
    each(request, move |request| {
        let (mut service, mut context) = (service.clone(), Context::from_waker(Waker::noop()));
        assert!(service.poll_ready(&mut context).is_ready());
        let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut context) else { panic!("no answer") };
        assert_eq!(response.status(), 200);
        drop(black_box(response));
    })
}

/// Handles copies of a request.
fn each(request: Call, handle: impl Fn(Call) + 'static) -> Operation {
    Box::new(move |n, meter| {
        let mut requests = vec![request.clone(); n].into_iter();
        meter(&mut || requests.by_ref().for_each(&handle));
    })
}

/// The same with a subscriber of `tracing`.
fn traced(operation: Operation) -> Operation {
    Box::new(move |n, meter| {
        tracing::dispatcher::with_default(&Dispatch::new(Spans), || operation(n, meter));
        // The other rows have no subscriber, not even one that is gone.
        tracing::callsite::rebuild_interest_cache();
    })
}

fn verify() -> Operation {
    let (verifier, credentials, now) = (verifier(), credentials(), now());
    each(received(), move |request| {
        let (parts, body) = request.into_parts();
        let body = body.into_inner().unwrap_or_default();
        let claim = verifier.claim(&parts).expect("it is signed");
        drop(black_box(claim.verify(&credentials, &body, now).expect("it verifies")));
    })
}

fn sign() -> Operation {
    let (signer, credentials, now) = (signer(), credentials(), now());
    each(sent(), move |request| {
        let mut request = request.map(|body| body.into_inner().unwrap_or_default());
        signer.sign(&mut request, &credentials, now).expect("it signs");
        drop(black_box(request));
    })
}

fn sign_layer() -> SignLayer<Credentials> {
    let (origin, now) = (Origin::execute_api("abc", "us-east-1").expect("it is an API"), now());
    SignLayer::new(signer(), credentials(), origin).with_clock(move || now)
}

/// A service that answers at once.
#[derive(Clone)]
struct Bare;

const fn bare() -> Bare {
    Bare
}

impl Service<Call> for Bare {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Call) -> Self::Future {
        drop(black_box(request));
        ready(Ok(Response::new(Full::default())))
    }
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").expect("it is valid")
}

fn verifier() -> Verifier {
    Verifier::new("us-east-1", "execute-api").expect("it is valid")
}

fn authenticate() -> AuthenticateLayer<Directory> {
    let now = now();
    AuthenticateLayer::new(verifier(), directory()).with_clock(move || now)
}

fn authorize() -> AuthorizeLayer<Directory> {
    let (api, now) = (ExecuteApi::new("us-east-1", ACCOUNT, "abc"), now());
    AuthorizeLayer::new(verifier(), directory(), api).with_clock(move || now)
}

fn observe(outcome: &AuthOutcome<'_>) {
    black_box(outcome.elapsed());
}

const ACCOUNT: &str = "123456789012";

fn directory() -> Directory {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": [
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/orders/*",
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/POST/orders/*",
            "arn:aws:execute-api:us-east-1:123456789012:abc/$default/PUT/orders/*"]},
        {"Effect": "Deny", "Action": "execute-api:*", "Resource": "*",
            "Condition": {"StringLike": {"aws:UserAgent": "bad-*"}}}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("orders", policy).expect("it is one"));
    let alice = Principal::user(ACCOUNT, "alice").expect("a valid name");
    let identity = Identity::new(credentials(), alice).with_policies(policies);
    Directory::new(ACCOUNT).with_identity(identity).expect("it is the first")
}

/// A POST that is not signed yet.
fn sent() -> Call {
    let body = br#"{"order":17,"items":[{"sku":"a-17","count":2}],"note":"leave it at the door"}"#;
    Request::post("https://abc.execute-api.us-east-1.amazonaws.com/orders/17?page=17&sort=name")
        .header("user-agent", "load/1.0")
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .header("content-length", body.len())
        .body(Full::from(Bytes::from_static(body)))
        .expect("it is a request")
}

/// The same as a server of HTTP/1.1 receives it.
fn received() -> Call {
    let (parts, body) = sent().into_parts();
    let mut request = Request::from_parts(parts, body.into_inner().unwrap_or_default());
    signer().sign(&mut request, &credentials(), now()).expect("it signs");
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().expect("it has one").as_str().parse().expect("it is a value");
    parts.headers.insert("host", host);
    parts.uri = Uri::from(parts.uri.path_and_query().expect("it has one").clone());
    Request::from_parts(parts, Full::from(body))
}
