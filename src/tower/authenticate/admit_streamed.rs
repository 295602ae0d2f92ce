//! Admits a request whose body streams to the inner service.

use super::admit::sealed::Admit;
use super::asked::{Asked, Known};
use super::authenticator::{Admitted, Authenticator, ProvenKey};
use super::begun::Begun;
use super::body_failure::FailureReport;
use super::decide::Decide;
use super::decoded_head::DecodedLen;
use super::received_body::{ReceivedBody, StreamLimits};
use super::refusal::Refusal;
use crate::time::Moment;
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::path::DecodedPath;
use crate::verify::claim::Claim;
use crate::verify::key_store::{AccessKey, KeyStore};
use http::HeaderMap;
use http::request::Parts;
use http_body::Body;

impl<B> Admit<B> for ReceivedBody
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    async fn exempt<K: Send + Sync>(
        authenticator: &Authenticator<K>,
        headers: &HeaderMap,
        body: B,
    ) -> Result<Self, BodyError> {
        let limits = authenticator.stream_limits();
        BodyReader::check_len(limits.len, headers, &body)?;
        Ok(Self::unverified(body, limits))
    }

    async fn admit<K: KeyStore, D: Decide<K::Key>>(
        authenticator: &Authenticator<K>,
        asked: &Asked<'_, D>,
        body: B,
    ) -> Result<Admitted<D::Permit, K::Key, Self>, Refusal<K::Key>> {
        authenticator.admit_streamed(asked, body).await
    }
}

impl<K> Authenticator<K> {
    fn stream_limits(&self) -> StreamLimits {
        StreamLimits { len: self.body_reader().limit(), time: self.time_limit().cloned() }
    }
}

impl<K: KeyStore> Authenticator<K> {
    /// Authenticates the head of a request and asks `decision`. Returns the permit of the decision, and the body, which is verified
    /// while it is read.
    ///
    /// A request that does not state its payload is read into memory and verified first, as by
    /// [`authenticate`](Self::authenticate).
    ///
    /// # Errors
    ///
    /// The refusal of the request.
    pub async fn authenticate_streaming<B, D>(
        &self,
        parts: &Parts,
        path: &DecodedPath<'_>,
        body: B,
        now: impl Moment,
        decision: &D,
    ) -> Result<(D::Permit, ReceivedBody), Refusal<K::Key>>
    where
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
        D: Decide<K::Key>,
    {
        let asked = Asked::new(parts, path, now.into_datetime()?, decision);
        let admitted = self.admit_streamed(&asked, body).await?;
        Ok((admitted.permit, admitted.body))
    }

    async fn admit_streamed<B, D>(
        &self,
        asked: &Asked<'_, D>,
        body: B,
    ) -> Result<Admitted<D::Permit, K::Key, ReceivedBody>, Refusal<K::Key>>
    where
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
        D: Decide<K::Key>,
    {
        let Asked { parts, now, .. } = *asked;
        self.check_declared_within(self.body_reader().limit(), &parts.headers, &body)?;
        let (claim, access_key_id, key) = self.claim(asked).await?;
        let known = Known { asked, access_key_id: &access_key_id, key: &key };
        let (permit, body, decoded_len) = match claim.states_payload() {
            true => self.stream(&known, claim, body).await?,
            false => {
                let arriving = claim.arrive(&key.stored_key(), now);
                let arriving = arriving.map_err(|error| known.refused_unread(error, &body))?;
                let (permit, body) = self.read(&known, arriving, body).await?;
                (permit, ReceivedBody::read(body), None)
            }
        };
        Ok(Admitted::new(permit, body, ProvenKey { access_key_id, key }).decoded(decoded_len))
    }

    /// Asks the decision about a request whose head is verified, and lets its body stream.
    async fn stream<B, D>(
        &self,
        known: &Known<'_, K::Key, D>,
        claim: Claim<'_>,
        body: B,
    ) -> Result<(D::Permit, ReceivedBody, Option<DecodedLen>), Refusal<K::Key>>
    where
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
        D: Decide<K::Key>,
    {
        let limits = self.stream_limits();
        let Begun { caller, body, held, decoded_len } = self.begin(known, claim, body, limits.len)?;
        let room = self.body_reader().hold(held).await.map_err(|error| known.refused(error, None))?;
        let permit = self.permit(known, &caller, None).await?;
        let report = FailureReport::new(known.asked.parts, known.access_key_id, known.asked.on_body_failure);
        Ok((permit, ReceivedBody::streamed(body, limits, report, room), decoded_len))
    }
}
