//! The response of a REST API to an error: that of API Gateway, changed by the API's gateway responses.

use super::mismatch_message::mismatch_message;
use super::own_response::OwnResponse;
use super::rest_error::RestError;
use super::served_api::ServedApi;
use crate::access::AccessRecord;
use crate::gateway_response::variables::ErrorFacts;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use std::borrow::Cow;

/// The headers with the ids of a request to a REST API. Source: aws/chalice#12.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

impl ServedApi {
    /// Makes the response to an error, without the ids of the request. A `cause` is added to the body, unless a template makes it.
    pub(super) fn rest_response(
        &self,
        own: &OwnResponse,
        cause: Option<&str>,
        head: &Parts,
        record: &AccessRecord,
    ) -> Response<Bytes> {
        let Some(mut error) = RestError::of(own) else { return own.to_response(cause) };
        if let OwnResponse::Refused(refusal) = own
            && let Some(message) = mismatch_message(self.authenticator.verifier(), head, refusal)
        {
            error.message = Some(Cow::Owned(message));
        }
        let mut response = error.to_response(cause);
        let customized = self.gateway_responses.find(error.response_type, error.status);
        // A page on a foreign host learns nothing about the API.
        if let Some(customized) = customized.filter(|_| !matches!(own, OwnResponse::WrongHost { .. })) {
            let facts = ErrorFacts {
                record,
                head,
                stage: self.router.stages().iter().find(|stage| Some(stage.name()) == record.stage.as_deref()),
                response_type: error.response_type,
                status: customized.status(error.status),
                message: error.message.as_deref().unwrap_or(""),
            };
            customized.apply(&mut response, &facts);
        }
        if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED) {
            response.body_mut().clear();
        }
        response
    }
}

/// Sets the ids of a request to a REST API. They replace what an integration set.
pub(super) fn put_ids(record: &AccessRecord, headers: &mut HeaderMap) {
    for (name, id) in [(REQUEST_ID, &record.request_id), (EXTENDED_REQUEST_ID, &record.extended_request_id)] {
        if let Ok(id) = HeaderValue::try_from(id) {
            headers.insert(name, id);
        }
    }
}
