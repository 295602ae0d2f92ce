//! TLS to the proxies.

use super::asked::{PATIENCE, get, nobody, serve};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sig4_authorizer::{ErrorKind, Server};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

pub(in super::super) type Issuer = CertifiedIssuer<'static, KeyPair>;

pub(in super::super) fn issuer() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // With the default name, which all certificates have, Envoy takes what it issues for certificates that issued themselves.
    params.distinguished_name.push(DnType::CommonName, "the issuer of a test");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, in PEM.
pub(in super::super) fn issued(issuer: &Issuer, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A folder of certificates.
pub(in super::super) struct Folder(PathBuf);

impl Folder {
    pub(in super::super) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(in super::super) fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    pub(in super::super) fn write_server(&self, issuer: &Issuer, name: &str) {
        let (certificate, key) = issued(issuer, name);
        self.write("tls.crt", &certificate);
        self.write("tls.key", &key);
    }

    /// `[listen]`, whose files are these.
    pub(in super::super) fn listen(&self, keys: &[(&str, &str)]) -> String {
        let lines = keys.iter().map(|(key, file)| format!("{key} = {:?}\n", self.0.join(file)));
        format!("[listen]\n{}", lines.collect::<String>())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A request over TLS. The answer, or nothing if the server refuses the connection.
async fn ask(server: &Server, trusted: &Issuer, name: &'static str, own: Option<(String, String)>) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der().clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap()
        }
    };
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let connecting = TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream);
    let mut stream = timeout(PATIENCE, connecting).await.unwrap().ok()?;
    let request = b"GET /forward/nginx HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    // In TLS 1.3 the refusal of a client's certificate comes after the handshake.
    let _refused = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
    (!answer.is_empty()).then(|| String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn a_proxy_without_a_certificate_of_the_issuer_is_refused() {
    let (folder, own, proxies, other) = (Folder::new("mtls"), issuer(), issuer(), issuer());
    folder.write_server(&own, "authorizer.test");
    folder.write("ca.crt", &proxies.pem());
    let keys = [("certificate", "tls.crt"), ("private_key", "tls.key"), ("client_ca", "ca.crt")];
    let server = serve(&folder.listen(&keys), nobody()).await;
    let ask = async |own_certificate| ask(&server, &own, "authorizer.test", own_certificate).await;
    assert_eq!(ask(None).await, None, "without a certificate");
    assert_eq!(ask(Some(issued(&other, "envoy.test"))).await, None, "of another issuer");
    let answer = ask(Some(issued(&proxies, "envoy.test"))).await;
    assert!(answer.as_ref().is_some_and(|answer| answer.starts_with("HTTP/1.1 4")), "{answer:?}");

    let metrics = get(server.admin_addr().unwrap(), "/metrics").await;
    assert!(metrics.contains("\nsig4_tls_handshakes_failed_total 2\n"), "{metrics}");
    let plain = get(server.local_addr(), "/forward/nginx").await;
    assert!(!plain.starts_with("HTTP/1.1 "), "without TLS nothing is answered: {plain}");
}

#[tokio::test]
async fn a_certificate_is_replaced_while_the_server_runs() {
    let (folder, first, second) = (Folder::new("renewed"), issuer(), issuer());
    folder.write_server(&first, "authorizer.test");
    let keys = [("certificate", "tls.crt"), ("private_key", "tls.key")];
    let server = serve(&folder.listen(&keys), nobody()).await;
    assert!(ask(&server, &first, "authorizer.test", None).await.is_some());
    assert!(ask(&server, &second, "authorizer.test", None).await.is_none());

    folder.write("tls.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assert_eq!(server.reload().unwrap_err().kind(), ErrorKind::InvalidTls);
    assert!(ask(&server, &first, "authorizer.test", None).await.is_some(), "the earlier certificate stays");
    let metrics = get(server.admin_addr().unwrap(), "/metrics").await;
    assert!(metrics.contains("\nsig4_tls_reload_failed 1\n"), "{metrics}");

    folder.write_server(&second, "authorizer.test");
    server.reload().unwrap();
    assert!(ask(&server, &second, "authorizer.test", None).await.is_some());
    assert!(ask(&server, &first, "authorizer.test", None).await.is_none());
}

#[tokio::test]
async fn a_certificate_is_renewed_without_a_signal() {
    let (folder, first, second) = (Folder::new("watched"), issuer(), issuer());
    folder.write_server(&first, "authorizer.test");
    let keys = [("certificate", "tls.crt"), ("private_key", "tls.key")];
    let server = serve(&format!("{}interval = \"50ms\"", folder.listen(&keys)), nobody()).await;
    assert!(ask(&server, &first, "authorizer.test", None).await.is_some());
    folder.write_server(&second, "authorizer.test");
    let renewed = async { while ask(&server, &second, "authorizer.test", None).await.is_none() {} };
    timeout(PATIENCE, renewed).await.expect("the new certificate is shown");
}

#[test]
fn no_message_has_a_part_of_a_key() {
    let (folder, one, other) = (Folder::new("mixed"), issuer(), issuer());
    folder.write_server(&one, "authorizer.test");
    let (_, key) = issued(&other, "authorizer.test");
    folder.write("tls.key", &key);
    let text =
        format!("{}{}", crate::config::SMALL, folder.listen(&[("certificate", "tls.crt"), ("private_key", "tls.key")]));
    let config = sig4_authorizer::config::Config::parse(&text).unwrap();
    let error = sig4_authorizer::Assembly::of_keys(&config, nobody()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTls);
    assert!(!format!("{error} {error:?}").contains(key.lines().nth(1).unwrap()), "{error}");
}
