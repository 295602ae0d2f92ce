//! The failure of an integration, and what the gateway responds with instead.

use crate::gateway_response::GatewayResponseType;
use http::StatusCode;

/// An integration gave no response.
#[derive(Debug)]
pub(super) struct IntegrationFailure {
    /// The status that the gateway responds with instead.
    pub(super) status: StatusCode,
    /// The cause, for the access log.
    pub(super) cause: String,
    kind: FailureKind,
}

/// How an integration failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum FailureKind {
    /// It did not answer in time.
    TimedOut,
    /// It could not be reached, or the connection broke.
    Unreachable,
    /// It failed, or what it returned is no response.
    Unusable,
    /// It takes no more calls.
    Throttled,
    /// Any other failure, whose status is the same for every type of API.
    Other,
}

impl IntegrationFailure {
    pub(super) fn new(status: StatusCode, cause: impl Into<String>) -> Self {
        Self { status, cause: cause.into(), kind: FailureKind::Other }
    }

    /// The integration failed, or what it returned is no response: 500, of a REST API 502.
    pub(super) fn internal(cause: impl Into<String>) -> Self {
        Self { kind: FailureKind::Unusable, ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, cause) }
    }

    /// The integration did not answer in time: 503, of a REST API 504.
    pub(super) fn timed_out(cause: impl Into<String>) -> Self {
        Self { kind: FailureKind::TimedOut, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, cause) }
    }

    /// The integration could not be reached: 503, of a REST API 504.
    pub(super) fn unreachable(cause: impl Into<String>) -> Self {
        Self { kind: FailureKind::Unreachable, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, cause) }
    }

    /// The integration takes no more calls: 503, of a REST API 500.
    pub(super) fn throttled(cause: impl Into<String>) -> Self {
        Self { kind: FailureKind::Throttled, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, cause) }
    }

    /// The same failure of an integration of a REST API.
    ///
    /// Source: "Gateway response types for API Gateway" for 504; localstack/localstack,
    /// `test_aws_proxy_response_payload_format_validation`, recorded from the service, for 502;
    /// the question "API Gateway proxy integration does not forward Lambda throttling (HTTP 429) to client" of AWS re:Post for 500, which AWS
    /// does not document.
    pub(super) fn of_rest(mut self) -> Self {
        match self.kind {
            FailureKind::TimedOut | FailureKind::Unreachable => self.status = StatusCode::GATEWAY_TIMEOUT,
            FailureKind::Unusable => self.status = StatusCode::BAD_GATEWAY,
            FailureKind::Throttled => self.status = StatusCode::INTERNAL_SERVER_ERROR,
            FailureKind::Other => {}
        }
        self
    }

    /// The type of the response of a REST API, if it has one of its own. A reply that is no response has none: it is answered with
    /// `Internal server error`, and `DEFAULT_5XX` applies.
    pub(super) const fn response_type(&self) -> Option<GatewayResponseType> {
        match self.kind {
            FailureKind::TimedOut => Some(GatewayResponseType::IntegrationTimeout),
            FailureKind::Unreachable => Some(GatewayResponseType::IntegrationFailure),
            FailureKind::Unusable | FailureKind::Throttled | FailureKind::Other => None,
        }
    }
}
