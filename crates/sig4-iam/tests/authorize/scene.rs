//! A service behind the layer, those who may call it, and those who may not.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::verify::KeyStore;
use sig4::{Credentials, Expires, Signer, Timestamp, Verifier};
use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use tower::{Layer, Service, ServiceExt};

pub const ACCOUNT: &str = "123456789012";
pub const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";

pub fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

pub fn alice() -> Credentials {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// A session.
pub fn session() -> Credentials {
    Credentials::new("ASIASESSION", "the session's secret").unwrap().with_session_token("the/session+token=").unwrap()
}

pub fn policy(effect: &str, resource: &str) -> Policy {
    let statement = format!(r#"{{"Effect": "{effect}", "Action": "execute-api:Invoke", "Resource": "{resource}"}}"#);
    Policy::parse(effect, &format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#)).unwrap()
}

pub fn identity(credentials: Credentials, principal: Principal) -> Identity {
    Identity::new(credentials, principal).with_policies(Policies::new().with_identity(policy("Allow", "*")))
}

pub fn user(credentials: Credentials, name: &str) -> Identity {
    identity(credentials, Principal::user(ACCOUNT, name).unwrap())
}

/// Alice, who may do everything; Bob, who may do nothing; Carol, whom a statement denies it; Dave, whose key is retired; and
/// a session that lasts an hour.
pub fn directory() -> Directory {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let denied = Policies::new().with_identity(policy("Allow", "*")).with_identity(policy("Deny", "*"));
    [
        user(alice(), "alice"),
        user(Credentials::new("AKIDBOB", secret).unwrap(), "bob").with_policies(Policies::new()),
        user(Credentials::new("AKIDCAROL", secret).unwrap(), "carol").with_policies(denied),
        user(Credentials::new("AKIDDAVE", secret).unwrap(), "dave").with_active(false),
        identity(session(), Principal::role_session(ACCOUNT, "reader", "session").unwrap())
            .with_expiration(now() + Duration::hours(1)),
    ]
    .into_iter()
    .try_fold(Directory::new(ACCOUNT), Directory::with_identity)
    .unwrap()
}

pub fn api() -> ExecuteApi {
    ExecuteApi::new("us-east-1", ACCOUNT, "abc")
}

pub fn verifier() -> Verifier {
    Verifier::new("us-east-1", "execute-api").unwrap()
}

pub fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

/// The layer before everything that the directory's people may do.
pub fn layer() -> AuthorizeLayer<Directory> {
    layer_of(directory())
}

pub fn layer_of<K: KeyStore<Key = Identity>>(keys: K) -> AuthorizeLayer<K> {
    AuthorizeLayer::new(verifier(), keys, api()).with_clock(now)
}

/// A request that is not signed.
pub fn plain(method: &str, target: &str, body: &'static str) -> Request<Full<Bytes>> {
    let uri = format!("https://{HOST}{target}");
    Request::builder().method(method).uri(uri).body(Full::from(body)).unwrap()
}

/// A request that is signed at `at`.
pub fn signed_at(
    method: &str,
    target: &str,
    body: &'static str,
    by: &Credentials,
    at: OffsetDateTime,
) -> Request<Full<Bytes>> {
    let mut request = plain(method, target, body).map(|_| body);
    signer().sign(&mut request, by, at).unwrap();
    request.map(Full::from)
}

pub fn signed(method: &str, target: &str, body: &'static str, by: &Credentials) -> Request<Full<Bytes>> {
    signed_at(method, target, body, by, now())
}

pub fn get(target: &str) -> Request<Full<Bytes>> {
    signed("GET", target, "", &alice())
}

pub fn post(body: &'static str) -> Request<Full<Bytes>> {
    signed("POST", "/orders", body, &alice())
}

/// A request whose signature stands in its query.
pub fn presigned(target: &str, by: &Credentials) -> Request<Full<Bytes>> {
    presigned_for(target, by, Expires::from_secs(60).unwrap())
}

pub fn presigned_for(target: &str, by: &Credentials, expires: Expires) -> Request<Full<Bytes>> {
    let request = plain("GET", target, "").map(|_| "");
    let uri = signer().presign(&request, by, expires, now()).unwrap().into_uri().unwrap();
    Request::get(uri).body(Full::default()).unwrap()
}

/// What the inner service saw.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<(Parts, Bytes)>>>);

impl Seen {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub fn last(&self) -> (Parts, Bytes) {
        self.0.lock().unwrap().last().cloned().expect("a request came through")
    }

    pub fn caller(&self) -> Option<AuthorizedCaller> {
        self.last().0.extensions.get().cloned()
    }
}

/// A service that answers with the path that it saw, and remembers.
pub fn echo(
    seen: &Seen,
) -> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ use<> {
    let seen = seen.clone();
    tower::service_fn(move |request: Request<Full<Bytes>>| {
        let seen = seen.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let path = parts.uri.path().to_owned();
            seen.0.lock().unwrap().push((parts, body));
            Ok(Response::new(Full::from(path)))
        }
    })
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends a request through the layer, and says what the service saw.
pub async fn send<K, B>(layer: &AuthorizeLayer<K>, request: Request<B>) -> (Answer, Seen)
where
    K: KeyStore<Key = Identity> + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<sig4::tower::BoxError>,
{
    let seen = Seen::default();
    let response = layer.layer(echo(&seen)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (Answer { status: parts.status, headers: parts.headers, body }, seen)
}

/// The status of the answer; that of a request that was let through is 200.
pub async fn status<K: KeyStore<Key = Identity> + 'static>(
    layer: &AuthorizeLayer<K>,
    request: Request<Full<Bytes>>,
) -> u16 {
    let (answer, seen) = send(layer, request).await;
    assert_eq!(answer.status == 200, seen.count() == 1, "the service sees what is answered with 200, and nothing else");
    answer.status.as_u16()
}
