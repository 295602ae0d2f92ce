//! What API Gateway answers to a request that it does not let through.
//!
//! Sources: "Gateway response types" and "Troubleshooting 403 errors of API Gateway" for REST APIs; HTTP APIs tell their
//! callers nothing but `Forbidden`.

use super::api::Access;
use super::body::BodyFailure;
use super::refusal::{Cause, Refusal};
use super::request_id;
use crate::error::{Error, Rejection};
use crate::iam::{Decision, DecisionKind, Principal};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const GATEWAY_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// Which kind of API's answers are given.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Profile {
    /// HTTP APIs (version 2): `{"message":"Forbidden"}`, whatever is wrong. The default.
    #[default]
    HttpApi,
    /// REST APIs (version 1): the message says what is wrong, and `x-amzn-ErrorType` names it.
    RestApi,
}

impl Profile {
    /// The answer to a request that was refused; with its true cause in the body if it is `verbose`.
    pub(crate) fn answer(self, refusal: &Refusal, verbose: bool) -> Response<Bytes> {
        match self {
            Self::HttpApi => http_api(refusal, verbose),
            Self::RestApi => rest_api(refusal, verbose),
        }
    }
}

fn http_api(refusal: &Refusal, verbose: bool) -> Response<Bytes> {
    // Whatever is wrong with a signature, 403; but a request that cannot be read never comes so far.
    let status = match refusal.status() {
        StatusCode::NOT_IMPLEMENTED => StatusCode::FORBIDDEN,
        status => status,
    };
    json(status, ("message", of_status(status)), refusal, verbose)
}

/// What HTTP APIs say, and REST APIs where nothing else is known.
fn of_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Bad Request",
        StatusCode::NOT_FOUND => "Not Found",
        StatusCode::REQUEST_TIMEOUT => "Request Timeout",
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        StatusCode::URI_TOO_LONG => "Request URI too long",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error",
        StatusCode::SERVICE_UNAVAILABLE => "Service Unavailable",
        _ => "Forbidden",
    }
}

fn rest_api(refusal: &Refusal, verbose: bool) -> Response<Bytes> {
    let status = refusal.status();
    let (error_type, field, message) = rest_words(refusal);
    let mut response = match message {
        // A path that leads out of the root is answered without a body.
        None if !verbose => bare(status),
        message => json(status, (field, &message.unwrap_or_default()), refusal, verbose),
    };
    let headers = response.headers_mut();
    headers.insert(ERROR_TYPE, HeaderValue::from_static(error_type));
    for (name, id) in [(REQUEST_ID, request_id::uuid()), (GATEWAY_ID, request_id::extended())] {
        if let Ok(id) = HeaderValue::try_from(id) {
            headers.insert(name, id);
        }
    }
    response
}

/// The type of the error, the field in which the message stands, and the message.
fn rest_words(refusal: &Refusal) -> (&'static str, &'static str, Option<String>) {
    let plain = |error_type| (error_type, "message", Some(of_status(refusal.status()).to_owned()));
    match refusal.cause() {
        Cause::Unverified(error) => {
            (error_type(error), "message", error.rejection().and_then(Rejection::message).map(str::to_owned))
        }
        Cause::Denied { decision, access } => {
            ("AccessDeniedException", "Message", Some(denial(refusal.principal(), decision, access)))
        }
        Cause::TooLongArn(_) => plain("RequestUriTooLongException"),
        Cause::OtherStage => {
            ("MissingAuthenticationTokenException", "message", Some("Missing Authentication Token".to_owned()))
        }
        Cause::Body(BodyFailure::TooLong { .. }) => plain("RequestTooLargeException"),
        Cause::Body(BodyFailure::NoRoom { .. }) => plain("ServiceUnavailableException"),
        Cause::BadRequest(_) | Cause::Body(BodyFailure::Broken(_)) => plain("BadRequestException"),
        Cause::SlowBody => plain("RequestTimeoutException"),
        Cause::UnknownUri(_) | Cause::Store(_) | Cause::SlowStore | Cause::ReplayStore(_) | Cause::SlowReplayStore => {
            plain("InternalServerErrorException")
        }
    }
}

fn error_type(error: &Error) -> &'static str {
    error.rejection().map_or("InternalServerErrorException", Rejection::code)
}

/// `User: … is not authorized to perform: … on resource: …`, with the account of the resource masked.
fn denial(principal: Option<&Principal>, decision: &Decision, access: &Access) -> String {
    let user = principal.map_or_else(|| "anonymous".into(), |principal| principal.arn().to_owned());
    let explicitly = if decision.kind() == DecisionKind::ExplicitDeny { " with an explicit deny" } else { "" };
    let resource = masked(access.resource());
    format!("User: {user} is not authorized to perform: {} on resource: {resource}{explicitly}", access.action())
}

/// An ARN without the first eight digits of its account.
fn masked(arn: &str) -> String {
    let mut parts: Vec<_> = arn.splitn(6, ':').map(str::to_owned).collect();
    if let Some(account) = parts.get_mut(4) {
        let hidden = account.chars().count().saturating_sub(4);
        *account = account.chars().enumerate().map(|(n, c)| if n < hidden { '*' } else { c }).collect();
    }
    parts.join(":")
}

fn bare(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    response
}

fn json(status: StatusCode, (field, message): (&str, &str), refusal: &Refusal, verbose: bool) -> Response<Bytes> {
    let mut fields = Map::from_iter([(field.to_owned(), Value::from(message))]);
    if verbose {
        fields.insert("cause".to_owned(), refusal.to_string().into());
    }
    let mut response = Response::new(Bytes::from(Value::Object(fields).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
