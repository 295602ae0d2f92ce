//! A parsed claim, which is not verified yet.

use super::caller::Caller;
use super::parsed_claim::{ParsedClaim, other_body};
use super::stored_key::StoredKey;
use super::verifier::Verifier;
use crate::auth::SignatureLocation;
use crate::body::{Content, InMemoryBody};
use crate::canonical::CanonicalRequest;
use crate::error::Error;
use crate::expires::Expires;
use crate::payload::{ContentSha256, Payload, Streaming};
use crate::request::RequestView;
use crate::scope::Scope;
use crate::session_token::SessionTokenKind;
use crate::time::{Moment, Timestamp};
use http::request::Parts;
use std::fmt;
use time::OffsetDateTime;

/// A parsed, unverified signature. Look up its key, then call [`verify`](Self::verify).
#[must_use = "a claim is not verified until `verify` or `stream` is called"]
pub struct Claim<'a>(pub(crate) Box<ParsedClaim<'a>>);

impl Verifier {
    /// Parses the signature of a request of the `http` crate; see [`claim_view`](Self::claim_view).
    ///
    /// # Errors
    ///
    /// See [`claim_view`](Self::claim_view).
    pub fn claim<'a>(&'a self, parts: &'a Parts) -> Result<Claim<'a>, Error> {
        self.claim_view(&RequestView::from(parts))
    }

    /// Parses the signature of a request.
    ///
    /// # Errors
    ///
    /// - If there is no signature: [`MissingAuthentication`](crate::ErrorKind::MissingAuthentication).
    /// - If there are two, or a part of one comes twice: [`AmbiguousAuthentication`](crate::ErrorKind::AmbiguousAuthentication).
    /// - If it is malformed: [`IncompleteSignature`](crate::ErrorKind::IncompleteSignature),
    ///   [`UnsupportedAlgorithm`](crate::ErrorKind::UnsupportedAlgorithm), [`AsymmetricSignature`](crate::ErrorKind::AsymmetricSignature),
    ///   [`SignatureVersion2`](crate::ErrorKind::SignatureVersion2),
    ///   [`MalformedDate`](crate::ErrorKind::MalformedDate) or [`InvalidExpires`](crate::ErrorKind::InvalidExpires).
    /// - If a header that must be signed is not: [`UnsignedHeader`](crate::ErrorKind::UnsignedHeader). If a signed header is absent:
    ///   [`MissingSignedHeader`](crate::ErrorKind::MissingSignedHeader).
    /// - If the payload is not accepted: [`UnsignedPayload`](crate::ErrorKind::UnsignedPayload),
    ///   [`InvalidPayload`](crate::ErrorKind::InvalidPayload) or
    ///   [`MissingContentSha256`](crate::ErrorKind::MissingContentSha256); a presigned URL with the marker of a body in chunks:
    ///   [`StreamingPayload`](crate::ErrorKind::StreamingPayload).
    /// - If the host, the path or the query is ambiguous or malformed: [`MissingHost`](crate::ErrorKind::MissingHost),
    ///   [`InvalidHost`](crate::ErrorKind::InvalidHost), [`InvalidPath`](crate::ErrorKind::InvalidPath),
    ///   [`InvalidQuery`](crate::ErrorKind::InvalidQuery) or [`MalformedQuery`](crate::ErrorKind::MalformedQuery).
    /// - If a limit is exceeded: [`TooManyHeaders`](crate::ErrorKind::TooManyHeaders),
    ///   [`TooManyQueryPairs`](crate::ErrorKind::TooManyQueryPairs) or [`InvalidSessionToken`](crate::ErrorKind::InvalidSessionToken).
    pub fn claim_view<'a>(&'a self, request: &RequestView<'a>) -> Result<Claim<'a>, Error> {
        Claim::read(self, request).map_err(|error| self.refused(error, request))
    }
}

impl<'a> Claim<'a> {
    #[inline]
    pub(crate) fn read(verifier: &'a Verifier, request: &RequestView<'a>) -> Result<Self, Error> {
        ParsedClaim::read(verifier, request).map(Self)
    }

