//! The error of a body that streams.

use crate::error::Error;
use std::error::Error as StdError;
use std::fmt;

/// An error of a body that is signed or verified while it streams.
///
/// It is never the end of a body: a body that failed stays failed.
///
/// ```
/// use sig4::stream::BodyError;
///
/// let cut_off = BodyError::Broken("the connection was closed".into());
/// assert_eq!(cut_off.to_string(), "the body broke off: the connection was closed");
/// assert!(cut_off.invalid().is_none());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum BodyError {
    /// The body below failed, with this error.
    Broken(Box<dyn StdError + Send + Sync>),
    /// The body is not the declared body: a signature, a hash, a length or the framing is wrong.
    Invalid(Error),
}

impl BodyError {
    /// The error of the signature, the hash, the length or the framing, if that is what failed.
    #[must_use]
    pub const fn invalid(&self) -> Option<&Error> {
        match self {
            Self::Invalid(error) => Some(error),
            Self::Broken(_) => None,
        }
    }

    /// The error that a body gives that is read again after `self`.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Invalid(error) => Self::Invalid(error.clone()),
            Self::Broken(error) => Self::Broken(error.to_string().into()),
        }
    }
}

impl From<Error> for BodyError {
    #[cold]
    fn from(error: Error) -> Self {
        Self::Invalid(error)
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(error) => write!(f, "the body broke off: {error}"),
            Self::Invalid(error) => error.fmt(f),
        }
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Broken(error) => Some(&**error),
            Self::Invalid(error) => Some(error),
        }
    }
}
