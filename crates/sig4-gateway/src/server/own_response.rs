//! The responses that the gateway gives in place of an integration.

use crate::error_body;
use crate::gateway_response::GatewayResponseType;
use crate::reply::JSON;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use sig4::tower::ApiType;
use sig4_iam::Identity;
use std::sync::Arc;

pub(super) type Refusal = sig4::tower::Refusal<Identity>;

/// What the gateway itself responds with.
#[derive(Debug)]
pub(super) enum OwnResponse {
    /// An error. The client gets the status, the access log gets the cause.
    Error { status: StatusCode, cause: String },
    /// The integration failed. The record of the integration has the cause.
    Failed {
        status: StatusCode,
        /// The type of the error of a REST API, if it does not follow from the status.
        response_type: Option<GatewayResponseType>,
    },
    /// An error of a REST API. The client gets the response of its type, the access log gets the cause.
    Gateway { response_type: GatewayResponseType, cause: String },
    /// The API does not answer to the host. The client, which may be a page in a browser, never gets the cause.
    WrongHost { cause: String },
    /// The authorizer refused the request.
    Refused(Arc<Refusal>),
    /// The response to a CORS preflight.
    Preflight,
}

impl OwnResponse {
    pub(super) fn error(status: StatusCode, cause: impl Into<String>) -> Self {
        Self::Error { status, cause: cause.into() }
    }

    /// The cause for the access log. `None` if the record of the integration has it.
    pub(super) fn cause(&self) -> Option<String> {
        match self {
            Self::Error { cause, .. } | Self::Gateway { cause, .. } | Self::WrongHost { cause } => Some(cause.clone()),
            Self::Refused(refusal) => Some(refusal.to_string()),
            Self::Failed { .. } | Self::Preflight => None,
        }
    }

    /// Makes the response of an HTTP API, without the headers of CORS. A `cause` tells the client why, as a REST API does.
    pub(super) fn to_response(&self, cause: Option<&str>) -> Response<Bytes> {
        match (self, cause) {
            (Self::Error { status, .. } | Self::Failed { status, .. }, cause) => error_response(*status, cause),
            (Self::Gateway { response_type, .. }, cause) => {
                error_response(response_type.status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), cause)
            }
            (Self::WrongHost { .. }, _) => error_response(StatusCode::FORBIDDEN, None),
            (Self::Refused(refusal), Some(cause)) => ApiType::RestApi.response_with_cause(refusal, cause),
            (Self::Refused(refusal), None) => ApiType::HttpApi.response(refusal),
            (Self::Preflight, _) => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
        }
    }
}

fn error_response(status: StatusCode, cause: Option<&str>) -> Response<Bytes> {
    let body = match cause {
        Some(cause) => error_body::verbose_body(status, cause),
        None => error_body::body(status),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
