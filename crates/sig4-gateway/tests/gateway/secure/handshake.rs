//! What becomes of a connection before its first request.

use super::client::{read, serve};
use crate::support::{LONG, api, echo, raw};
use sig4_gateway::{ApiDefinition, Auth, Timeouts};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

fn open() -> ApiDefinition {
    api().route_with("GET /", Auth::None, echo())
}

#[tokio::test]
async fn the_client_chooses_the_protocol() {
    let secure = serve(open()).await;
    for (offered, chosen) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1", "h2"], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&[], None),
    ] {
        assert_eq!(secure.connect(offered).await.1.as_deref(), chosen, "{offered:?}");
    }
    let answer = secure.raw(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "GET /|GET|/|-|"));
    secure.server.shutdown().await;
}

#[tokio::test]
async fn plain_http_is_told_to_speak_https() {
    let causes = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&causes);
    let api = open().with_access_log(move |record| {
        log.lock().unwrap().push((record.path().to_owned(), record.cause().unwrap_or_default().to_owned()));
    });
    let secure = serve(api).await;
    for bytes in [&b"GET /x?y=z HTTP/1.1\r\nhost: x\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let answer = raw(&secure.server, bytes).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("begin the URL with `https://`"), "{}", answer.body);
    }
    secure.server.shutdown().await;
    let causes = causes.lock().unwrap();
    assert!(causes[0].0 == "/x" && causes[0].1.contains("plain HTTP"), "{causes:?}");
}

#[tokio::test]
async fn without_tls_there_is_no_http_2() {
    let server = crate::support::serve(open()).await;
    assert_eq!(raw(&server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.status, 400);
    server.shutdown().await;
}

#[tokio::test]
async fn a_handshake_that_stalls_is_ended_and_counts_as_a_connection() {
    let timeouts = Timeouts::new().with_head(Duration::from_millis(300));
    let secure = serve(open().with_timeouts(timeouts).with_max_connections(2)).await;
    let mut silent = TcpStream::connect(secure.server.addr()).await.unwrap();
    let mut half = TcpStream::connect(secure.server.addr()).await.unwrap();
    half.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    let mut third = TcpStream::connect(secure.server.addr()).await.unwrap();
    assert_eq!(read(&mut third).await, "", "there is no room for it");
    for stalled in [&mut silent, &mut half] {
        assert_eq!(read(stalled).await, "", "it is closed");
    }
    let answer = secure.raw(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(answer.status, 200, "there is room again");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn bytes_that_are_neither_tls_nor_http_are_refused_by_an_alert() {
    let secure = serve(open()).await;
    let mut stream = TcpStream::connect(secure.server.addr()).await.unwrap();
    stream.write_all(&[0x80; 64]).await.unwrap();
    let text = tokio::time::timeout(LONG, read(&mut stream)).await.unwrap();
    assert!(text.is_empty() || text.starts_with('\u{15}'), "{text:?}");
    secure.server.shutdown().await;
}
