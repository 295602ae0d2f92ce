//! The body of a request whose head is verified.

use super::asked::Known;
use super::authenticator::Authenticator;
use super::decide::Decide;
use super::refusal::Refusal;
use crate::stream::body::verified::{Check, VerifiedBody};
use crate::tower::body::{BodyError, BoxError};
use crate::verify::caller::Caller;
use crate::verify::claim::Claim;
use crate::verify::key_store::{AccessKey, KeyStore};
use bytes::Bytes;
use http_body::Body;

/// A request whose head is verified, and its body, which is verified while it is read.
pub(super) struct Begun<'c, B> {
    pub(super) caller: Caller<'c>,
    pub(super) body: VerifiedBody<B>,
    /// The most bytes that are held until they are verified.
    pub(super) held: usize,
    /// The length of a body in chunks once it is decoded.
    pub(super) decoded_len: Option<u64>,
}

impl<K> Authenticator<K> {
    /// The longest signed chunk of a body, which is held until its signature matches.
    fn longest_chunk(&self, check: &Check) -> usize {
        let len = check.decoded_len().filter(|_| check.is_signed()).unwrap_or_default();
        usize::try_from(len).unwrap_or(usize::MAX).min(self.verifier().options.max_signed_chunk)
    }
}

impl<K: KeyStore> Authenticator<K> {
    /// Verifies the head of a request that states its payload. The decoded body may have `limit` bytes.
    pub(super) fn begin<'c, B, D>(
        &self,
        known: &Known<'_, K::Key, D>,
        claim: Claim<'c>,
        body: B,
        limit: usize,
    ) -> Result<Begun<'c, B>, Refusal<K::Key>>
    where
        B: Body,
        D: Decide<K::Key>,
    {
        let verified = claim.verify_for_body(&known.key.stored_key(), known.asked.now);
        let (caller, check) = verified.map_err(|error| known.refused_unread(error, &body))?;
        let decoded_len = check.decoded_len();
        if decoded_len.is_some_and(|len| usize::try_from(len).map_or(true, |len| len > limit)) {
            return Err(known.refused(BodyError::TooLong { limit }, None));
        }
        let held = self.longest_chunk(&check);
        let body = VerifiedBody::begin(body, check).map_err(|error| known.refused(error, None))?;
        Ok(Begun { caller, body, held, decoded_len })
    }

    /// Decodes a body in chunks into memory, and asks the decision. Returns the length of the body as well.
    pub(super) async fn read_chunks<B, D>(
        &self,
        known: &Known<'_, K::Key, D>,
        claim: Claim<'_>,
        body: B,
    ) -> Result<(D::Permit, Bytes, Option<u64>), Refusal<K::Key>>
    where
        B: Body<Error: Into<BoxError>>,
        D: Decide<K::Key>,
    {
        let Begun { caller, body, held, decoded_len } = self.begin(known, claim, body, self.body_reader().most())?;
        let read = self.body_reader().read_beside(body, held, |_| ()).await;
        let body = read.map_err(|error| known.refused(error.of_stream(), None))?;
        let permit = self.permit(known, &caller, Some(&body)).await?;
        Ok((permit, body, decoded_len))
    }
}
