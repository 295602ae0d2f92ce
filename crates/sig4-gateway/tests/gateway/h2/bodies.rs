//! Bodies that are slow, small or never read.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_test_support::http2::fields::request;
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::Outcome;
use std::time::{Duration, Instant};

/// As many streams as a client may have at a time.
const STREAMS: u32 = 100;

fn streams(count: u32) -> impl Iterator<Item = u32> + Clone {
    (0..count).map(|n| 2 * n + 1)
}

/// A client that grants no window, and one that grants a byte at a time, of a hundred long responses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_that_nobody_takes_are_given_up() {
    let attacked = Attacked::start().await;
    let begun = Instant::now();
    let ended = |window| {
        let attacked = &attacked;
        async move {
            let mut peer = attacked.peer_with(&[(frames::INITIAL_WINDOW_SIZE, window)]).await;
            let head = request("GET", "/large", &[]);
            let heads: Vec<u8> = streams(STREAMS).flat_map(|stream| frames::headers(stream, &head, true)).collect();
            peer.send(&heads).await.unwrap();
            let ended = tokio::time::timeout(LONG, peer.end()).await;
            assert!(
                ended.is_ok() && begun.elapsed() < Duration::from_secs(20),
                "{ended:?} after {:?}",
                begun.elapsed()
            );
        }
    };
    tokio::join!(ended(0), ended(1), attacked.assert_well("responses that nobody takes"));
    attacked.logged(200, 2).await;
    attacked.assert_well("responses that nobody takes").await;
    attacked.shut_down().await;
}

/// The window is raised by one byte each time, so that the client looks alive.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_that_are_taken_a_byte_at_a_time_are_given_up() {
    let attacked = Attacked::start().await;
    let mut peer = attacked.peer_with(&[(frames::INITIAL_WINDOW_SIZE, 0)]).await;
    let head = request("GET", "/large", &[]);
    let heads: Vec<u8> = streams(10).flat_map(|stream| frames::headers(stream, &head, true)).collect();
    peer.send(&heads).await.unwrap();
    let begun = Instant::now();
    loop {
        let more: Vec<u8> = streams(10).flat_map(|stream| frames::window_update(stream, 1)).collect();
        if peer.send(&more).await.is_err() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the client is not cut off");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    attacked.assert_well("responses that are taken a byte at a time").await;
    attacked.shut_down().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_come_a_byte_at_a_time_are_408() {
    let attacked = Attacked::start().await;
    let mut peer = attacked.peer().await;
    let head = request("POST", "/open", &[("content-length", "100000")]);
    let heads: Vec<u8> = streams(STREAMS).flat_map(|stream| frames::headers(stream, &head, false)).collect();
    peer.send(&heads).await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        let bytes: Vec<u8> = streams(STREAMS).flat_map(|stream| frames::padded(stream, b"x", 100)).collect();
        if peer.send(&bytes).await.is_err() {
            break;
        }
        attacked.assert_well("slow bodies").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    attacked.logged(408, 100).await;
    assert_eq!(attacked.open_calls(), 0);
    attacked.shut_down().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_of_empty_or_padded_frames_do_not_keep_others_out() {
    let attacked = Attacked::start().await;
    for (name, frame) in [
        ("empty frames of a body", frames::data(1, b"", false)),
        ("frames of padding", frames::padded(1, b"", 255)),
        ("frames of one byte and padding", frames::padded(1, b"x", 255)),
    ] {
        for path in ["/open", "/guarded"] {
            let mut peer = attacked.peer().await;
            peer.send(&frames::headers(1, &request("POST", path, &[]), false)).await.unwrap();
            let block = frame.repeat(100);
            // A server that has responded takes the rest, or ends the connection.
            let flood = tokio::time::timeout(Duration::from_secs(2), peer.flood(&block, 10_000));
            let _ = tokio::join!(flood, attacked.assert_well(name));
            attacked.assert_well(name).await;
        }
    }
    attacked.shut_down().await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    let attacked = Attacked::start().await;
    for (at, path) in ["/open", "/guarded"].into_iter().enumerate() {
        let mut peer = attacked.peer().await;
        let head = request("POST", path, &[("content-length", "11000000")]);
        let begun = [frames::headers(1, &head, false), frames::data(1, b"begin", false)].concat();
        peer.send(&begun).await.unwrap();
        let outcome = tokio::time::timeout(LONG, peer.outcome(1)).await.expect("an end");
        assert_eq!(outcome, Outcome::Status(413), "{path}");
        attacked.logged(413, at + 1).await;
    }
    attacked.assert_well("long bodies").await;
    attacked.shut_down().await;
}
