//! Requests that are refused before their body is read: the response is complete, and the rest of the body is taken or given up.
//!
//! curl 7.88 takes the reset of a stream whose body it still sends for an error, also if the response is complete.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_gateway::Timeouts;
use sig4_test_support::http2::fields::request;
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::{Outcome, Peer};
use std::time::{Duration, Instant};

/// `NO_ERROR` of RFC 9113, section 7.
const NO_ERROR: u32 = 0;
/// The longest body of a request, and what a client may have sent before the server looks at it.
const LONGEST: usize = 10 * 1024 * 1024;
const WINDOW: usize = 64 * 1024;

/// Begins a request without a signature, whose body does not end yet, and waits for its refusal.
async fn refused(attacked: &Attacked, stream: u32, peer: &mut Peer) {
    peer.send(&frames::headers(stream, &request("POST", "/guarded", &[]), false)).await.unwrap();
    assert_eq!(peer.outcome(stream).await, Outcome::Status(403));
    assert_eq!(attacked.guarded.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_that_comes_after_its_refusal_is_taken_without_a_reset() {
    let attacked = Attacked::with(Timeouts::new()).await;
    let mut peer = attacked.peer().await;
    for (at, len) in [0, 1, 1_024, 16_384].into_iter().enumerate() {
        let stream = u32::try_from(4 * at + 1).unwrap();
        refused(&attacked, stream, &mut peer).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        peer.send(&frames::data(stream, &vec![b'x'; len], true)).await.unwrap();
        // The response to a later request comes after all that the server says of this one.
        peer.send(&frames::headers(stream + 2, &request("GET", "/open", &[]), true)).await.unwrap();
        assert_eq!(peer.outcome(stream + 2).await, Outcome::Status(200));
        assert_eq!(peer.reset_of(stream), None, "{len}");
    }
    attacked.shut_down().await;
}

#[tokio::test]
async fn the_rest_of_a_body_is_taken_for_so_long() {
    let attacked = Attacked::with(Timeouts::new()).await;
    let mut peer = attacked.peer().await;
    refused(&attacked, 1, &mut peer).await;
    let begun = Instant::now();
    assert_eq!(tokio::time::timeout(LONG, peer.reset(1)).await.expect("it is given up"), NO_ERROR);
    let time = begun.elapsed();
    assert!(time > Duration::from_secs(1) && time < Duration::from_secs(10), "{time:?}");
    attacked.assert_well("a body without an end").await;
    attacked.shut_down().await;
}

#[tokio::test]
async fn the_rest_of_a_body_is_taken_to_so_many_bytes() {
    let attacked = Attacked::with(Timeouts::new()).await;
    let mut peer = attacked.peer().await;
    refused(&attacked, 1, &mut peer).await;
    let len = tokio::time::timeout(LONG, peer.endless_body(1)).await.expect("it is given up");
    assert!(len > WINDOW && len <= LONGEST + 2 * WINDOW, "{len}");
    assert_eq!(peer.reset_of(1), Some(NO_ERROR));
    attacked.assert_well("an endless body").await;
    attacked.shut_down().await;
}

/// As many streams as a client may have at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_bodies_without_an_end_keep_nobody_out() {
    let attacked = Attacked::with(Timeouts::new()).await;
    let mut peer = attacked.peer().await;
    let head = request("POST", "/guarded", &[]);
    let streams = (0..100).map(|n| 2 * n + 1);
    let heads: Vec<u8> = streams.clone().flat_map(|stream| frames::headers(stream, &head, false)).collect();
    peer.send(&heads).await.unwrap();
    attacked.logged(403, 100).await;
    attacked.assert_well("bodies without an end").await;
    for stream in streams {
        assert_eq!(tokio::time::timeout(LONG, peer.reset(stream)).await.expect("it is given up"), NO_ERROR, "{stream}");
    }
    peer.send(&frames::headers(201, &request("GET", "/open", &[]), true)).await.unwrap();
    assert_eq!(peer.outcome(201).await, Outcome::Status(200), "the streams are free again");
    attacked.shut_down().await;
}
