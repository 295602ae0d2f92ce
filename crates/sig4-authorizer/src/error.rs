//! The error of an authorizer: of its configuration, its keys, and of serving it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// An error from configuring or serving an authorizer. It never holds a secret.
///
/// ```
/// use sig4_authorizer::ErrorKind;
/// use sig4_authorizer::config::Config;
///
/// let error = Config::parse("[listen]").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidConfig);
/// assert!(error.to_string().starts_with("invalid configuration: "));
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is invalid.
    InvalidConfig,
    /// The users, policies or day keys are invalid, or cannot be read.
    InvalidKeys,
    /// The certificate or the key is invalid.
    InvalidTls,
    /// The store of used signatures cannot be used.
    ReplayStore,
    /// The address cannot be listened on.
    Listen,
}

impl Error {
    /// An error with a message for the operator.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds the error that led to this one.
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl ErrorKind {
    const fn words(self) -> &'static str {
        match self {
            Self::InvalidConfig => "invalid configuration",
            Self::InvalidKeys => "invalid users or keys",
            Self::InvalidTls => "invalid certificate or key",
            Self::ReplayStore => "the replay store cannot be used",
            Self::Listen => "cannot listen",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.words(), sig4::printable::message(&self.message))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
