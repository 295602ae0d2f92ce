//! What was sent and what was answered, as far as an explanation needs it.

use crate::call::request::Prepared;
use crate::call::response::CallResponse;
use crate::call::told::{ToldCause, asks};
use crate::signing_scope::EXECUTE_API;
use crate::url::Url;
use http::header::DATE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;
use sig4::endpoint::Endpoint;
use sig4::explain::AwsResponse;
use sig4_iam::tower::ExecuteApi;
use time::OffsetDateTime;

/// The header in which REST APIs and other services name their error.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A request and its answer.
#[derive(Clone, Debug)]
pub(super) struct Exchange<'e> {
    pub(super) method: &'e str,
    pub(super) path: &'e str,
    pub(super) host: &'e str,
    pub(super) region: &'e str,
    pub(super) service: &'e str,
    pub(super) access_key_id: &'e str,
    pub(super) has_token: bool,
    pub(super) canonical_request: &'e str,
    pub(super) signed_at: OffsetDateTime,
    pub(super) status: StatusCode,
    pub(super) headers: &'e HeaderMap,
    /// The beginning of the body.
    pub(super) body: &'e str,
}

impl<'e> Exchange<'e> {
    pub(super) fn of(sent: &'e Prepared, answer: &'e CallResponse, body: &'e str) -> Self {
        Self {
            method: &sent.method,
            path: Url::split(&sent.url).map_or("/", |url| url.path),
            host: &sent.host,
            region: &sent.scope.region,
            service: &sent.scope.service,
            access_key_id: sent.credentials.access_key_id(),
            has_token: sent.credentials.session_token().is_some(),
            canonical_request: &sent.stages.canonical_request,
            signed_at: sent.timestamp.to_datetime(),
            status: answer.status,
            headers: answer.headers(),
            body,
        }
    }

    /// The cause that the server tells. Only a server on this machine was asked.
    pub(super) fn told(&self) -> Option<ToldCause> {
        let failed = self.status.is_client_error() || self.status.is_server_error();
        (failed && self.is_local()).then(|| ToldCause::read(self.headers)).flatten()
    }

    pub(super) fn is_local(&self) -> bool {
        asks(self.host)
    }

    pub(super) fn is_execute_api(&self) -> bool {
        self.service == EXECUTE_API
    }

    /// The refusal in the body.
    pub(super) fn refusal(&self) -> Option<AwsResponse> {
        AwsResponse::parse(self.body)
    }

    /// The message of a JSON body.
    pub(super) fn message(&self) -> Option<String> {
        let body: Value = serde_json::from_str(self.body).ok()?;
        // API Gateway writes `message`, and `Message` where a policy denies.
        body.get("message").or_else(|| body.get("Message"))?.as_str().map(str::to_owned)
    }

    /// The name of the error in the header, without the URL that may follow it.
    pub(super) fn error_type(&self) -> Option<&str> {
        self.headers.get(ERROR_TYPE)?.to_str().ok()?.split(':').next()
    }

    /// By how many seconds this clock is ahead of the server's.
    pub(super) fn seconds_ahead(&self) -> Option<i64> {
        let theirs: OffsetDateTime = httpdate::parse_http_date(self.headers.get(DATE)?.to_str().ok()?).ok()?.into();
        Some((self.signed_at - theirs).whole_seconds())
    }

    /// Whether the host names the service and the region for which the request was signed.
    pub(super) fn is_scope_confirmed(&self) -> bool {
        let endpoint = Endpoint::of_host(self.host);
        endpoint.service() == Ok(self.service) && endpoint.region() == Ok(self.region)
    }

    /// The id of an API in its own host.
    pub(super) fn api_id(&self) -> Option<&str> {
        self.host.split_once(".execute-api.").map(|(id, _)| id)
    }

    /// The resource that a policy has to allow, derived from the host.
    pub(super) fn arn(&self) -> Option<String> {
        let api = ExecuteApi::new(self.region, "*", self.api_id().unwrap_or("*"));
        api.arn(self.method, self.path).ok().map(|arn| arn.to_string())
    }
}
