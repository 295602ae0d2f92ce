//! The log event of a refused request.
//!
//! It never holds the query, in which a presigned URL carries its signature, and never a header.

use super::refusal::Refusal;
use crate::printable::line;
use crate::verify::key_store::AccessKey;
use http::request::Parts;

/// The target of the events.
const TARGET: &str = "sig4::tower";

/// Logs the cause of a refusal: at the level `INFO` if the request is at fault, at `WARN` if the server is.
pub(super) fn refused<K: AccessKey>(refusal: &Refusal<K>, parts: &Parts) {
    if refusal.is_failure() {
        record!(WARN, refusal, parts, "a request could not be authorized");
    } else {
        record!(INFO, refusal, parts, "a request was refused");
    }
}

macro_rules! record {
    ($level:ident, $refusal:ident, $parts:ident, $message:literal) => {
        tracing::event!(
            target: TARGET,
            tracing::Level::$level,
            status = $refusal.status().as_u16(),
            cause = %line(&$refusal.to_string()),
            access_key_id = $refusal.access_key_id(),
            principal = $refusal.owner(),
            method = $parts.method.as_str(),
            path = $parts.uri.path(),
            $message
        )
    };
}
use record;
