//! The error of the layers.

use crate::printable;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// An error of [`SignLayer`](super::SignLayer), [`SignedCheckLayer`](super::SignedCheckLayer),
/// [`CachedCredentials`](super::CachedCredentials) or [`Origin`](super::Origin).
///
/// Match on [`kind`](Self::kind). `Display` names the problem in one clause; it holds no secret, no token, no key and no
/// computed signature. If the signer refused a request, its own error is the [`source`](StdError::source), with the same text.
///
/// ```
/// use sig4::tower::{ErrorKind, Origin};
///
/// let error = "example.com".parse::<Origin>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidOrigin);
/// assert_eq!(error.to_string(), "invalid origin: expected a scheme and a host, as in https://example.com");
/// ```
#[derive(Clone, Debug)]
pub struct Error(Box<Fault>);

#[derive(Clone, Debug)]
struct Fault {
    kind: ErrorKind,
    cause: Cause,
}

#[derive(Clone, Debug)]
enum Cause {
    /// The text after the words of the kind.
    Detail(Cow<'static, str>),
    Core(crate::error::Error),
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No valid credentials could be fetched: the provider is too slow, panics, or gives credentials that have expired.
    CredentialsUnavailable,
    /// The request goes to an origin that the layer does not sign for.
    ForeignOrigin,
    /// `content-length`, `transfer-encoding` or trailers of a request contradict its body.
    InvalidFraming,
    /// The text is not an origin: a scheme, a host and an optional port.
    InvalidOrigin,
    /// A request was changed after it was signed, and before it was sent.
    RequestChanged,
    /// The signer refused the request, for this reason.
    Signing(crate::error::ErrorKind),
    /// The body is longer than the limit.
    TooLongBody,
}

impl ErrorKind {
    /// The words with which an error that has its own detail begins.
    const fn words(self) -> &'static str {
        match self {
            Self::CredentialsUnavailable => "credentials unavailable",
            Self::ForeignOrigin => "foreign origin",
            Self::InvalidFraming => "invalid framing",
            Self::InvalidOrigin => "invalid origin",
            Self::RequestChanged => "request changed after signing",
            Self::Signing(_) => "the request cannot be signed",
            Self::TooLongBody => "body too long",
        }
    }
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Fault { kind, cause: Cause::Detail(detail.into()) }))
    }

    /// An error of the core, as one of this kind.
    #[cold]
    pub(super) fn of(kind: ErrorKind, error: crate::error::Error) -> Self {
        Self(Box::new(Fault { kind, cause: Cause::Core(error) }))
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The detail, without the words of the kind.
    pub(super) fn detail(&self) -> &str {
        match &self.0.cause {
            Cause::Detail(detail) => detail,
            Cause::Core(error) => error.detail(),
        }
    }
}

impl From<crate::error::Error> for Error {
    #[cold]
    fn from(error: crate::error::Error) -> Self {
        Self::of(ErrorKind::Signing(error.kind()), error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Detail(detail) => write!(f, "{}: {}", self.kind().words(), printable::message(detail)),
            Cause::Core(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Detail(_) => None,
            Cause::Core(error) => Some(error),
        }
    }
}
