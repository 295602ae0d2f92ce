//! Probes and metrics.

use super::asked::PATIENCE;
use super::asked::{client, get, nobody, question, serve, status};
use std::collections::BTreeMap;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The samples of the text format: the name with its labels, and the value.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    let mut samples = BTreeMap::new();
    for line in body.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("sig4_"), "{line}");
        assert!(samples.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{line}");
    }
    samples
}

#[tokio::test]
async fn metrics_have_every_decision_and_no_label_of_a_client() {
    let server = serve("[listen]", nobody()).await;
    let admin = server.admin_addr().unwrap();
    let mut asking = client(&server).await;
    for _ in 0..3 {
        asking.check(question()).await.unwrap();
    }
    let text = get(admin, "/metrics").await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("content-type: text/plain; version=0.0.4"), "{text}");
    let samples = samples(&text);
    let of = |name: &str| samples.iter().filter(|(key, _)| key.starts_with(name)).map(|(_, value)| value).sum::<f64>();
    let refused = samples.keys().find(|name| name.starts_with("sig4_checks_total{")).unwrap();
    assert!(refused.contains("proxy=\"envoy\"") && refused.contains("api=\"pets\""), "{refused}");
    assert!(
        (of("sig4_checks_total") - 3.0).abs() < 0.1 && (of("sig4_check_seconds_count") - 3.0).abs() < 0.1,
        "{text}"
    );
    for name in [
        "sig4_ready",
        "sig4_checks_in_flight",
        "sig4_checks_in_flight_limit",
        "sig4_connections",
        "sig4_checks_overloaded_total",
        "sig4_checks_timed_out_total",
        "sig4_tls_handshakes_failed_total",
        "sig4_access_log_dropped_total",
        "sig4_replay_answers_total{answer=\"first\"}",
        "sig4_replay_connected",
    ] {
        assert!(samples.contains_key(name), "{name}: {text}");
    }
    let described = text.lines().filter_map(|line| line.strip_prefix("# HELP ")).count();
    let typed = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).count();
    assert!(described == typed && typed > 10, "{text}");
    assert!(!text.contains("AKIDEXAMPLE") && !text.contains("pets.example.com"), "{text}");
}

#[tokio::test]
async fn names_of_a_client_make_no_new_samples() {
    let server = serve("[listen]", nobody()).await;
    let mut asking = client(&server).await;
    let count = async || samples(&get(server.admin_addr().unwrap(), "/metrics").await).len();
    asking.check(question()).await.unwrap();
    let before = count().await;
    for number in 0..50 {
        let mut question = question();
        let http = question.attributes.as_mut().unwrap().request.as_mut().unwrap().http.as_mut().unwrap();
        http.path = format!("/pets/{number}");
        http.headers.insert(":path".to_owned(), http.path.clone());
        http.headers.insert("user-agent".to_owned(), format!("agent-{number}"));
        asking.check(question).await.unwrap();
    }
    assert_eq!(count().await, before);
}

#[tokio::test]
async fn other_paths_and_the_other_address_have_no_probes() {
    let server = serve("[listen]", nobody()).await;
    let (address, admin) = (server.local_addr(), server.admin_addr().unwrap());
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(status(admin, path).await, 200, "{path}");
        assert_eq!(status(address, path).await, 404, "{path} is for operators alone");
    }
    assert_eq!(status(admin, "/").await, 404);
    assert_eq!(status(admin, "/forward/nginx").await, 404);
}

/// A proxy of forward authentication takes 200 for a yes, and an answer of gRPC is 200 whatever it says.
#[tokio::test]
async fn a_question_at_a_wrong_path_is_no_yes() {
    let server = serve("[listen]", nobody()).await;
    for path in [
        "/",
        "/forward",
        "/forward/",
        "/forward/apache",
        "/envoy.service.auth.v3.Authorization/Check",
        "/envoy.service.auth.v3.Authorization/Nope",
        "/envoy.service.auth.v3.Authorization/",
        "/grpc.health.v1.Health/Check",
    ] {
        let status = status(server.local_addr(), path).await;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}

#[tokio::test]
async fn the_number_of_connections_is_that_of_the_proxies() {
    let server = serve("[listen]", nobody()).await;
    let (address, admin) = (server.local_addr(), server.admin_addr().unwrap());
    let number = async || samples(&get(admin, "/metrics").await)["sig4_connections"];
    let becomes = async |expected: f64| {
        let counted = async { while (number().await - expected).abs() > 0.1 {} };
        timeout(PATIENCE, counted).await.unwrap_or_else(|_| panic!("there are not {expected}"));
    };
    becomes(0.0).await;
    let (one, two) = (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
    becomes(2.0).await;
    drop(one);
    becomes(1.0).await;
    drop(two);
    becomes(0.0).await;
}

/// An orchestrator ends a replica whose probes are not answered.
#[tokio::test]
async fn probes_are_answered_beside_connections_that_never_ask() {
    let server = serve("[listen]\n[limits]\nhead_timeout = \"600s\"", nobody()).await;
    let admin = server.admin_addr().unwrap();
    let mut silent = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(admin).await.unwrap();
        let begin: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /readyz HTTP/1.1\r\nHost:",
            // A client of HTTP/2 that is silent after its first bytes.
            _ => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        };
        let _closed = stream.write_all(begin).await;
        silent.push(stream);
    }
    let answered = timeout(PATIENCE, status(admin, "/readyz")).await;
    assert_eq!(answered.expect("the probe is answered"), 200);
}
