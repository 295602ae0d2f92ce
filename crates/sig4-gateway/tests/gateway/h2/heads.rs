//! Heads that HTTP/2 or this server does not allow.

use crate::h2::Attacked;
use crate::support::LONG;
use sig4_test_support::http2::fields::{block, literal};
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::Outcome;

type Field = (&'static str, &'static str);

const METHOD: Field = (":method", "POST");
const SCHEME: Field = (":scheme", "https");
const AUTHORITY: Field = (":authority", "localhost");
const PATH: Field = (":path", "/open");
const GOOD: [Field; 4] = [METHOD, SCHEME, AUTHORITY, PATH];

/// Sends a head alone, on a connection of its own, and a body if there is one.
async fn sent(attacked: &Attacked, head: &[u8], body: &[u8]) -> Outcome {
    let mut peer = attacked.peer().await;
    tokio::time::timeout(LONG, peer.request(1, head, body)).await.expect("an end")
}

/// The fields after the good ones.
fn with(others: &[Field]) -> Vec<Field> {
    [&GOOD, others].concat()
}

/// The good fields, one of them with another value.
fn but(name: &str, value: &'static str) -> Vec<Field> {
    GOOD.iter().map(|(own, good)| (*own, if *own == name { value } else { *good })).collect()
}

fn without(name: &str) -> Vec<Field> {
    GOOD.into_iter().filter(|(own, _)| *own != name).collect()
}

#[tokio::test]
async fn heads_that_are_allowed_are_answered() {
    let attacked = Attacked::start().await;
    for (at, fields) in [
        GOOD.to_vec(),
        with(&[("host", "localhost")]),
        with(&[("te", "trailers")]),
        with(&[("cookie", "a=1"), ("cookie", "b=2")]),
        [&without(":authority")[..], &[("host", "localhost")]].concat(),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(sent(&attacked, &block(&fields), b"").await, Outcome::Status(200), "{fields:?}");
        assert_eq!(attacked.open_calls(), at + 1, "{fields:?}");
    }
    attacked.logged(200, 5).await;
    attacked.shut_down().await;
}

#[tokio::test]
async fn a_request_with_two_hosts_or_none_is_refused() {
    let attacked = Attacked::start().await;
    for fields in [
        with(&[AUTHORITY]),
        with(&[(":authority", "other.test")]),
        with(&[("host", "other.test")]),
        with(&[("host", "LOCALHOST")]),
        with(&[("host", "localhost:443")]),
        with(&[("host", "")]),
        with(&[("host", "localhost"), ("host", "localhost")]),
        with(&[("host", "localhost"), ("host", "other.test")]),
        with(&[("host", "localhost, localhost")]),
        without(":authority"),
        [&without(":authority")[..], &[("host", "localhost"), ("host", "localhost")]].concat(),
        but(":authority", ""),
        but(":authority", "u:p@localhost"),
        but(":authority", "@localhost"),
        but(":authority", "localhost/open"),
        but(":authority", "local host"),
        but(":authority", "localhost?"),
        but(":authority", "localhost#"),
    ] {
        let outcome = sent(&attacked, &block(&fields), b"").await;
        assert!(outcome.is_refused(), "{fields:?}: {outcome:?}");
        assert_eq!(attacked.open_calls(), 0, "{fields:?}");
    }
    attacked.assert_well("contradictory hosts").await;
    attacked.shut_down().await;
}

#[tokio::test]
async fn pseudo_headers_are_there_once_and_first() {
    let attacked = Attacked::start().await;
    let late = [&without(":path")[..], &[("x-a", "b"), PATH]].concat();
    for fields in [
        late,
        with(&[PATH]),
        with(&[(":path", "/other")]),
        with(&[METHOD]),
        with(&[SCHEME]),
        with(&[(":status", "200")]),
        with(&[(":other", "x")]),
        with(&[(":protocol", "websocket")]),
        [&but(":method", "CONNECT")[..], &[(":protocol", "websocket")]].concat(),
        but(":method", "CONNECT"),
        vec![(":method", "CONNECT"), AUTHORITY],
        without(":method"),
        without(":scheme"),
        without(":path"),
        but(":method", ""),
        but(":method", "PO ST"),
        but(":method", "POST /open HTTP/1.1\r\n"),
        but(":scheme", "https://"),
        but(":path", ""),
        but(":path", "open"),
        but(":path", "*"),
        but(":path", "/o pen"),
        but(":path", "/open\r\nx-a: b"),
        but(":path", "/open\0"),
        but(":path", "https://localhost/open"),
        but(":path", "?a"),
        vec![(":method", "OPTIONS"), SCHEME, AUTHORITY, (":path", "*")],
        vec![],
    ] {
        let outcome = sent(&attacked, &block(&fields), b"").await;
        assert!(outcome.is_refused(), "{fields:?}: {outcome:?}");
        assert_eq!(attacked.open_calls(), 0, "{fields:?}");
    }
    attacked.assert_well("pseudo-headers").await;
    attacked.shut_down().await;
}

