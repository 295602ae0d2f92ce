//! Clients of TLS that trust one certificate.

use crate::support::{Answer, LONG};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sig4_gateway::{ApiDefinition, Server, TlsConfig};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A server, and what its clients trust.
pub(super) struct SecureServer {
    pub(super) server: Server,
    pub(super) cert: CertificateDer<'static>,
}

pub(super) async fn serve(api: ApiDefinition) -> SecureServer {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let tls = TlsConfig::from_pem(&made.cert.pem(), &made.signing_key.serialize_pem()).unwrap();
    SecureServer { server: crate::support::serve(api.with_tls(tls)).await, cert: made.cert.der().clone() }
}

impl SecureServer {
    /// A connection that offers protocols, and the one that was chosen.
    pub(super) async fn connect(&self, protocols: &[&str]) -> (TlsStream<TcpStream>, Option<String>) {
        let mut roots = RootCertStore::empty();
        roots.add(self.cert.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let tcp = TcpStream::connect(self.server.addr()).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
        let chosen = stream.get_ref().1.alpn_protocol().map(|name| String::from_utf8(name.to_vec()).unwrap());
        (stream, chosen)
    }

    /// A connection of HTTP/2.
    pub(super) async fn http2(&self) -> SendRequest<Full<Bytes>> {
        self.http2_with(&http2::Builder::new(TokioExecutor::new())).await
    }

    pub(super) async fn http2_with(&self, builder: &http2::Builder<TokioExecutor>) -> SendRequest<Full<Bytes>> {
        let (stream, chosen) = self.connect(&["h2", "http/1.1"]).await;
        assert_eq!(chosen.as_deref(), Some("h2"));
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// The URL of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// Sends bytes over TLS, and reads what comes until the other side closes.
    pub(super) async fn raw(&self, bytes: &[u8]) -> Answer {
        let (mut stream, _) = self.connect(&["http/1.1"]).await;
        stream.write_all(bytes).await.unwrap();
        Answer::parse(&read(&mut stream).await)
    }
}

/// Reads until the other side closes.
pub(super) async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut text = Vec::new();
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut text)).await.expect("it ends");
    String::from_utf8_lossy(&text).into_owned()
}

/// Sends a request, and reads its answer.
pub(super) async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> (Response<()>, String) {
    let answer = tokio::time::timeout(LONG, sender.send_request(request)).await.expect("an answer").unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (Response::from_parts(head, ()), String::from_utf8_lossy(&body).into_owned())
}
