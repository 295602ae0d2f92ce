//! Every stage of a signature by itself, in the order of the pipeline.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may fail by panicking"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use sig4::key::SigningKey;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::string_to_sign::StringToSign;
use sig4::{Expires, Payload, Signer, Timestamp};
use sig4_bench_support::requests::{credentials, now, object, post, wide};
use std::hint::black_box;

fn stages(c: &mut Criterion) {
    let (signer, credentials, request, now) =
        (Signer::new("us-east-1", "execute-api").unwrap(), credentials(), post(), now());
    let timestamp = Timestamp::new(now).expect("it is a time");
    let scope = signer.scope(timestamp.day());
    let body = Payload::Bytes(request.body());
    let payload = ContentSha256::of(&body);
    let view = RequestView::new("POST", "/orders", None, request.headers())
        .with_authority("https", "abc.execute-api.us-east-1.amazonaws.com");
    let canonical =
        || signer.canonical_request(black_box(&view), &payload, &credentials, &timestamp).expect("it signs");
    let built = canonical();
    let string_to_sign = StringToSign::new(timestamp, &scope, built.sha256());
    let key = signer.signing_key(&credentials, timestamp.day());

    c.bench_function("1 timestamp", |b| b.iter(|| Timestamp::new(black_box(now))));
    c.bench_function("1 scope", |b| b.iter(|| signer.scope(black_box(timestamp.day()))));
    c.bench_function("1 payload hash", |b| b.iter(|| ContentSha256::of(black_box(&body))));
    c.bench_function("1 canonical request", |b| b.iter(|| drop(black_box(canonical()))));
    c.bench_function("2 canonical request's hash", |b| b.iter(|| black_box(&built).sha256()));
    c.bench_function("3 signing key, derived", |b| b.iter(|| SigningKey::derive(&credentials, black_box(&scope))));
    c.bench_function("3 signing key, cached", |b| {
        b.iter(|| signer.signing_key(black_box(&credentials), timestamp.day()))
    });
    c.bench_function("4 signature", |b| b.iter(|| key.sign(black_box(&string_to_sign))));
    c.bench_function("all, any transport", |b| b.iter(|| signer.sign_view(black_box(&view), &body, &credentials, now)));
}

fn requests(c: &mut Criterion) {
    let (credentials, now) = (credentials(), now());
    for (name, service, mut request) in [
        ("post", "execute-api", post()),
        ("30 headers, 20 pairs", "execute-api", wide(30, 20)),
        ("s3 get", "s3", object()),
    ] {
        let signer = Signer::new("us-east-1", service).unwrap();
        c.bench_function(&format!("sign: {name}"), |b| b.iter(|| signer.sign(&mut request, &credentials, now)));
        let presign = || signer.presign(black_box(&request), &credentials, Expires::MAX, now);
        c.bench_function(&format!("presign: {name}"), |b| b.iter(presign));
    }
}

criterion_group!(benches, stages, requests);
criterion_main!(benches);
