//! The responses that the gateway gives in place of an integration.

use crate::error_body;
use crate::gateway_response::GatewayResponseType;
use crate::reply::JSON;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use sig4::tower::ApiType;
use sig4_iam::Identity;
use std::sync::Arc;

pub(super) type Refusal = sig4::tower::Refusal<Identity>;

/// What the gateway itself responds with.
#[derive(Debug)]
pub(super) enum OwnResponse {
    /// An error. The client gets the status, the access log gets the cause.
    Error {
        status: StatusCode,
        /// `None` where the record of the integration has the cause.
        cause: Option<String>,
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
        Self::Error { status, cause: Some(cause.into()) }
    }

    /// Makes the response, without the headers of CORS. A `cause` tells the client why, as a REST API does.
    pub(super) fn to_response(&self, cause: Option<&str>) -> Response<Bytes> {
        match (self, cause) {
            (Self::Error { status, .. }, cause) => error_response(*status, cause),
            (Self::Gateway { response_type, .. }, cause) => typed_response(*response_type, cause),
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

/// The response to an error of a REST API, without the changes of the API's gateway responses.
fn typed_response(response_type: GatewayResponseType, cause: Option<&str>) -> Response<Bytes> {
    let (status, code, message) = match response_type {
        GatewayResponseType::MissingAuthenticationToken => {
            (StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        _ => return error_response(StatusCode::INTERNAL_SERVER_ERROR, cause),
    };
    let body = match cause {
        Some(cause) => serde_json::json!({ "cause": cause, "message": message }).to_string(),
        None => serde_json::json!({ "message": message }).to_string(),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(code));
    response
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
