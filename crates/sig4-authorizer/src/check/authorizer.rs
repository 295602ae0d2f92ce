//! The pipeline of a check.

use super::answers::AnswerProfile;
use super::api::Api;
use super::apis::Apis;
use super::head;
use super::record::{CheckOutcome, CheckRecord, Observe};
use super::refused::Refused;
use super::request::CheckRequest;
use super::request_id::request_id;
use super::served_api::{Passed, ServedApi};
use super::stores::Stores;
use super::trace_context::TraceContext;
use super::upstream_headers::UpstreamHeaders;
use super::verdict::{Denied, Verdict};
use crate::error::Error;
use http::StatusCode;
use sig4::printable;
use sig4::tower::{Clock, Refusal};
use sig4::verify::{KeyStore, ReplayStore};
use sig4_iam::Identity;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// Decides about requests that a proxy asks about. Clones share everything.
///
/// A check has these steps, and the first that fails refuses the request:
///
/// | step | refused |
/// |---|---|
/// | the head | a description that contradicts itself, a doubled `Host`, a `Connection` header that names other headers |
/// | the API | a name or a host that no API has |
/// | method and path | a method with lower-case letters, an [ambiguous path](sig4::tower::AuthenticateLayer#paths) |
/// | headers under the [prefix](UpstreamHeaders) | they are removed, or refused if the proxy cannot remove them |
/// | the body | a body that the proxy cut off; one that it does not send, unless the [upstream checks it](Api::with_body_check) |
/// | the signature, the policies, the used signatures | as by [`Authenticator::authenticate`](sig4::tower::Authenticator::authenticate) |
///
/// ```
/// use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest, Verdict};
/// use sig4_iam::Directory;
/// use sig4_iam::tower::ExecuteApi;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let pets = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc"))?.with_hosts(["pets.example"]);
/// let shop = Api::new("shop", ExecuteApi::new("eu-west-1", "123456789012", "def"))?.with_hosts(["shop.example"]);
/// let authorizer = Authorizer::new(pets, Directory::new("123456789012")).with_api(shop)?;
///
/// let (parts, ()) = http::Request::get("https://pets.example/").body(())?.into_parts();
/// let (verdict, record) = authorizer.check("envoy", CheckRequest::new(parts, CheckBody::Absent)).await;
/// assert!(matches!(verdict, Verdict::Denied(_)));
/// assert_eq!((record.api.as_deref(), record.outcome.as_str()), (Some("pets"), "missing authentication"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Authorizer(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    apis: Apis<ServedApi>,
    stores: Stores,
    headers: UpstreamHeaders,
    observers: Vec<Arc<dyn Observe>>,
}

impl Authorizer {
    /// An authorizer of one API, whose keys are looked up in `keys`.
    #[must_use]
    pub fn new(api: Api, keys: impl KeyStore<Key = Identity> + 'static) -> Self {
        let stores = Stores::new(Arc::new(keys));
        let apis = Apis::of(api, |api| ServedApi::new(api, &stores));
        Self(Arc::new(Settings { apis, stores, headers: UpstreamHeaders::default(), observers: Vec::new() }))
    }

    /// Adds another API.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if an earlier API has its name or one of its hosts, or if neither has
    /// hosts.
    pub fn with_api(self, api: Api) -> Result<Self, Error> {
        let mut settings = Arc::unwrap_or_clone(self.0);
        let served = ServedApi::new(&api, &settings.stores);
        settings.apis.add(api, served)?;
        Ok(Self(Arc::new(settings)))
    }

    /// Sets the headers that the upstream gets.
    #[must_use]
    pub fn with_upstream_headers(self, headers: UpstreamHeaders) -> Self {
        self.map(|settings| settings.headers = headers)
    }

    /// Adds an observer of every decision.
    #[must_use]
    pub fn with_observer(self, observer: impl Observe + 'static) -> Self {
        self.map(|settings| settings.observers.push(Arc::new(observer)))
    }

