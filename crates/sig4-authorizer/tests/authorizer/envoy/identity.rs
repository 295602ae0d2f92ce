//! Who the service thinks is calling, and what it gets of the signature.

use super::bodies::block;
use super::proxy::{Listener, Proxy};
use super::scene::{
    HOST, Headers, Seen, Upstream, alice, api, authorizer, directory, get, presigned, send, served, session,
    signed_for, with_host, written,
};
use sig4_authorizer::{Authorizer, UpstreamHeaders};
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::{Outcome, Peer};

/// The headers of a request that any reader takes for the authorizer's.
fn identity(seen: &Seen) -> Vec<(String, String)> {
    let read = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let named = seen.headers.iter().map(|(name, value)| (read(name), value.clone()));
    let mut found: Vec<_> = named.filter(|(name, _)| name.starts_with("x-sig4-")).collect();
    found.sort();
    found
}

fn alices() -> Vec<(String, String)> {
    let of = |name: &str, value: &str| (format!("x-sig4-{name}"), value.to_owned());
    vec![
        of("access-key-id", "AKIDALICE"),
        of("account", "123456789012"),
        of("body-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        of("principal-arn", "arn:aws:iam::123456789012:user/alice"),
    ]
}

#[tokio::test]
async fn a_client_cannot_say_who_it_is() {
    let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
    let listeners = [Listener::default(), Listener::default().with_tls()];
    let Some(envoy) = Proxy::start("identity headers", &server, &upstream, &listeners) else { return };
    let address = ([127, 0, 0, 1], envoy.port(1)).into();
    let mut peer = Peer::connect(&envoy.certified, address, &[]).await;
    let mut stream = 1;
    let mut tried = 0;
    for name in ["account", "access-key-id", "principal-arn", "session-name", "body-sha256", "role", ""] {
        for prefix in ["x-sig4-", "X-SIG4-", "x_sig4_", "X_Sig4-", "x-sig4_", "x-Sig4-"] {
            let name =
                format!("{prefix}{}", if prefix.contains('_') { name.replace('-', "_") } else { name.to_owned() });
            for times in [1, 3] {
                let made: Headers = (0..times).map(|n| (name.clone(), format!("fake{n}"))).collect();
                let unsigned = [with_host(get("/public/a")), made].concat();
                send(envoy.port(0), &written("GET", "/public/a", &unsigned, b"")).await;
                for seen in upstream.take() {
                    assert_eq!(identity(&seen), alices(), "{name} {times}: {seen:?}");
                }
                let lower = unsigned.iter().skip(1).map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
                let head = block("GET", "/public/a", &lower.collect::<Vec<_>>());
                peer.send(&frames::headers(stream, &head, true)).await.unwrap();
                assert_eq!(peer.outcome(stream).await, Outcome::Status(200), "{name} {:?}", records.last());
                assert_eq!(identity(&upstream.only()), alices(), "{name} {times}");
                (stream, tried) = (stream + 2, tried + 2);
            }
            let signed = signed_for(&alice(), "GET", HOST, "/public/a", &[(&name, "fake")], b"").unwrap();
            send(envoy.port(0), &written("GET", "/public/a", &with_host(signed), b"")).await;
            assert_eq!(identity(&upstream.only()), alices(), "{name}");
            tried += 1;
        }
    }
    for option in ["x-sig4-account", "close, x-sig4-principal-arn", "X-Sig4-Access-Key-Id, keep-alive"] {
        let headers = [with_host(get("/public/a")), vec![("connection".to_owned(), option.to_owned())]].concat();
        send(envoy.port(0), &written("GET", "/public/a", &headers, b"")).await;
        assert!(upstream.take().iter().all(|seen| identity(seen) == alices()), "{option}");
    }
    println!("{tried} requests with headers that a client made");
}

#[tokio::test]
async fn an_upstream_cannot_take_another_method_or_path_from_the_client() {
    let ((server, _), upstream) = (authorizer(api()).await, Upstream::start().await);
    let Some(envoy) = Proxy::start("overrides", &server, &upstream, &[Listener::default()]) else { return };
    for (name, value) in [
        ("x-http-method-override", "DELETE"),
        ("X-HTTP-Method", "DELETE"),
        ("X-Method-Override", "DELETE"),
        ("X-Original-URL", "/admin"),
        ("x-original-uri", "/admin"),
        ("X-Rewrite-URL", "/admin"),
        ("x-envoy-original-path", "/admin"),
    ] {
        let unsigned = [with_host(get("/public/a")), vec![(name.to_owned(), value.to_owned())]].concat();
        let signed = with_host(signed_for(&alice(), "GET", HOST, "/public/a", &[(name, value)], b"").unwrap());
        for headers in [unsigned, signed] {
            send(envoy.port(0), &written("GET", "/public/a", &headers, b"")).await;
            for seen in upstream.take() {
                assert!(!seen.headers.iter().any(|(_, of)| of == value), "{seen:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_signature_stays_behind_if_asked() {
    let headers = UpstreamHeaders::default().with_signature_removed(true);
    let (server, records) = served(Authorizer::new(api(), directory()).with_upstream_headers(headers)).await;
    let upstream = Upstream::start().await;
    let Some(envoy) = Proxy::start("removed signatures", &server, &upstream, &[Listener::default()]) else { return };
    let signed = signed_for(&session(), "GET", HOST, "/any?a=1", &[], b"").unwrap();
    let answer = send(envoy.port(0), &written("GET", "/any?a=1", &with_host(signed), b"")).await;
    assert_eq!(answer.status, 200, "{:?}", records.last());
    let seen = upstream.only();
    assert_eq!(seen.target, "/any?a=1");
    assert_eq!(seen.values("x-sig4-session-name"), ["laptop"]);
    let secret = |seen: &Seen| {
        let text = format!("{seen:?}").to_ascii_lowercase();
        ["authorization", "security-token", "session+token", "session%2btoken", "signature"]
            .map(|word| text.contains(word))
    };
    assert_eq!(secret(&seen), [false; 5], "{seen:?}");
    // Envoy writes the rest of the query anew: in order, and with its own escapes.
    for (query, rest) in [
        ("b=2&a=1&a=0", "/any?a=0&a=1&b=2"),
        ("c&d=%2Fx+y%20z&e=", "/any?c=&d=%2Fx%20y%20z&e="),
        ("", "/any"),
        ("x=a%26b=c", "/any?x=a%26b%3Dc"),
        ("a=1&&b=2", "/any?a=1&b=2"),
    ] {
        let target = presigned(&session(), &format!("/any?{query}"));
        let answer = send(envoy.port(0), &written("GET", &target, &with_host(vec![]), b"")).await;
        assert_eq!(answer.status, 200, "{target} {:?}", records.last());
        let seen = upstream.only();
        assert_eq!((&*seen.target, secret(&seen)), (rest, [false; 5]), "{seen:?}");
    }
}
