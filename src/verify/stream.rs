//! Verification of a body that arrives in pieces.

use super::caller::Caller;
use super::claim::Claim;
use super::parsed_claim::{ParsedClaim, mismatch, other_body};
use super::stored_key::StoredKey;
use crate::bytes::write::Write;
use crate::crypto::sha256::Sha256;
use crate::error::Error;
use crate::key::ReadyKey;
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
    claim: Box<ParsedClaim<'a>>,
    hasher: Sha256,
    now: OffsetDateTime,
    state: State,
}

/// The state of the verification before the body.
enum State {
    /// The request states the body's hash, or leaves the body unsigned: the signature has already matched.
    Matched(Matched),
    /// The comparison with this key needs the body's hash. A refusal that is already certain waits as well, so that an unknown key
    /// looks like a wrong signature.
    Waiting(Box<Waiting>),
}

struct Waiting {
    key: ReadyKey,
    proves: bool,
    identity: Result<(), Error>,
}

impl<'a> Claim<'a> {
    /// Begins to verify a body that arrives in pieces. If the request states the body's hash, or does not sign the body, a wrong
    /// signature is refused at once, before the body is read.
    ///
    /// # Errors
    ///
    /// See [`verify`](Self::verify).
    pub fn stream<'k>(self, key: impl Into<StoredKey<'k>>, now: impl Moment) -> Result<StreamingBody<'a>, Error> {
        let (verifier, location) = (self.0.verifier, self.signature_location());
        let begun = now.into_datetime().and_then(|now| self.begin(&key.into(), now));
        begun.map_err(|error| verifier.answered(error, location))
    }

    fn begin(self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<StreamingBody<'a>, Error> {
        let mut claim = self.0;
        claim.window.check(now)?;
        claim.checked_scope()?;
        let waiting = Waiting {
            key: claim.with_key(key, ReadyKey::clone),
            proves: claim.is_of(key),
            identity: claim.check_identity(key, now),
        };
        let state = if claim.declared_payload.line().is_some() {
            claim.set_payload(None);
            State::Matched(waiting.receipt(&claim)?)
        } else {
            State::Waiting(Box::new(waiting))
        };
        Ok(StreamingBody { claim, hasher: Sha256::default(), now, state })
    }
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
        if self.claim.declared_payload.covers_body() {
            self.hasher.put(piece);
        }
    }

    /// Ends the body and verifies the request.
    ///
    /// # Errors
    ///
    /// See [`Claim::verify`].
    pub fn finish(self) -> Result<Caller<'a>, Error> {
        let now = self.now;
        let caller = self.finish_unremembered()?;
        caller.remember(now)?;
        Ok(caller)
    }

    /// The same, without the store of used signatures. The authorizer asks it once the policies allow the request.
    pub(crate) fn finish_unremembered(self) -> Result<Caller<'a>, Error> {
        let (verifier, location) = (self.claim.verifier, self.claim.params.location);
        self.end().map_err(|error| verifier.answered(error, location))
    }

    fn end(mut self) -> Result<Caller<'a>, Error> {
        let digest = self.hasher.finish();
        let receipt = match self.state {
            State::Matched(receipt) => receipt,
            State::Waiting(waiting) => {
                self.claim.set_payload(Some(digest));
                waiting.receipt(&self.claim)?
            }
        };
        if !self.claim.declared_payload.allows(&digest) {
            return Err(other_body());
        }
        Ok(Caller::new(self.claim, receipt))
    }
}

impl fmt::Debug for StreamingBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingBody").field("access_key_id", &self.claim.access_key_id()).finish_non_exhaustive()
    }
}
