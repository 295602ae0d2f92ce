//! The parameters of a request's signature, from its headers or from its query. They are not verified.
//!
//! One type holds all of them, so that the key that is looked up, the time that is checked and the signature that is compared
//! cannot come from different places.

use super::duplicates::DuplicatePolicy;
use super::header::{self, HeaderParams};
use super::location::SignatureLocation;
use super::query::{self, QueryParams};
use crate::algorithm::{Accepted, Algorithm};
use crate::bytes::percent;
use crate::error::{Error, ErrorKind};
use crate::name::query as name;
use crate::session_token::SessionTokenKind;
use std::borrow::Cow;
use std::fmt;
use zeroize::Zeroize;

/// The parameters of a signature: one struct for its two spellings, the `Authorization` header and the query of a presigned URL.
///
/// The values are those of the wire, and a query's are decoded. They are not verified.
///
/// ```
/// use sig4::auth::{AuthParams, DuplicatePolicy, HeaderParams, QueryParams, SignatureLocation};
///
/// let value = b"AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d67";
/// let header = HeaderParams::parse(value, DuplicatePolicy::Refuse)?;
/// let params = AuthParams::from_header(&header, Some(b"20150830T123600Z"), None)?;
/// assert_eq!((params.access_key_id(), params.signed_headers()), ("AKID", "host;x-amz-date"));
/// assert_eq!(params.to_header().as_bytes(), value);
///
/// let query = params.to_query();
/// assert!(query.starts_with("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fus-east-1"));
/// let found = QueryParams::find(Some(&query), DuplicatePolicy::Refuse)?;
/// let same = AuthParams::from_query(&found, None, DuplicatePolicy::Refuse)?;
/// assert_eq!((same.signature(), same.signature_location()), ("5d67", SignatureLocation::Query));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone)]
pub struct AuthParams<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) location: SignatureLocation,
    /// `access-key-id/day/region/service/aws4_request`.
    pub(crate) credential: Cow<'a, str>,
    /// The names, joined with `;`.
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
    /// The time of signing.
    pub(crate) date: Cow<'a, str>,
    /// The regions of a presigned URL of Signature Version 4a.
    pub(crate) region_set: Option<Cow<'a, str>>,
    /// The lifetime of a presigned URL, in seconds.
    pub(crate) expires: Option<Cow<'a, str>>,
    /// The session token.
    pub(crate) token: Option<Cow<'a, [u8]>>,
    pub(crate) token_kind: SessionTokenKind,
}

impl<'a> AuthParams<'a> {
    /// The parameters of an `Authorization` header, with the values of the date header (`x-amz-date`, or else `date`) and of
    /// `x-amz-security-token`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::IncompleteSignature`] if a parameter or the date is missing.
    #[inline]
    pub fn from_header(
        found: &HeaderParams<'a>,
        date: Option<&'a [u8]>,
        token: Option<&'a [u8]>,
    ) -> Result<Self, Error> {
        let date = date.map(<[u8]>::trim_ascii);
        match (found.credential, found.signature, found.signed_headers, date) {
            (Some(credential), Some(signature), Some(signed_headers), Some(date)) => Ok(Self {
                algorithm: found.algorithm,
                location: SignatureLocation::Header,
                credential: credential.into(),
                signed_headers: signed_headers.into(),
                signature: signature.into(),
                date: str::from_utf8(date).map_or_else(|_| String::from_utf8_lossy(date), Cow::Borrowed),
                region_set: None,
                expires: None,
                token: token.map(|token| Cow::Borrowed(token.trim_ascii())),
                token_kind: SessionTokenKind::Security,
            }),
            (credential, signature, signed_headers, date) => Err(header::missing(
                credential.is_none(),
                signature.is_none(),
                signed_headers.is_none(),
                date.is_none(),
            )),
        }
    }

    /// The parameters of a presigned URL. The value of an `x-amz-security-token` header counts where the query has no token.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::MissingAuthentication`] if the query names no algorithm, or an unknown one.
    /// - [`ErrorKind::AsymmetricSignature`] if it names SigV4a.
    /// - [`ErrorKind::AmbiguousAuthentication`] if header and query have a token, unless `duplicates` allows it.
    /// - [`ErrorKind::IncompleteSignature`] if a parameter is missing, or not UTF-8.
    pub fn from_query(
        found: &QueryParams<'a>,
        token_header: Option<&'a [u8]>,
        duplicates: DuplicatePolicy,
    ) -> Result<Self, Error> {
        Self::from_query_accepted(found, token_header, duplicates, Accepted::V4)
    }

