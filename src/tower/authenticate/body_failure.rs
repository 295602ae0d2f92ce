//! The failure of a body that streams, after its request was allowed.

use super::refusal_kind::RefusalKind;
use crate::tower::body::BodyError;
use http::request::Parts;
use http::{Method, Uri};
use std::fmt;
use std::sync::Arc;

/// The failure of the body of an allowed request: it broke off, is too long or too slow, or is not the signed body.
///
/// [`AuthenticateLayer::on_body_failure`](super::AuthenticateLayer::on_body_failure) hands it to your hook.
#[derive(Clone, Copy)]
pub struct BodyFailure<'f> {
    error: &'f BodyError,
    access_key_id: &'f str,
    passed_on: u64,
}

impl BodyFailure<'_> {
    /// The kind of the failure, whose [name](RefusalKind::as_str) may be a label of a metric.
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        self.error.refusal_kind()
    }

    /// The error that the handler gets.
    #[must_use]
    pub const fn error(&self) -> &BodyError {
        self.error
    }

    /// The access key id of the request, whose head is verified.
    #[must_use]
    pub const fn proven_access_key_id(&self) -> &str {
        self.access_key_id
    }

    /// The number of bytes that the handler got before the failure.
    #[must_use]
    pub const fn passed_on(&self) -> u64 {
        self.passed_on
    }
}

impl fmt::Debug for BodyFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyFailure")
            .field("error", &self.error)
            .field("passed_on", &self.passed_on)
            .finish_non_exhaustive()
    }
}

pub(super) type FailureHook = Arc<dyn Fn(&BodyFailure<'_>) + Send + Sync>;

/// Reports the failure of the body of one request.
pub(super) struct FailureReport {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) access_key_id: Arc<str>,
    hook: Option<FailureHook>,
}

impl FailureReport {
    pub(super) fn new(parts: &Parts, access_key_id: &Arc<str>, hook: Option<&FailureHook>) -> Self {
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            access_key_id: Arc::clone(access_key_id),
            hook: hook.cloned(),
        }
    }

    /// Calls the hook.
    pub(super) fn send(self, error: &BodyError, passed_on: u64) {
        if let Some(hook) = self.hook {
            hook(&BodyFailure { error, access_key_id: &self.access_key_id, passed_on });
        }
    }
}
