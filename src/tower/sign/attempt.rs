//! One attempt to send a request: by what it was signed, and what its answer teaches.

use super::Settings;
use super::outgoing::Content;
use super::record::SignedRecord;
use super::refusal::{ClockFault, Refusal};
use super::skew::{self, ExactOrigin};
use super::target;
use crate::sign::Signer;
use crate::tower::body::BoxError;
use crate::tower::error::Error;
use crate::tower::provider::{CredentialsProvider, ExpiringCredentials};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Request};
use time::OffsetDateTime;

/// By what a request was signed.
pub(super) struct Attempt {
    expiring: ExpiringCredentials,
    signed_at: OffsetDateTime,
    /// Whose clock it was signed by, if clocks are corrected.
    origin: Option<ExactOrigin>,
    is_idempotent: bool,
}

impl<C: CredentialsProvider> Settings<C> {
    /// The request, signed by the clock of its origin, and by what it was signed.
    pub(super) async fn sign<B: From<Bytes>>(
        &self,
        mut parts: Parts,
        content: Content<B>,
    ) -> Result<(Request<B>, Attempt), BoxError> {
        let origin = self.skews.as_ref().and_then(|_| ExactOrigin::of(&parts));
        let expiring = self.provider.credentials(self.corrected(origin.as_ref())).await?;
        // Credentials may take their time.
        let now = self.corrected(origin.as_ref());
        let signer = parts.extensions.get::<Signer>().cloned();
        let signer = signer.as_ref().unwrap_or(&self.signer);
        target::settle_authority(&mut parts).map_err(Error::from)?;
        signer.sign_parts(&mut parts, &content.payload(), expiring.credentials(), now).map_err(Error::from)?;
        if self.records {
            let record = SignedRecord::new(&parts, &content, self.http1_host);
            parts.extensions.insert(record);
        }
        let attempt = Attempt { expiring, signed_at: now, origin, is_idempotent: parts.method.is_idempotent() };
        Ok((Request::from_parts(parts, content.into_body()), attempt))
    }

    /// The time by the clock of an origin.
    fn corrected(&self, origin: Option<&ExactOrigin>) -> OffsetDateTime {
        let now = self.clock.now();
        match (&self.skews, origin) {
            (Some(skews), Some(origin)) => skews.corrected(origin, now),
            _ => now,
        }
    }

    /// Learns from a refusal that came at `received_at`, and says whether the request is worth another try.
    ///
    /// It is if the time of signing was the reason: if the answer says so, or if it says nothing, the server's clock is far from
    /// that time and the method is idempotent. If the credentials were the reason, their provider is told.
    pub(super) fn learn(
        &self,
        refusal: Refusal,
        headers: &HeaderMap,
        attempt: &Attempt,
        received_at: OffsetDateTime,
    ) -> bool {
        let Some(server) = skew::fault(refusal, headers, attempt.signed_at) else {
            if refusal.credentials {
                self.provider.invalidate(&attempt.expiring);
            }
            return false;
        };
        let (Some(skews), Some(origin)) = (&self.skews, &attempt.origin) else { return false };
        let is_repeatable = refusal.clock == ClockFault::Stated || attempt.is_idempotent;
        skews.learn(origin, server, received_at) && is_repeatable
    }
}
