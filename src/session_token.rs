//! The session token of temporary credentials, and the header and query parameter that carry it.

use crate::error::{Error, ErrorKind};
use crate::name;
use bytes::Bytes;
use http::HeaderValue;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The service that issued a session token. It decides which header or query parameter carries the token.
///
/// ```
/// use sig4::session_token::SessionTokenKind;
///
/// assert_eq!(SessionTokenKind::Security.header(), "x-amz-security-token");
/// assert_eq!(SessionTokenKind::S3Session.parameter(), "X-Amz-S3session-Token");
/// ```
///
/// Source: `CreateSession` in the Amazon S3 API Reference.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SessionTokenKind {
    /// A token of AWS STS or IAM Identity Center, in `x-amz-security-token`.
    #[default]
    Security,
    /// A token of the `CreateSession` of S3 Express One Zone, in `x-amz-s3session-token`. It lasts for five minutes.
    S3Session,
}

impl SessionTokenKind {
    /// The header that carries the token.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Security => name::TOKEN_HEADER,
            Self::S3Session => name::S3_TOKEN_HEADER,
        }
    }

    /// The query parameter of a presigned URL that carries the token.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Security => name::query::TOKEN,
            Self::S3Session => name::query::S3_TOKEN,
        }
    }
}

/// A session token. Its clones share it with the headers that carry it, so that a signature does not copy it (row `sign-token`). The
/// last of them wipes it.
#[derive(Clone)]
pub(crate) struct SessionToken {
    text: Arc<Zeroizing<String>>,
    header: HeaderValue,
    kind: SessionTokenKind,
}

/// The owner of a header's bytes.
struct SharedText(Arc<Zeroizing<String>>);

impl AsRef<[u8]> for SharedText {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl SessionToken {
    pub(crate) fn new(text: Zeroizing<String>, kind: SessionTokenKind) -> Result<Self, Error> {
        let text = Arc::new(text);
        let bytes = Bytes::from_owner(SharedText(Arc::clone(&text)));
        let mut header = HeaderValue::from_maybe_shared(bytes)
            .map_err(|_| Error::new(ErrorKind::InvalidSessionToken, "a header cannot carry it"))?;
        header.set_sensitive(true);
        Ok(Self { text, header, kind })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn kind(&self) -> SessionTokenKind {
        self.kind
    }

    /// The value of the header, marked as sensitive.
    pub(crate) const fn header(&self) -> &HeaderValue {
        &self.header
    }
}
