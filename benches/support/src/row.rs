//! The rows of the benchmark: operations of sig4 with their floor and their limit.

use crate::floor::Floor;
use crate::keys;
use crate::limit::{self, DayKey};
use crate::operation::{Meter, Named, Operation, Row, again, on_each};
use crate::requests::{Body, credentials, credentials_with_token, now, object, post, upload, wide};
use crate::stream_rows;
use http::Request;
use http::request::Parts;
use sig4::{Credentials, Expires, Signer, Verifier};
use std::hint::black_box;
use time::Duration;

const GATEWAY: &str = "execute-api";

/// The rows.
pub const ROWS: [Named; 17] = [
    ("sign-post", || sign(GATEWAY, credentials(), post)),
    ("sign-token", || sign(GATEWAY, credentials_with_token(), post)),
    ("sign-s3", || sign("s3", credentials(), object)),
    ("sign-30-20", || sign(GATEWAY, credentials(), || wide(30, 20))),
    ("sign-1MiB", || sign(GATEWAY, credentials(), || upload(1 << 20))),
    ("sign-again", || sign_again(GATEWAY, credentials(), post())),
    ("presign", || presign(object())),
    ("verify-post", || verify(GATEWAY, credentials(), post())),
    ("verify-token", || verify(GATEWAY, credentials_with_token(), post())),
    ("verify-s3", || verify("s3", credentials(), object())),
    ("verify-30-20", || verify(GATEWAY, credentials(), wide(30, 20))),
    ("verify-1MiB", || verify(GATEWAY, credentials(), upload(1 << 20))),
    ("verify-url", || verify_presigned(object())),
    ("refuse-unknown", || refuse(None, Duration::ZERO, str::to_owned)),
    ("refuse-expired", || refuse(Some(credentials()), Duration::HOUR, str::to_owned)),
    ("refuse-garbage", || {
        let garbage = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, Signature=00";
        refuse(Some(credentials()), Duration::ZERO, |_| garbage.to_owned())
    }),
    ("refuse-short", || {
        let shorten = |authorization: &str| authorization.replace("Signature=", "Signature=0");
        refuse(Some(credentials()), Duration::ZERO, shorten)
    }),
];

/// The rows that are timed: these, those [of chunks](stream_rows::ROWS) and, with the feature `sigv4a`, of Signature Version 4a.
pub fn timed() -> impl Iterator<Item = Named> {
    let rows = ROWS.into_iter().chain(stream_rows::ROWS);
    #[cfg(feature = "sigv4a")]
    let rows = rows.chain(crate::v4a::ROWS);
    rows
}

/// The rows that are counted: the same, and those [of keys](keys::ROWS).
pub fn all() -> impl Iterator<Item = Named> {
    timed().chain(keys::ROWS)
}

/// The row of this name.
pub fn named(name: &str) -> Row {
    let (_, make) = all().find(|row| row.0 == name).expect("the row exists");
    make()
}

fn signer(service: &str) -> Signer {
    Signer::new("us-east-1", service).expect("it is valid")
}

fn key(service: &str, credentials: &Credentials) -> DayKey {
    DayKey::new(&signer(service), credentials, now())
}

/// Signs fresh requests with a key that is in the cache.
fn sign(service: &str, credentials: Credentials, make: fn() -> Request<Body>) -> Row {
    let (signer, key) = (signer(service), key(service, &credentials));
    let floor = Floor::of_signing(&signer, &credentials, &make());
    let limit = on_each(make, move |request, now| limit::sign(black_box(&key), request, now));
    let sig4 = on_each(make, move |request, now| {
        black_box(signer.sign(request, black_box(&credentials), now).expect("it signs"));
    });
    Row { floor: floor.operation(), limit: Some(limit), sig4 }
}

