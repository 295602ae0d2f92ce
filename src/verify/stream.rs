//! Verification of a body that arrives in pieces.

#[cfg(feature = "http-body")]
use super::body::DeclaredPayload;
use super::caller::Caller;
use super::claim::Claim;
use super::parsed_claim::{ParsedClaim, mismatch, other_body};
use super::stored_key::StoredKey;
use crate::bytes::write::Write;
use crate::crypto::sha256::Sha256;
#[cfg(feature = "http-body")]
use crate::error::Dialect;
use crate::error::Error;
#[cfg(any(feature = "http-body", feature = "tower"))]
use crate::error::ErrorKind;
use crate::key::ReadyKey;
#[cfg(feature = "tower")]
use crate::name;
use crate::signature::Matched;
use crate::time::Moment;
use std::fmt;
use time::OffsetDateTime;

/// Hashes a body as it arrives. The request is verified once [`finish`](Self::finish) returns a caller.
///
/// ```
/// use sig4::{Credentials, Signer, Timestamp, Verifier};
///
/// let signer = Signer::new("us-east-1", "execute-api")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let mut request = http::Request::post("https://abc.execute-api.us-east-1.amazonaws.com/").body("two pieces")?;
/// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
/// signer.sign(&mut request, &credentials, now)?;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// let (parts, _body) = request.into_parts();
/// let mut body = verifier.claim(&parts)?.stream(&credentials, now)?;
/// body.update(b"two ");
/// body.update(b"pieces");
/// let caller = body.finish()?;
/// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the body is not verified until `finish` is called"]
pub struct StreamingBody<'a> {
    body: ArrivingBody<'a>,
    /// `None` if the signature has already matched.
    waiting: Option<Box<Waiting>>,
}

/// The key of a comparison that needs the body's hash. A refusal that is already certain waits as well, so that an unknown key looks
/// like a wrong signature.
struct Waiting {
    key: ReadyKey,
    proves: bool,
    identity: Result<(), Error>,
}

/// A body that arrives, for a caller that keeps the key. It copies no key: row `AuthenticateLayer` of the bench of layers.
pub(crate) struct ArrivingBody<'a> {
    claim: Box<ParsedClaim<'a>>,
    hasher: Sha256,
    now: OffsetDateTime,
    /// The match of a request that states the body's hash, or leaves the body unsigned.
    matched: Option<Matched>,
}

impl<'a> Claim<'a> {
    /// Begins to verify a body that arrives in pieces. If the request states the body's hash, or does not sign the body, a wrong
    /// signature is refused at once, before the body is read.
    ///
    /// # Errors
    ///
    /// See [`verify`](Self::verify).
    pub fn stream<'k>(self, key: impl Into<StoredKey<'k>>, now: impl Moment) -> Result<StreamingBody<'a>, Error> {
        let (key, now) = (key.into(), self.answered_time(now)?);
        let body = self.arrive(&key, now)?;
        let claim = &*body.claim;
        let waiting = || Waiting {
            key: claim.with_key(&key, ReadyKey::clone),
            proves: claim.is_of(&key),
            identity: claim.check_identity(&key, now),
        };
        let waiting = body.matched.is_none().then(|| Box::new(waiting()));
        Ok(StreamingBody { body, waiting })
    }

    /// Begins as [`stream`](Self::stream) does. The end needs the key again.
    pub(crate) fn arrive(self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<ArrivingBody<'a>, Error> {
        let (verifier, location) = (self.0.verifier, self.signature_location());
        ArrivingBody::begin(self.0, key, now).map_err(|error| verifier.answered(error, location))
    }
}

#[cfg(feature = "http-body")]
impl<'a> Claim<'a> {
    /// Whether the request states its payload, so that its head is verified without the body.
    #[cfg(feature = "tower")]
    pub(crate) fn states_payload(&self) -> bool {
        self.0.declared_payload.line().is_some()
    }

    /// Verifies the head of a request that states its payload. Returns the caller, and the check of the body that is still to come.
    pub(crate) fn verify_stated(
        self,
        key: &StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'a>, PendingBody), Error> {
        let dialect = self.0.verifier.dialect_in(self.signature_location());
        let ArrivingBody { claim, hasher, matched, .. } = self.arrive(key, now)?;
        let pending = PendingBody { declared: claim.declared_payload, hasher, dialect };
        match matched {
            Some(matched) => Ok((Caller::new(claim, matched), pending)),
            None => Err(unstated().rejected_in(dialect)),
        }
    }
}

#[cfg(feature = "http-body")]
#[cold]
fn unstated() -> Error {
    let detail =
        "the request does not state the hash of its body, so its signature is verified once the body has been read";
    Error::new(ErrorKind::UnbufferedBody, detail)
}

