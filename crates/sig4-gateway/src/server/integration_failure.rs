//! The failure of an integration, and what the gateway responds with instead.

use http::StatusCode;

/// An integration gave no response.
#[derive(Debug)]
pub(super) struct IntegrationFailure {
    /// The status that the gateway responds with instead.
    pub(super) status: StatusCode,
    /// The cause, for the access log.
    pub(super) cause: String,
}

impl IntegrationFailure {
    pub(super) fn new(status: StatusCode, cause: impl Into<String>) -> Self {
        Self { status, cause: cause.into() }
    }

    /// A failure that is answered with 500.
    pub(super) fn internal(cause: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, cause)
    }
}
