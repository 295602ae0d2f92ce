//! TLS from a real Envoy to the authorizer, with certificates on both sides.

use super::proxy::{Listener, Proxy};
use super::scene::{Upstream, directory, get, send, with_host, written};
use crate::server::asked;
use crate::server::secured::{Folder, Issuer, issued, issuer};
use serde_json::{Value, json};

const NAME: &str = "authorizer.test";

/// A cluster with TLS, which trusts certificates of `trusted` for `name`, and shows a certificate.
fn tls(trusted: &Issuer, name: &str, own: Option<(String, String)>) -> Value {
    let certificates = own.map(|(certificate, key)| {
        json!({"certificate_chain": {"inline_string": certificate}, "private_key": {"inline_string": key}})
    });
    json!({"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": name,
        "common_tls_context": {
            "tls_certificates": certificates.into_iter().collect::<Vec<_>>(),
            "validation_context": {
                "trusted_ca": {"inline_string": trusted.pem()},
                "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": name}}],
            },
        },
    }}})
}

#[tokio::test]
async fn only_an_envoy_with_a_certificate_gets_decisions_and_only_of_the_right_authorizer() {
    let (folder, own, proxies, other) = (Folder::new("envoy-mtls"), issuer(), issuer(), issuer());
    folder.write_server(&own, NAME);
    folder.write("ca.crt", &proxies.pem());
    let keys = [("certificate", "tls.crt"), ("private_key", "tls.key"), ("client_ca", "ca.crt")];
    let server = asked::serve(&folder.listen(&keys), directory()).await;
    let upstream = Upstream::start().await;
    let envoys = || Some(issued(&proxies, "envoy.test"));
    let clusters = [
        ("both are certain", tls(&own, NAME, envoys())),
        ("Envoy has no certificate", tls(&own, NAME, None)),
        ("the certificate of Envoy is of another issuer", tls(&own, NAME, Some(issued(&other, "envoy.test")))),
        ("Envoy does not use TLS", json!({})),
        ("the certificate of the authorizer is of another issuer", tls(&other, NAME, envoys())),
        ("the certificate of the authorizer has another name", tls(&own, "other.test", envoys())),
    ];
    let listeners = clusters.iter().map(|(_, cluster)| Listener::default().with_authorizer(cluster.clone()));
    let listeners = listeners.collect::<Vec<_>>();
    let Some(envoy) = Proxy::start("TLS to the authorizer", &server, &upstream, &listeners) else { return };
    for (number, (what, _)) in clusters.iter().enumerate() {
        let answer = send(envoy.port(number), &written("GET", "/public/a", &with_host(get("/public/a")), b"")).await;
        let expected = if number == 0 { (200, 1) } else { (403, 0) };
        assert_eq!((answer.status, upstream.take().len()), expected, "{what}: {answer:?}");
    }
    // A forged request is refused by a decision, and not for the connection.
    let forged = send(envoy.port(0), &written("GET", "/public/b", &with_host(get("/public/a")), b"")).await;
    assert_eq!((forged.status, &*forged.body, upstream.take().len()), (403, r#"{"message":"Forbidden"}"#, 0));
    let metrics = asked::get(server.admin_addr().unwrap(), "/metrics").await;
    let decisions = metrics.lines().filter(|line| line.starts_with("sig4_checks_total{")).collect::<Vec<_>>();
    assert!(decisions.len() == 2 && decisions.iter().all(|line| line.ends_with(" 1")), "{decisions:?}");
}
