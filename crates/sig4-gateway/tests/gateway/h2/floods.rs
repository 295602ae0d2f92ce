//! Frames in numbers: each flood ends the connection, or costs its client more than the server.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_test_support::http2::fields::{LAST, block, indexed_literal, request};
use sig4_test_support::http2::frames::{self, frame};
use sig4_test_support::http2::peer::Outcome;

/// What is sent of a stream.
type Piece<'p> = dyn Fn(u32) -> Vec<u8> + Sync + 'p;

/// The stream identifiers of a client, the n-th.
fn stream(n: usize) -> u32 {
    u32::try_from(2 * n + 1).unwrap()
}

/// Sends what `piece` makes for each of `count` streams, a hundred at a time. Returns how many pieces were sent before the server
/// ended the connection.
async fn pieces(attacked: &Attacked, count: usize, piece: impl Fn(u32) -> Vec<u8>) -> usize {
    let mut peer = attacked.peer().await;
    for first in (0..count).step_by(100) {
        let batch: Vec<u8> = (first..first + 100).flat_map(|n| piece(stream(n))).collect();
        if peer.send(&batch).await.is_err() {
            return first;
        }
    }
    count
}

/// CVE-2023-44487.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_reset_at_once_end_the_connection() {
    let attacked = Attacked::start().await;
    for head in [request("GET", "/x", &[]), request("GET", "/large", &[])] {
        let reset = |stream| [frames::headers(stream, &head, true), frames::reset(stream)].concat();
        let sent = pieces(&attacked, 100_000, reset).await;
        assert!(sent < 50_000, "{sent} requests were reset");
        attacked.assert_well("a rapid reset").await;
    }
    assert!(attacked.open_calls() < 1_000, "{} requests reached the integration", attacked.open_calls());
    attacked.shut_down().await;
}

/// CVE-2025-8671: frames that make the server reset a stream, whose request goes on behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_the_server_is_made_to_reset_end_the_connection() {
    let attacked = Attacked::start().await;
    let head = request("GET", "/large", &[]);
    let open = |stream| frames::headers(stream, &head, true);
    let nothing = |stream| frames::window_update(stream, 0);
    let too_much = |stream| frames::window_update(stream, (1 << 31) - 1);
    let late = |stream| frames::data(stream, b"x", false);
    let again = |stream| frames::headers(stream, &head, true);
    let short = |stream| frame(frames::PRIORITY, 0, stream, b"x");
    let itself = |stream: u32| frame(frames::PRIORITY, 0, stream, &[&stream.to_be_bytes()[..], &[0]].concat());
    let length = |stream| frames::headers(stream, &request("POST", "/open", &[("content-length", "0")]), false);
    let body = |stream| frames::data(stream, b"x", false);
    let kinds: [(&str, &Piece<'_>); 7] = [
        ("a window that is raised by nothing", &|stream| [open(stream), nothing(stream)].concat()),
        ("a window that is raised too far", &|stream| [open(stream), too_much(stream), too_much(stream)].concat()),
        ("a body after its end", &|stream| [open(stream), late(stream)].concat()),
        ("a second head", &|stream| [open(stream), again(stream)].concat()),
        ("a priority that is too short", &|stream| [open(stream), short(stream)].concat()),
        ("a priority that depends on itself", &|stream| [open(stream), itself(stream), frames::reset(stream)].concat()),
        ("a body that is too long", &|stream| [length(stream), body(stream)].concat()),
    ];
    for (name, kind) in kinds {
        let sent = pieces(&attacked, 20_000, kind).await;
        assert!(sent < 20_000, "{name}: {sent}");
        attacked.assert_well(name).await;
    }
    attacked.shut_down().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_without_end_ends_the_connection() {
    let attacked = Attacked::start().await;
    let names: Vec<_> = (0..100).map(|n| (format!("x-{n}"), "y".repeat(100))).collect();
    for (name, fragment, count) in [
        ("empty fragments of a head", Vec::new(), 200_000),
        ("fragments of a head with fields", block(&names), 2_000),
        ("fragments of a head with one field", block(&[("x-a", "b".repeat(16_000))]), 2_000),
    ] {
        let mut peer = attacked.peer().await;
        peer.send(&frame(frames::HEADERS, 0, 1, &request("GET", "/open", &[]))).await.unwrap();
        let more = frame(frames::CONTINUATION, 0, 1, &fragment).repeat(10);
        let sent = peer.flood(&more, count / 10).await;
        assert!(sent < count / 10, "{name}: {sent}");
        attacked.assert_well(name).await;
    }
    assert_eq!(attacked.open_calls(), 0);
    attacked.shut_down().await;
}

/// A head of few bytes that stands for many: one field of the dynamic table, again and again.
#[tokio::test]
async fn a_head_that_decompresses_to_much_is_refused() {
    let attacked = Attacked::start().await;
    for count in [10, 1_000, 16_000] {
        let mut peer = attacked.peer().await;
        let field = indexed_literal(b"x-a", &[b'b'; 4_000]);
        // The first head puts the field into the table, and the second repeats it.
        let first = [request("GET", "/x", &[]), field].concat();
        assert_eq!(peer.request(1, &first, b"").await, Outcome::Status(403));
        let second = [request("GET", "/open", &[]), vec![LAST; count]].concat();
        let outcome = tokio::time::timeout(LONG, peer.request(3, &second, b"")).await.expect("an end");
        assert!(outcome.is_refused(), "{count}: {outcome:?}");
        assert_eq!(attacked.open_calls(), 0, "{count}");
    }
    attacked.assert_well("a head that decompresses to much").await;
    attacked.shut_down().await;
}

/// Frames that ask for an answer, from a client that does not read, and frames that mean nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_are_no_request_do_not_keep_others_out() {
    let attacked = Attacked::start().await;
    let priority = frame(frames::PRIORITY, 0, 1, &[0, 0, 0, 0, 16]);
    for (name, frame, is_answered) in [
        ("settings", frames::settings(&[]), true),
        ("settings that change the window", frames::settings(&[(frames::INITIAL_WINDOW_SIZE, 1)]), true),
        ("pings", frame(frames::PING, 0, 0, &[0; 8]), true),
        ("priorities", priority, false),
        ("frames of an unknown type", frame(0xee, 0, 0, b"x"), false),
        ("updates of the window", frames::window_update(0, 1), false),
    ] {
        let mut peer = attacked.peer().await;
        let block = frame.repeat(1_000);
        let flood = tokio::time::timeout(LONG, peer.flood(&block, 200));
        // A good client is answered meanwhile.
        let (sent, ()) = tokio::join!(flood, attacked.assert_well(name));
        assert!(!is_answered || sent.is_ok(), "{name}: a client that reads no answer is cut off");
        attacked.assert_well(name).await;
    }
    attacked.shut_down().await;
}
