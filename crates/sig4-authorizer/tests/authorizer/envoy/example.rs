//! The example of a configuration, as it is in the repository but for its ports.

use super::proxy::{folder, program, run};
use super::scene::{HOST, Upstream, alice, api, authorizer, get, send, signed_for, with_host, written};
use sig4_test_support::program::free_ports;
use std::path::Path;

#[tokio::test]
async fn the_example_runs() {
    let Some(program) = program("the example of Envoy's configuration") else { return };
    let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
    let [port] = free_ports::<1>();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/authorizer/envoy/envoy.yaml");
    let mut text = std::fs::read_to_string(example).unwrap();
    for (from, to) in [(8080, port), (9191, server.local_addr().port()), (9090, upstream.port)] {
        let from = format!("port_value: {from}}}");
        assert_eq!(text.matches(&from).count(), 1, "{from}");
        text = text.replace(&from, &format!("port_value: {to}}}"));
    }
    let folder = folder();
    let config = folder.join("envoy.yaml");
    std::fs::write(&config, text).unwrap();
    let envoy = run(&program, &config, &folder, &[port]);

    let answer = send(port, &written("GET", "/public/a", &with_host(get("/public/a")), b"")).await;
    assert_eq!(answer.status, 200, "{:?} {}", records.last(), envoy.printed());
    assert_eq!(records.last().api.as_deref(), Some("pets"));
    let body = vec![b'x'; 100_000];
    let signed = signed_for(&alice(), "POST", HOST, "/public/a", &[("x-request-id", "mine")], &body).unwrap();
    let headers = [with_host(signed), vec![("content-length".to_owned(), body.len().to_string())]].concat();
    assert_eq!(send(port, &written("POST", "/public/a", &headers, &body)).await.status, 200, "{:?}", records.last());
    assert_eq!(upstream.take().len(), 2);
    // What a client says about the host, the path and its address does not reach the service.
    for name in
        ["Forwarded", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Uri", "X-Original-Host", "X-Real-IP"]
    {
        let headers = [get("/public/a"), vec![(name.to_owned(), "forged".to_owned())]].concat();
        send(port, &written("GET", "/public/a", &with_host(headers), b"")).await;
        assert!(upstream.only().values(&name.to_ascii_lowercase()).is_empty(), "{name}");
    }
    for (target, headers, status) in [
        ("/admin", get("/admin"), 403),
        ("/public/a", vec![], 403),
        ("/public/../admin", get("/public/../admin"), 400),
        ("/public/a", [get("/public/a"), vec![("x_sig4_account".to_owned(), "1".to_owned())]].concat(), 400),
    ] {
        let answer = send(port, &written("GET", target, &with_host(headers), b"")).await;
        assert_eq!(answer.status, status, "{target} {:?}", records.last());
    }
    assert!(upstream.take().is_empty());
}
