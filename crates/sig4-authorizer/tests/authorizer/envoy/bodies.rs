//! Bodies: whole, too long, cut off, and those that Envoy does not read.

use super::proxy::{Listener, MAX_BODY, Proxy};
use super::scene::{
    HOST, Headers, Records, Upstream, alice, api, authorizer, exchange, get, signed_for, with_host, written,
};
use serde_json::json;
use sig4_test_support::http2::peer::{Outcome, Peer};
use sig4_test_support::http2::{fields, frames};

/// The headers of Alice's `POST` of a body.
pub fn post(body: &[u8], others: &[(&str, &str)]) -> Headers {
    signed_for(&alice(), "POST", HOST, "/public/a", others, body).unwrap()
}

/// The head of a request of HTTP/2.
pub fn block(method: &str, target: &str, headers: &[(String, String)]) -> Vec<u8> {
    let pseudo = [(":method", method), (":scheme", "https"), (":authority", HOST), (":path", target)];
    [fields::block(&pseudo), fields::block(headers)].concat()
}

fn with_length(headers: Headers, length: usize) -> Headers {
    [with_host(headers), vec![("content-length".to_owned(), length.to_string())]].concat()
}

fn in_chunks(headers: Headers) -> Headers {
    [with_host(headers), vec![("transfer-encoding".to_owned(), "chunked".to_owned())]].concat()
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn partial() -> Listener {
    let buffer = json!({"max_request_bytes": MAX_BODY, "allow_partial_message": true, "pack_as_bytes": true});
    Listener::default().with_filter(json!({"with_request_body": buffer})).with_extensions(json!({})).with_tls()
}

/// Envoy, the records of its authorizer and its service.
struct Scene {
    envoy: Proxy,
    records: Records,
    upstream: Upstream,
    _server: sig4_authorizer::Server,
}

impl Scene {
    async fn new(what: &str, listeners: &[Listener]) -> Option<Self> {
        let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
        let envoy = Proxy::start(what, &server, &upstream, listeners)?;
        Some(Self { envoy, records, upstream, _server: server })
    }

    async fn h1(&self, listener: usize, bytes: &[u8]) -> u16 {
        let address = ([127, 0, 0, 1], self.envoy.port(listener)).into();
        let mut stream = self.envoy.certified.connect(address, &["http/1.1"]).await.unwrap();
        exchange(&mut stream, bytes).await.status
    }

    async fn h2(&self, listener: usize, frames: &[Vec<u8>]) -> Outcome {
        let address = ([127, 0, 0, 1], self.envoy.port(listener)).into();
        let mut peer = Peer::connect(&self.envoy.certified, address, &[]).await;
        peer.send(&frames.concat()).await.unwrap();
        peer.outcome(1).await
    }
}

/// The frames of a request of HTTP/2: a head, and the parts of its body.
fn request(method: &str, headers: &[(String, String)], parts: &[&[u8]]) -> Vec<Vec<u8>> {
    let block = block(method, "/public/a", headers);
    let mut all = vec![frames::headers(1, &block, parts.is_empty())];
    let last = parts.len().saturating_sub(1);
    all.extend(parts.iter().enumerate().map(|(n, part)| frames::data(1, part, n == last)));
    all
}

const PASSED: Outcome = Outcome::Status(200);

#[tokio::test]
async fn a_whole_body_is_verified_and_passed_on() {
    let Some(scene) = Scene::new("whole bodies", &[Listener::default().with_tls(), partial()]).await else { return };
    let full = vec![b'x'; MAX_BODY];
    for body in [&b"hello"[..], b"\xff\x00!", &full] {
        let (headers, length) = (post(body, &[]), with_length(post(body, &[]), body.len()));
        assert_eq!(scene.h1(0, &written("POST", "/public/a", &length, body)).await, 200, "{:?}", scene.records.last());
        let chunked =
            [written("POST", "/public/a", &in_chunks(headers.clone()), b""), chunk(body), chunk(b"")].concat();
        assert_eq!(scene.h1(0, &chunked).await, 200, "{:?}", scene.records.last());
        assert_eq!(scene.h2(0, &request("POST", &headers, &[body])).await, PASSED, "{:?}", scene.records.last());
        let halves = body.split_at(body.len() / 2);
        assert_eq!(scene.h2(0, &request("POST", &headers, &[halves.0, halves.1, b""])).await, PASSED);
        // Of a declared length, the body is certain to be whole wherever Envoy may send beginnings.
        assert_eq!(scene.h1(1, &written("POST", "/public/a", &length, body)).await, 200, "{:?}", scene.records.last());
        let seen = scene.upstream.take();
        assert_eq!(seen.len(), 5);
        assert!(seen.iter().all(|seen| seen.body == body), "{seen:?}");
        for other in [&b"hellp"[..], b"", b"hello!"] {
            assert_ne!(
                scene.h1(0, &written("POST", "/public/a", &with_length(headers.clone(), other.len()), other)).await,
                200
            );
            assert_ne!(scene.h2(0, &request("POST", &headers, &[other])).await, PASSED);
        }
        assert_eq!(scene.upstream.take().len(), 0);
    }
    assert_eq!(scene.h2(0, &request("GET", &get("/public/a"), &[])).await, PASSED, "a request without a body");
    assert_eq!(scene.h1(0, &written("GET", "/public/a", &with_host(get("/public/a")), b"")).await, 200);
    let mut expect = with_length(post(b"hello", &[]), 5);
    expect.push(("expect".to_owned(), "100-continue".to_owned()));
    assert_eq!(scene.h1(0, &written("POST", "/public/a", &expect, b"hello")).await, 200, "{:?}", scene.records.last());
}

#[tokio::test]
async fn a_longer_body_does_not_pass_as_its_beginning() {
    let Some(scene) = Scene::new("cut-off bodies", &[Listener::default().with_tls(), partial()]).await else { return };
    // The signature is for as much as Envoy sends to the authorizer.
    let full = vec![b'x'; MAX_BODY];
    let headers = post(&full, &[]);
    for listener in [0, 1] {
        let more = [&full[..], b"more"].concat();
        assert_ne!(scene.h2(listener, &request("POST", &headers, &[&full, b"more"])).await, PASSED, "{listener}");
        assert_ne!(scene.h2(listener, &request("POST", &headers, &[&more])).await, PASSED, "{listener}");
        let begun = [written("POST", "/public/a", &in_chunks(headers.clone()), b""), chunk(&full)].concat();
        assert_ne!(scene.h1(listener, &[&begun[..], &chunk(b"more"), &chunk(b"")].concat()).await, 200, "{listener}");
        let declared = written("POST", "/public/a", &with_length(headers.clone(), more.len()), &more);
        assert_ne!(scene.h1(listener, &declared).await, 200, "{listener}");
    }
    // Envoy says of the first part that it is not cut off, because nothing else has arrived.
    let begun = [frames::headers(1, &block("POST", "/public/a", &headers), false), frames::data(1, &full, false)];
    assert_ne!(scene.h2(1, &begun).await, PASSED);
    let sent = scene.upstream.take();
    assert!(sent.is_empty(), "{sent:?}");
}

#[tokio::test]
async fn a_body_that_envoy_does_not_read_does_not_pass_as_none() {
    let unread =
        Listener::default().with_filter(json!({"with_request_body": null})).with_extensions(json!({})).with_tls();
    let as_text = json!({"max_request_bytes": MAX_BODY, "allow_partial_message": false, "pack_as_bytes": false});
    let as_text = Listener::default().with_filter(json!({"with_request_body": as_text})).with_tls();
    let Some(scene) = Scene::new("unread bodies", &[unread, as_text, Listener::default().with_tls()]).await else {
        return;
    };
    // The signature is for no body, and a client may say what it wants about its body.
    for fake in [&[][..], &[("x-envoy-auth-partial-body", "false")]] {
        let others: Headers = fake.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let headers = [post(b"", &[]), others].concat();
        for listener in [0, 1, 2] {
            assert_ne!(
                scene.h2(listener, &request("POST", &headers, &[b"hello"])).await,
                PASSED,
                "{listener} {fake:?}"
            );
            let chunks = [written("POST", "/public/a", &in_chunks(headers.clone()), b""), chunk(b"hello"), chunk(b"")];
            assert_ne!(scene.h1(listener, &chunks.concat()).await, 200, "{listener} {fake:?}");
            let declared = written("POST", "/public/a", &with_length(headers.clone(), 5), b"hello");
            assert_ne!(scene.h1(listener, &declared).await, 200, "{listener} {fake:?}");
        }
        assert!(scene.upstream.take().iter().all(|seen| seen.body.is_empty()));
    }
    // Envoy changes bytes of a text, and the authorizer would verify the changed ones.
    let length = with_length(post(b"a!b", &[]), 3);
    assert_eq!(scene.h1(1, &written("POST", "/public/a", &length, b"a\xffb")).await, 400);
    assert!(scene.records.last().cause.unwrap().contains("pack_as_bytes"));
    assert!(scene.upstream.take().is_empty());
}

#[tokio::test]
async fn a_declared_length_of_nothing_is_nothing() {
    let unread =
        Listener::default().with_filter(json!({"with_request_body": null})).with_extensions(json!({})).with_tls();
    let Some(scene) = Scene::new("empty bodies", &[unread]).await else { return };
    let nothing: Headers = [post(b"", &[]), vec![("content-length".to_owned(), "0".to_owned())]].concat();
    assert_eq!(scene.h2(0, &request("POST", &nothing, &[])).await, PASSED, "{:?}", scene.records.last());
    assert_eq!(scene.h1(0, &written("POST", "/public/a", &with_length(post(b"", &[]), 0), b"")).await, 200);
    assert_eq!(scene.upstream.take().len(), 2);
    assert_ne!(scene.h2(0, &request("POST", &nothing, &[b"hello"])).await, PASSED);
    let both = [in_chunks(post(b"", &[])), vec![("content-length".to_owned(), "0".to_owned())]].concat();
    let both = [written("POST", "/public/a", &both, b""), chunk(b"hello"), chunk(b"")].concat();
    assert_ne!(scene.h1(0, &both).await, 200);
    let sent = scene.upstream.take();
    assert!(sent.iter().all(|seen| seen.body.is_empty()), "{sent:?}");
}

#[tokio::test]
async fn trailers_name_nobody_and_other_protocols_are_refused() {
    let upgrades = Listener::default().with_manager(json!({
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "http2_protocol_options": {"allow_connect": true},
    }));
    let Some(scene) = Scene::new("trailers and upgrades", &[upgrades.with_tls()]).await else { return };
    let mut trailers = request("POST", &post(b"hello", &[]), &[b"hello"]);
    trailers.pop();
    trailers.push(frames::data(1, b"hello", false));
    trailers.push(frames::headers(1, &fields::block(&[("x-sig4-account", "999"), ("authorization", "x")]), true));
    scene.h2(0, &trailers).await;
    for seen in scene.upstream.take() {
        assert_eq!(seen.values("x-sig4-account"), ["123456789012"], "{seen:?}");
    }
    let websocket = |upgrade: &str| {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        [with_host(get("/public/a")), [("connection", "Upgrade"), ("upgrade", upgrade)].map(pair).to_vec()].concat()
    };
    for protocol in ["websocket", "WebSocket", "h2c", "tcp", "websocket, h2c"] {
        let smuggled = b"GET /admin HTTP/1.1\r\nhost: x\r\nx-sig4-account: 999\r\n\r\n";
        let status = scene.h1(0, &written("GET", "/public/a", &websocket(protocol), smuggled)).await;
        let sent = scene.upstream.take();
        assert!(sent.iter().all(|seen| seen.target == "/public/a"), "{protocol}: {status} {sent:?}");
        assert!(protocol.contains("h2c") || sent.is_empty(), "{protocol}: {status} {sent:?}");
    }
    let extended = [
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/public/a"),
    ];
    let extended = [fields::block(&extended), fields::block(&get("/public/a"))].concat();
    assert_ne!(scene.h2(0, &[frames::headers(1, &extended, false)]).await, PASSED);
    let connect = written("CONNECT", "abc:443", &with_host(get("/public/a")), b"");
    assert_ne!(scene.h1(0, &connect).await, 200);
    assert!(scene.upstream.take().is_empty());
}
