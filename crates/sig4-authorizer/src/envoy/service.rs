//! The gRPC service that Envoy calls.

use super::{attributes, response};
use crate::check::authorizer::Authorizer;
use envoy_types::pb::envoy::service::auth::v3::authorization_server::Authorization;
use envoy_types::pb::envoy::service::auth::v3::{CheckRequest, CheckResponse};
use tonic::{Request, Response, Status};

/// The gRPC service `envoy.service.auth.v3.Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct EnvoyService(pub(crate) Authorizer);

#[tonic::async_trait]
impl Authorization for EnvoyService {
    async fn check(&self, check: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let request = attributes::request(check.into_inner()).map_err(Status::invalid_argument)?;
        let (verdict, record) = self.0.check("envoy", request).await;
        Ok(Response::new(response::response(verdict, &record)))
    }
}