    /// Refuses signatures that were used before, which `store` remembers.
    ///
    /// ```
    /// use sig4::{Credentials, Signer};
    /// use sig4_authorizer::replay::MemoryReplayStore;
    /// use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest};
    /// use sig4_iam::{Directory, Identity, Policies, Policy, Principal, tower::ExecuteApi};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    /// let alice = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let identity = Identity::new(alice.clone(), Principal::user("123456789012", "alice")?)
    ///     .with_policies(Policies::new().with_identity(Policy::parse("all", policy)?));
    /// let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc"))?;
    /// let authorizer = Authorizer::new(api, Directory::new("123456789012").with_identity(identity)?)
    ///     .with_replay_store(MemoryReplayStore::default());
    ///
    /// let mut request = http::Request::get("https://pets.example/pets").body("")?;
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &alice, time::OffsetDateTime::now_utc())?;
    /// let (parts, _) = request.into_parts();
    /// for outcome in ["allowed", "replayed signature"] {
    ///     let request = CheckRequest::new(parts.clone(), CheckBody::Absent);
    ///     let (_, record) = authorizer.check("envoy", request).await;
    ///     assert_eq!(record.outcome.as_str(), outcome);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_replay_store(self, store: impl ReplayStore + 'static) -> Self {
        self.map(|settings| settings.stores.replays = Some(Arc::new(store)))
    }

    /// Sets how long the key store and the store of used signatures may take, each. The default is two seconds. A request whose store
    /// takes longer is refused with 500.
    #[must_use]
    pub fn with_store_timeout(self, timeout: Duration) -> Self {
        self.map(|settings| settings.stores.timeout = timeout)
    }

    /// Sets the most bytes of a body that a proxy sends. A longer one is refused with 413. The default is
    /// [`DEFAULT_BODY_LIMIT`](sig4::tower::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn with_body_limit(self, limit: usize) -> Self {
        self.map(|settings| settings.stores.body_limit = limit)
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.map(|settings| settings.stores.clock = Clock::new(now))
    }

    /// The headers that the upstream gets.
    #[must_use]
    pub fn upstream_headers(&self) -> &UpstreamHeaders {
        &self.0.headers
    }

    /// The shortest time for which a request is valid after it is signed, of all APIs.
    pub(crate) fn shortest_window(&self) -> Duration {
        self.0.apis.all().map(|api| api.verifier.window()).min().unwrap_or_default()
    }

    /// Decides about a request. `proxy` is the kind of proxy that asks.
    pub async fn check(&self, proxy: &'static str, request: CheckRequest) -> (Verdict, CheckRecord) {
        let settings = &*self.0;
        let started = tokio::time::Instant::now();
        let request_id = request_id();
        let selected = settings.select(&request);
        let (api, judged) = match selected {
            Ok((api, served)) => {
                let now = settings.stores.clock.now();
                (Some(api), served.judge(api, &request, &settings.headers, now).await)
            }
            Err(refused) => (None, Err(refused)),
        };
        let mut record = begun(proxy, request_id, request, api);
        let verdict = match judged {
            Ok(passed) => Verdict::Allowed(record_passed(&mut record, passed)),
            Err(refused) => {
                let answers = api.map_or_else(AnswerProfile::default, |api| api.answers);
                Verdict::Denied(record_refused(&mut record, &refused, answers))
            }
        };
        record.elapsed = started.elapsed();
        settings.observers.iter().for_each(|observer| observer.observe(&record));
        (verdict, record)
    }

    fn map(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Arc::unwrap_or_clone(self.0);
        change(&mut settings);
        let Settings { apis, stores, .. } = &mut settings;
        apis.replace(|api| ServedApi::new(api, stores));
        Self(Arc::new(settings))
    }
}

impl Settings {
    /// The API of a request whose head leaves one reading.
    fn select(&self, request: &CheckRequest) -> Result<&(Api, ServedApi), Refused> {
        if let Some(fault) = request.fault {
            return Err(Refused::inconsistent(fault));
        }
        head::check(&request.parts, &request.body)?;
        let host = head::host(&request.parts)?;
        self.apis.select(request.api.as_deref(), host.as_deref())
    }
}

/// The record of a request that is not decided yet.
fn begun(proxy: &'static str, request_id: String, request: CheckRequest, api: Option<&Api>) -> CheckRecord {
    let CheckRequest { parts, source_ip, .. } = request;
    let (trace_id, span_id) = TraceContext::of(&parts.headers).map(|trace| (trace.trace_id, trace.span_id)).unzip();
    CheckRecord {
        request_id,
        proxy,
        api: api.map(|api| api.name().to_owned()),
        source_ip,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        outcome: CheckOutcome::Exempt,
        status: StatusCode::OK,
        code: None,
        cause: None,
        access_key_id: None,
        claimed_access_key_id: None,
        principal: None,
        trace_id,
        span_id,
        elapsed: Duration::ZERO,
    }
}

fn record_passed(record: &mut CheckRecord, passed: Passed) -> super::verdict::Allowed {
    if let Some(caller) = passed.caller {
        record.outcome = CheckOutcome::Allowed;
        record.access_key_id = Some(caller.access_key_id().to_owned());
        record.principal = Some(caller.principal().arn().to_owned());
    }
    passed.changes
}

fn record_refused(record: &mut CheckRecord, refused: &Refused, answers: AnswerProfile) -> Denied {
    let Refused { outcome, refusal } = refused;
    let response = answers.response(refusal, &record.request_id);
    record.outcome = *outcome;
    record.status = response.status();
    record.code = Some(refusal.code().to_owned());
    record.cause = Some(printable::line(&refusal.to_string()).into_owned());
    record_caller(record, refusal);
    Denied { response, is_failure: refusal.is_failure() }
}

/// A caller is proven only if the policies deny the request. Any other access key id is a claim.
fn record_caller(record: &mut CheckRecord, refusal: &Refusal<Identity>) {
    match refusal.proven_caller() {
        Some(caller) => {
            record.access_key_id = Some(caller.access_key_id().to_owned());
            record.principal = Some(caller.key().principal().arn().to_owned());
        }
        None => record.claimed_access_key_id = refusal.claimed_access_key_id().map(printable::line).map(Into::into),
    }
}

impl fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorizer")
            .field("apis", &self.0.apis.names().collect::<Vec<_>>())
            .field("headers", &self.0.headers)
            .finish_non_exhaustive()
    }
}
