//! One attempt to send a request: signing it, and learning from the answer.

use super::Settings;
use super::outgoing::Content;
use super::record::{BodyRecord, SignedRecord};
use super::service_refusal::{ClockFault, ServiceRefusal};
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

/// The credentials and the clock that signed a request.
pub(super) struct Attempt {
    expiring: ExpiringCredentials,
    signed_at: OffsetDateTime,
    /// The origin whose clock was used, if clocks are corrected.
    origin: Option<ExactOrigin>,
    is_idempotent: bool,
}

impl<C: CredentialsProvider> Settings<C> {
    /// Signs a request by the clock of its origin.
    pub(super) async fn sign<B: From<Bytes>>(
        &self,
        mut parts: Parts,
        content: Content<B>,
    ) -> Result<(Request<B>, Attempt), BoxError> {
        let origin = self.skews.as_ref().and_then(|_| ExactOrigin::of(&parts));
        let expiring = self.provider.credentials(self.corrected(origin.as_ref())).await?;
        // The provider may have taken a while.
        let now = self.corrected(origin.as_ref());
        let signer = parts.extensions.get::<Signer>().cloned();
        let signer = signer.as_ref().unwrap_or(&self.signer);
        target::settle_authority(&mut parts).map_err(Error::from)?;
        let recorded = content.bytes().filter(|_| self.records).map(|bytes| BodyRecord::new(bytes));
        let body = content.sign(&mut parts, signer, expiring.credentials(), now)?;
        if self.records {
            let record = SignedRecord::new(&parts, recorded, self.http1_host);
            parts.extensions.insert(record);
        }
        let attempt = Attempt { expiring, signed_at: now, origin, is_idempotent: parts.method.is_idempotent() };
        Ok((Request::from_parts(parts, body), attempt))
    }

    /// The time by the clock of `origin`.
    fn corrected(&self, origin: Option<&ExactOrigin>) -> OffsetDateTime {
        let now = self.clock.now();
        match (&self.skews, origin) {
            (Some(skews), Some(origin)) => skews.corrected(origin, now),
            _ => now,
        }
    }

    /// Learns from a refusal that came at `received_at`. Returns whether to send the request again.
    ///
    /// A request is sent again if the time of signing was the reason: the answer names it, or gives no reason and the method is
    /// idempotent; and the server's clock is far from that time. If the credentials were the reason, they are invalidated.
    pub(super) fn learn(
        &self,
        refusal: ServiceRefusal,
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
        let is_repeatable = refusal.clock == ClockFault::Reported || attempt.is_idempotent;
        skews.learn(origin, server, received_at) && is_repeatable
    }
}
