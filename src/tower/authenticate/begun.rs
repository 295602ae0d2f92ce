//! The body of a request whose head is verified.

use super::asked::Known;
use super::authenticator::Authenticator;
use super::decide::Decide;
use super::decoded_head::DecodedLen;
use super::refusal::Refusal;
use crate::error::Error;
use crate::stream::body::events::OpenedEvents;
use crate::stream::body::verified::{Check, VerifiedBody};
use crate::tower::body::{BodyError, BoxError};
use crate::verify::caller::Caller;
use crate::verify::claim::Claim;
use crate::verify::key_store::{AccessKey, KeyStore};
use crate::verify::stored_key::StoredKey;
use bytes::Bytes;
use http_body::Body;
use time::OffsetDateTime;

/// A request whose head is verified, and its body, which is verified while it is read.
pub(super) struct Begun<'c, B> {
    pub(super) caller: Caller<'c>,
    pub(super) body: VerifiedBody<B>,
    /// The most bytes that are held until they are verified.
    pub(super) held: usize,
    /// The length of a body in chunks or events once it is decoded.
    pub(super) decoded_len: Option<DecodedLen>,
}

impl<K> Authenticator<K> {
    /// Verifies the head of a request, whose body is verified while it is read.
    fn begin_body<'c>(
        &self,
        claim: Claim<'c>,
        key: StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'c>, Check), Error> {
        if claim.is_in_events() { self.begin_events(claim, key, now) } else { claim.verify_for_body(&key, now) }
    }

    /// Verifies the head of a stream of events.
    #[cold]
    fn begin_events<'c>(
        &self,
        claim: Claim<'c>,
        key: StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'c>, Check), Error> {
        let (caller, events) = claim.begin_events(key, now)?;
        let (options, clock) = (&self.verifier().options, self.clock().clone());
        let events = events.with_max_message_len(options.max_signed_chunk);
        let opened = OpenedEvents::new(events, options.dialect, move || clock.now());
        Ok((caller, Check::Events(Box::new(opened))))
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
        let verified = self.begin_body(claim, known.key.stored_key(), known.asked.now);
        let (caller, check) = verified.map_err(|error| known.refused_unread(error, &body))?;
        if check.decoded_len().is_some_and(|len| usize::try_from(len).map_or(true, |len| len > limit)) {
            return Err(known.refused(BodyError::TooLong { limit }, None));
        }
        let held = check.held(self.verifier().options.max_signed_chunk);
        let decoded_len = match &check {
            Check::Plain(_) => None,
            Check::Chunks(decoder) => Some(DecodedLen::Stated(decoder.decoded_len())),
            Check::Events(_) => Some(DecodedLen::Unknown),
        };
        let body = VerifiedBody::begin(body, check).map_err(|error| known.refused(error, None))?;
        Ok(Begun { caller, body, held, decoded_len })
    }

    /// Decodes a body in chunks into memory, and asks the decision. Returns the length of the body as well.
    pub(super) async fn read_chunks<B, D>(
        &self,
        known: &Known<'_, K::Key, D>,
        claim: Claim<'_>,
        body: B,
    ) -> Result<(D::Permit, Bytes, Option<DecodedLen>), Refusal<K::Key>>
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
