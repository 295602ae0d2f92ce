//! How much a signature costs above the hashing that no signer can do without.
//!
//! `cargo bench --bench ratio` prints `name floor_ns sig4_ns ratio allocs` a line. The floor is the SHA-256 of the body,
//! the SHA-256 of the canonical request's bytes, and one HMAC with a ready key over the string to sign, with the same
//! crates. Floor and sig4 take turns within each round; the medians over all rounds are printed.
//! The last line is the best throughput of two threads with one signer and one key, as a multiple of one thread's.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may fail by panicking"
)]

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::{Digest, Sha256};
use sig4::payload::ContentSha256;
use sig4::request::{Headers, RequestView};
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp, Verifier};
use sig4_bench_support::requests::{Body, credentials, now, object, post, upload, wide};
use sig4_test_support::allocations;
use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let rounds = if std::env::args().any(|arg| arg == "--bench") && !std::env::args().any(|arg| arg == "--test") {
        400
    } else {
        3
    };
    println!("{:<14} {:>9} {:>9} {:>6} {:>6}", "name", "floor_ns", "sig4_ns", "ratio", "allocs");
    let gateway = Signer::new("us-east-1", "execute-api").unwrap();
    let token = credentials().with_session_token("IQoJb3JpZ2luX2Vj".repeat(40)).unwrap();
    sign("post", &gateway, &credentials(), post, 16, rounds);
    resign("post-again", &gateway, &credentials(), post(), 256, rounds);
    sign("post-token", &gateway, &token, post, 16, rounds);
    sign("wide-30-20", &gateway, &credentials(), || wide(30, 20), 16, rounds);
    sign("body-1MiB", &gateway, &credentials(), || upload(1 << 20), 1, rounds.min(30));
    sign("s3-get", &Signer::new("us-east-1", "s3").unwrap(), &credentials(), object, 16, rounds);
    presign("presign", &Signer::new("us-east-1", "s3").unwrap(), &credentials(), &object(), 64, rounds);
    verify("verify-post", &gateway, &credentials(), post(), 256, rounds);
    verify("verify-token", &gateway, &token, post(), 256, rounds);
    verify("verify-30-20", &gateway, &credentials(), wide(30, 20), 64, rounds);
    verify("verify-1MiB", &gateway, &credentials(), upload(1 << 20), 1, rounds.min(30));
    verify("verify-s3", &Signer::new("us-east-1", "s3").unwrap(), &credentials(), object(), 256, rounds);
    verify_presigned("verify-url", &Signer::new("us-east-1", "s3").unwrap(), &credentials(), &object(), 256, rounds);
    refuse("refuse-unknown", &gateway, post(), |_| (), (&Credentials::new("AKIDOTHER", "x").unwrap(), now()), rounds);
    let garble = |r: &mut Request<Body>| set_authorization(r, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, Signature=00");
    refuse("refuse-garbage", &gateway, post(), garble, (&credentials(), now()), rounds);
    let shorten = |r: &mut Request<Body>| {
        let value = r.headers()["authorization"].to_str().expect("it is text").replace("Signature=", "Signature=0");
        set_authorization(r, &value);
    };
    refuse("refuse-short", &gateway, post(), shorten, (&credentials(), now()), rounds);
    refuse("refuse-expired", &gateway, post(), |_| (), (&credentials(), now() + HOUR), rounds);
    two_threads(&gateway, rounds);
}

const HOUR: Duration = Duration::from_secs(3600);

fn verifier(signer: &Signer) -> Verifier {
    let scope = signer.scope(Timestamp::new(now()).expect("it is a time").day());
    Verifier::new(scope.region(), scope.service()).unwrap()
}

/// Verifies a signed request with a key that is in the cache.
fn verify(
    name: &str,
    signer: &Signer,
    credentials: &Credentials,
    mut request: Request<Body>,
    batch: usize,
    rounds: usize,
) {
    let floor = Floor::of_signing(signer, credentials, &request);
    signer.sign(&mut request, credentials, now()).expect("it signs");
    verify_received(name, &verifier(signer), credentials, request, floor, (batch, rounds));
}

