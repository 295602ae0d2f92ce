//! An HTTP client that sends a URL byte for byte as given.

use super::insecure;
use crate::failure::Failure;
use crate::print::note;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error as StdError;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(crate) type CallClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Which servers a client trusts, and how long it waits for a connection.
#[derive(Debug, Default)]
pub(crate) struct ClientOptions<'a> {
    /// Only the certificates in this file, instead of the machine's.
    pub(crate) cacert: Option<&'a Path>,
    /// Any certificate.
    pub(crate) insecure: bool,
    pub(crate) connect_timeout: Option<Duration>,
}

/// A client.
pub(crate) fn client(options: &ClientOptions<'_>) -> Result<CallClient, Failure> {
    let cacert = options.cacert;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_connect_timeout(options.connect_timeout);
    let native = || HttpsConnectorBuilder::new().with_provider_and_native_roots(Arc::clone(&provider)).ok();
    let is_native = cacert.is_none() && !options.insecure;
    let builder = match (cacert, is_native.then(native).flatten()) {
        (None, None) if options.insecure => {
            note("the server's certificate is not checked: anyone on the way can read and change the request");
            HttpsConnectorBuilder::new().with_tls_config(insecure::config(provider)?)
        }
        (_, Some(builder)) => builder,
        (Some(file), None) => trusting(certificates(file)?, provider)?,
        // A machine without certificates can still make calls without TLS.
        (None, None) => trusting(RootCertStore::empty(), provider)?,
    };
    Ok(Client::builder(TokioExecutor::new()).build(builder.https_or_http().enable_http1().wrap_connector(connector)))
}

fn trusting(
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
) -> Result<HttpsConnectorBuilder<WantsSchemes>, Failure> {
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(HttpsConnectorBuilder::new().with_tls_config(config))
}

fn certificates(file: &Path) -> Result<RootCertStore, Failure> {
    let name = file.display();
    let pem = fs::read(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| format!("{name} is not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("{name} has an invalid certificate: {error}"))?;
    }
    if roots.is_empty() { Err(format!("{name} has no certificate").into()) } else { Ok(roots) }
}

/// An error with its sources.
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
    if text.contains("InvalidContentType") {
        text += " (the server does not speak TLS on this port: is it http://?)";
    }
    Failure::NoAnswer(text)
}
