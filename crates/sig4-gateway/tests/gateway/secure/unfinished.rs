//! Handshakes that fail leave a line in the access log that says why.

use super::client::{SecureServer, read, serve};
use crate::support::{LONG, api, echo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use sig4_gateway::{Auth, Timeouts};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_rustls::TlsConnector;

/// The beginning of a record of a handshake.
const BEGUN: &[u8] = b"\x16\x03\x01\x02\x00\x01";

/// A server, and the status and the cause of each of its records.
async fn logged(head: Duration) -> (SecureServer, UnboundedReceiver<(u16, String)>) {
    let (sender, records) = unbounded_channel();
    let api = api().route_with("GET /", Auth::None, echo()).with_timeouts(Timeouts::new().with_head(head));
    let api = api.with_access_log(move |record| {
        assert_eq!((record.method(), record.path()), ("-", "-"));
        let _ = sender.send((record.status(), record.cause().unwrap_or_default().to_owned()));
    });
    (serve(api).await, records)
}

async fn next(records: &mut UnboundedReceiver<(u16, String)>) -> (u16, String) {
    tokio::time::timeout(LONG, records.recv()).await.expect("a record").unwrap()
}

async fn connect(secure: &SecureServer) -> TcpStream {
    TcpStream::connect(secure.server.addr()).await.unwrap()
}

/// Tries a handshake with a certificate and protocols that the server does not have.
async fn fails(secure: &SecureServer, trusted: bool, protocol: &str) {
    let mut roots = RootCertStore::empty();
    if trusted {
        roots.add(secure.cert.clone()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from("127.0.0.1").unwrap();
    assert!(TlsConnector::from(Arc::new(config)).connect(name, connect(secure).await).await.is_err());
}

#[tokio::test]
async fn the_log_says_why_a_handshake_failed() {
    let (secure, mut records) = logged(LONG).await;
    fails(&secure, false, "h2").await;
    let (status, cause) = next(&mut records).await;
    assert!(
        status == 400 && cause.contains("does not accept the certificate") && cause.contains("UnknownCA"),
        "{cause}"
    );
    fails(&secure, true, "smtp").await;
    assert!(next(&mut records).await.1.contains("neither HTTP/2 nor HTTP/1.1"));
    let mut garbage = connect(&secure).await;
    garbage.write_all(&[0x80; 64]).await.unwrap();
    read(&mut garbage).await;
    let (status, cause) = next(&mut records).await;
    assert!(status == 400 && cause.contains("does not speak TLS as a client should"), "{cause}");
    let mut gone = connect(&secure).await;
    gone.write_all(BEGUN).await.unwrap();
    gone.shutdown().await.unwrap();
    read(&mut gone).await;
    assert!(next(&mut records).await.1.contains("ended the connection during the handshake"));
    secure.server.shutdown().await;
    assert!(records.recv().await.is_none(), "one line each");
}

#[tokio::test]
async fn a_late_handshake_has_a_line_and_a_connection_without_a_byte_has_none() {
    let (secure, mut records) = logged(Duration::from_millis(300)).await;
    let (mut silent, mut half) = (connect(&secure).await, connect(&secure).await);
    drop(connect(&secure).await);
    half.write_all(BEGUN).await.unwrap();
    read(&mut silent).await;
    read(&mut half).await;
    let (status, cause) = next(&mut records).await;
    assert!(status == 408 && cause.contains("did not end in time"), "{cause}");
    // After its handshake, a connection without a request has none either.
    drop(secure.connect(&["h2"]).await);
    drop(secure.connect(&["http/1.1"]).await);
    let mut begun = connect(&secure).await;
    begun.write_all(BEGUN).await.unwrap();
    secure.server.shutdown().await;
    assert!(records.recv().await.is_none());
}