fn verify_presigned(
    name: &str,
    signer: &Signer,
    credentials: &Credentials,
    request: &Request<Body>,
    batch: usize,
    rounds: usize,
) {
    let floor = Floor::of_presigning(signer, credentials, request);
    let url = signer.presign(request, credentials, Expires::MAX, now()).expect("it signs").url();
    let request = Request::get(url).body(Body::new()).expect("it is a request");
    verify_received(name, &verifier(signer), credentials, request, floor, (batch, rounds));
}

fn verify_received(
    name: &str,
    verifier: &Verifier,
    credentials: &Credentials,
    request: Request<Body>,
    floor: Floor,
    (batch, rounds): (usize, usize),
) {
    let (parts, body) = request.into_parts();
    let once = || {
        let claim = verifier.claim(black_box(&parts)).expect("it is signed");
        drop(black_box(claim.verify(black_box(credentials), black_box(&body), black_box(now())).expect("it verifies")));
    };
    once();
    let (allocs, ()) = allocations::during(once);
    compare(name, floor, (batch, rounds), allocs, || per_item(batch, || (0..batch).for_each(|_| once())));
}

/// Refuses a request, compared with the floor of verifying it.
fn refuse(
    name: &str,
    signer: &Signer,
    mut request: Request<Body>,
    change: impl Fn(&mut Request<Body>),
    (stored, at): (&Credentials, OffsetDateTime),
    rounds: usize,
) {
    let floor = Floor::of_signing(signer, &credentials(), &request);
    signer.sign(&mut request, &credentials(), now()).expect("it signs");
    change(&mut request);
    let (verifier, (parts, body)) = (verifier(signer), request.into_parts());
    let once = || {
        let key = Some(stored).filter(|stored| stored.access_key_id() == "AKIDEXAMPLE");
        let refused = verifier.claim(black_box(&parts)).and_then(|claim| claim.verify(key, black_box(&body), at));
        assert!(black_box(refused).is_err());
    };
    once();
    let (allocs, ()) = allocations::during(once);
    compare(name, floor, (256, rounds), allocs, || per_item(256, || (0..256).for_each(|_| once())));
}

fn set_authorization(request: &mut Request<Body>, value: &str) {
    let value = value.parse().expect("it is a header value");
    request.headers_mut().insert("authorization", value);
}

/// Signs `batch` fresh requests a round.
fn sign(
    name: &str,
    signer: &Signer,
    credentials: &Credentials,
    make: impl Fn() -> Request<Body>,
    batch: usize,
    rounds: usize,
) {
    let now = now();
    let once = |request: &mut _| {
        black_box(signer.sign(black_box(request), black_box(credentials), black_box(now)).expect("it signs"));
    };
    let floor = Floor::of_signing(signer, credentials, &make());
    once(&mut make());
    let mut request = make();
    let (allocs, ()) = allocations::during(|| once(&mut request));
    compare(name, floor, (batch, rounds), allocs, || {
        let mut requests: Vec<_> = (0..batch).map(|_| make()).collect();
        per_item(batch, || requests.iter_mut().for_each(once))
    });
}

/// Signs one request again and again, as a retry does.
fn resign(
    name: &str,
    signer: &Signer,
    credentials: &Credentials,
    mut request: Request<Body>,
    batch: usize,
    rounds: usize,
) {
    let now = now();
    let floor = Floor::of_signing(signer, credentials, &request);
    let mut once = || {
        black_box(signer.sign(black_box(&mut request), black_box(credentials), black_box(now)).expect("it signs"));
    };
    once();
    let (allocs, ()) = allocations::during(&mut once);
    compare(name, floor, (batch, rounds), allocs, || per_item(batch, || (0..batch).for_each(|_| once())));
}

fn presign(
    name: &str,
    signer: &Signer,
    credentials: &Credentials,
    request: &Request<Body>,
    batch: usize,
    rounds: usize,
) {
    let now = now();
    let floor = Floor::of_presigning(signer, credentials, request);
    let once = || {
        let url = signer.presign(black_box(request), black_box(credentials), Expires::MAX, black_box(now));
        drop(black_box(url.expect("it signs").into_uri()));
    };
    once();
    let (allocs, ()) = allocations::during(once);
    compare(name, floor, (batch, rounds), allocs, || per_item(batch, || (0..batch).for_each(|_| once())));
}