    /// [`from_query`](Self::from_query) for the algorithms of a verifier.
    pub(crate) fn from_query_accepted(
        found: &QueryParams<'a>,
        token_header: Option<&'a [u8]>,
        duplicates: DuplicatePolicy,
        accepted: Accepted,
    ) -> Result<Self, Error> {
        let algorithm = found.algorithm.ok_or_else(missing_authentication)?;
        let algorithm = percent::decode(algorithm.as_bytes());
        let algorithm = accepted.find(&algorithm).map_err(|kind| refused(kind, &algorithm))?;
        let in_query = found.token.or(found.s3_token);
        if in_query.is_some() && token_header.is_some() && duplicates == DuplicatePolicy::Refuse {
            return Err(signed_twice());
        }
        if found.token.is_some() && found.s3_token.is_some() {
            return Err(two_tokens());
        }
        match (found.credential, found.signature, found.signed_headers, found.date) {
            (Some(credential), Some(signature), Some(signed_headers), Some(date)) => Ok(Self {
                algorithm,
                location: SignatureLocation::Query,
                credential: text(credential)?,
                signed_headers: text(signed_headers)?,
                signature: text(signature)?,
                date: text(date)?,
                region_set: found.region_set.map(text).transpose()?,
                expires: found.expires.map(text).transpose()?,
                token: in_query
                    .map(|token| percent::decode(token.as_bytes()))
                    .or_else(|| token_header.map(|token| Cow::Borrowed(token.trim_ascii()))),
                token_kind: match found.s3_token {
                    Some(_) => SessionTokenKind::S3Session,
                    None => SessionTokenKind::Security,
                },
            }),
            (credential, signature, signed_headers, date) => {
                Err(query::missing(credential.is_none(), signature.is_none(), signed_headers.is_none(), date.is_none()))
            }
        }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Where the request carries the signature.
    #[must_use]
    pub const fn signature_location(&self) -> SignatureLocation {
        self.location
    }

    /// The access key id: the credential up to its first `/`.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.credential.split('/').next().unwrap_or(&self.credential)
    }

    /// `access-key-id/day/region/service/aws4_request`, without the region in Signature Version 4a.
    #[must_use]
    pub fn credential(&self) -> &str {
        &self.credential
    }

    /// The names of the signed headers, joined with `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The signature: 64 hexadecimal digits if it is well formed.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The time of signing: `YYYYMMDDTHHMMSSZ` if it is well formed.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The regions of a presigned URL of Signature Version 4a, joined with `,`.
    #[must_use]
    pub fn region_set(&self) -> Option<&str> {
        self.region_set.as_deref()
    }

    /// The lifetime of a presigned URL, in seconds.
    #[must_use]
    pub fn expires(&self) -> Option<&str> {
        self.expires.as_deref()
    }

    /// The session token, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&[u8]> {
        self.token.as_deref()
    }

    /// The kind of the session token, if there is one.
    #[must_use]
    pub fn session_token_kind(&self) -> Option<SessionTokenKind> {
        self.token.as_ref().map(|_| self.token_kind)
    }

    /// The same with the value of an `x-amz-s3session-token` header as the session token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AmbiguousAuthentication`] if the request carries a session token already.
    pub fn with_s3_session_token(mut self, token: &'a [u8]) -> Result<Self, Error> {
        if self.token.is_some() {
            return Err(two_tokens());
        }
        (self.token, self.token_kind) = (Some(Cow::Borrowed(token.trim_ascii())), SessionTokenKind::S3Session);
        Ok(self)
    }

    /// The value of the `Authorization` header. Date and session token have headers of their own.
    #[must_use]
    pub fn to_header(&self) -> String {
        header::text(self.algorithm, &self.credential, &self.signed_headers, &self.signature)
    }

    /// The parameters of a presigned URL, percent-encoded and joined with `&`.
    #[must_use]
    pub fn to_query(&self) -> String {
        query::text(
            self.algorithm,
            [
                (name::CREDENTIAL, Some(self.credential.as_bytes())),
                (name::DATE, Some(self.date.as_bytes())),
                (name::EXPIRES, self.expires.as_deref().map(str::as_bytes)),
                (name::REGION_SET, self.region_set.as_deref().map(str::as_bytes)),
                (name::SIGNED_HEADERS, Some(self.signed_headers.as_bytes())),
                (self.token_kind.parameter(), self.token.as_deref()),
                (name::SIGNATURE, Some(self.signature.as_bytes())),
            ],
        )
    }
}

/// Shows no session token.
impl fmt::Debug for AuthParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthParams")
            .field("location", &self.location)
            .field("credential", &self.credential)
            .field("signed_headers", &self.signed_headers)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Wipes the copy of the token that decoding a query made.
impl Drop for AuthParams<'_> {
    fn drop(&mut self) {
        if let Some(Cow::Owned(token)) = &mut self.token {
            token.zeroize();
        }
    }
}

/// A parameter's value, decoded. Bytes that are not UTF-8 are refused, so that two different values stay different.
fn text(raw: &str) -> Result<Cow<'_, str>, Error> {
    let not_text = || Error::new(ErrorKind::IncompleteSignature, "a query parameter of the signature is not UTF-8");
    match percent::decode(raw.as_bytes()) {
        Cow::Borrowed(_) => Ok(Cow::Borrowed(raw)),
        Cow::Owned(text) => String::from_utf8(text).map(Cow::Owned).map_err(|_| not_text()),
    }
}

/// The error for an algorithm that is not accepted. A URL with an unknown algorithm is not signed.
#[cold]
fn refused(kind: ErrorKind, name: &[u8]) -> Error {
    match Algorithm::find(name) {
        Some(Algorithm::EcdsaP256Sha256) => Error::new(kind, "the URL is presigned with SigV4a, which is not verified"),
        Some(known) => Error::new(kind, format!("the URL is presigned with {known}, which is not verified")),
        None => missing_authentication(),
    }
}

#[cold]
fn missing_authentication() -> Error {
    Error::new(ErrorKind::MissingAuthentication, "Request is missing Authentication Token")
}

#[cold]
fn two_tokens() -> Error {
    let detail = "the request has two session tokens, one of them of S3 Express";
    Error::new(ErrorKind::AmbiguousAuthentication, detail)
}

#[cold]
pub(crate) fn signed_twice() -> Error {
    Error::new(
        ErrorKind::AmbiguousAuthentication,
        "Only one auth mechanism allowed: the request is signed in its headers and in its query",
    )
}
