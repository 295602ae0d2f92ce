//! Authenticates a request and asks the decision.

use super::asked::{Asked, Known};
use super::decide::Decide;
#[cfg(feature = "http-body")]
use super::decoded_head::{DecodedLen, is_decoded};
use super::refusal::{Cause, Refusal};
use crate::time::Moment;
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::budget::BodyBudget;
use crate::tower::clock::{Clock, Deadline, TimeLimit};
use crate::tower::path::DecodedPath;
use crate::verify::Verifier;
use crate::verify::caller::Caller;
use crate::verify::claim::Claim;
use crate::verify::key_store::{AccessKey, KeyStore};
use crate::verify::replay::{Remembered, ReplayStore};
use crate::verify::stored_key::StoredKey;
use crate::verify::stream::{ArrivingBody, StreamingBody};
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use http_body::Body;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// A request whose signature matched and which the decision allows.
#[expect(unnameable_types, reason = "it is in the signature of a sealed trait")]
pub struct Admitted<P, K, O> {
    pub(super) permit: P,
    pub(super) body: O,
    pub(super) caller: ProvenKey<K>,
    /// The length of a body in chunks or events, which is decoded.
    #[cfg(feature = "http-body")]
    pub(super) decoded_len: Option<DecodedLen>,
}

impl<P, K, O> Admitted<P, K, O> {
    pub(super) const fn new(permit: P, body: O, caller: ProvenKey<K>) -> Self {
        Self {
            permit,
            body,
            caller,
            #[cfg(feature = "http-body")]
            decoded_len: None,
        }
    }

    /// Notes the length of a body in chunks or events.
    #[cfg(feature = "http-body")]
    pub(super) fn decoded(self, decoded_len: Option<DecodedLen>) -> Self {
        Self { decoded_len, ..self }
    }

    /// The same with another body.
    pub(super) fn map<Q>(self, with: impl FnOnce(O) -> Q) -> Admitted<P, K, Q> {
        Admitted {
            permit: self.permit,
            body: with(self.body),
            caller: self.caller,
            #[cfg(feature = "http-body")]
            decoded_len: self.decoded_len,
        }
    }
}

impl<P, K, O> fmt::Debug for Admitted<P, K, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted").field("access_key_id", &self.caller.access_key_id).finish_non_exhaustive()
    }
}

/// The access key of a signature that matched.
pub(super) struct ProvenKey<K> {
    pub(super) access_key_id: Arc<str>,
    pub(super) key: Arc<K>,
}

/// Authenticates requests: reads the body within its limits, verifies the signature and asks for a decision.
///
/// [`AuthenticateLayer`](super::AuthenticateLayer) uses it for each request. Use it directly in servers that are not built from
/// `tower` services.
///
/// ```
/// use sig4::tower::{AllowAuthenticated, Authenticator, PathReading};
/// # use http_body_util::Full;
/// # use sig4::{Credentials, Signer, Verifier};
/// # use std::{collections::HashMap, sync::Arc};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// # let now = time::OffsetDateTime::now_utc();
/// # let mut request = http::Request::post("https://pets.example/caf%C3%A9").body("{}")?;
/// # Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
/// # let (parts, body) = request.map(Full::<bytes::Bytes>::from).into_parts();
/// # let keys = HashMap::from([("AKIDEXAMPLE".to_owned(), Arc::new(credentials))]);
/// let authenticator = Authenticator::new(Verifier::new("us-east-1", "execute-api")?, keys);
/// let path = PathReading::Unambiguous.read(authenticator.verifier(), parts.uri.path())?;
/// let (caller, body) = authenticator.authenticate(&parts, &path, body, now, &AllowAuthenticated).await?;
/// assert_eq!((caller.access_key_id(), caller.path(), &body[..]), ("AKIDEXAMPLE", "/café", &b"{}"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Authenticator<K> {
    verifier: Verifier,
    keys: K,
    bodies: BodyReader,
    time_limit: Option<TimeLimit>,
    clock: Clock,
    /// The signatures that were used before, if they are remembered.
    replays: Option<Arc<dyn ReplayStore>>,
}

impl<K> Authenticator<K> {
    /// An authenticator of requests to the verifier's service, whose keys are looked up in `keys`.
    #[must_use]
    pub fn new(verifier: Verifier, keys: K) -> Self {
        Self { verifier, keys, bodies: BodyReader::new(), time_limit: None, clock: Clock::default(), replays: None }
    }