/// RFC 9113, section 8.2: they would mean something else in HTTP/1.1, in which an upstream may get them.
#[tokio::test]
async fn fields_of_connections_and_invalid_fields_are_refused() {
    let attacked = Attacked::start().await;
    let fields: [(&[u8], &[u8]); 20] = [
        (b"connection", b"close"),
        (b"connection", b"x-a"),
        (b"keep-alive", b"timeout=5"),
        (b"proxy-connection", b"close"),
        (b"transfer-encoding", b"chunked"),
        (b"upgrade", b"h2c"),
        (b"te", b"gzip"),
        (b"te", b"trailers, gzip"),
        (b"X-A", b"b"),
        (b"x-\xc3\xa9", b"b"),
        (b"x a", b"b"),
        (b"x:a", b"b"),
        (b"x-a\r\n", b"b"),
        (b"x-a\0", b"b"),
        (b"", b"b"),
        (b"x-a", b"b\r\nx-b: c"),
        (b"x-a", b"b\nx-b: c"),
        (b"x-a", b"b\rc"),
        (b"x-a", b"b\0c"),
        (b"x-a", b"caf\xe9"),
    ];
    for (name, value) in fields {
        let head = [block(&GOOD), literal(name, value)].concat();
        let outcome = sent(&attacked, &head, b"").await;
        let shown = (name.escape_ascii().to_string(), value.escape_ascii().to_string());
        assert!(outcome.is_refused(), "{shown:?}: {outcome:?}");
        assert_eq!(attacked.open_calls(), 0, "{shown:?}");
    }
    attacked.assert_well("fields of connections").await;
    attacked.shut_down().await;
}

#[tokio::test]
async fn a_length_that_is_not_that_of_the_body_is_refused() {
    let attacked = Attacked::start().await;
    for (lengths, body) in [
        (&["3"][..], &b"four"[..]),
        (&["5"], b"four"),
        (&["4"], b""),
        (&["0"], b"four"),
        (&["4", "5"], b"four"),
        (&["4", "4"], b"fou"),
        (&["-4"], b"four"),
        (&["+4"], b"four"),
        (&["4, 4"], b"four"),
        (&["0x4"], b"four"),
        (&[""], b"four"),
        (&["99999999999999999999"], b"four"),
    ] {
        let lengths: Vec<Field> = lengths.iter().map(|length| ("content-length", *length)).collect();
        let outcome = sent(&attacked, &block(&with(&lengths)), body).await;
        assert!(outcome.is_refused(), "{lengths:?}: {outcome:?}");
        assert_eq!(attacked.open_calls(), 0, "{lengths:?}");
    }
    attacked.assert_well("wrong lengths").await;
    attacked.shut_down().await;
}

/// A second head adds nothing to the first, which is the one that was signed.
#[tokio::test]
async fn trailers_are_no_part_of_the_request() {
    let attacked = Attacked::start().await;
    for fields in [&[("x-a", "b")][..], &[("authorization", "AWS4-HMAC-SHA256 x"), ("x-a", "b")], &[PATH], &[METHOD]] {
        let calls = attacked.open_calls();
        let mut peer = attacked.peer().await;
        let frames = [
            frames::headers(1, &block(&GOOD), false),
            frames::data(1, b"body", false),
            frames::headers(1, &block(fields), true),
        ];
        let _ = peer.send(&frames.concat()).await;
        let outcome = tokio::time::timeout(LONG, peer.outcome(1)).await.expect("an end");
        assert!(
            outcome == Outcome::Status(200) || outcome.is_refused() && attacked.open_calls() == calls,
            "{fields:?}"
        );
    }
    attacked.assert_well("trailers").await;
    attacked.shut_down().await;
}
