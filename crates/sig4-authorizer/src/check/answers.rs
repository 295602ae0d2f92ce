//! The answers to refused requests.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use sig4::tower::{ApiType, Refusal};
use sig4_iam::Identity;

/// The header with the id of a decision.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The form of the answers to refused requests. None of them tells the true cause.
///
/// ```
/// use sig4_authorizer::AnswerProfile;
///
/// assert_eq!(AnswerProfile::default(), AnswerProfile::HttpApi);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum AnswerProfile {
    /// Those of HTTP APIs of API Gateway: `{"message":"Forbidden"}`. The default.
    #[default]
    HttpApi,
    /// Those of REST APIs of API Gateway: the message explains the error as AWS does, and `x-amzn-ErrorType` names it.
    RestApi,
    /// The reason phrase of the status as `text/plain`.
    Plain,
}

impl AnswerProfile {
    /// The answer to a refused request. Its header `x-amzn-RequestId` has the id of the decision.
    pub(super) fn response(self, refusal: &Refusal<Identity>, request_id: &str) -> Response<Bytes> {
        let mut response = match self {
            Self::HttpApi => ApiType::HttpApi.response(refusal),
            Self::RestApi => ApiType::RestApi.response(refusal),
            Self::Plain => plain(ApiType::HttpApi.response(refusal).status()),
        };
        // The proxy counts the bytes itself.
        response.headers_mut().remove(CONTENT_LENGTH);
        if let Ok(id) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

fn plain(status: StatusCode) -> Response<Bytes> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let mut response = Response::new(Bytes::from(format!("{reason}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
