//! What the log says of a request that was refused.
//!
//! Never the query, in which a presigned URL carries its signature, and never a header.

use super::refusal::Refusal;
use crate::printable::line;
use crate::verify::key_store::AccessKey;
use http::request::Parts;

/// The target of the events.
const TARGET: &str = "sig4::tower";

/// Records why a request was refused: what the caller did wrong as information, what went wrong here as a warning.
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
