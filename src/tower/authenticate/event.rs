//! The log events of requests, and the span of an allowed one.
//!
//! They never hold the query, in which a presigned URL carries its signature, and never a header.

use super::authenticator::ProvenKey;
#[cfg(feature = "http-body")]
use super::body_failure::FailureReport;
use super::decide::Grounds;
use super::refusal::Refusal;
use crate::printable::line;
#[cfg(feature = "http-body")]
use crate::tower::body::BodyError;
use crate::verify::key_store::AccessKey;
use http::request::Parts;
use tracing::Span;

/// The target of the events and the spans.
const TARGET: &str = "sig4::tower";

/// Logs the cause of a refusal: at the level `INFO` if the request is at fault, at `WARN` if the server is. A caller who is not proven
/// has other fields than a proven one.
pub(super) fn refused<K: AccessKey>(refusal: &Refusal<K>, parts: &Parts) {
    if refusal.is_failure() {
        record!(WARN, refusal, parts, "a request could not be authorized");
    } else {
        record!(INFO, refusal, parts, "a request was refused");
    }
}

/// Logs that the body of a hook's response cannot be read, at the level `WARN`.
pub(super) fn broken_response(error: &(dyn std::error::Error + Send + Sync + 'static)) {
    tracing::warn!(target: TARGET, cause = %line(&error.to_string()), "the response of `on_refusal` has an unreadable body");
}

/// Logs the failure of the body of an allowed request, at the level `INFO`.
#[cfg(feature = "http-body")]
pub(super) fn failed_body(error: &BodyError, report: &FailureReport) {
    tracing::info!(
        target: TARGET,
        cause = %line(&error.to_string()),
        access_key_id = &*report.access_key_id,
        method = report.method.as_str(),
        path = report.uri.path(),
        "the body of an allowed request failed"
    );
}

/// Opens the span of an allowed request, at the level `INFO`, and logs the event in it, at the level `DEBUG`.
pub(super) fn allowed<K: AccessKey>(caller: &ProvenKey<K>, grounds: &Grounds<'_>, parts: &Parts) -> Span {
    let decision = || grounds.decision.map(|decision| line(&decision.to_string()).into_owned());
    let span = tracing::info_span!(
        target: TARGET,
        "authorized",
        access_key_id = &*caller.access_key_id,
        principal = caller.key.owner(),
        action = grounds.action,
        resource = grounds.resource.map(line).as_deref(),
        decision = decision(),
    );
    span.in_scope(|| {
        tracing::debug!(
            target: TARGET,
            access_key_id = &*caller.access_key_id,
            principal = caller.key.owner(),
            action = grounds.action,
            resource = grounds.resource.map(line).as_deref(),
            decision = decision(),
            method = parts.method.as_str(),
            path = parts.uri.path(),
            "a request was allowed"
        );
    });
    span
}

macro_rules! record {
    ($level:ident, $refusal:ident, $parts:ident, $message:literal) => {
        tracing::event!(
            target: TARGET,
            tracing::Level::$level,
            status = $refusal.status().as_u16(),
            cause = %line(&$refusal.to_string()),
            access_key_id = $refusal.proven_caller().map(|caller| caller.access_key_id()),
            principal = $refusal.proven_caller().and_then(|caller| caller.key().owner()),
            claimed_access_key_id = $refusal.claimed_access_key_id().filter(|_| $refusal.proven_caller().is_none()),
            claimed_principal = $refusal.claimed_owner().filter(|_| $refusal.proven_caller().is_none()),
            method = $parts.method.as_str(),
            path = $parts.uri.path(),
            $message
        )
    };
}
use record;
