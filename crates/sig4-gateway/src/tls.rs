//! The certificate of a server that speaks TLS.

use crate::error::{Error, ErrorKind};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::sync::Arc;

/// The protocols that a client may choose by ALPN, the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [HTTP_2, b"http/1.1"];
/// HTTP/2 in ALPN.
pub(crate) const HTTP_2: &[u8] = b"h2";

/// The certificate and the key of a server that speaks TLS. `Debug` does not show the key.
///
/// The server speaks TLS 1.3 and 1.2, and HTTP/2 and HTTP/1.1. A client chooses the protocol by ALPN; one that does not name any
/// gets HTTP/1.1.
///
/// For a test, `rcgen` makes a certificate. Its names are the hosts that clients call: [`Server::url`](crate::Server::url) has the IP
/// address of the server. [`ApiDefinition::with_tls`](crate::ApiDefinition::with_tls) has a client that trusts it.
///
/// ```
/// use sig4_gateway::{ApiDefinition, Integration, TlsConfig};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
/// let tls = TlsConfig::from_pem(&made.cert.pem(), &made.signing_key.serialize_pem())?;
/// let api = ApiDefinition::new("us-east-1").with_tls(tls).route("$default", Integration::echo());
/// let server = api.serve("127.0.0.1:0").await?;
/// assert!(server.url().starts_with("https://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TlsConfig(pub(crate) Arc<rustls::ServerConfig>);

impl TlsConfig {
    /// Reads a certificate and its private key in PEM.
    ///
    /// `certificates` has the server's own certificate first, then those of its issuers without the root. `private_key` has one key
    /// in PKCS#8, PKCS#1 or SEC 1, without a passphrase.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTls`] if there is no certificate or no key, if one of them cannot be read, or if the key does not belong
    /// to the certificate. The message never has a part of the key.
    ///
    /// ```
    /// use sig4_gateway::{ErrorKind, TlsConfig};
    ///
    /// let error = TlsConfig::from_pem("", "").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidTls);
    /// assert_eq!(error.to_string(), "invalid certificate or key: there is no `BEGIN CERTIFICATE` among the certificates");
    /// ```
    pub fn from_pem(certificates: &str, private_key: &str) -> Result<Self, Error> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| invalid(format!("a certificate is not valid PEM: {error}")))?;
        if chain.is_empty() {
            return Err(invalid("there is no `BEGIN CERTIFICATE` among the certificates"));
        }
        let key = private_key_of(private_key)?;
        let versions = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = versions.with_safe_default_protocol_versions().map_err(unusable)?;
        let mut config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(unusable)?;
        config.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        Ok(Self(Arc::new(config)))
    }
}

/// Reads the only private key of a text. No message repeats the text.
fn private_key_of(text: &str) -> Result<PrivateKeyDer<'static>, Error> {
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(invalid("the private key has a passphrase: decrypt it first, for example with `openssl pkey`"));
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|error| match error {
        pem::Error::NoItemsFound => invalid("there is no `BEGIN PRIVATE KEY` in the text of the private key"),
        _ => invalid("the private key is not valid PEM"),
    })
}

/// The error of a certificate and a key that TLS cannot use.
#[cold]
fn unusable(error: rustls::Error) -> Error {
    let detail = match &error {
        rustls::Error::InconsistentKeys(_) => {
            "the private key does not belong to the first certificate: the server's own certificate comes first"
                .to_owned()
        }
        rustls::Error::InvalidCertificate(_) => format!("the first certificate cannot be used: {error}"),
        _ => "the private key is not of a kind that TLS can use: take an ECDSA P-256, Ed25519 or RSA key".to_owned(),
    };
    invalid(detail)
}

#[cold]
fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidTls, detail)
}

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::TlsConfig;

    #[test]
    fn an_error_says_what_is_wrong_and_shows_no_key() {
        let made = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (one, other) = (made(), made());
        let (cert, key) = (one.cert.pem(), one.signing_key.serialize_pem());
        assert!(TlsConfig::from_pem(&cert, &key).is_ok());
        let broken_cert = cert.replace("-----END CERTIFICATE-----", "");
        let broken_key = key.replace("PRIVATE KEY-----\nM", "PRIVATE KEY-----\n*");
        let locked = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        for (certs, key, expected) in [
            (key.as_str(), key.as_str(), "there is no `BEGIN CERTIFICATE`"),
            (&broken_cert, &key, "a certificate is not valid PEM"),
            (&cert, &cert, "there is no `BEGIN PRIVATE KEY`"),
            (&cert, &broken_key, "the private key is not valid PEM"),
            (&cert, &locked, "the private key has a passphrase"),
            (&cert, &other.signing_key.serialize_pem(), "the private key does not belong to the first certificate"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                &key,
                "the first certificate cannot be used",
            ),
            (
                &cert,
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "the private key is not of a kind that TLS can use",
            ),
        ] {
            let error = TlsConfig::from_pem(certs, key).unwrap_err().to_string();
            assert!(error.starts_with("invalid certificate or key: ") && error.contains(expected), "{error}");
            assert!(!error.contains(key.lines().nth(1).unwrap()), "{error}");
        }
    }
}
