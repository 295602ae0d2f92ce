//! A request that asks to be admitted.

#[cfg(feature = "http-body")]
use super::body_failure::FailureHook;
use super::caller::{AuthenticatedCaller, VerifiedRequest};
use super::decide::Decide;
use super::refusal::{Cause, Refusal};
use crate::error::Error;
use crate::tower::path::DecodedPath;
use crate::verify::caller::Caller;
use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// A request whose signature is to be verified, and the decision about it.
#[expect(unnameable_types, reason = "it is in the signature of a sealed trait")]
pub struct Asked<'r, D> {
    pub(super) parts: &'r Parts,
    pub(super) path: &'r DecodedPath<'r>,
    pub(super) now: OffsetDateTime,
    pub(super) decision: &'r D,
    #[cfg(feature = "http-body")]
    pub(super) on_body_failure: Option<&'r FailureHook>,
}

impl<'r, D> Asked<'r, D> {
    pub(super) const fn new(parts: &'r Parts, path: &'r DecodedPath<'r>, now: OffsetDateTime, decision: &'r D) -> Self {
        Self {
            parts,
            path,
            now,
            decision,
            #[cfg(feature = "http-body")]
            on_body_failure: None,
        }
    }

    /// Sets the hook for the failure of a body that streams.
    #[cfg(feature = "http-body")]
    pub(super) const fn with_failure_hook(mut self, hook: Option<&'r FailureHook>) -> Self {
        self.on_body_failure = hook;
        self
    }
}

impl<D> fmt::Debug for Asked<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("now", &self.now).finish_non_exhaustive()
    }
}

/// A request that names an access key of the store.
pub(super) struct Known<'r, K, D> {
    pub(super) asked: &'r Asked<'r, D>,
    pub(super) access_key_id: &'r Arc<str>,
    pub(super) key: &'r Arc<K>,
}

impl<'r, K, D: Decide<K>> Known<'r, K, D> {
    /// The refusal with what is known about the request, and its body if it was read.
    pub(super) fn refused(&self, refusal: impl Into<Refusal<K>>, body: Option<&Bytes>) -> Refusal<K> {
        let refusal = refusal.into().with_claimed_key(self.access_key_id, Some(self.key));
        match body {
            Some(body) => refusal.with_body(body.clone()),
            None => refusal,
        }
    }

    /// The refusal of a request whose body was not read. A body of no bytes is known without being read.
    #[cold]
    pub(super) fn refused_unread<B: Body>(&self, error: Error, body: &B) -> Refusal<K> {
        self.refused(error, body.is_end_stream().then(Bytes::new).as_ref())
    }

    /// Asks the decision about a caller whose signature matched.
    pub(super) fn decide(&self, caller: &Caller<'_>, body: Option<&Bytes>) -> Result<D::Permit, Refusal<K>> {
        let Self { asked: Asked { parts, path, now, decision, .. }, access_key_id, key } = self;
        let request = VerifiedRequest { caller, access_key_id, key, parts, path, now: *now };
        decision.decide(&request).map_err(|denial| {
            let proven: AuthenticatedCaller<K> = request.authenticated();
            self.refused(Cause::Denied(denial), body).with_proven_caller(proven)
        })
    }
}
