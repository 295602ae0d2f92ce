//! The settings that only REST APIs have.

use crate::error::{Error, ErrorKind};
use crate::gateway_response::GatewayResponse;
use sig4_iam::ResourcePolicy;

/// The settings that only REST APIs have.
#[derive(Clone, Debug, Default)]
pub(crate) struct RestSettings {
    /// The id of the deployment, as events have it.
    pub(crate) deployment_id: Option<String>,
    pub(crate) resource_policy: Option<ResourcePolicy>,
    pub(crate) gateway_responses: Vec<GatewayResponse>,
    /// Content types whose bodies are binary: `image/png`, `image/*`, `*/*`.
    pub(crate) binary_media_types: Vec<String>,
}

impl RestSettings {
    /// Checks the settings of an API, which only a REST API has.
    pub(crate) fn check(&self, is_rest: bool) -> Result<(), Error> {
        if !is_rest && self.resource_policy.is_some() {
            // Source: "Control access to HTTP APIs with IAM authorization in API Gateway".
            return Err(Error::new(
                ErrorKind::InvalidApi,
                "an HTTP API has no resource policy: only REST APIs have one",
            ));
        }
        if !is_rest && !self.gateway_responses.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidApi,
                "an HTTP API has no gateway responses: only REST APIs have them",
            ));
        }
        self.gateway_responses.iter().try_for_each(GatewayResponse::check)
    }
}
