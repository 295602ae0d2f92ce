//! A server that is reached over TLS, and asks for a certificate.

use super::server::{self, PATIENCE, Redis, new_folder};
use super::uses::Signed;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sig4::verify::Remembered::{Again, First};
use sig4_authorizer::replay::{RedisReplayStore, RedisSettings};
use sig4_test_support::program::free_ports;
use std::fs;
use std::time::Duration;

#[tokio::test]
async fn a_server_is_trusted_by_its_certificate_and_trusts_by_one() {
    if !server::is_here() {
        return;
    }
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
    certificate.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    let folder = new_folder();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (authority, certificate, key) = (authority.pem(), certificate.pem(), key.serialize_pem());
    let [port] = free_ports();
    let tls_port = port.to_string();
    let files = [file("ca.pem", &authority), file("cert.pem", &certificate), file("key.pem", &key)];
    // The later `--port` counts: this server speaks TLS only.
    let arguments = [
        "--port",
        "0",
        "--tls-port",
        &tls_port,
        "--tls-ca-cert-file",
        &files[0],
        "--tls-cert-file",
        &files[1],
        "--tls-key-file",
        &files[2],
    ];
    let _redis = Redis::start_at(port, &arguments);

    let plain =
        RedisSettings::new(&format!("rediss://localhost:{port}/")).unwrap().with_timeout(Duration::from_millis(300));
    let untrusted = RedisReplayStore::connect(&plain).unwrap();
    assert!(Signed::now().asked(&untrusted).await.is_err());
    assert!(untrusted.ready(Duration::from_secs(1)).await.is_err());

    let trusting = plain.with_root_certificates(authority).with_timeout(PATIENCE);
    let unknown = RedisReplayStore::connect(&trusting.clone().with_timeout(Duration::from_millis(300))).unwrap();
    assert!(Signed::now().asked(&unknown).await.is_err());
    assert!(unknown.ready(Duration::from_secs(1)).await.is_err());

    let settings = trusting.with_client_certificate(certificate, key);
    RedisReplayStore::initialize(&settings, PATIENCE).await.unwrap();
    let (store, signed) = (server::connected(&settings).await, Signed::now());
    assert_eq!(signed.asked(&store).await, Ok(First));
    assert_eq!(signed.asked(&store).await, Ok(Again));
}
