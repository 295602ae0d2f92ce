//! Requests to an upstream.
//!
//! AWS does not document API Gateway's response if an upstream fails. Here an upstream that cannot be reached, disconnects or is
//! late gives 503, and a response that is too long gives 500; of a REST API 504 and 502.

use super::integration_failure::IntegrationFailure;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::head::host;
use crate::limits::MAX_BODY_LEN;
use crate::reply::Reply;
use crate::upstream::{PathValues, Upstream};
use crate::upstream_headers;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use sig4::tower::{BodyBudget, BodyError, BodyReader};
use std::error::Error as StdError;
use std::sync::Arc;

/// Forwards requests to upstreams, over connections that are kept open.
pub(super) struct UpstreamClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// Shared by the bodies of all requests and responses.
    bodies: BodyReader,
}

impl UpstreamClient {
    /// A client that trusts the machine's root certificates. On a machine without any, every call over TLS fails.
    pub(super) fn new(budget: BodyBudget) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = match HttpsConnectorBuilder::new().with_provider_and_native_roots(Arc::clone(&provider)) {
            Ok(builder) => builder,
            Err(_) => HttpsConnectorBuilder::new().with_tls_config(without_roots(provider)?),
        };
        let connector = builder.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        let bodies = BodyReader::new().with_limit(MAX_BODY_LEN).with_budget(budget.for_responses());
        Ok(Self { client, bodies })
    }

    /// Forwards a request and reads the upstream's response.
    pub(super) async fn forward(
        &self,
        upstream: &Upstream,
        event: Event,
        head: &Parts,
        variables: &[(String, &str)],
        values: PathValues,
    ) -> Result<Reply, IntegrationFailure> {
        let authorized = event.caller().is_some();
        let query = upstream_headers::forwarded_query(event.raw_query(), authorized);
        let target = upstream.target(variables, values, Some(&query)).map_err(unreachable)?;
        let mut request = Request::new(Full::new(event.body().clone()));
        *request.method_mut() = upstream.method().unwrap_or(&head.method).clone();
        *request.uri_mut() = target;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() =
            upstream_headers::sent(upstream, &head.headers, authorized, &host(head), &event.context.arrival);
        let response = self.client.request(request).await.map_err(|error| unreachable(causes(&error)))?;
        self.read(response).await
    }

    async fn read(&self, response: Response<Incoming>) -> Result<Reply, IntegrationFailure> {
        let (mut head, body) = response.into_parts();
        let read = self.bodies.read(&head.headers, body).await;
        let body = read.map_err(|error| match error {
            BodyError::TooLong { .. } => IntegrationFailure::internal("the upstream's answer is too long"),
            BodyError::NoRoom { .. } => IntegrationFailure::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            BodyError::Broken(error) => unreachable(causes(&*error)),
            error => unreachable(error),
        })?;
        upstream_headers::answered(&mut head.headers);
        let mut reply = Reply::new().with_status(head.status.as_u16()).with_body(body);
        reply.headers = head.headers;
        Ok(reply)
    }
}

fn without_roots(provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| Error::new(ErrorKind::InvalidApi, error.to_string()))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn unreachable(why: impl ToString) -> IntegrationFailure {
    IntegrationFailure::unreachable(format!("the upstream: {}", why.to_string()))
}

/// Writes an error and its sources on one line.
fn causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
