//! The crate's one error.

use std::borrow::Cow;

/// Why a request could not be signed, or a text not be read.
///
/// Match on [`kind`](Self::kind); `Display` says in one clause what is wrong. Neither ever holds a secret, a token, a
/// key or a computed signature.
///
/// ```
/// use sig4::{ErrorKind, Expires};
///
/// let error = Expires::from_seconds(0).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidExpires);
/// assert_eq!(error.to_string(), "invalid expiry: 0 s is not within 1 s to 604800 s (7 days)");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {detail}", .kind.words())]
pub struct Error {
    kind: ErrorKind,
    detail: Cow<'static, str>,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// What class of mistake it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

/// The classes of mistakes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request carries a security token that is not the credentials' own.
    ConflictingToken,
    /// The access key id is empty, too long, or has a character that the `Credential` field cannot hold.
    InvalidAccessKeyId,
    /// The expiry is not within 1 s to 604,800 s.
    InvalidExpires,
    /// A header's name or value, or the method, cannot go over the wire.
    InvalidHeader,
    /// The host is empty, stands twice, or cannot go over the wire.
    InvalidHost,
    /// The path holds a bad percent sequence where it has to be decoded, a control character, a `?` or a `#`, or does not
    /// begin with a `/`.
    InvalidPath,
    /// The text is not a value of `x-amz-content-sha256`.
    InvalidPayload,
    /// The query holds a control character or a `#`.
    InvalidQuery,
    /// The region is empty, too long, or has a character that the credential scope cannot hold.
    InvalidRegion,
    /// The text is not a credential scope.
    InvalidScope,
    /// The service is empty, too long, or has a character that the credential scope cannot hold.
    InvalidService,
    /// The session token cannot go over the wire.
    InvalidSessionToken,
    /// The text is not a signature of 64 lower-case hexadecimal digits.
    InvalidSignature,
    /// The time is outside the years 0 to 9999, or its text is not `YYYYMMDDTHHMMSSZ`.
    InvalidTime,
    /// The signed URL is not a URI that the `http` crate can hold: it is longer than 65,534 bytes, for one.
    InvalidUrl,
    /// There is no `Host` header, and the URI has no authority.
    MissingHost,
    /// There are more headers than [`MAX_HEADERS`](crate::MAX_HEADERS).
    TooManyHeaders,
    /// There are more query parameters than [`MAX_QUERY_PAIRS`](crate::MAX_QUERY_PAIRS).
    TooManyQueryPairs,
}

impl ErrorKind {
    const fn words(self) -> &'static str {
        match self {
            Self::ConflictingToken => "conflicting security token",
            Self::InvalidAccessKeyId => "invalid access key id",
            Self::InvalidExpires => "invalid expiry",
            Self::InvalidHeader => "invalid header",
            Self::InvalidHost => "invalid host",
            Self::InvalidPath => "invalid path",
            Self::InvalidPayload => "invalid payload hash",
            Self::InvalidQuery => "invalid query",
            Self::InvalidRegion => "invalid region",
            Self::InvalidScope => "invalid credential scope",
            Self::InvalidService => "invalid service",
            Self::InvalidSessionToken => "invalid session token",
            Self::InvalidSignature => "invalid signature",
            Self::InvalidTime => "invalid time",
            Self::InvalidUrl => "invalid URL",
            Self::MissingHost => "missing host",
            Self::TooManyHeaders => "too many headers",
            Self::TooManyQueryPairs => "too many query parameters",
        }
    }
}