/// Signs one request again, as a retry does.
fn sign_again(service: &str, credentials: Credentials, mut request: Request<Body>) -> Row {
    let signer = signer(service);
    let floor = Floor::of_signing(&signer, &credentials, &request);
    signer.sign(&mut request, &credentials, now()).expect("it signs");
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let mut request = request.clone();
        meter(&mut || {
            for _ in 0..n {
                black_box(signer.sign(black_box(&mut request), black_box(&credentials), now()).expect("it signs"));
            }
        });
    });
    Row { floor: floor.operation(), limit: None, sig4 }
}

fn presign(request: Request<Body>) -> Row {
    let (signer, credentials, of_limit) = (signer("s3"), credentials(), request.clone());
    let key = key("s3", &credentials);
    let floor = Floor::of_presigning(&signer, &credentials, &request);
    let limit = again(move |now| {
        drop(black_box(limit::presign(black_box(&key), black_box(&of_limit), Expires::MAX.as_secs(), now)));
    });
    let sig4 = again(move |now| {
        let url = signer.presign(black_box(&request), black_box(&credentials), Expires::MAX, now);
        drop(black_box(url.expect("it signs").into_uri()));
    });
    Row { floor: floor.operation(), limit: Some(limit), sig4 }
}

fn verify(service: &str, credentials: Credentials, mut request: Request<Body>) -> Row {
    let (signer, key) = (signer(service), key(service, &credentials));
    let floor = Floor::of_signing(&signer, &credentials, &request);
    signer.sign(&mut request, &credentials, now()).expect("it signs");
    let (parts, body) = request.into_parts();
    let (parts_of_limit, body_of_limit) = (parts.clone(), body.clone());
    let limit = again(move |now| {
        assert!(limit::verify(black_box(&key), black_box(&parts_of_limit), black_box(&body_of_limit), now));
    });
    let sig4 = verify_received(service, credentials, parts, body);
    Row { floor: floor.operation(), limit: Some(limit), sig4 }
}

fn verify_presigned(request: Request<Body>) -> Row {
    let (signer, key) = (signer("s3"), key("s3", &credentials()));
    let floor = Floor::of_presigning(&signer, &credentials(), &request);
    let url = signer.presign(&request, &credentials(), Expires::MAX, now()).expect("it signs").url();
    let (parts, body) = Request::get(url).body(Body::new()).expect("it is a request").into_parts();
    let parts_of_limit = parts.clone();
    let limit = again(move |now| assert!(limit::verify_presigned(black_box(&key), black_box(&parts_of_limit), now)));
    let sig4 = verify_received("s3", credentials(), parts, body);
    Row { floor: floor.operation(), limit: Some(limit), sig4 }
}

fn verify_received(service: &str, credentials: Credentials, parts: Parts, body: Body) -> Operation {
    let verifier = Verifier::new("us-east-1", service).expect("it is valid");
    again(move |now| {
        let claim = verifier.claim(black_box(&parts)).expect("it is signed");
        drop(black_box(claim.verify(black_box(&credentials), black_box(&body), now).expect("it verifies")));
    })
}

/// Refuses a POST whose `Authorization` was changed, with the credentials that are stored, some time after it was signed. The
/// floor is that of verifying it.
fn refuse(stored: Option<Credentials>, later: Duration, change: impl Fn(&str) -> String) -> Row {
    let (signer, mut request) = (signer(GATEWAY), post());
    let floor = Floor::of_signing(&signer, &credentials(), &request);
    signer.sign(&mut request, &credentials(), now()).expect("it signs");
    let authorization = request.headers_mut().get_mut("authorization").expect("it is signed");
    let changed = change(authorization.to_str().expect("it is text"));
    *authorization = changed.try_into().expect("it is a header value");
    let (parts, body) = request.into_parts();
    let verifier = Verifier::new("us-east-1", GATEWAY).expect("it is valid");
    let sig4 = again(move |now| {
        let claim = verifier.claim(black_box(&parts));
        let refused = claim.and_then(|claim| claim.verify(stored.as_ref(), black_box(&body), now + later));
        assert!(black_box(refused).is_err());
    });
    Row { floor: floor.operation(), limit: None, sig4 }
}

impl Floor {
    fn operation(self) -> Option<Operation> {
        Some(again(move |_| self.run()))
    }
}
