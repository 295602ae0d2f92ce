//! The operations.

use crate::requests::{Body, credentials, credentials_with_token, now, object, post, wide};
use http::Request;
use sig4::{Credentials, Expires, Signer, Verifier};
use std::hint::black_box;

/// Measures what it calls.
pub type Meter<'a> = dyn FnMut(&mut dyn FnMut()) + 'a;

/// Prepares a number of operations, and has them measured.
pub type Operation = Box<dyn Fn(usize, &mut Meter<'_>)>;

/// An operation of sig4 on a request of one shape.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What sig4 does.
    pub sig4: Operation,
}

/// The rows whose instructions are counted.
pub fn counted() -> Vec<Row> {
    let row = |name, sig4| Row { name, sig4 };
    let (gateway, s3) = (|| signer("execute-api"), || signer("s3"));
    let wide = || wide(30, 20);
    vec![
        row("sign-post", sign(gateway(), credentials(), post)),
        row("sign-token", sign(gateway(), credentials_with_token(), post)),
        row("sign-s3", sign(s3(), credentials(), object)),
        row("sign-30-20", sign(gateway(), credentials(), wide)),
        row("presign", presign(s3(), object())),
        row("verify-post", verify(verifier("execute-api"), signed(&gateway(), post()))),
        row("verify-30-20", verify(verifier("execute-api"), signed(&gateway(), wide()))),
        row("verify-url", verify(verifier("s3"), presigned(&s3(), &object()))),
    ]
}

fn signer(service: &str) -> Signer {
    Signer::new("us-east-1", service).expect("it is valid")
}

fn verifier(service: &str) -> Verifier {
    Verifier::new("us-east-1", service).expect("it is valid")
}

fn signed(signer: &Signer, mut request: Request<Body>) -> Request<Body> {
    signer.sign(&mut request, &credentials(), now()).expect("it signs");
    request
}

fn presigned(signer: &Signer, request: &Request<Body>) -> Request<Body> {
    let url = signer.presign(request, &credentials(), Expires::MAX, now()).expect("it signs").url();
    Request::get(url).body(Body::new()).expect("it is a request")
}

/// Signs fresh requests with a key that is in the cache.
fn sign(signer: Signer, credentials: Credentials, make: fn() -> Request<Body>) -> Operation {
    let now = now();
    Box::new(move |n, meter| {
        let mut requests: Vec<_> = (0..n).map(|_| make()).collect();
        meter(&mut || {
            for request in &mut requests {
                black_box(signer.sign(black_box(request), black_box(&credentials), black_box(now)).expect("it signs"));
            }
        });
    })
}

fn presign(signer: Signer, request: Request<Body>) -> Operation {
    let (credentials, now) = (credentials(), now());
    Box::new(move |n, meter| {
        meter(&mut || {
            for _ in 0..n {
                let url = signer.presign(black_box(&request), black_box(&credentials), Expires::MAX, black_box(now));
                drop(black_box(url.expect("it signs").into_uri()));
            }
        });
    })
}

fn verify(verifier: Verifier, request: Request<Body>) -> Operation {
    let (credentials, now) = (credentials(), now());
    let (parts, body) = request.into_parts();
    Box::new(move |n, meter| {
        meter(&mut || {
            for _ in 0..n {
                let claim = verifier.claim(black_box(&parts)).expect("it is signed");
                let matched = claim.verify(black_box(&credentials), black_box(&body), black_box(now));
                drop(black_box(matched.expect("it verifies")));
            }
        });
    })
}