    /// The claimed access key id, to look up the key.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.0.access_key_id()
    }

    /// The session token that the request carries, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&[u8]> {
        self.0.params.token.as_deref()
    }

    /// The kind of the session token that the request carries. A verifier for the S3 family reads
    /// [`S3Session`](SessionTokenKind::S3Session) too.
    #[must_use]
    pub fn session_token_kind(&self) -> Option<SessionTokenKind> {
        self.0.params.session_token_kind()
    }

    /// The claimed time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.0.timestamp
    }

    /// Where the request carries the signature.
    #[must_use]
    pub const fn signature_location(&self) -> SignatureLocation {
        self.0.params.location
    }

    /// Day, region and service of the key that verifies the claim.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MalformedCredential`](crate::ErrorKind::MalformedCredential) or
    /// [`ErrorKind::ScopeMismatch`](crate::ErrorKind::ScopeMismatch) if the claim does not name the verifier's region and
    /// service and the day of the signature.
    pub fn scope(&self) -> Result<&Scope, Error> {
        self.0.checked_scope().map_err(|error| self.0.verifier.answered(error, self.signature_location()))
    }

    /// The marker in `x-amz-content-sha256` of a body that is signed in pieces. `None` for a body that is verified as one.
    ///
    /// With a marker, [`verify`](Self::verify) and [`stream`](Self::stream) refuse the request. `Claim::decode` and
    /// `Claim::events` of the feature `stream` verify such bodies.
    ///
    /// ```
    /// use sig4::payload::Streaming;
    /// use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let (mut parts, ()) = http::Request::put("https://bucket.s3.us-east-1.amazonaws.com/key").body(())?.into_parts();
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let payload = Payload::Streaming(Streaming::Signed);
    /// Signer::new("us-east-1", "s3")?.sign_parts(&mut parts, &payload, &credentials, now)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "s3")?;
    /// assert_eq!(verifier.claim(&parts)?.streaming(), Some(Streaming::Signed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn streaming(&self) -> Option<Streaming> {
        self.0.declared_payload.marker()
    }

    /// Whether verifying the claim needs the body: not if the body is unsigned.
    #[must_use]
    pub const fn needs_body(&self) -> bool {
        self.0.declared_payload.covers_body()
    }

    /// The canonical request of the claim with this body. Compare it with the client's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnbufferedBody`](crate::ErrorKind::UnbufferedBody) if the body's hash is part of the canonical request and the
    /// body turns out to be a stream.
    pub fn canonical_request(&self, body: impl InMemoryBody) -> Result<CanonicalRequest<'a>, Error> {
        let payload = match self.0.declared_payload.line() {
            Some(line) => line,
            None => ContentSha256::of(&Payload::Sha256(body.content().digest()?)),
        };
        Ok(CanonicalRequest { payload, ..self.0.canonical.clone() })
    }

    /// Verifies the signature of the request and `body` with `key`.
    ///
    /// `key` is a `&Credentials`, an `Option<&Credentials>` or a [`StoredKey`]. `body` is an
    /// [`InMemoryBody`], such as `&[u8]`, `Bytes` or `()`, or a [`Body`](super::Body) with a hash. An unknown key costs the same work as a wrong signature.
    ///
    /// # Errors
    ///
    /// In this order, which is AWS's: the signature is [expired](crate::ErrorKind::Expired) or
    /// [not yet current](crate::ErrorKind::NotYetCurrent); the credential is
    /// [malformed](crate::ErrorKind::MalformedCredential) or [of another scope](crate::ErrorKind::ScopeMismatch); the session
    /// token is [wrong](crate::ErrorKind::InvalidToken) or [expired](crate::ErrorKind::ExpiredToken); the key is
    /// [unknown](crate::ErrorKind::UnknownAccessKey); the signature [does not match](crate::ErrorKind::SignatureMismatch); the
    /// body's hash [does not match](crate::ErrorKind::ContentMismatch); the signature was [used before](crate::ErrorKind::Replayed).
    /// [`UnbufferedBody`](crate::ErrorKind::UnbufferedBody) if the body is signed and turns out to be a stream.
    /// [`StreamingPayload`](crate::ErrorKind::StreamingPayload) if the body is signed in [pieces](Self::streaming).
    pub fn verify<'k>(
        self,
        key: impl Into<StoredKey<'k>>,
        body: impl InMemoryBody,
        now: impl Moment,
    ) -> Result<Caller<'a>, Error> {
        let (verifier, location) = (self.0.verifier, self.signature_location());
        let checked = now.into_datetime().and_then(|now| self.check(&key.into(), &body.content(), now));
        checked.map_err(|error| verifier.answered(error, location))
    }

    /// `now`, or the service's answer to a time outside the range that is accepted.
    pub(crate) fn answered_time(&self, now: impl Moment) -> Result<OffsetDateTime, Error> {
        now.into_datetime().map_err(|error| self.0.verifier.answered(error, self.signature_location()))
    }

    /// Sets how long the signature is valid after the time of signing, in place of the lifetime that a presigned URL states.
    pub(crate) fn with_lifetime(mut self, lifetime: Expires) -> Self {
        self.0.window.set_lifetime(lifetime);
        self
    }

    fn check(mut self, key: &StoredKey<'_>, body: &Content<'_>, now: OffsetDateTime) -> Result<Caller<'a>, Error> {
        let claim = &mut *self.0;
        claim.declared_payload.check_whole()?;
        claim.window.check(now)?;
        claim.checked_scope()?;
        let digest = if claim.declared_payload.covers_body() { Some(body.digest()?) } else { None };
        digest.iter().for_each(|digest| claim.set_digest(digest));
        let receipt = claim.judge(key, now)?;
        if digest.is_some_and(|digest| !claim.declared_payload.allows(&digest)) {
            return Err(other_body());
        }
        let caller = Caller::new(self.0, receipt);
        caller.check_replay(now)?;
        Ok(caller)
    }
}

impl fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("access_key_id", &self.access_key_id())
            .field("timestamp", &self.timestamp())
            .field("location", &self.signature_location())
            .finish_non_exhaustive()
    }
}
