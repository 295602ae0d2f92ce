//! The verified head of a request whose body is signed in pieces.

use super::caller::Caller;
use super::claim::Claim;
use super::stored_key::StoredKey;
use super::verifier::Verifier;
use crate::algorithm::Algorithm;
use crate::error::{Dialect, Error, ErrorKind};
use crate::key::ReadyKey;
use crate::payload::Streaming;
use time::OffsetDateTime;

/// The head of a request after its signature matched, and the key that the pieces of its body are signed with.
pub(crate) struct Head<'a> {
    pub(crate) caller: Caller<'a>,
    pub(crate) key: ReadyKey,
    pub(crate) marker: Streaming,
    pub(crate) settings: StreamSettings,
    /// The verifier, whose keys of other days verify events that are signed later.
    pub(crate) verifier: &'a Verifier,
}

/// The verifier's settings for the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamSettings {
    /// The form of refusals.
    pub(crate) dialect: Dialect,
    /// The longest signed chunk in bytes.
    pub(crate) max_signed_chunk: usize,
}

impl<'a> Claim<'a> {
    /// Verifies the head in the order of [`verify`](Self::verify). The store of used signatures is not asked.
    pub(crate) fn verify_head(self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<Head<'a>, Error> {
        let (verifier, location) = (self.0.verifier, self.signature_location());
        self.check_head(key, now).map_err(|error| verifier.answered(error, location))
    }

    fn check_head(self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<Head<'a>, Error> {
        let claim = &*self.0;
        let marker = claim.declared_payload.marker().ok_or_else(whole_body)?;
        claim.window.check(now)?;
        claim.checked_scope()?;
        let receipt = claim.judge(key, now)?;
        let asymmetric = claim.params.algorithm == Algorithm::EcdsaP256Sha256;
        if marker.is_signed() && marker.is_asymmetric() != asymmetric {
            return Err(other_algorithm(marker));
        }
        let key = claim.with_key(key, ReadyKey::clone);
        let options = &claim.verifier.options;
        let settings = StreamSettings { dialect: options.dialect, max_signed_chunk: options.max_signed_chunk };
        let verifier = claim.verifier;
        Ok(Head { caller: Caller::new(self.0, receipt), key, marker, settings, verifier })
    }
}

#[cold]
fn whole_body() -> Error {
    let detail = "the request does not state that its body is signed in pieces: verify it with `Claim::verify` or `Claim::stream`";
    Error::new(ErrorKind::InvalidPayload, detail)
}

#[cold]
fn other_algorithm(marker: Streaming) -> Error {
    let detail = format!("`{marker}` is of another algorithm than the signature of the head");
    Error::new(ErrorKind::InvalidPayload, detail)
}
