//! Errors of signing, verifying and parsing, and AWS's answers to refused requests.

mod kind;
mod rejection;

pub use kind::ErrorKind;
pub(crate) use rejection::Dialect;
pub use rejection::Rejection;

use crate::printable;
use std::borrow::Cow;

/// An error from signing, verifying or parsing.
///
/// Match on [`kind`](Self::kind). `Display` describes the fault in one clause. An error never contains a secret, a token, a key or a
/// computed signature.
///
/// Text of a request that `Display` repeats fits on one line of a terminal: invisible characters are written as `\u{…}`, and a text of
/// more than 4,096 bytes is shortened, with the number of bytes left out.
///
/// An error of a [`Verifier`](crate::Verifier) also has a [`Rejection`]: the code, the status and the message that AWS answers.
///
/// ```
/// use sig4::{ErrorKind, Expires};
///
/// let error = Expires::from_secs(0).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidExpires);
/// assert_eq!(error.to_string(), "invalid expiry: 0 s is not within 1 s to 604800 s (7 days)");
/// assert_eq!(error.rejection(), None, "no verifier refused a request");
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .0.kind.words(), printable::message(&.0.detail))]
pub struct Error(Box<Fault>);

/// The facts of an error. They are boxed, so that a `Result` of the hot path stays small.
#[derive(Clone, Debug)]
struct Fault {
    kind: ErrorKind,
    /// The fault, after the words of the kind.
    detail: Cow<'static, str>,
    /// The words of the answer, if the detail is for the operator alone.
    answer: Option<&'static str>,
    header: Option<Box<str>>,
    rejection: Option<Rejection>,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Fault { kind, detail: detail.into(), answer: None, header: None, rejection: None }))
    }

    /// The same error, about this header.
    #[cold]
    pub(crate) fn of_header(mut self, name: &str) -> Self {
        self.0.header = Some(name.into());
        self
    }

    /// The same error, whose own words are not for the client: the answer is in these words.
    #[cold]
    pub(crate) fn answered_as(mut self, words: &'static str) -> Self {
        self.0.answer = Some(words);
        self
    }

    /// The same error, with the answer of a service of this dialect.
    #[cold]
    pub(crate) fn rejected_in(mut self, dialect: Dialect) -> Self {
        let words = self.0.answer.map_or_else(|| self.0.detail.clone(), Cow::Borrowed);
        self.0.rejection = Some(dialect.rejection(self.0.kind, words));
        self
    }

    /// The same error, with the same answer to the client and more to say about the fault.
    #[cfg(feature = "tower")]
    #[cold]
    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// The fault, without the words of its kind.
    #[cfg(feature = "tower")]
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the header that the error is about, as the request spells it. The header is
    /// [not signed](ErrorKind::UnsignedHeader), [absent](ErrorKind::MissingSignedHeader) or
    /// [there twice](ErrorKind::AmbiguousAuthentication). `None` for an error about anything else.
    ///
    /// ```
    /// use sig4::{Credentials, ErrorKind, Signer, Verifier, time::Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    /// request.headers_mut().insert("x-amz-cf-id", "added on the way".parse()?);
    ///
    /// let (parts, _body) = request.into_parts();
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let error = verifier.claim(&parts).unwrap_err();
    /// assert_eq!((error.kind(), error.header()), (ErrorKind::UnsignedHeader, Some("x-amz-cf-id")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.0.header.as_deref()
    }

    /// AWS's answer to the request that a verifier refused. `None` if the error does not come from a verifier.
    #[must_use]
    pub const fn rejection(&self) -> Option<&Rejection> {
        self.0.rejection.as_ref()
    }
}
