//! The errors that a REST API makes itself, and how their responses are changed.
//!
//! Source: "Gateway responses in API Gateway" and "Gateway response types for API Gateway".

use http::StatusCode;
use std::collections::BTreeMap;

/// The type of an error of a REST API, as gateway responses name it.
///
/// Source: "Gateway response types for API Gateway".
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum GatewayResponseType {
    /// A policy denies the call.
    AccessDenied,
    /// The API is configured wrongly.
    ApiConfigurationError,
    /// A custom authorizer is configured wrongly.
    AuthorizerConfigurationError,
    /// A custom authorizer failed.
    AuthorizerFailure,
    /// A parameter of the request is invalid.
    BadRequestParameters,
    /// The body of the request is invalid.
    BadRequestBody,
    /// Every 4xx error without a gateway response of its own.
    Default4xx,
    /// Every 5xx error without a gateway response of its own.
    Default5xx,
    /// The session token has expired.
    ExpiredToken,
    /// The integration failed.
    IntegrationFailure,
    /// The integration did not answer in time.
    IntegrationTimeout,
    /// The API key is invalid.
    InvalidApiKey,
    /// The signature is invalid.
    InvalidSignature,
    /// The signature is missing, or no method matches the request.
    MissingAuthenticationToken,
    /// The quota of a usage plan is exceeded.
    QuotaExceeded,
    /// The request is too large.
    RequestTooLarge,
    /// The resource is not there, although the request was authenticated.
    ResourceNotFound,
    /// There are too many requests.
    Throttled,
    /// A custom authorizer refuses the caller.
    Unauthorized,
    /// No integration takes the content type.
    UnsupportedMediaType,
    /// A web ACL blocks the request.
    WafFiltered,
}

/// A gateway response: the status, the headers and the body of one type of error.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GatewayResponse {
    pub(crate) response_type: GatewayResponseType,
    pub(crate) status: Option<StatusCode>,
    /// Header names with their values, as they are written: a quoted text, or `method.request.…` and `context.…`.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Content types with their templates.
    pub(crate) templates: BTreeMap<String, String>,
}

impl GatewayResponse {
    /// A gateway response that changes nothing yet.
    #[must_use]
    pub const fn new(response_type: GatewayResponseType) -> Self {
        Self { response_type, status: None, parameters: BTreeMap::new(), templates: BTreeMap::new() }
    }

    /// The type of the errors that it is for.
    #[must_use]
    pub const fn response_type(&self) -> GatewayResponseType {
        self.response_type
    }
}
