//! A client whose clock is wrong.

use crate::scene::{alice, now, plain, verifier};
use crate::signed::{Call, answer, layer, server};
use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use sig4::Payload;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::Duration;
use tower::{Layer, Service, ServiceExt};

/// A server whose clock is right, and that says so in its answers.
fn right(
    calls: &Arc<AtomicUsize>,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send + use<> {
    let calls = Arc::clone(calls);
    let verifier = verifier().with_unsigned_payload(true);
    server(move |parts, body| {
        calls.fetch_add(1, Ordering::Relaxed);
        let verified = verifier.claim(parts).unwrap().verify(&alice(), body, now());
        let mut response = answer(if verified.is_ok() { 200 } else { 403 });
        response.headers_mut().insert("date", "Sun, 30 Aug 2015 12:36:00 GMT".parse().unwrap());
        Ok(response)
    })
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once_for_all_clones_and_only_if_asked_for() {
    for off in [Duration::minutes(-6), Duration::minutes(6), Duration::hours(23), Duration::hours(-23)] {
        let calls = Arc::new(AtomicUsize::new(0));
        let wrong = move || now() + off;
        let client = layer(alice()).with_clock(wrong).layer(right(&calls));
        assert_eq!(client.oneshot(plain("POST", "/", "body")).await.unwrap().status(), 403);
        assert_eq!(calls.swap(0, Ordering::Relaxed), 1);

        let corrected = layer(alice()).with_clock(wrong).correcting_clock_skew();
        let first = corrected.layer(right(&calls)).oneshot(plain("POST", "/", "body")).await.unwrap();
        assert_eq!((first.status().as_u16(), calls.swap(0, Ordering::Relaxed)), (200, 2), "{off}");
        let second = corrected.layer(right(&calls)).oneshot(plain("POST", "/", "body")).await.unwrap();
        assert_eq!((second.status().as_u16(), calls.load(Ordering::Relaxed)), (200, 1), "it is remembered");
    }
}

#[tokio::test]
async fn a_server_cannot_have_requests_signed_for_next_week_nor_make_them_loop() {
    let calls = Arc::new(AtomicUsize::new(0));
    let client = layer(alice()).with_clock(|| now() - Duration::days(7)).correcting_clock_skew().layer(right(&calls));
    assert_eq!(client.oneshot(plain("GET", "/", "")).await.unwrap().status(), 403);
    assert_eq!(calls.swap(0, Ordering::Relaxed), 1);

    let counted = Arc::clone(&calls);
    let moody = server(move |_, _| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let mut response = answer(403);
        let date = format!("Sun, 30 Aug 2015 {:02}:00:00 GMT", number % 24);
        response.headers_mut().insert("date", date.parse().unwrap());
        Ok(response)
    });
    let client = layer(alice()).correcting_clock_skew().layer(moody);
    assert_eq!(client.oneshot(plain("GET", "/", "")).await.unwrap().status(), 403);
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_body_that_is_gone_is_not_sent_again_but_the_next_request_is_right() {
    let calls = Arc::new(AtomicUsize::new(0));
    let client = layer(alice()).with_clock(|| now() - Duration::hours(1)).correcting_clock_skew().layer(right(&calls));
    let declared = || {
        let mut request = plain("POST", "/", "body");
        request.extensions_mut().insert(Payload::Unsigned);
        request
    };
    assert_eq!(client.clone().oneshot(declared()).await.unwrap().status(), 403);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(client.oneshot(declared()).await.unwrap().status(), 200);
}
