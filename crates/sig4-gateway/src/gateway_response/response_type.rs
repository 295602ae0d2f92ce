//! The types of the errors that a REST API makes itself.
//!
//! Source: "Gateway response types for API Gateway".

use crate::error::{Error, ErrorKind};
use http::StatusCode;
use std::fmt;
use std::str::FromStr;

/// The type of an error of a REST API, as gateway responses name it.
///
/// Source: "Gateway response types for API Gateway".
/// ```
/// use sig4_gateway::GatewayResponseType;
///
/// let denied: GatewayResponseType = "ACCESS_DENIED".parse()?;
/// assert_eq!((denied, denied.to_string().as_str()), (GatewayResponseType::AccessDenied, "ACCESS_DENIED"));
/// assert_eq!(denied.status().map(|status| status.as_u16()), Some(403));
/// assert!("DENIED".parse::<GatewayResponseType>().is_err());
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
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

/// The types with their names and statuses. The default types have the status of the error.
const TYPES: [(GatewayResponseType, &str, Option<StatusCode>); 21] = [
    (GatewayResponseType::AccessDenied, "ACCESS_DENIED", Some(StatusCode::FORBIDDEN)),
    (GatewayResponseType::ApiConfigurationError, "API_CONFIGURATION_ERROR", Some(StatusCode::INTERNAL_SERVER_ERROR)),
    (
        GatewayResponseType::AuthorizerConfigurationError,
        "AUTHORIZER_CONFIGURATION_ERROR",
        Some(StatusCode::INTERNAL_SERVER_ERROR),
    ),
    (GatewayResponseType::AuthorizerFailure, "AUTHORIZER_FAILURE", Some(StatusCode::INTERNAL_SERVER_ERROR)),
    (GatewayResponseType::BadRequestBody, "BAD_REQUEST_BODY", Some(StatusCode::BAD_REQUEST)),
    (GatewayResponseType::BadRequestParameters, "BAD_REQUEST_PARAMETERS", Some(StatusCode::BAD_REQUEST)),
    (GatewayResponseType::Default4xx, "DEFAULT_4XX", None),
    (GatewayResponseType::Default5xx, "DEFAULT_5XX", None),
    (GatewayResponseType::ExpiredToken, "EXPIRED_TOKEN", Some(StatusCode::FORBIDDEN)),
    (GatewayResponseType::IntegrationFailure, "INTEGRATION_FAILURE", Some(StatusCode::GATEWAY_TIMEOUT)),
    (GatewayResponseType::IntegrationTimeout, "INTEGRATION_TIMEOUT", Some(StatusCode::GATEWAY_TIMEOUT)),
    (GatewayResponseType::InvalidApiKey, "INVALID_API_KEY", Some(StatusCode::FORBIDDEN)),
    (GatewayResponseType::InvalidSignature, "INVALID_SIGNATURE", Some(StatusCode::FORBIDDEN)),
    (GatewayResponseType::MissingAuthenticationToken, "MISSING_AUTHENTICATION_TOKEN", Some(StatusCode::FORBIDDEN)),
    (GatewayResponseType::QuotaExceeded, "QUOTA_EXCEEDED", Some(StatusCode::TOO_MANY_REQUESTS)),
    (GatewayResponseType::RequestTooLarge, "REQUEST_TOO_LARGE", Some(StatusCode::PAYLOAD_TOO_LARGE)),
    (GatewayResponseType::ResourceNotFound, "RESOURCE_NOT_FOUND", Some(StatusCode::NOT_FOUND)),
    (GatewayResponseType::Throttled, "THROTTLED", Some(StatusCode::TOO_MANY_REQUESTS)),
    (GatewayResponseType::Unauthorized, "UNAUTHORIZED", Some(StatusCode::UNAUTHORIZED)),
    (GatewayResponseType::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    (GatewayResponseType::WafFiltered, "WAF_FILTERED", Some(StatusCode::FORBIDDEN)),
];

impl GatewayResponseType {
    /// The name, such as `DEFAULT_4XX`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().map_or("DEFAULT_5XX", |(_, name, _)| name)
    }

    /// The status of the errors. `None` for the default types, whose errors have statuses of their own.
    #[must_use]
    pub fn status(self) -> Option<StatusCode> {
        self.row().and_then(|(_, _, status)| status)
    }

    /// The default type of a status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        if status.is_server_error() { Self::Default5xx } else { Self::Default4xx }
    }

    fn row(self) -> Option<(Self, &'static str, Option<StatusCode>)> {
        TYPES.into_iter().find(|(own, ..)| *own == self)
    }
}

impl fmt::Display for GatewayResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for GatewayResponseType {
    type Err = Error;

    /// Reads a name, such as `DEFAULT_4XX`.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = TYPES.into_iter().find(|(_, own, _)| *own == name).map(|(own, ..)| own);
        found.ok_or_else(|| {
            let known: Vec<_> = TYPES.into_iter().map(|(_, name, _)| name).collect();
            let detail = format!("the gateway response type `{name}` is not one of {}", known.join(", "));
            Error::new(ErrorKind::InvalidApi, detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TYPES;

    #[test]
    fn every_type_has_one_row_and_its_name_leads_back() {
        for (own, name, status) in TYPES {
            assert_eq!((own.as_str(), own.status(), name.parse().ok()), (name, status, Some(own)));
        }
    }
}
