//! The errors that a REST API answers itself, as API Gateway describes them before gateway responses change them.
//!
//! Sources: "Gateway response types for API Gateway"; the articles of AWS re:Post about the 403 errors of API Gateway; DataBiosphere/azul#7470
//! for the types of malformed signatures and of failed functions; RhinoSecurityLabs/IPRotate_Burp_Extension#17 for an endpoint that
//! cannot be reached; localstack/localstack, snapshots of `test_aws_proxy_response_payload_format_validation` and of
//! `TestApiGatewayHeaderRemapping`, for the space in the bodies of failed integrations. AWS does not document the other codes and texts: they are those of the authorizer's runtime.

use super::own_response::{OwnResponse, Refusal};
use crate::gateway_response::GatewayResponseType;
use crate::reply::JSON;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;
use std::borrow::Cow;

/// The header that names the error.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The code of every error that the request is not the cause of.
const INTERNAL: &str = "InternalServerErrorException";

/// An error of a REST API.
#[derive(Debug)]
pub(super) struct RestError<'o> {
    pub(super) response_type: GatewayResponseType,
    pub(super) status: StatusCode,
    /// The value of `x-amzn-ErrorType`.
    pub(super) code: &'o str,
    /// `None` if the response has no body.
    pub(super) message: Option<Cow<'o, str>>,
    body: BodyForm,
}

/// How a body with a message is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum BodyForm {
    /// `{"message":"…"}`
    Message,
    /// `{"message": "…"}`, of failed integrations.
    Spaced,
    /// `{"Message":"…"}`, of policies.
    Policy,
}

impl<'o> RestError<'o> {
    /// The error of a response of the gateway. `None` if it is no error.
    pub(super) fn of(own: &'o OwnResponse) -> Option<Self> {
        match own {
            OwnResponse::Error { status, .. } => Some(Self::of_status(*status)),
            OwnResponse::Failed { status, response_type } => Some(Self::of_integration(*status, *response_type)),
            OwnResponse::Gateway { response_type, .. } => Some(Self::of_type(*response_type)),
            OwnResponse::WrongHost { .. } => Some(Self::of_status(StatusCode::FORBIDDEN)),
            OwnResponse::Refused(refusal) => Some(Self::of_refusal(refusal)),
            OwnResponse::Preflight => None,
        }
    }

    fn new(response_type: GatewayResponseType, status: StatusCode, code: &'o str, message: &'o str) -> Self {
        Self { response_type, status, code, message: Some(Cow::Borrowed(message)), body: BodyForm::Message }
    }

    /// The error of a type whose name says everything.
    fn of_type(response_type: GatewayResponseType) -> Self {
        let status = response_type.status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match response_type {
            GatewayResponseType::MissingAuthenticationToken => {
                let (code, message) = ("MissingAuthenticationTokenException", "Missing Authentication Token");
                Self::new(response_type, status, code, message)
            }
            _ => Self { response_type, ..Self::of_status(status) },
        }
    }

    /// The error of a status, for requests that are refused before they are authorized.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status.as_u16() {
            // The runtime of the authorizer answers a malformed path without a body.
            400 => {
                let error = Self::new(GatewayResponseType::Default4xx, status, "BadRequestException", "");
                return Self { message: None, ..error };
            }
            403 => ("ForbiddenException", "Forbidden"),
            404 => {
                return Self::new(GatewayResponseType::ResourceNotFound, status, "NotFoundException", "Not Found");
            }
            408 => ("RequestTimeoutException", "Request Timeout"),
            413 => {
                let (code, message) = ("RequestTooLargeException", "Request Too Long");
                return Self::new(GatewayResponseType::RequestTooLarge, status, code, message);
            }
            414 => ("RequestUriTooLongException", "Request URI too long"),
            431 => ("BadRequestException", "Request Header Fields Too Large"),
            503 => ("ServiceUnavailableException", "Service Unavailable"),
            _ => (INTERNAL, "Internal server error"),
        };
        Self::new(GatewayResponseType::of_status(status), status, code, message)
    }

    /// The error of an integration that failed.
    fn of_integration(status: StatusCode, response_type: Option<GatewayResponseType>) -> Self {
        let (default_type, message) = match (status.as_u16(), response_type) {
            (504, Some(GatewayResponseType::IntegrationFailure)) => {
                (GatewayResponseType::IntegrationFailure, "Network error communicating with endpoint")
            }
            (504, _) => (GatewayResponseType::IntegrationTimeout, "Endpoint request timed out"),
            (502, _) => (GatewayResponseType::IntegrationFailure, "Internal server error"),
            (500, _) => (GatewayResponseType::Default5xx, "Internal server error"),
            _ => return Self::of_status(status),
        };
        let error = Self::new(response_type.unwrap_or(default_type), status, INTERNAL, message);
        Self { body: BodyForm::Spaced, ..error }
    }

    fn of_refusal(refusal: &'o Refusal) -> Self {
        let (status, code) = (refusal.status(), refusal.code());
        let response_type = match code {
            "AccessDeniedException" => GatewayResponseType::AccessDenied,
            "ExpiredTokenException" => GatewayResponseType::ExpiredToken,
            "InvalidSignatureException" => GatewayResponseType::InvalidSignature,
            "MissingAuthenticationTokenException" => GatewayResponseType::MissingAuthenticationToken,
            // A refusal for another reason than the signature has the words of its status.
            _ if refusal.denial().is_none() && status != StatusCode::FORBIDDEN => return Self::of_status(status),
            _ => GatewayResponseType::of_status(status),
        };
        let body = match response_type {
            GatewayResponseType::AccessDenied => BodyForm::Policy,
            _ => BodyForm::Message,
        };
        Self { response_type, status, code, message: refusal.message().map(Cow::Borrowed), body }
    }

    /// The response, without the ids of the request. A `cause` is added to the body.
    pub(super) fn to_response(&self, cause: Option<&str>) -> Response<Bytes> {
        let body = match (&self.message, cause) {
            (None, None) => None,
            (None, Some(cause)) => Some(format!("{{\"cause\":{}}}", Value::from(cause))),
            (Some(message), cause) => Some(self.body.write(message, cause)),
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        if let Ok(code) = HeaderValue::try_from(self.code) {
            response.headers_mut().insert(ERROR_TYPE, code);
        }
        if let Some(body) = body {
            *response.body_mut() = Bytes::from(body);
            response.headers_mut().insert(CONTENT_TYPE, JSON);
        }
        response
    }
}

impl BodyForm {
    fn write(self, message: &str, cause: Option<&str>) -> String {
        let message = Value::from(message);
        let cause = cause.map(Value::from);
        match (self, cause) {
            (Self::Message, None) => format!("{{\"message\":{message}}}"),
            (Self::Spaced, None) => format!("{{\"message\": {message}}}"),
            (Self::Policy, None) => format!("{{\"Message\":{message}}}"),
            (Self::Message | Self::Spaced, Some(cause)) => format!("{{\"cause\":{cause},\"message\":{message}}}"),
            (Self::Policy, Some(cause)) => format!("{{\"Message\":{message},\"cause\":{cause}}}"),
        }
    }
}
