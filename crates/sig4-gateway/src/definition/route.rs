//! A route of the definition: its key, its authorizer and its integration.

use crate::integration::{Integration, IntegrationKind};
use crate::payload_format::PayloadFormat;

/// The authorizer of a route.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Auth {
    /// None: anyone may call the route, and a signature is not verified. `AuthorizationType: NONE`.
    #[default]
    None,
    /// IAM: the request must be signed, and a policy must allow `execute-api:Invoke`. `AuthorizationType: AWS_IAM`.
    Iam,
}

/// A route of an [`ApiDefinition`](crate::ApiDefinition).
#[derive(Clone, Debug)]
pub struct RouteDefinition {
    pub(crate) key: String,
    pub(crate) auth: Auth,
    /// Whether `auth` is not the API's default.
    pub(crate) has_own_auth: bool,
    pub(crate) integration: Integration,
    /// The version of the event. A REST API has only 1.0.
    pub(crate) payload_format: PayloadFormat,
}

impl RouteDefinition {
    pub(crate) fn new(key: impl ToString, auth: Auth, integration: impl Into<Integration>) -> Self {
        Self {
            key: key.to_string(),
            auth,
            has_own_auth: true,
            integration: integration.into(),
            payload_format: PayloadFormat::default(),
        }
    }

    /// The same route with another payload format.
    pub(crate) fn with_payload_format(self, payload_format: PayloadFormat) -> Self {
        Self { payload_format, ..self }
    }

    /// The same route with the API's default authorizer.
    pub(crate) fn with_default_auth(self) -> Self {
        Self { has_own_auth: false, ..self }
    }

    /// A route that cannot be served. It has no authorizer and calls nothing, so every caller gets the same response.
    pub(crate) fn not_implemented(key: &str, why: impl Into<String>) -> Self {
        Self::new(key, Auth::None, Integration::not_implemented(why))
    }

    pub(crate) fn leads_to(&self, function: &str) -> bool {
        self.integration.kind() == IntegrationKind::Function(function)
    }

    /// The key: `METHOD /path`, or `$default`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The authorizer. [`Auth::None`] for a template's route that is [not implemented](IntegrationKind::NotImplemented) here.
    #[must_use]
    pub const fn auth(&self) -> Auth {
        self.auth
    }

    /// The version of the event that a function gets. The routes of a REST API have 1.0.
    #[must_use]
    pub const fn payload_format(&self) -> PayloadFormat {
        self.payload_format
    }

    /// The integration.
    #[must_use]
    pub const fn integration(&self) -> &Integration {
        &self.integration
    }
}
