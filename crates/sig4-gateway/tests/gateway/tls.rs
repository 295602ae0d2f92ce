//! An upstream behind TLS, which is trusted as the machine trusts.

use crate::support::{LONG, send, serve};
use sig4_gateway::{ApiDefinition, Integration};
use std::env;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Where the process that trusts the upstream finds its port.
const PORT: &str = "SIG4_TEST_UPSTREAM_PORT";

fn acceptor(certified: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth().with_single_cert(vec![certified.cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

async fn upstream(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\nsecure").await;
        let _ = stream.shutdown().await;
    }
}

/// What a process hears that trusts the upstream's certificate, and what it hears of another name.
async fn trusting(port: &str) {
    let api = ApiDefinition::new("us-east-1")
        .route("GET /named", Integration::http_proxy(format!("https://localhost:{port}/")))
        .route("GET /other", Integration::http_proxy(format!("https://127.0.0.1:{port}/")));
    let server = serve(api).await;
    let answer = send(&server, "GET", "/named", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "secure"));
    assert_eq!(send(&server, "GET", "/other", &[], "").await.status, 503, "the certificate is for another name");
    server.shutdown().await;
}

/// The certificates that a machine trusts are read from its environment, so the test runs itself once more.
#[tokio::test]
async fn an_upstream_behind_tls_is_reached_if_its_certificate_is_trusted() {
    if let Ok(port) = env::var(PORT) {
        return trusting(&port).await;
    }
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let serving = tokio::spawn(upstream(listener, acceptor(&certified)));
    let roots = env::temp_dir().join(format!("sig4-upstream-{}.pem", std::process::id()));
    std::fs::write(&roots, certified.cert.pem()).unwrap();
    let test = "tls::an_upstream_behind_tls_is_reached_if_its_certificate_is_trusted";
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", test]).env(PORT, &port).env("SSL_CERT_FILE", &roots).env_remove("SSL_CERT_DIR");
    let child = tokio::task::spawn_blocking(move || child.output());
    let output = tokio::time::timeout(LONG, child).await.expect("it ends").unwrap().unwrap();
    std::fs::remove_file(&roots).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    let server = serve(
        ApiDefinition::new("us-east-1").route("GET /", Integration::http_proxy(format!("https://localhost:{port}/"))),
    );
    let server = server.await;
    assert_eq!(send(&server, "GET", "/", &[], "").await.status, 503, "the certificate is not trusted here");
    server.shutdown().await;
    serving.abort();
}
