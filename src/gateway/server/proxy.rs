//! Requests to an upstream.
//!
//! What API Gateway answers where an upstream does not is not documented; an upstream that cannot be reached, breaks off or is
//! late is 503 here, and one whose answer is too long is 500.

use super::handler::Live;
use crate::gateway::error::{Error, ErrorKind};
use crate::gateway::event::Event;
use crate::gateway::event::input::host;
use crate::gateway::limits::MAX_BODY_LEN;
use crate::gateway::reply::Reply;
use crate::gateway::upstream::Upstream;
use crate::gateway::upstream_headers;
use crate::tower::body::{self, BodyFailure};
use crate::tower::budget::BodyBudget;
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
use std::error::Error as StdError;
use std::sync::Arc;

/// A client that keeps its connections.
pub(super) type UpstreamClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client that trusts whom the machine trusts: nobody, if it has no root certificates.
pub(super) fn client() -> Result<UpstreamClient, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = match HttpsConnectorBuilder::new().with_provider_and_native_roots(Arc::clone(&provider)) {
        Ok(builder) => builder,
        Err(_) => HttpsConnectorBuilder::new().with_tls_config(trusting_nobody(provider)?),
    };
    let connector = builder.https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector))
}

fn trusting_nobody(provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| Error::new(ErrorKind::InvalidApi, error.to_string()))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

impl Live {
    pub(super) async fn forward(
        &self,
        upstream: &Upstream,
        event: Event,
        head: &Parts,
        variables: &[(String, &str)],
    ) -> Result<Reply, (StatusCode, String)> {
        let authorized = event.caller().is_some();
        let query = upstream_headers::forwarded_query(event.raw_query(), authorized);
        let target = upstream.target(variables, Some(&query)).map_err(unreachable)?;
        let mut request = Request::new(Full::new(event.body().clone()));
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = target;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() =
            upstream_headers::sent(upstream, &head.headers, authorized, &host(head), &event.context.arrival);
        let response = self.client().request(request).await.map_err(|error| unreachable(causes(&error)))?;
        read(response, self.budget()).await
    }
}

async fn read(response: Response<Incoming>, budget: &BodyBudget) -> Result<Reply, (StatusCode, String)> {
    let (mut head, body) = response.into_parts();
    let body =
        body::read(body, MAX_BODY_LEN, Some(&budget.of_answers()), |_| ()).await.map_err(|failure| match failure {
            BodyFailure::TooLong { .. } => {
                (StatusCode::INTERNAL_SERVER_ERROR, "the upstream's answer is too long".to_owned())
            }
            BodyFailure::NoRoom { .. } => (StatusCode::SERVICE_UNAVAILABLE, failure.to_string()),
            BodyFailure::Broken(error) => unreachable(causes(&*error)),
        })?;
    upstream_headers::answered(&mut head.headers);
    let mut reply = Reply::new().with_status(head.status.as_u16()).with_body(body);
    reply.headers = head.headers;
    Ok(reply)
}

fn unreachable(why: impl ToString) -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, format!("the upstream: {}", why.to_string()))
}

/// An error and what caused it, in one line.
fn causes(error: &dyn StdError) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words = format!("{words}: {error}");
        source = error.source();
    }
    words
}
