//! An HTTP client that sends a URL as it stands.

use crate::Failure;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error as StdError;
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub(crate) type CallClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client that trusts whom the machine trusts, or only the certificates in a file.
pub(crate) fn client(cacert: Option<&Path>) -> Result<CallClient, Failure> {
    let roots = match cacert {
        None => native_roots(),
        Some(file) => certificates(file)?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// Whom the machine trusts. One that trusts nobody can still be used for calls without TLS.
fn native_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let _counts = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn certificates(file: &Path) -> Result<RootCertStore, Failure> {
    let name = file.display();
    let pem = fs::read(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| format!("{name} is not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("{name} has a certificate that is none: {error}"))?;
    }
    if roots.is_empty() { Err(format!("{name} has no certificate").into()) } else { Ok(roots) }
}

/// An error with what caused it.
pub(crate) fn described(error: &Error, url: &str) -> Failure {
    let mut text = format!("cannot call {url}: {error}");
    let mut cause = StdError::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.extend([": ", &more]);
        }
        cause = error.source();
    }
    text.into()
}