    /// Sets the most bytes of a body. The default is [`DEFAULT_BODY_LIMIT`](crate::tower::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.bodies = self.bodies.with_limit(limit);
        self
    }

    /// Sets the budget that all bodies share. By default only the length of each body is limited.
    #[must_use]
    pub fn with_body_budget(mut self, budget: BodyBudget) -> Self {
        self.bodies = self.bodies.with_budget(budget);
        self
    }

    /// Sets a time limit for the key store, for the body, and for the store of used signatures, each. There is no limit by default.
    #[must_use]
    pub fn with_time_limit(mut self, limit: TimeLimit) -> Self {
        self.bodies = self.bodies.with_time_limit(limit.clone());
        self.time_limit = Some(limit);
        self
    }

    /// Refuses signatures that were used before, which `store` remembers.
    #[must_use]
    pub fn with_replay_store(mut self, store: impl ReplayStore + 'static) -> Self {
        self.replays = Some(Arc::new(store));
        self
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// The verifier.
    #[must_use]
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Reads the bodies of requests within this authenticator's limits.
    #[must_use]
    pub const fn body_reader(&self) -> &BodyReader {
        &self.bodies
    }

    #[cfg(feature = "http-body")]
    pub(super) const fn time_limit(&self) -> Option<&TimeLimit> {
        self.time_limit.as_ref()
    }

    #[cfg(feature = "http-body")]
    pub(super) const fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Refuses a body that declares more than the limit.
    fn check_declared<B: Body>(&self, headers: &HeaderMap, body: &B) -> Result<(), BodyError> {
        self.check_declared_within(self.bodies.most(), headers, body)
    }

    /// Refuses a body that declares more than `limit` bytes. Of a body in chunks or events the decoded bytes count, later.
    pub(super) fn check_declared_within<B: Body>(
        &self,
        limit: usize,
        headers: &HeaderMap,
        body: &B,
    ) -> Result<(), BodyError> {
        match BodyReader::check_len(limit, headers, body) {
            Ok(()) => Ok(()),
            #[cfg(feature = "http-body")]
            Err(_) if is_decoded(headers) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn deadline(&self) -> Deadline {
        self.time_limit.as_ref().map(TimeLimit::start).unwrap_or_default()
    }
}

impl<K: KeyStore> Authenticator<K> {
    /// Authenticates a request and asks `decision`. Returns the permit of the decision and the body of the request.
    ///
    /// A request without a signature, with an unknown access key or with an expired signature is refused before the body is read.
    /// If a request declares the hash of its body, the body is read only once the signature has matched. A signature is
    /// remembered only once the decision has allowed the request.
    ///
    /// `path` is the path of the request by [`PathReading::read`](crate::tower::PathReading::read).
    ///
    /// # Errors
    ///
    /// The refusal of the request.
    pub async fn authenticate<B, D>(
        &self,
        parts: &Parts,
        path: &DecodedPath<'_>,
        body: B,
        now: impl Moment,
        decision: &D,
    ) -> Result<(D::Permit, Bytes), Refusal<K::Key>>
    where
        B: Body,
        B::Error: Into<BoxError>,
        D: Decide<K::Key>,
    {
        let asked = Asked::new(parts, path, now.into_datetime()?, decision);
        let admitted = self.admit(&asked, body).await?;
        Ok((admitted.permit, admitted.body))
    }

    /// Authenticates a request as [`authenticate`](Self::authenticate) does.
    pub(super) async fn admit<B, D>(
        &self,
        asked: &Asked<'_, D>,
        body: B,
    ) -> Result<Admitted<D::Permit, K::Key, Bytes>, Refusal<K::Key>>
    where
        B: Body,
        B::Error: Into<BoxError>,
        D: Decide<K::Key>,
    {
        let Asked { parts, now, .. } = *asked;
        self.check_declared(&parts.headers, &body)?;
        let (claim, access_key_id, key) = self.claim(asked).await?;
        let known = Known { asked, access_key_id: &access_key_id, key: &key };
        #[cfg(feature = "http-body")]
        if claim.is_in_chunks() {
            // Boxed, so that it takes no room in the future of every request.
            let (permit, body, decoded_len) = Box::pin(self.read_chunks(&known, claim, body)).await?;
            return Ok(Admitted::new(permit, body, ProvenKey { access_key_id, key }).decoded(decoded_len));
        }
        let arriving = claim.arrive(&key.stored_key(), now).map_err(|error| known.refused_unread(error, &body))?;
        let (permit, body) = self.read(&known, arriving, body).await?;
        Ok(Admitted::new(permit, body, ProvenKey { access_key_id, key }))
    }

    /// Reads the body of a request, verifies it and asks the decision.
    pub(super) async fn read<B, D>(
        &self,
        known: &Known<'_, K::Key, D>,
        mut arriving: ArrivingBody<'_>,
        body: B,
    ) -> Result<(D::Permit, Bytes), Refusal<K::Key>>
    where
        B: Body,
        B::Error: Into<BoxError>,
        D: Decide<K::Key>,
    {
        let read = self.bodies.read_each(body, |piece| arriving.update(piece)).await;
        let body = read.map_err(|error| known.refused(error, None))?;
        let verified = arriving.finish(&known.key.stored_key());
        let caller = verified.map_err(|error| known.refused(error, Some(&body)))?;
        let permit = self.permit(known, &caller, Some(&body)).await?;
        Ok((permit, body))
    }

    /// Asks the decision about a caller whose signature matched, and then the store of used signatures: a denied request must not
    /// fill it.
    pub(super) async fn permit<D: Decide<K::Key>>(
        &self,
        known: &Known<'_, K::Key, D>,
        caller: &Caller<'_>,
        body: Option<&Bytes>,
    ) -> Result<D::Permit, Refusal<K::Key>> {
        let permit = known.decide(caller, body)?;
        match self.remember(caller, known.asked.now).await {
            Ok(()) => Ok(permit),
            Err(cause) => Err(known.refused(cause, body)),
        }
    }

    /// Refuses a signature that was used before, and remembers it otherwise. If the signature expired while the body arrived, a
    /// store may have forgotten it.
    async fn remember(&self, caller: &Caller<'_>, now: OffsetDateTime) -> Result<(), Cause> {
        caller.remember(now).map_err(Cause::Unverified)?;
        let Some(replays) = &self.replays else { return Ok(()) };
        let (used, asked) = (caller.signature_use(), self.clock.now());
        // To the second, like the verifier.
        if used.remaining(asked).whole_seconds().is_negative() {
            return caller.check_remembered(Remembered::Full).map_err(Cause::Unverified);
        }
        match self.deadline().within(replays.remember(used, asked)).await {
            Some(Ok(said)) => caller.check_remembered(said).map_err(Cause::Unverified),
            Some(Err(error)) => Err(Cause::ReplayStore(error)),
            None => Err(Cause::ReplayStoreTimedOut),
        }
    }

    /// The claim of a request, its access key id, and the key store's entry for it.
    pub(super) async fn claim<'r, D>(
        &'r self,
        asked: &Asked<'r, D>,
    ) -> Result<(Claim<'r>, Arc<str>, Arc<K::Key>), Refusal<K::Key>> {
        let claim = self.verifier.claim(asked.parts)?;
        let access_key_id: Arc<str> = claim.access_key_id().into();
        match self.key(&access_key_id).await? {
            Some(key) => Ok((claim, access_key_id, key)),
            None => Err(unknown(claim, asked.now).with_claimed_key(&access_key_id, None)),
        }
    }

    /// The key store's entry for an access key id.
    async fn key(&self, access_key_id: &Arc<str>) -> Result<Option<Arc<K::Key>>, Refusal<K::Key>> {
        let cause = match self.deadline().within(self.keys.key(access_key_id)).await {
            Some(Ok(found)) => return Ok(found),
            Some(Err(error)) => Cause::KeyStore(error),
            None => Cause::KeyStoreTimedOut,
        };
        Err(Refusal::from(cause).with_claimed_key(access_key_id, None))
    }
}

/// The refusal of a request with an unknown access key, which does not depend on the body.
#[cold]
fn unknown<K>(claim: Claim<'_>, now: OffsetDateTime) -> Refusal<K> {
    #[cfg(feature = "http-body")]
    if claim.is_in_chunks() || claim.is_in_events() {
        let verified = match claim.is_in_events() {
            true => claim.begin_events(StoredKey::unknown(), now).map(drop),
            false => claim.verify_for_body(&StoredKey::unknown(), now).map(drop),
        };
        return verified.err().map_or_else(no_such_key, Into::into);
    }
    match claim.stream(StoredKey::unknown(), now).and_then(StreamingBody::finish) {
        Err(error) => error.into(),
        Ok(_) => no_such_key(),
    }
}

/// An unknown key never verifies.
#[cold]
fn no_such_key<K>() -> Refusal<K> {
    Cause::KeyStore("there is no such key".into()).into()
}

impl<K> fmt::Debug for Authenticator<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("verifier", &self.verifier)
            .field("bodies", &self.bodies)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