/// Lets the floor and `sig4`, which gives nanoseconds a signature, take turns, and prints the medians.
fn compare(name: &str, mut floor: Floor, (batch, rounds): (usize, usize), allocs: u64, mut sig4: impl FnMut() -> f64) {
    let round = |_| (per_item(batch, || (0..batch).for_each(|_| floor.run())), sig4());
    let rows: Vec<_> = (0..rounds).map(round).collect();
    let floor = median(rows.iter().map(|row| row.0).collect());
    let sig4 = median(rows.iter().map(|row| row.1).collect());
    let ratio = median(rows.iter().map(|row| row.1 / row.0).collect());
    println!("{name:<14} {floor:>9.0} {sig4:>9.0} {ratio:>6.2} {allocs:>6}");
}

/// The hashing alone.
struct Floor {
    body: Option<Body>,
    canonical_request: Vec<u8>,
    string_to_sign: String,
    key: Hmac<Sha256>,
}

impl Floor {
    fn of_signing(signer: &Signer, credentials: &Credentials, request: &Request<Body>) -> Self {
        let timestamp = Timestamp::new(now()).expect("it is a time");
        let payload = ContentSha256::of(&Payload::Bytes(request.body()));
        let view = view(request);
        let canonical = signer.canonical_request(&view, &payload, credentials, &timestamp).expect("it signs");
        let bytes = canonical.to_bytes();
        let string_to_sign = string_to_sign(signer, timestamp, canonical.sha256());
        Self { body: Some(request.body().clone()), canonical_request: bytes, string_to_sign, key: key() }
    }

    fn of_presigning(signer: &Signer, credentials: &Credentials, request: &Request<Body>) -> Self {
        let timestamp = Timestamp::new(now()).expect("it is a time");
        let payload = ContentSha256::of(&Payload::Unsigned);
        let view = view(request);
        let canonical = signer
            .presigned_canonical_request(&view, &payload, credentials, Expires::MAX, timestamp)
            .expect("it signs");
        let string_to_sign = string_to_sign(signer, timestamp, canonical.sha256());
        Self { body: None, canonical_request: canonical.to_bytes(), string_to_sign, key: key() }
    }

    fn run(&mut self) {
        if let Some(body) = &self.body {
            black_box(Sha256::digest(black_box(body)));
        }
        black_box(Sha256::digest(black_box(&self.canonical_request)));
        let mut hmac = black_box(&self.key).clone();
        hmac.update(black_box(self.string_to_sign.as_bytes()));
        black_box(hmac.finalize().into_bytes());
    }
}

fn key() -> Hmac<Sha256> {
    Hmac::new_from_slice(&[7; 32]).expect("HMAC takes any key")
}

fn view(request: &Request<Body>) -> RequestView<'_> {
    let uri = request.uri();
    let headers: &dyn Headers = request.headers();
    RequestView::new(request.method().as_str(), uri.path(), uri.query(), headers)
        .with_authority(uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |a| a.as_str()))
}

fn string_to_sign(signer: &Signer, timestamp: Timestamp, sha256: [u8; 32]) -> String {
    StringToSign::new(timestamp, &signer.scope(timestamp.day()), sha256).to_string()
}

fn per_item(items: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64 / items as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// One signer and one cached key, on one thread and on two: the best of several runs each, since what disturbs a run
/// only ever slows it down.
fn two_threads(signer: &Signer, rounds: usize) {
    let best = |threads| (0..rounds.min(20)).map(|_| throughput(signer, threads)).fold(0.0, f64::max);
    println!("two threads sign {:.2} times as much as one", best(2) / best(1));
}

/// Signatures a nanosecond.
fn throughput(signer: &Signer, threads: usize) -> f64 {
    const EACH: usize = 10_000;
    let now = now();
    let barrier = Barrier::new(threads);
    let spans: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let (credentials, mut request) = (credentials(), post());
            signer.sign(&mut request, &credentials, now).expect("it signs");
            barrier.wait();
            per_item(1, || {
                for _ in 0..EACH {
                    black_box(signer.sign(black_box(&mut request), &credentials, now).expect("it signs"));
                }
            })
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    (threads * EACH) as f64 / spans.into_iter().fold(0.0, f64::max)
}