/// Adds to a mismatch what the verifier did not know. The client gets the same answer.
#[cfg(feature = "tower")]
#[cold]
fn unread(error: Error) -> Error {
    if error.kind() != ErrorKind::SignatureMismatch {
        return error;
    }
    let detail = format!(
        "{} The body was not sent to the verifier and the request does not state its hash in `{}`, so it was verified \
         as a request without a body.",
        error.detail(),
        name::CONTENT_SHA256_HEADER,
    );
    error.with_detail(detail)
}

impl Waiting {
    fn receipt(self, claim: &ParsedClaim<'_>) -> Result<Matched, Error> {
        let matched = claim.compare_with(&self.key);
        self.identity?;
        matched.filter(|_| self.proves).ok_or_else(mismatch)
    }
}

impl<'a> StreamingBody<'a> {
    /// Hashes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.body.update(piece);
    }

    /// Ends the body and verifies the request.
    ///
    /// # Errors
    ///
    /// See [`Claim::verify`].
    pub fn finish(self) -> Result<Caller<'a>, Error> {
        let (now, waiting) = (self.body.now, self.waiting);
        let caller =
            self.body.end(|claim| waiting.map_or_else(|| Err(mismatch()), |waiting| waiting.receipt(claim)))?;
        caller.remember(now)?;
        Ok(caller)
    }
}

impl<'a> ArrivingBody<'a> {
    fn begin(claim: Box<ParsedClaim<'a>>, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<Self, Error> {
        claim.declared_payload.check_whole()?;
        claim.window.check(now)?;
        claim.checked_scope()?;
        let needs_hash = claim.declared_payload.line().is_none();
        let matched = if needs_hash { None } else { Some(claim.judge(key, now)?) };
        Ok(Self { claim, hasher: Sha256::default(), now, matched })
    }

    /// Hashes the next piece.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        if self.claim.declared_payload.covers_body() {
            self.hasher.put(piece);
        }
    }

    /// Ends the body and verifies the request with the key that it began with. The store of used signatures is not asked: the
    /// authorizer asks it once the policies allow the request.
    #[cfg(feature = "tower")]
    pub(crate) fn finish(self, key: &StoredKey<'_>) -> Result<Caller<'a>, Error> {
        let now = self.now;
        self.end(|claim| claim.judge(key, now))
    }

    /// Verifies a request whose body is not at hand. Returns the SHA-256 that the body must have: that of no bytes, if the request does
    /// not state one. `None` if the body is not part of the signature. The store of used signatures is not asked.
    #[cfg(feature = "tower")]
    pub(crate) fn finish_unread(mut self, key: &StoredKey<'_>) -> Result<(Caller<'a>, Option<[u8; 32]>), Error> {
        let (verifier, location) = (self.claim.verifier, self.claim.params.location);
        let expected = self.claim.declared_payload.expected().map_err(|error| verifier.answered(error, location))?;
        let matched = match (self.matched, &expected) {
            (None, Some(digest)) => {
                self.claim.set_digest(digest);
                let judged = self.claim.judge(key, self.now);
                judged.map_err(|error| unread(verifier.answered(error, location)))?
            }
            (None, None) => return Err(verifier.answered(mismatch(), location)),
            (Some(matched), _) => matched,
        };
        Ok((Caller::new(self.claim, matched), expected))
    }

    /// `judge` compares the signature of a request that does not state the body's hash.
    fn end(mut self, judge: impl FnOnce(&ParsedClaim<'a>) -> Result<Matched, Error>) -> Result<Caller<'a>, Error> {
        let (verifier, location) = (self.claim.verifier, self.claim.params.location);
        let digest = self.hasher.finish();
        let matched = match self.matched {
            Some(matched) => Ok(matched),
            None => {
                self.claim.set_digest(&digest);
                judge(&self.claim)
            }
        };
        let is_allowed = self.claim.declared_payload.allows(&digest);
        let matched = matched.and_then(|matched| if is_allowed { Ok(matched) } else { Err(other_body()) });
        matched.map(|matched| Caller::new(self.claim, matched)).map_err(|error| verifier.answered(error, location))
    }
}

/// The check of a body whose request states the body's hash, or leaves the body unsigned. The request itself is verified.
#[cfg(feature = "http-body")]
pub(crate) struct PendingBody {
    declared: DeclaredPayload,
    hasher: Sha256,
    dialect: Dialect,
}

#[cfg(feature = "http-body")]
impl PendingBody {
    /// Whether the signature covers the body.
    pub(crate) const fn is_covered(&self) -> bool {
        self.declared.covers_body()
    }

    /// Hashes the next piece.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        if self.is_covered() {
            self.hasher.put(piece);
        }
    }

    /// Compares the hash of the body with the stated hash, once the body has ended.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        match self.is_covered() && !self.declared.allows(&self.hasher.finish()) {
            true => Err(other_body().rejected_in(self.dialect)),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for StreamingBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingBody").field("access_key_id", &self.body.claim.access_key_id()).finish_non_exhaustive()
    }
}
