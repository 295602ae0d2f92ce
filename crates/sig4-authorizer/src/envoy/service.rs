//! The gRPC service that Envoy calls.

use super::{attributes, response};
use crate::check::authorizer::Authorizer;
use envoy_types::pb::envoy::service::auth::v3::authorization_server::{Authorization, AuthorizationServer};
use envoy_types::pb::envoy::service::auth::v3::{CheckRequest, CheckResponse};
use tonic::{Request, Response, Status};

/// The gRPC service `envoy.service.auth.v3.Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct EnvoyService(Authorizer);

impl EnvoyService {
    /// The service for the server's router, which limits the messages.
    pub(crate) fn server(authorizer: Authorizer) -> AuthorizationServer<Self> {
        AuthorizationServer::new(Self(authorizer))
    }
}

#[tonic::async_trait]
impl Authorization for EnvoyService {
    async fn check(&self, check: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let (verdict, record) = self.0.check("envoy", attributes::request(check.into_inner())).await;
        Ok(Response::new(response::response(verdict, &record)))
    }
}
