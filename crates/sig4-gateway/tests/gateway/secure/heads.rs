//! Heads of HTTP/2 that no client library sends.

use super::client::{SecureServer, read, serve};
use crate::support::{REGION, echo};
use http::Request;
use http_body_util::Full;
use sig4_gateway::{AllowedHosts, ApiDefinition, Auth};

async fn open() -> SecureServer {
    serve(ApiDefinition::new(REGION).route_with("ANY /{proxy+}", Auth::None, echo())).await
}

/// The status of a request with a `Host` header.
async fn status(secure: &SecureServer, host: &str) -> u16 {
    let request = Request::get(secure.url("/x")).header("host", host).body(Full::default()).unwrap();
    super::client::send(&mut secure.http2().await, request).await.0.status().as_u16()
}

#[tokio::test]
async fn a_host_header_must_be_the_authority() {
    let secure = open().await;
    assert_eq!(status(&secure, &secure.server.addr().to_string()).await, 200);
    for host in ["other.example", "127.0.0.1", ""] {
        assert_eq!(status(&secure, host).await, 400, "{host}");
    }
    secure.server.shutdown().await;
}

#[tokio::test]
async fn allowed_hosts_hold_for_the_authority() {
    let api = ApiDefinition::new(REGION).with_allowed_hosts(AllowedHosts::loopback());
    let secure = serve(api.route_with("ANY /{proxy+}", Auth::None, echo())).await;
    let mut sender = secure.http2().await;
    for (host, expected) in [(secure.server.addr().to_string(), 200), ("rebound.example".to_owned(), 403)] {
        let request = Request::get(format!("https://{host}/x")).body(Full::default()).unwrap();
        assert_eq!(super::client::send(&mut sender, request).await.0.status(), expected, "{host}");
    }
    secure.server.shutdown().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_gets_431() {
    let secure = open().await;
    let mut sender = secure.http2().await;
    for len in [11_000, 40_000] {
        let request = Request::get(secure.url("/x")).header("x", "v".repeat(len)).body(Full::default()).unwrap();
        assert_eq!(super::client::send(&mut sender, request).await.0.status(), 431, "{len}");
    }
    let request = Request::get(secure.url("/x")).body(Full::default()).unwrap();
    assert_eq!(super::client::send(&mut sender, request).await.0.status(), 200, "the connection goes on");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn bytes_that_are_not_http_2_end_the_connection() {
    let secure = open().await;
    let (mut stream, _) = secure.connect(&["h2"]).await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(!read(&mut stream).await.contains("200"));
    secure.server.shutdown().await;
}
