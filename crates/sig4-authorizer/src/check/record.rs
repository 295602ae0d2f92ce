//! The record of one decision, for logs, metrics and the proxy's metadata.

use http::StatusCode;
use sig4::tower::AuthOutcomeKind;
use std::time::Duration;

/// The record of one decision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckRecord {
    /// The id of the decision, a UUID. A denied client finds it in `x-amzn-RequestId`.
    pub request_id: String,
    /// The proxy that asked: `envoy`, `nginx`, …
    pub proxy: &'static str,
    /// The name of the API, if one was found.
    pub api: Option<String>,
    /// The method.
    pub method: String,
    /// The path as the proxy routes it, without the query.
    pub path: String,
    /// The outcome, whose names are finite.
    pub outcome: AuthOutcomeKind,
    /// The status of the answer; 200 for an allowed request.
    pub status: StatusCode,
    /// The true cause of a denial.
    pub cause: Option<String>,
    /// The access key id, proven if the outcome is `allowed` or `denied`. Of others it is a claim.
    pub access_key_id: Option<String>,
    /// The ARN of the proven principal.
    pub principal: Option<String>,
    /// The trace id of `traceparent`.
    pub trace_id: Option<String>,
    /// The span id of `traceparent`.
    pub span_id: Option<String>,
    /// How long the decision took.
    pub elapsed: Duration,
}

/// Sees the record of every decision: the metrics, the access log.
pub trait Observe: Send + Sync {
    /// Is called once for each decision. It must be quick, because the proxy waits.
    fn observe(&self, record: &CheckRecord);
}
