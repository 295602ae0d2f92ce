//! An HTTP client that sends a URL byte for byte as given, over HTTP/2 where a server of TLS offers it.

use super::trust::{self, Trust};
use crate::failure::Failure;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;

pub(crate) type CallClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Which servers a client trusts, how long it waits for a connection, and which versions of HTTP it offers.
#[derive(Debug)]
pub(crate) struct ClientOptions<'a> {
    pub(crate) trust: Trust<'a>,
    pub(crate) connect_timeout: Option<Duration>,
    /// HTTP/1.1 alone, over TLS as well.
    pub(crate) is_http1: bool,
}

/// A client.
pub(crate) fn client(options: &ClientOptions<'_>) -> Result<CallClient, Failure> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_connect_timeout(options.connect_timeout);
    let builder = HttpsConnectorBuilder::new().with_tls_config(trust::config(options.trust)?).https_or_http();
    let connector = match options.is_http1 {
        true => builder.enable_http1().wrap_connector(connector),
        false => builder.enable_all_versions().wrap_connector(connector),
    };
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}
