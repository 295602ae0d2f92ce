//! A service behind the layer, its callers, and requests.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use sig4::tower::AuthenticateLayer;
use sig4::verify::{KeyFuture, KeyStore};
use sig4::{Credentials, Expires, Signer, Timestamp, Verifier};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tower::Service;

pub const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";

pub fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

pub fn alice() -> Credentials {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// Somebody's session.
pub fn session() -> Credentials {
    Credentials::new("ASIASESSION", "the session's secret").unwrap().with_session_token("the/session+token=").unwrap()
}

/// The keys of Alice and of the session.
pub struct Keys;

impl KeyStore for Keys {
    type Key = Credentials;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Credentials> {
        let found = [alice(), session()].into_iter().find(|one| one.access_key_id() == access_key_id);
        Box::pin(async { Ok(found.map(Arc::new)) })
    }
}

/// The layer before everything that is signed with one of the keys.
pub fn authenticate() -> AuthenticateLayer<Keys> {
    AuthenticateLayer::new(verifier(), Keys).with_clock(now)
}

pub fn verifier() -> Verifier {
    Verifier::new("us-east-1", "execute-api").unwrap()
}

pub fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
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

/// A request whose signature stands in its query.
pub fn presigned(target: &str, by: &Credentials) -> Request<Full<Bytes>> {
    let expires = Expires::from_secs(60).unwrap();
    let request = plain("GET", target, "").map(|_| "");
    let uri = signer().presign(&request, by, expires, now()).unwrap().into_uri().unwrap();
    Request::get(uri).body(Full::default()).unwrap()
}

/// What the inner service saw.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<(Parts, Bytes)>>>);

impl Seen {
    pub fn last(&self) -> (Parts, Bytes) {
        self.0.lock().unwrap().last().cloned().expect("a request came through")
    }

    pub fn push(&self, parts: Parts, body: Bytes) {
        self.0.lock().unwrap().push((parts, body));
    }

    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
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
