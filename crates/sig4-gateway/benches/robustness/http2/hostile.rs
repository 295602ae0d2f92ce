//! Clients that are slow, broken, or ask for too much.

use http::Request;
use http_body_util::Full;
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::http2::client::Client;
use sig4_test_support::http2::fields::{block, request};
use sig4_test_support::http2::frames::{self, frame};
use sig4_test_support::http2::peer::{Outcome, Peer};
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A connection that is held open.
#[expect(dead_code, reason = "they are held until they are dropped")]
pub enum Held {
    Tcp(TcpStream),
    Peer(Box<Peer>),
}

/// Opens slow and broken connections: half a handshake of TLS, half a head, bodies that never end, responses that are not read.
pub async fn hold(certified: &Certified, addr: SocketAddr, count: usize) -> Vec<Held> {
    let mut held = Vec::with_capacity(count);
    for n in 0..count {
        held.push(match n % 5 {
            0 | 1 => {
                let mut stream = TcpStream::connect(addr).await.expect("it listens");
                let begin: &[u8] = if n % 5 == 0 { b"" } else { b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" };
                stream.write_all(begin).await.expect("it is taken");
                Held::Tcp(stream)
            }
            kind => {
                let mut peer = Peer::connect(certified, addr, &[(frames::INITIAL_WINDOW_SIZE, 0)]).await;
                peer.send(&broken(kind)).await.expect("it is taken");
                Held::Peer(Box::new(peer))
            }
        });
    }
    held
}

fn broken(kind: usize) -> Vec<u8> {
    let (get, post) = (request("GET", "/large", &[]), request("POST", "/open", &[("content-length", "100")]));
    match kind {
        2 => frame(frames::HEADERS, 0, 1, &post),
        3 => [1, 3, 5].into_iter().flat_map(|stream| frames::headers(stream, &post, false)).collect(),
        _ => frames::headers(1, &get, true),
    }
}

/// An invalid request, and its possible ends.
pub struct Case {
    pub name: &'static str,
    path: &'static str,
    /// The length of a field of the head.
    field_len: usize,
    /// The length that the head states, and the one that is sent.
    body: Option<(&'static str, usize)>,
    pub outcomes: &'static [Outcome],
}

impl Case {
    const fn get(name: &'static str, path: &'static str, status: &'static [Outcome]) -> Self {
        Self { name, path, field_len: 0, body: None, outcomes: status }
    }
}

pub const CASES: &[Case] = &[
    Case { field_len: 11_000, ..Case::get("header too long", "/open", &[Outcome::Status(431)]) },
    Case {
        field_len: 1_000_000,
        ..Case::get("header far too long", "/open", &[Outcome::Status(431), Outcome::GoAway(11), Outcome::Closed])
    },
    Case { body: Some(("11000000", 4)), ..Case::get("body too long", "/open", &[Outcome::Status(413)]) },
    Case { body: Some(("9", 4)), ..Case::get("body that is too slow", "/open", &[Outcome::Status(408)]) },
    Case::get("integration that dies", "/dies", &[Outcome::Status(500)]),
    Case::get("integration that hangs", "/hangs", &[Outcome::Status(503)]),
];

/// Sends an invalid request, and reads to its end.
pub async fn outcome(certified: &Certified, addr: SocketAddr, case: &Case) -> Outcome {
    let mut peer = Peer::connect(certified, addr, &[]).await;
    let method = if case.body.is_some() { "POST" } else { "GET" };
    let mut head = request(method, case.path, &[]);
    head.extend(case.body.map(|(length, _)| block(&[("content-length", length)])).unwrap_or_default());
    head.extend(block(&[("x-a", vec![b'x'; case.field_len])]));
    let mut parts = head.chunks(16_000).peekable();
    let mut bytes = Vec::new();
    let (mut kind, end) = (frames::HEADERS, if case.body.is_some() { 0 } else { frames::END_STREAM });
    while let Some(part) = parts.next() {
        let last = if parts.peek().is_none() { frames::END_HEADERS } else { 0 };
        let end = if kind == frames::HEADERS { end } else { 0 };
        bytes.extend(frame(kind, last | end, 1, part));
        kind = frames::CONTINUATION;
    }
    bytes.extend(case.body.map(|(_, len)| frames::data(1, &vec![b'x'; len], false)).unwrap_or_default());
    // The response may come before the whole request is read.
    let _ = peer.send(&bytes).await;
    peer.outcome(1).await
}

/// Asks for a hundred long responses on each of `connections`, and reads none of them until the server ends the connections.
/// Returns how many were asked for.
pub async fn unread(certified: &Certified, addr: SocketAddr, connections: usize) -> usize {
    let head = request("GET", "/large", &[]);
    let mut peers = Vec::new();
    for _ in 0..connections {
        let mut peer = Peer::connect(certified, addr, &[(frames::INITIAL_WINDOW_SIZE, 0)]).await;
        let heads: Vec<u8> = (0..100).flat_map(|n| frames::headers(2 * n + 1, &head, true)).collect();
        peer.send(&heads).await.expect("they are taken");
        peers.push(peer);
    }
    for peer in &mut peers {
        peer.end().await;
    }
    connections * 100
}

/// Sends requests one after the other, on connections that it keeps, until the server stops listening. Returns the number of
/// responses.
pub async fn until_refused(certified: Certified, addr: SocketAddr) -> usize {
    let mut answered = 0;
    while TcpStream::connect(addr).await.is_ok() {
        let Some(mut client) = Client::try_connect(&certified, addr).await else { continue };
        loop {
            let request = Request::get("https://localhost/").body(Full::default()).expect("it is one");
            match client.send(request).await {
                Ok(response) if response.body() == "ok" => answered += 1,
                _ => break,
            }
        }
    }
    answered
}
