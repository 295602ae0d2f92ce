//! Why a store of used signatures cannot answer.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// An error of a store of used signatures. The request is refused, unless the store is told to fail open. It never holds a password.
///
/// ```
/// use sig4_authorizer::replay::{RedisReplayStore, RedisSettings, ReplayErrorKind};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let settings = RedisSettings::new("redis://:secret@127.0.0.1:1/")?;
/// let store = RedisReplayStore::connect(&settings)?;
/// let error = store.ready(core::time::Duration::from_millis(50)).await.unwrap_err();
/// assert_eq!(error.kind(), ReplayErrorKind::Unreachable);
/// assert!(!error.to_string().contains("secret"));
/// # Ok::<(), sig4_authorizer::Error>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReplayError {
    kind: ReplayErrorKind,
    detail: Cow<'static, str>,
}

/// The kinds of [`ReplayError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ReplayErrorKind {
    /// There is no connection to the server.
    Unreachable,
    /// The server did not answer in time.
    TimedOut,
    /// As many requests wait for the server as may.
    Overloaded,
    /// The server lost signatures, and this signature may be among them.
    Lost,
    /// The server refuses the user, the password or a command.
    Denied,
    /// The server may forget signatures: it evicts keys, or it is a read-only replica.
    Unsuitable,
    /// The server has no memory left. The request is refused as one for which there is no room.
    Full,
    /// The server gave an unexpected answer.
    Unexpected,
}

impl ReplayErrorKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Unreachable,
        Self::TimedOut,
        Self::Overloaded,
        Self::Lost,
        Self::Denied,
        Self::Unsuitable,
        Self::Full,
        Self::Unexpected,
    ];

    /// Its name in metrics, such as `timed_out`.
    ///
    /// ```
    /// assert_eq!(sig4_authorizer::replay::ReplayErrorKind::TimedOut.name(), "timed_out");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Overloaded => "overloaded",
            Self::Lost => "lost",
            Self::Denied => "denied",
            Self::Unsuitable => "unsuitable",
            Self::Full => "full",
            Self::Unexpected => "unexpected",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Unreachable => "the replay store is not reachable",
            Self::TimedOut => "the replay store did not answer in time",
            Self::Overloaded => "too many requests wait for the replay store",
            Self::Lost => "the replay store lost signatures, and this one may be among them",
            Self::Denied => "the replay store refuses the user, the password or a command",
            Self::Unsuitable => "the replay store may forget signatures",
            Self::Full => "the replay store has no memory left",
            Self::Unexpected => "the replay store gave an unexpected answer",
        }
    }

    /// Whether the same question may be answered a moment later.
    pub(super) const fn is_passing(self) -> bool {
        matches!(self, Self::Unreachable | Self::TimedOut)
    }
}

impl ReplayError {
    pub(super) fn new(kind: ReplayErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ReplayErrorKind {
        self.kind
    }
}

impl From<redis::RedisError> for ReplayError {
    fn from(error: redis::RedisError) -> Self {
        let kind = match error.kind() {
            redis::ErrorKind::AuthenticationFailed => ReplayErrorKind::Denied,
            redis::ErrorKind::Io if error.is_timeout() => ReplayErrorKind::TimedOut,
            redis::ErrorKind::Io | redis::ErrorKind::Parse => ReplayErrorKind::Unreachable,
            _ => of_code(&error),
        };
        Self::new(kind, error.to_string())
    }
}

/// The kind by the first word of a server's error. Of several commands, the first error counts.
fn of_code(error: &redis::RedisError) -> ReplayErrorKind {
    let errors = error.clone().into_server_errors();
    match errors.as_deref().and_then(|errors| errors.first()).map(|(_, error)| error.code()) {
        Some("NOAUTH" | "WRONGPASS" | "NOPERM") => ReplayErrorKind::Denied,
        Some("OOM") => ReplayErrorKind::Full,
        // The server starts, or a cluster moves keys.
        Some("LOADING" | "MOVED" | "ASK" | "TRYAGAIN" | "CLUSTERDOWN" | "MASTERDOWN" | "READONLY") => {
            ReplayErrorKind::Unreachable
        }
        _ => ReplayErrorKind::Unexpected,
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.words())?;
        if self.detail.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", sig4::printable::message(&self.detail))
    }
}

impl Error for ReplayError {}
