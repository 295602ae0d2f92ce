//! Streams and frames that are not allowed, and connections that break off.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_test_support::http2::fields::request;
use sig4_test_support::http2::frames::{self, frame};
use sig4_test_support::http2::peer::Outcome;
use tokio::io::AsyncWriteExt;

/// `REFUSED_STREAM`.
const REFUSED: u32 = 7;

#[tokio::test]
async fn streams_beyond_the_limit_are_refused() {
    let attacked = Attacked::start().await;
    let mut peer = attacked.peer().await;
    let head = request("POST", "/open", &[("content-length", "1")]);
    let heads: Vec<u8> = (0..101).flat_map(|n| frames::headers(2 * n + 1, &head, false)).collect();
    peer.send(&heads).await.unwrap();
    let outcome = tokio::time::timeout(LONG, peer.outcome(201)).await.expect("an end");
    assert_eq!(outcome, Outcome::Reset(REFUSED));
    peer.send(&frames::data(1, b"x", true)).await.unwrap();
    assert_eq!(peer.outcome(1).await, Outcome::Status(200), "the others go on");
    attacked.assert_well("too many streams").await;
    attacked.shut_down().await;
}

#[tokio::test]
async fn frames_that_are_not_allowed_end_the_connection() {
    let attacked = Attacked::start().await;
    let head = request("GET", "/x", &[]);
    for (name, bytes) in [
        ("a stream of the server", frames::headers(2, &head, true)),
        ("the stream 0", frames::headers(0, &head, true)),
        ("a stream of before", [frames::headers(5, &head, true), frames::headers(3, &head, true)].concat()),
        ("a body without a head", frames::data(1, b"x", true)),
        ("a reset without a head", frames::reset(1)),
        ("a continuation without a head", frame(frames::CONTINUATION, 4, 1, &head)),
        ("a head within a head", [frame(frames::HEADERS, 0, 1, &head), frames::headers(3, &head, true)].concat()),
        ("a ping within a head", [frame(frames::HEADERS, 0, 1, &head), frame(frames::PING, 0, 0, &[0; 8])].concat()),
        ("a promise", frame(frames::PUSH_PROMISE, 4, 1, &[&2_u32.to_be_bytes()[..], &head].concat())),
        ("a frame that is too long", frame(frames::DATA, 0, 1, &[0; 70_000])),
        ("a head that is no HPACK", frames::headers(1, &[0xff; 20], true)),
        ("a field of an empty table", frames::headers(1, &[0x80 | 70], true)),
        ("the field 0", frames::headers(1, &[0x80], true)),
        ("a table that is too large", frames::headers(1, &[0x3f, 0xff, 0xff, 0xff, 0x7f], true)),
        ("padding beyond its frame", frame(frames::HEADERS, frames::PADDED | 5, 1, &[200, 0x82])),
        ("settings of half a value", frame(frames::SETTINGS, 0, 0, &[0; 5])),
        ("settings of a stream", frame(frames::SETTINGS, 0, 1, &[])),
        ("a window that is too large", frames::settings(&[(frames::INITIAL_WINDOW_SIZE, 1 << 31)])),
        ("a window of the connection that is raised by nothing", frames::window_update(0, 0)),
        ("a window of the connection that is raised too far", frames::window_update(0, (1 << 31) - 1).repeat(2)),
        ("a ping that is too short", frame(frames::PING, 0, 0, &[0; 7])),
    ] {
        let mut peer = attacked.peer().await;
        let _ = peer.send(&bytes).await;
        let code = tokio::time::timeout(LONG, peer.end()).await.expect("an end");
        assert!(code.is_none_or(|code| code != 0), "{name}: {code:?}");
        attacked.assert_well(name).await;
    }
    assert_eq!(attacked.open_calls(), 0);
    attacked.shut_down().await;
}

/// A client of TLS that says something else, or nothing.
#[tokio::test]
async fn connections_without_http_2_end() {
    let attacked = Attacked::start().await;
    let ended = [
        &b""[..],
        b"GET /open HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
        &frames::PREFACE[..23],
        frames::PREFACE,
        &[0; 100],
    ]
    .map(|bytes| {
        let (certified, address) = (attacked.certified.clone(), attacked.server.addr());
        tokio::spawn(async move {
            let mut stream = certified.connect(address, &["h2"]).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            stream.flush().await.unwrap();
            let mut sink = tokio::io::sink();
            let ended = tokio::time::timeout(LONG, tokio::io::copy(&mut stream, &mut sink)).await;
            assert!(ended.is_ok(), "{}", bytes.escape_ascii());
        })
    });
    for ended in ended {
        ended.await.unwrap();
    }
    assert_eq!(attacked.open_calls(), 0);
    attacked.assert_well("no HTTP/2").await;
    attacked.shut_down().await;
}

/// Half of them say good-bye, and half break off, in the middle of requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_go_leave_nothing_behind() {
    let attacked = Attacked::start().await;
    let (get, post) = (request("GET", "/large", &[]), request("POST", "/x", &[("content-length", "10")]));
    for n in 0..40 {
        let mut peer = attacked.peer().await;
        let bytes = [frames::headers(1, &get, true), frames::headers(3, &post, false)].concat();
        peer.send(&bytes).await.unwrap();
        if n % 2 == 0 {
            let _ = peer.send(&frame(frames::GOAWAY, 0, 0, &[0; 8])).await;
        }
        drop(peer);
    }
    attacked.assert_well("clients that go").await;
    attacked.shut_down().await;
}
