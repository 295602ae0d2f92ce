//! Attacks by hosts, addresses and schemes, and the API of a request.

use super::bodies::block;
use super::proxy::{Listener, Proxy};
use super::scene::{
    ACCOUNT, HOST, Headers, Upstream, alice, api, authorizer, bob, carol, directory, get, send, served, session,
    signed_for, with_host, written,
};
use serde_json::json;
use sig4::Credentials;
use sig4_authorizer::{Api, Authorizer};
use sig4_iam::tower::ExecuteApi;
use sig4_test_support::http2::peer::{Outcome, Peer};
use sig4_test_support::http2::{fields, frames};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The host of an API that Alice may not call.
const OTHER: &str = "xyz.execute-api.us-east-1.amazonaws.com";

/// The API of Alice at [`HOST`], and another one at [`OTHER`].
fn two_apis() -> Authorizer {
    let other = Api::new("other", ExecuteApi::new("us-east-1", ACCOUNT, "xyz")).unwrap().with_hosts([OTHER]);
    Authorizer::new(api().with_hosts([HOST]), directory()).with_api(other).unwrap()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn a_request_reaches_only_the_host_that_it_is_signed_for() {
    let ((server, records), upstream) = (served(two_apis()).await, Upstream::start().await);
    let listeners = [Listener::default(), Listener::default().with_tls()];
    let Some(envoy) = Proxy::start("hosts", &server, &upstream, &listeners) else { return };
    let (target, absolute) = ("/public/a", format!("http://{OTHER}/public/a"));
    let host = |name: &str| vec![pair("host", name)];
    for signed_host in [HOST, OTHER] {
        let signed = signed_for(&alice(), "GET", signed_host, target, &[], b"").unwrap();
        let with = |others: Headers| [others, signed.clone()].concat();
        let absolute_with_user = format!("http://{HOST}@{OTHER}/public/a");
        let absolute_of_alice = format!("http://{HOST}/public/a");
        for (target, headers) in [
            (target, with(host(OTHER))),
            (target, with([host(HOST), host(OTHER)].concat())),
            (target, with([host(OTHER), host(HOST)].concat())),
            (&*absolute, with(host(HOST))),
            (&*absolute_of_alice, with(host(OTHER))),
            (&*absolute_with_user, with(host(HOST))),
            (target, with([host(HOST), vec![pair("x-forwarded-host", OTHER)]].concat())),
            (
                target,
                with([host(HOST), vec![pair("x-host", OTHER), pair("forwarded", &format!("host={OTHER}"))]].concat()),
            ),
            (target, with([host(OTHER), vec![pair("x-forwarded-host", HOST)]].concat())),
            (target, with(host(&format!("{OTHER}:80")))),
            (target, with(host(&format!("{HOST},{OTHER}")))),
            (target, with(host(&format!("{HOST}@{OTHER}")))),
            (target, with(host(&format!("{OTHER}.")))),
            (target, with(host(&OTHER.to_uppercase()))),
            (target, with(host(""))),
            (target, with(vec![])),
        ] {
            send(envoy.port(0), &written("GET", target, &headers, b"")).await;
            for seen in upstream.take() {
                assert_eq!(seen.values("host"), [HOST], "{target} {headers:?}");
            }
        }
        for others in [
            vec![(":authority", OTHER)],
            vec![(":authority", HOST), ("host", OTHER)],
            vec![(":authority", OTHER), ("host", HOST)],
            vec![("host", OTHER)],
            vec![(":authority", HOST), (":authority", OTHER)],
            vec![(":authority", OTHER), (":authority", HOST)],
            vec![(":authority", "")],
        ] {
            let pseudo = [(":method", "GET"), (":scheme", "https"), (":path", "/public/a")];
            let head = [fields::block(&pseudo), fields::block(&others), fields::block(&signed)].concat();
            let address = ([127, 0, 0, 1], envoy.port(1)).into();
            let mut peer = Peer::connect(&envoy.certified, address, &[]).await;
            let _ = peer.send(&frames::headers(1, &head, true)).await;
            peer.outcome(1).await;
            for seen in upstream.take() {
                assert_eq!(seen.values("host"), [HOST], "{others:?}");
            }
        }
    }
    let good = send(envoy.port(0), &written("GET", target, &with_host(get(target)), b"")).await;
    assert_eq!(good.status, 200, "{:?}", records.last());
}

#[tokio::test]
async fn the_route_or_the_host_names_the_api() {
    let ((server, records), upstream) = (served(two_apis()).await, Upstream::start().await);
    let route = |api: &str| Listener::default().with_extensions(json!({"body": "whole", "api": api}));
    let listeners = [Listener::default(), route("pets"), route("other"), route("none")];
    let Some(envoy) = Proxy::start("APIs", &server, &upstream, &listeners) else { return };
    let request = written("GET", "/public/a", &with_host(get("/public/a")), b"");
    for (listener, api, status) in [(0, Some("pets"), 200), (1, Some("pets"), 200), (2, None, 403), (3, None, 403)] {
        let answer = send(envoy.port(listener), &request).await;
        let record = records.last();
        assert_eq!((record.api.as_deref(), answer.status == 200), (api, status == 200), "{listener}: {record:?}");
        assert_eq!(upstream.take().len(), usize::from(status == 200));
    }
    let elsewhere = [vec![pair("host", "elsewhere.example")], get("/public/a")].concat();
    assert_ne!(send(envoy.port(0), &written("GET", "/public/a", &elsewhere, b"")).await.status, 200);
    assert_eq!(records.last().api, None);
}

#[tokio::test]
async fn clients_sign_the_authority_that_they_know() {
    let ((server, records), upstream) =
        (authorizer(api().with_authority("api.example.com")).await, Upstream::start().await);
    let Some(envoy) = Proxy::start("an external authority", &server, &upstream, &[Listener::default()]) else { return };
    let signed = signed_for(&alice(), "GET", "api.example.com", "/public/a", &[], b"").unwrap();
    let internal = [vec![pair("host", "internal:8080")], signed].concat();
    let answer = send(envoy.port(0), &written("GET", "/public/a", &internal, b"")).await;
    assert_eq!(answer.status, 200, "{:?}", records.last());
    let wrong =
        [vec![pair("host", "internal")], signed_for(&alice(), "GET", "internal", "/public/a", &[], b"").unwrap()];
    assert_eq!(send(envoy.port(0), &written("GET", "/public/a", &wrong.concat(), b"")).await.status, 403);
}

/// The headers of anybody's `GET /any`.
fn any(credentials: &Credentials) -> Headers {
    signed_for(credentials, "GET", HOST, "/any", &[], b"").unwrap()
}

#[tokio::test]
async fn a_client_cannot_choose_its_address_or_its_scheme() {
    let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
    let always = Listener::default().with_extensions(json!({"body": "whole", "tls": "always"}));
    let no_session = Listener::default().with_filter(json!({"include_tls_session": false})).with_tls();
    let listeners = [Listener::default(), Listener::default().with_tls(), always, no_session];
    let Some(envoy) = Proxy::start("addresses and schemes", &server, &upstream, &listeners) else { return };
    let tls_at = async |listener: usize, headers: &Headers| {
        let address = ([127, 0, 0, 1], envoy.port(listener)).into();
        let mut peer = Peer::connect(&envoy.certified, address, &[]).await;
        peer.send(&frames::headers(1, &block("GET", "/any", headers), true)).await.unwrap();
        peer.outcome(1).await
    };
    let tls = async |headers: &Headers| tls_at(1, headers).await;
    assert_eq!(tls_at(3, &any(&bob())).await, Outcome::Status(200), "{:?}", records.last());
    assert_eq!(tls(&any(&bob())).await, Outcome::Status(200), "{:?}", records.last());
    assert_eq!(records.last().source_ip.unwrap().to_string(), "127.0.0.1");
    let behind = send(envoy.port(2), &written("GET", "/any", &with_host(any(&bob())), b"")).await;
    assert_eq!(behind.status, 200, "TLS ends in front of Envoy");
    upstream.take();

    for (name, value) in [
        ("x-forwarded-for", "10.1.2.3"),
        ("x-forwarded-for", "10.1.2.3, 10.1.2.3"),
        ("x-real-ip", "10.1.2.3"),
        ("forwarded", "for=10.1.2.3;proto=https"),
        ("x-envoy-external-address", "10.1.2.3"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-scheme", "https"),
        ("x-forwarded-client-cert", "By=x;Hash=y"),
        ("x-envoy-internal", "true"),
    ] {
        for person in [bob(), carol()] {
            let headers = [with_host(any(&person)), vec![pair(name, value)]].concat();
            let answer = send(envoy.port(0), &written("GET", "/any", &headers, b"")).await;
            assert_eq!(answer.status, 403, "{name}: {value} {:?}", records.last());
        }
        let headers = [any(&carol()), vec![pair(name, value)]].concat();
        assert_eq!(tls(&headers).await, Outcome::Status(403), "{name}: {value}");
    }
    let absolute = format!("https://{HOST}/any");
    send(envoy.port(0), &written("GET", &absolute, &with_host(any(&bob())), b"")).await;
    // Over HTTP/2 without TLS, the scheme is the client's word.
    let before = records.len();
    let mut plain = TcpStream::connect(("127.0.0.1", envoy.port(0))).await.unwrap();
    let head = frames::headers(1, &block("GET", "/any", &any(&bob())), true);
    plain.write_all(&[frames::PREFACE, &frames::settings(&[]), &head].concat()).await.unwrap();
    while records.len() == before {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(records.last().outcome.as_str(), "denied", "{:?}", records.last());
    assert!(upstream.take().is_empty());
    assert_eq!(tls(&any(&session())).await, Outcome::Status(200));
}
