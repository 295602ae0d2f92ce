//! The failures of a fetch of credentials.

use crate::tower::body::BoxError;
use crate::tower::error::{Error, ErrorKind};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// The failure of a fetch, which every waiting request gets.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The provider's own error.
    Provider(Arc<BoxError>),
    /// An error of the cache.
    Cache(Cause),
}

/// A failure that the cache itself finds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cause {
    Expired(OffsetDateTime),
    Refused,
    TimedOut(Duration),
    Blocked,
    Panicked,
    Ended,
    Circular,
    NoRuntime,
    NoTimer,
}

impl Cause {
    /// Whether the provider is not at fault.
    pub(super) const fn is_no_fault(self) -> bool {
        matches!(self, Self::Ended | Self::NoRuntime)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(end) => write!(f, "the credentials that the provider gave expired at {end}"),
            Self::Refused => f.write_str("the service refused the credentials, and it is too early to fetch new ones"),
            Self::TimedOut(limit) => write!(f, "the provider did not answer within {} s", limit.as_secs_f64()),
            Self::Blocked => f.write_str("the provider still blocks the thread of the last fetch"),
            Self::Panicked => f.write_str("the provider panicked"),
            Self::Ended => f.write_str("the runtime of the fetch was shut down"),
            Self::Circular => f.write_str("the provider waits for the cache that asked it"),
            Self::NoRuntime => f.write_str("fetching needs a tokio runtime, and the caller has none"),
            Self::NoTimer => f.write_str("the tokio runtime has no timer; build it with `enable_time`"),
        }
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self::Cache(cause)
    }
}

impl From<BoxError> for Failure {
    fn from(error: BoxError) -> Self {
        Self::Provider(Arc::new(error))
    }
}

impl From<Failure> for BoxError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Provider(error) => Box::new(Shared(error)),
            Failure::Cache(cause) => Error::new(ErrorKind::CredentialsUnavailable, cause.to_string()).into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(error) => error.fmt(f),
            Self::Cache(cause) => cause.fmt(f),
        }
    }
}

/// An error of the provider that several requests share.
struct Shared(Arc<BoxError>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Shared {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&**self.0)
    }
}
