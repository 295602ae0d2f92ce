//! The one way from a request to somebody who may make it.

use super::api::{Access, ExecuteApi};
use super::body::{self, BoxError, DEFAULT_BODY_LIMIT};
use super::budget::BodyBudget;
use super::caller::AuthenticatedCaller;
use super::clock::{Clock, Deadline, TimeLimit};
use super::path::PathReading;
use super::refusal::{Cause, Refusal};
use crate::error::Error;
use crate::iam::{Decision, Identity, KeyStore, RequestContext, ResourcePolicy, evaluate};
use crate::verify::Verifier;
use crate::verify::caller::Caller;
use crate::verify::claim::Claim;
use crate::verify::replay::{Remembered, ReplayStore};
use crate::verify::stored_key::StoredKey;
use crate::verify::stream::StreamingBody;
use bytes::Bytes;
use core::net::IpAddr;
use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use http_body::Body;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// The action that callers of an API need.
///
/// Source: "Actions, resources, and condition keys for Amazon API Gateway".
const INVOKE: &str = "execute-api:Invoke";

/// What a request asks for.
#[derive(Clone)]
pub(crate) enum Naming {
    /// The call of an API's method.
    ExecuteApi(ExecuteApi),
    /// Whatever somebody says.
    Given(Arc<Given>),
}

/// What names a request, of the caller and the path.
pub(crate) type Given = dyn Fn(&Caller<'_>, &str) -> Access + Send + Sync;

/// Verifies requests, reads their bodies, and asks the policies.
#[derive(Clone)]
pub(crate) struct Authorizer<K> {
    pub(super) verifier: Verifier,
    pub(super) keys: K,
    pub(super) naming: Naming,
    pub(super) paths: PathReading,
    /// Whether what is denied by another name of a method and path is denied.
    pub(super) denies_other_names: bool,
    pub(super) resource_policy: Option<Arc<ResourcePolicy>>,
    pub(super) secure_transport: bool,
    pub(super) body_limit: usize,
    pub(super) time_limit: Option<TimeLimit>,
    pub(super) clock: Clock,
    /// The signatures that were used before, if they are remembered.
    pub(super) replays: Option<Arc<dyn ReplayStore>>,
    /// The budget for all bodies. Without one, only each body's own length is limited.
    pub(super) body_budget: Option<BodyBudget>,
}

impl<K> Authorizer<K> {
    pub(crate) fn new(verifier: Verifier, keys: K, naming: Naming) -> Self {
        Self {
            verifier,
            keys,
            naming,
            paths: PathReading::default(),
            denies_other_names: false,
            resource_policy: None,
            secure_transport: false,
            body_limit: DEFAULT_BODY_LIMIT,
            time_limit: None,
            clock: Clock::default(),
            replays: None,
            body_budget: None,
        }
    }

    /// An authorizer of the calls of an API.
    pub(crate) fn of_api(verifier: Verifier, keys: K, api: ExecuteApi) -> Self {
        Self::new(verifier, keys, Naming::ExecuteApi(api))
    }

    /// Sets whether requests come over TLS, what policies see as `aws:SecureTransport`.
    pub(crate) const fn with_secure_transport(mut self, secure: bool) -> Self {
        self.secure_transport = secure;
        self
    }

    /// Lets what is denied by another name of a method and path be denied, for routers that take the two for one.
    pub(crate) const fn denying_other_names(mut self) -> Self {
        self.denies_other_names = true;
        self
    }

    /// Sets how paths are read.
    pub(crate) const fn with_path_reading(mut self, paths: PathReading) -> Self {
        self.paths = paths;
        self
    }

    /// Sets how long a body may be, in bytes.
    pub(crate) const fn with_body_limit(mut self, limit: usize) -> Self {
        self.body_limit = limit;
        self
    }

    /// Sets how long the store and the body may take, each.
    pub(crate) fn with_time_limit(mut self, limit: TimeLimit) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Sets the room for the bodies.
    pub(crate) fn with_body_budget(mut self, budget: BodyBudget) -> Self {
        self.body_budget = Some(budget);
        self
    }

    /// The one path of a request, decoded, for policies.
    pub(crate) fn path<'p>(&self, parts: &'p Parts) -> Result<Cow<'p, str>, Error> {
        self.paths.read(&self.verifier, parts.uri.path())
    }
}

