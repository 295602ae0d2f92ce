//! A server keeps to TLS when its definition is replaced, and takes the certificate of the new one for new connections.

use super::client::{SecureServer, send, serve};
use crate::support::{REGION, raw};
use http::Request;
use http_body_util::Full;
use rustls::pki_types::CertificateDer;
use serde_json::Value;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, TlsConfig};

fn says(text: &'static str) -> ApiDefinition {
    let integration = Integration::handler(move |_: Event| async move { text });
    ApiDefinition::new(REGION).route_with("GET /", Auth::None, integration)
}

fn certificate() -> (TlsConfig, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let tls = TlsConfig::from_pem(&made.cert.pem(), &made.signing_key.serialize_pem()).unwrap();
    (tls, made.cert.der().clone())
}

async fn body(secure: &SecureServer) -> String {
    secure.raw(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.body
}

#[tokio::test]
async fn a_definition_without_a_certificate_keeps_the_first_one() {
    let mut secure = serve(says("first")).await;
    let first = secure.cert.clone();
    let mut old = secure.http2().await;
    let (tls, cert) = certificate();
    secure.server.replace(says("second").with_tls(tls)).unwrap();
    secure.cert = cert;
    assert_eq!(body(&secure).await, "second");
    let request = Request::get(secure.url("/")).body(Full::default()).unwrap();
    assert_eq!(send(&mut old, request).await.1, "second", "an open connection gets the new definition");
    secure.server.replace(says("third")).unwrap();
    secure.cert = first;
    assert_eq!(body(&secure).await, "third");
    assert_eq!(raw(&secure.server, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.status, 400, "it is not plain text");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn a_server_of_plain_text_stays_one() {
    let server = crate::support::serve(says("first")).await;
    server.replace(says("second").with_tls(certificate().0)).unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert_eq!(raw(&server, request).await.body, "second");
    assert!(server.url().starts_with("http://"));
    server.shutdown().await;
}

/// TLS cuts the bytes of a head in other places than the client.
#[tokio::test]
async fn names_of_a_rest_api_keep_their_case_over_tls() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let reflect = Integration::handler(|event: Event| async move { Reply::json(event.to_json()) });
    let api = ApiDefinition::rest(REGION).with_stage("prod").route_with("GET /", Auth::None, reflect);
    let secure = serve(api).await;
    let (mut stream, _) = secure.connect(&["http/1.1"]).await;
    let one = "GET /prod HTTP/1.1\r\nHost: x\r\nX-FIRST: 1\r\n\r\n";
    let two = "GET /prod HTTP/1.1\r\nhOST: x\r\nx-Second: 2\r\nCONNECTION: close\r\n\r\n";
    let text = [one, two].concat();
    let (begin, rest) = text.split_at(one.len() + 30);
    stream.write_all(begin.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    for byte in rest.bytes() {
        stream.write_all(&[byte]).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let events: Vec<Value> = text
        .split("HTTP/1.1 200")
        .skip(1)
        .map(|answer| serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap())
        .collect();
    assert_eq!((&events[0]["headers"]["X-FIRST"], &events[1]["headers"]["x-Second"]), (&"1".into(), &"2".into()));
    secure.server.shutdown().await;
}
