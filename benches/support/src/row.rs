//! The operations.

use crate::limit::{self, DayKey};
use crate::requests::{Body, credentials, credentials_with_token, now, object, post, wide};
use http::Request;
use http::request::Parts;
use sig4::{Credentials, Expires, Signer, Verifier};
use std::hint::black_box;
use time::OffsetDateTime;

/// Measures what it calls.
pub type Meter<'a> = dyn FnMut(&mut dyn FnMut()) + 'a;

/// Prepares a number of operations, and has them measured.
pub type Operation = Box<dyn Fn(usize, &mut Meter<'_>)>;

/// An operation on a request of one shape.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What sig4 does.
    pub sig4: Operation,
    /// What code that is written by hand for this shape does.
    pub limit: Operation,
}

/// The rows whose instructions are counted.
pub fn counted() -> Vec<Row> {
    vec![
        sign("sign-post", "execute-api", credentials(), post),
        sign("sign-token", "execute-api", credentials_with_token(), post),
        sign("sign-s3", "s3", credentials(), object),
        sign("sign-30-20", "execute-api", credentials(), || wide(30, 20)),
        presign("presign", object()),
        verify("verify-post", "execute-api", credentials(), post()),
        verify("verify-30-20", "execute-api", credentials(), wide(30, 20)),
        verify_presigned("verify-url", object()),
    ]
}

fn signer(service: &str) -> Signer {
    Signer::new("us-east-1", service).expect("it is valid")
}

fn key(service: &str, credentials: &Credentials) -> DayKey {
    DayKey::new(&signer(service), credentials, now())
}

/// Signs fresh requests with a key that is in the cache.
fn sign(name: &'static str, service: &str, credentials: Credentials, make: fn() -> Request<Body>) -> Row {
    let (signer, key) = (signer(service), key(service, &credentials));
    let sig4 = on_each(make, move |request, now| {
        black_box(signer.sign(request, black_box(&credentials), now).expect("it signs"));
    });
    let limit = on_each(make, move |request, now| limit::sign(black_box(&key), request, now));
    Row { name, sig4, limit }
}

fn on_each(make: fn() -> Request<Body>, once: impl Fn(&mut Request<Body>, OffsetDateTime) + 'static) -> Operation {
    let now = now();
    Box::new(move |n, meter| {
        let mut requests: Vec<_> = (0..n).map(|_| make()).collect();
        meter(&mut || requests.iter_mut().for_each(|request| once(black_box(request), black_box(now))));
    })
}

fn presign(name: &'static str, request: Request<Body>) -> Row {
    let (signer, credentials, of_limit) = (signer("s3"), credentials(), request.clone());
    let key = key("s3", &credentials);
    let sig4 = again(move |now| {
        let url = signer.presign(black_box(&request), black_box(&credentials), Expires::MAX, now);
        drop(black_box(url.expect("it signs").into_uri()));
    });
    let limit = again(move |now| {
        drop(black_box(limit::presign(black_box(&key), black_box(&of_limit), Expires::MAX.as_secs(), now)));
    });
    Row { name, sig4, limit }
}

fn verify(name: &'static str, service: &str, credentials: Credentials, mut request: Request<Body>) -> Row {
    let key = key(service, &credentials);
    signer(service).sign(&mut request, &credentials, now()).expect("it signs");
    let (parts, body) = request.into_parts();
    let (parts_of_limit, body_of_limit) = (parts.clone(), body.clone());
    let limit = again(move |now| {
        assert!(limit::verify(black_box(&key), black_box(&parts_of_limit), black_box(&body_of_limit), now));
    });
    Row { name, sig4: verify_received(service, credentials, parts, body), limit }
}

fn verify_presigned(name: &'static str, request: Request<Body>) -> Row {
    let key = key("s3", &credentials());
    let url = signer("s3").presign(&request, &credentials(), Expires::MAX, now()).expect("it signs").url();
    let (parts, body) = Request::get(url).body(Body::new()).expect("it is a request").into_parts();
    let parts_of_limit = parts.clone();
    let limit = again(move |now| assert!(limit::verify_presigned(black_box(&key), black_box(&parts_of_limit), now)));
    Row { name, sig4: verify_received("s3", credentials(), parts, body), limit }
}

fn verify_received(service: &str, credentials: Credentials, parts: Parts, body: Body) -> Operation {
    let verifier = Verifier::new("us-east-1", service).expect("it is valid");
    again(move |now| {
        let claim = verifier.claim(black_box(&parts)).expect("it is signed");
        drop(black_box(claim.verify(black_box(&credentials), black_box(&body), now).expect("it verifies")));
    })
}

fn again(once: impl Fn(OffsetDateTime) + 'static) -> Operation {
    let now = now();
    Box::new(move |n, meter| meter(&mut || (0..n).for_each(|_| once(black_box(now)))))
}
