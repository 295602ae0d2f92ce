//! The responses that the gateway gives in place of an integration.

use crate::error_body;
use crate::reply::JSON;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use sig4::tower::{ApiType, Refusal};
use sig4_iam::Identity;

/// What the gateway itself responds with.
#[derive(Debug)]
pub(super) enum GatewayResponse {
    /// An error. The client gets the status, the access log gets the cause.
    Error {
        status: StatusCode,
        /// `None` where the record of the integration has the cause.
        cause: Option<String>,
    },
    /// The authorizer refused the request.
    Refused(Refusal<Identity>),
    /// The response to a CORS preflight.
    Preflight,
}

impl GatewayResponse {
    pub(super) fn error(status: StatusCode, cause: impl Into<String>) -> Self {
        Self::Error { status, cause: Some(cause.into()) }
    }

    /// Makes the response, without the headers of CORS. `verbose` tells a refused caller why, as a REST API does.
    pub(super) fn to_response(&self, verbose: bool) -> Response<Bytes> {
        match self {
            Self::Error { status, .. } => error_response(*status),
            Self::Refused(refusal) if verbose => ApiType::RestApi.verbose_response(refusal),
            Self::Refused(refusal) => ApiType::HttpApi.response(refusal),
            Self::Preflight => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
        }
    }
}

fn error_response(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(error_body::body(status)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
