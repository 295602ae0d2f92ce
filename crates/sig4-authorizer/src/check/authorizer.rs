//! The pipeline of a check.

use super::api::Api;
use super::record::{CheckRecord, Observe};
use super::request::{CheckBody, CheckRequest};
use super::request_id::request_id;
use super::upstream_headers::UpstreamHeaders;
use super::verdict::{Denied, Verdict};
use http::StatusCode;
use http_body_util::Full;
use sig4::tower::{ApiType, AuthOutcomeKind, Authenticator, Cause, Denial, PathReading, Refusal, VerifiedRequest};
use sig4::verify::{KeyStore, ReplayStore};
use sig4_iam::Identity;
use sig4_iam::tower::AuthorizedCaller;
use std::fmt;
use std::sync::Arc;

/// The keys of an authorizer: any [`KeyStore`] of identities.
pub(crate) type Keys = Arc<dyn KeyStore<Key = Identity>>;

/// Decides about requests that a proxy asks about. Clones share everything.
#[derive(Clone)]
pub struct Authorizer(Arc<Settings>);

struct Settings {
    api: Api,
    authenticator: Authenticator<Keys>,
    headers: UpstreamHeaders,
    observers: Vec<Arc<dyn Observe>>,
}

impl Authorizer {
    /// An authorizer of one API, whose keys are looked up in `keys`.
    #[must_use]
    pub fn new(api: Api, keys: impl KeyStore<Key = Identity> + 'static) -> Self {
        let keys: Keys = Arc::new(keys);
        let authenticator = Authenticator::new(api.verifier.clone(), keys);
        Self(Arc::new(Settings { api, authenticator, headers: UpstreamHeaders::default(), observers: Vec::new() }))
    }

    /// Decides about a request. `proxy` is the kind of proxy that asks.
    pub async fn check(&self, proxy: &'static str, request: CheckRequest) -> (Verdict, CheckRecord) {
        let settings = &*self.0;
        let CheckRequest { parts, body, source_ip, secure, fault, .. } = request;
        let started = tokio::time::Instant::now();
        let judged = match fault {
            Some(fault) => Err(inconsistent(fault)),
            None => settings.judge(&parts, body, source_ip, secure).await,
        };
        let (outcome, verdict, status) = match &judged {
            Ok(caller) => {
                let allowed = settings.headers.of(caller);
                (AuthOutcomeKind::Allowed, Verdict::Allowed(allowed), StatusCode::OK)
            }
            Err(refusal) => {
                let response = ApiType::HttpApi.response(refusal);
                let (status, is_failure) = (response.status(), refusal.is_failure());
                (
                    AuthOutcomeKind::Refused(refusal.cause().kind()),
                    Verdict::Denied(Denied { response, is_failure }),
                    status,
                )
            }
        };
        let record = CheckRecord {
            request_id: request_id(),
            proxy,
            api: Some(settings.api.name().to_owned()),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            outcome,
            status,
            cause: judged.as_ref().err().map(ToString::to_string),
            access_key_id: judged.as_ref().ok().map(|caller| caller.access_key_id().to_owned()),
            principal: judged.as_ref().ok().map(|caller| caller.principal().arn().to_owned()),
            trace_id: None,
            span_id: None,
            elapsed: started.elapsed(),
        };
        settings.observers.iter().for_each(|observer| observer.observe(&record));
        (verdict, record)
    }

    /// Adds an observer of every decision.
    #[must_use]
    pub fn with_observer(self, observer: impl Observe + 'static) -> Self {
        self.map(|settings| settings.observers.push(Arc::new(observer)))
    }

    /// Refuses signatures that were used before, which `store` remembers.
    #[must_use]
    pub fn with_replay_store(self, store: impl ReplayStore + 'static) -> Self {
        self.map(|settings| settings.authenticator = settings.authenticator.clone().with_replay_store(store))
    }

    fn map(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Arc::unwrap_or_clone(self.0);
        change(&mut settings);
        Self(Arc::new(settings))
    }
}

impl Clone for Settings {
    fn clone(&self) -> Self {
        Self {
            api: self.api.clone(),
            authenticator: self.authenticator.clone(),
            headers: self.headers.clone(),
            observers: self.observers.clone(),
        }
    }
}

impl Settings {
    async fn judge(
        &self,
        parts: &http::request::Parts,
        body: CheckBody,
        source_ip: Option<core::net::IpAddr>,
        secure: bool,
    ) -> Result<AuthorizedCaller, Refusal<Identity>> {
        let path = PathReading::Unambiguous.read(&self.api.verifier, parts.uri.path()).map_err(Cause::BadRequest)?;
        let CheckBody::Whole(body) = body else { return Err(Cause::KeyStoreTimedOut.into()) };
        let policies = self.api.policies.clone().with_secure_transport(secure);
        let decision = |request: &VerifiedRequest<'_, Identity>| policies.decide_from(request, source_ip);
        let now = time::OffsetDateTime::now_utc();
        let (caller, _) = self.authenticator.authenticate(parts, &path, Full::new(body), now, &decision).await?;
        Ok(caller)
    }
}

/// The refusal of a request that the proxy describes inconsistently.
fn inconsistent(fault: &'static str) -> Refusal<Identity> {
    let denial = Denial::new(fault).with_code("BadRequestException").with_message("Bad Request");
    Cause::Denied(denial).into()
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorizer").field("api", &self.0.api).finish_non_exhaustive()
    }
}
