//! A certificate of this machine, and the client that trusts it.

use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A certificate for `localhost` and 127.0.0.1, which is its own authority.
#[derive(Clone, Debug)]
pub struct Certified {
    /// The certificate in PEM.
    pub certificate: String,
    /// Its private key in PEM.
    pub private_key: String,
    roots: Arc<RootCertStore>,
}

impl Certified {
    /// A new one.
    pub fn new() -> Self {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("the names are valid");
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).expect("the certificate is valid");
        Self { certificate: made.cert.pem(), private_key: made.signing_key.serialize_pem(), roots: Arc::new(roots) }
    }

    /// A connection of TLS that offers these protocols.
    pub async fn connect(&self, address: SocketAddr, protocols: &[&str]) -> std::io::Result<TlsStream<TcpStream>> {
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("the provider knows them");
        let mut config = config.with_root_certificates(Arc::clone(&self.roots)).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost").expect("the name is valid");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

impl Default for Certified {
    fn default() -> Self {
        Self::new()
    }
}