impl<K: KeyStore> Authorizer<K> {
    /// Who sent a request and may make it, and the request's body.
    ///
    /// What can be refused without the body is refused before the body is read: a request that presents no signature, one of
    /// an unknown access key, one that is too old. A body of a request that states the body's hash is read only once the
    /// signature matched.
    pub(crate) async fn authorize<B>(
        &self,
        parts: &Parts,
        body: B,
        now: OffsetDateTime,
        peer: Option<IpAddr>,
    ) -> Result<(AuthenticatedCaller, Bytes), Refusal>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        body::check_declared(&parts.headers, &body, self.most()).map_err(Cause::Body)?;
        let claim = self.verifier.claim(parts)?;
        let access_key_id = claim.access_key_id().to_owned();
        let identity = self.identity(&access_key_id).await.map_err(|refusal| refusal.of(&access_key_id, None))?;
        let refused = |refusal: Refusal| refusal.of(&access_key_id, identity.as_ref());
        let Some(identity) = &identity else { return Err(refused(unknown(claim, now))) };
        // A body of no bytes is known without being read.
        let unread = |error: Error| match body.is_end_stream() {
            true => refused(error.into()).with_body(Bytes::new()),
            false => refused(error.into()),
        };
        let mut streamed = claim.stream(identity.stored_key(), now).map_err(unread)?;
        let body = self.read(body, |piece| streamed.update(piece)).await.map_err(refused)?;
        let caller = streamed.finish_unremembered().map_err(|error| refused(error.into()).with_body(body.clone()))?;
        // A caller who may not do this fills no store.
        let decided = match self.decide(&caller, identity, parts, now, peer) {
            Ok(allowed) => self.remember(&caller, now).await.map(|()| allowed),
            Err(cause) => Err(cause),
        };
        match decided {
            Ok(allowed) => Ok((allowed, body)),
            Err(cause) => Err(refused(cause.into()).with_body(body)),
        }
    }

    /// Refuses a signature that was used before, and remembers it. The body may have taken longer than the signature lasts, so
    /// that a store has forgotten it.
    async fn remember(&self, caller: &Caller<'_>, now: OffsetDateTime) -> Result<(), Cause> {
        caller.remember(now).map_err(Cause::Unverified)?;
        let Some(replays) = &self.replays else { return Ok(()) };
        let (used, asked) = (caller.signature_use(), self.clock.now());
        // As the verifier does, to the second.
        if used.remaining(asked).whole_seconds().is_negative() {
            return caller.check_remembered(Remembered::Full).map_err(Cause::Unverified);
        }
        match self.deadline().within(replays.remember(used, asked)).await {
            Some(Ok(said)) => caller.check_remembered(said).map_err(Cause::Unverified),
            Some(Err(error)) => Err(Cause::ReplayStore(error)),
            None => Err(Cause::SlowReplayStore),
        }
    }

    async fn identity(&self, access_key_id: &str) -> Result<Option<Arc<Identity>>, Refusal> {
        match self.deadline().within(self.keys.identity(access_key_id)).await {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => Err(Cause::Store(error).into()),
            None => Err(Cause::SlowStore.into()),
        }
    }

    async fn read<B>(&self, body: B, each: impl FnMut(&[u8])) -> Result<Bytes, Refusal>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        match self.deadline().within(body::read(body, self.body_limit, self.body_budget.as_ref(), each)).await {
            Some(Ok(body)) => Ok(body),
            Some(Err(failure)) => Err(Cause::Body(failure).into()),
            None => Err(Cause::SlowBody.into()),
        }
    }

    /// A body that is nobody's yet, within the limits.
    pub(super) async fn read_unverified<B>(&self, parts: &Parts, body: B) -> Result<Bytes, Refusal>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        body::check_declared(&parts.headers, &body, self.most()).map_err(Cause::Body)?;
        self.read(body, |_| ()).await
    }

    /// The most bytes of a body.
    fn most(&self) -> usize {
        self.body_budget.as_ref().map_or(self.body_limit, |budget| self.body_limit.min(budget.limit()))
    }

    fn deadline(&self) -> Deadline {
        self.time_limit.as_ref().map(TimeLimit::start).unwrap_or_default()
    }

    /// Asks the policies.
    fn decide(
        &self,
        caller: &Caller<'_>,
        identity: &Arc<Identity>,
        parts: &Parts,
        now: OffsetDateTime,
        peer: Option<IpAddr>,
    ) -> Result<AuthenticatedCaller, Cause> {
        let path = self.path(parts).map_err(Cause::BadRequest)?;
        let access = self.access(caller, &path)?;
        let mut decision = self.decision(identity, &access, parts, now, peer);
        if self.denies_other_names && decision.is_allowed() {
            for (method, path) in other_names(caller.method(), &path) {
                let access = self.access_as(caller, method, path)?;
                let other = self.decision(identity, &access, parts, now, peer);
                if other.may_be_denied() {
                    decision = other;
                    break;
                }
            }
        }
        let allowed = AuthenticatedCaller::allowed(caller, identity, (decision, access), path.into_owned());
        allowed.map_err(|(decision, access)| Cause::Denied { decision, access })
    }

    fn access(&self, caller: &Caller<'_>, path: &str) -> Result<Access, Cause> {
        self.access_as(caller, caller.method(), path)
    }

    /// What a request asks for, if it had this method and path. Somebody who names requests knows only their own method.
    fn access_as(&self, caller: &Caller<'_>, method: &str, path: &str) -> Result<Access, Cause> {
        match &self.naming {
            Naming::Given(name) => Ok(name(caller, path)),
            Naming::ExecuteApi(api) => {
                let path = api.below_stage(path).ok_or(Cause::OtherStage)?;
                let arn = api.arn(method, path).map_err(Cause::TooLongArn)?;
                Ok(Access::new(INVOKE, arn).with_account(api.account()))
            }
        }
    }

    fn decision(
        &self,
        identity: &Identity,
        access: &Access,
        parts: &Parts,
        now: OffsetDateTime,
        peer: Option<IpAddr>,
    ) -> Decision {
        // What is no text counts as far as it is one: absent, it would escape what denies.
        let header = |name| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let (agent, referer) = (header(USER_AGENT), header(REFERER));
        let mut context = RequestContext::new(identity.principal(), access.action(), access.resource(), now)
            .with_secure_transport(self.secure_transport)
            .with_requested_region(self.verifier.region());
        if let Some(account) = access.account() {
            context = context.with_resource_account(account);
        }
        if let Some(peer) = peer {
            context = context.with_source_ip(peer);
        }
        if let Some(agent) = &agent {
            context = context.with_user_agent(agent);
        }
        if let Some(referer) = &referer {
            context = context.with_referer(referer);
        }
        evaluate(&context, identity.policies(), self.resource_policy.as_deref())
    }
}

/// The other names by which routers may take a request: `get` handlers of axum answer `HEAD` too, and its `nest_service` takes
/// `/a/` for `/a`.
fn other_names<'r>(method: &'r str, path: &'r str) -> impl Iterator<Item = (&'r str, &'r str)> {
    let bare = path.strip_suffix('/').filter(|bare| !bare.is_empty());
    let read = (method == "HEAD").then_some("GET");
    let methods = core::iter::once(method).chain(read);
    let names = methods.flat_map(move |method| core::iter::once((method, path)).chain(bare.map(|bare| (method, bare))));
    names.skip(1)
}

/// Why a request is refused whose access key nobody has. Nothing of the body can change that.
#[cold]
fn unknown(claim: Claim<'_>, now: OffsetDateTime) -> Refusal {
    match claim.stream(StoredKey::unknown(), now).and_then(StreamingBody::finish) {
        Err(error) => error.into(),
        // A key that nobody has does not verify.
        Ok(_) => Cause::Store("there is no such key".into()).into(),
    }
}

impl<K> fmt::Debug for Authorizer<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorizer")
            .field("verifier", &self.verifier)
            .field("body_limit", &self.body_limit)
            .field("body_budget", &self.body_budget)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
