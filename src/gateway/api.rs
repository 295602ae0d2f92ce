//! The description of an HTTP API.

use super::access::AccessRecord;
use super::cors::Cors;
use super::defaults::{DEFAULT_ACCOUNT, DEFAULT_API_ID};
use super::hosts::AllowedHosts;
use super::integration::Integration;
use super::limits::DEFAULT_BODY_BUDGET;
use super::route::RouteKey;
use super::route::table::Routes;
use super::stage::{self, Stage};
use super::timeouts::Timeouts;
use crate::gateway::error::{Error, ErrorKind};
use crate::iam::{Directory, KeyStore};
use crate::tower::clock::Clock;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// How many connections are held unless it is said otherwise.
const CONNECTIONS: usize = 4096;

/// Who may call a route.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Auth {
    /// Anybody; a signature is not looked at. `AuthorizationType: NONE`.
    #[default]
    None,
    /// Whoever signs and has a policy that allows `execute-api:Invoke` on the call. `AuthorizationType: AWS_IAM`.
    Iam,
}

/// What gets a record of every request.
pub(crate) type AccessLog = Arc<dyn Fn(&AccessRecord) + Send + Sync>;

/// An HTTP API: routes, an authorizer, CORS, integrations, and who may call.
///
/// A mistake in the description is reported when the API is served.
///
/// ```
/// use sig4::gateway::{Auth, Cors, Event, HttpApi, Integration};
/// use sig4::iam::{Directory, Identity, Policies, Policy, Principal};
/// use sig4::Credentials;
///
/// let anything = r#"{"Version": "2012-10-17",
///     "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}"#;
/// let alice = Identity::new(Credentials::new("AKIDEXAMPLE", "secret")?, Principal::user("123456789012", "alice")?)
///     .with_policies(Policies::new().with_identity(Policy::parse("anything", anything)?));
/// let echo = Integration::handler(|event: Event| async move { event.text().unwrap_or_default().to_owned() });
/// let api = HttpApi::new("us-east-1")
///     .with_keys(Directory::new("123456789012").with_identity(alice)?)
///     .with_default_authorizer(Auth::Iam)
///     .with_cors(Cors::new().with_origins(["http://localhost:5173"]).with_methods(["*"]))
///     .route("$default", echo.clone())
///     .route_with("GET /health", Auth::None, echo);
/// # let _ = api;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HttpApi {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) stages: Vec<Stage>,
    pub(crate) keys: Option<Arc<dyn KeyStore>>,
    pub(crate) cors: Option<Cors>,
    pub(crate) timeouts: Timeouts,
    pub(crate) access_log: Option<AccessLog>,
    pub(crate) verbose_errors: bool,
    pub(crate) max_connections: usize,
    pub(crate) body_budget: usize,
    pub(crate) clock: Clock,
    pub(crate) allowed_hosts: AllowedHosts,
    default_authorizer: Auth,
    routes: Vec<(String, Option<Auth>, Integration)>,
}

/// A route's authorizer and integration.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) auth: Auth,
    pub(crate) integration: Integration,
}

impl HttpApi {
    /// An API in a region, which has the stage `$default` and no routes yet.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            account: DEFAULT_ACCOUNT.to_owned(),
            id: DEFAULT_API_ID.to_owned(),
            stages: Vec::new(),
            keys: None,
            cors: None,
            timeouts: Timeouts::new(),
            access_log: None,
            verbose_errors: false,
            max_connections: CONNECTIONS,
            body_budget: DEFAULT_BODY_BUDGET,
            clock: Clock::default(),
            allowed_hosts: AllowedHosts::any(),
            default_authorizer: Auth::None,
            routes: Vec::new(),
        }
    }

    /// Sets the account that the API belongs to, `123456789012` by default. Policies name it.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Sets the API's id, `local` by default. Policies name it.
    #[must_use]
    pub fn with_api_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Adds a stage. Without any, there is the one stage `$default`.
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<Stage>) -> Self {
        self.stages.push(stage.into());
        self
    }

    /// Sets where access keys are looked up. Without it nobody can call a route that wants a signature.
    #[must_use]
    pub fn with_keys(mut self, keys: impl KeyStore + 'static) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// Configures CORS.
    #[must_use]
    pub fn with_cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Sets who may call the routes that do not say, [anybody](Auth::None) by default.
    #[must_use]
    pub const fn with_default_authorizer(mut self, auth: Auth) -> Self {
        self.default_authorizer = auth;
        self
    }

    /// Adds a route with the default authorizer. `key` is a [`RouteKey`], such as `GET /pets/{id}` or `$default`.
    #[must_use]
    pub fn route(mut self, key: impl ToString, integration: impl Into<Integration>) -> Self {
        self.routes.push((key.to_string(), None, integration.into()));
        self
    }

    /// Adds a route with an authorizer of its own.
    #[must_use]
    pub fn route_with(mut self, key: impl ToString, auth: Auth, integration: impl Into<Integration>) -> Self {
        self.routes.push((key.to_string(), Some(auth), integration.into()));
        self
    }

    /// Sets how long the gateway waits for what.
    #[must_use]
    pub const fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets what gets a record of every request, once its answer is made. It is called in a thread of its own, and no answer
    /// waits for it: if it is too slow, records are [dropped](AccessRecord::dropped) and counted.
    #[must_use]
    pub fn with_access_log(mut self, log: impl Fn(&AccessRecord) + Send + Sync + 'static) -> Self {
        self.access_log = Some(Arc::new(log));
        self
    }

    /// Sets whether a refused caller is told why, as a REST API does. An HTTP API says `Forbidden` and no more, which is
    /// the default.
    #[must_use]
    pub const fn with_verbose_errors(mut self, verbose: bool) -> Self {
        self.verbose_errors = verbose;
        self
    }

    /// Sets how many connections are held at a time, 4,096 by default. One more is answered with 503.
    #[must_use]
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets which hosts the API answers to, [all](AllowedHosts::any) by default.
    #[must_use]
    pub fn with_allowed_hosts(mut self, hosts: AllowedHosts) -> Self {
        self.allowed_hosts = hosts;
        self
    }

    /// Sets how many bytes the bodies of all requests and answers together may have that the server holds at a time,
    /// [256 MiB](DEFAULT_BODY_BUDGET) by default. Room is taken as a body comes in and given back once nothing holds the body
    /// any more. Copies count: a body that comes in several pieces takes twice its length until it is whole, and the event of a
    /// Lambda function twice the length that the body has in JSON. A body that gets no room
    /// [in time](Timeouts::with_body_budget) is answered with 503, and one of more than half the budget with 413. Events and
    /// answers go before bodies that come in.
    ///
    /// A request that presents no readable signature, or an access key that nobody has, takes no room: it is refused without its
    /// body being read. A body, an event or an answer of up to 8 KiB takes none either, so that a full budget does not keep
    /// small requests out. Besides the bodies, each connection has up to 32 KiB for what it reads.
    #[must_use]
    pub const fn with_body_budget(mut self, bytes: usize) -> Self {
        self.body_budget = bytes;
        self
    }

    /// Sets the clock, for tests: it says how old a signature is, and the time of events and records. The default is the
    /// machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Reads the description as serving it does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoute`] for a route key that is none, or is there twice; [`ErrorKind::InvalidApi`] for stages or a
    /// CORS configuration that API Gateway would not take, or a route that wants signatures without a
    /// [key store](Self::with_keys); [`ErrorKind::InvalidUpstream`] for an upstream that is none.
    pub fn check(&self) -> Result<(), Error> {
        self.read_routes().map(|_| ())
    }

    /// The routes, if all of the description is well.
    pub(crate) fn read_routes(&self) -> Result<Routes<Route>, Error> {
        let mut routes = Routes::default();
        for (key, auth, integration) in &self.routes {
            let key = RouteKey::parse(key)?;
            integration.check(&key)?;
            let route = Route { auth: auth.unwrap_or(self.default_authorizer), integration: integration.clone() };
            routes.add(key, route)?;
        }
        if self.keys.is_none() && routes.iter().any(|(_, route)| route.auth == Auth::Iam) {
            return Err(Error::new(ErrorKind::InvalidApi, "a route wants signatures, and there is no key store"));
        }
        stage::check(&self.stages)?;
        self.cors.as_ref().map_or(Ok(()), Cors::check)?;
        Ok(routes)
    }

    /// The stages, of which there is at least one.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        if self.stages.is_empty() { vec![Stage::new(stage::DEFAULT)] } else { self.stages.clone() }
    }

    /// The key store, or one that knows nobody.
    pub(crate) fn keys(&self) -> Arc<dyn KeyStore> {
        self.keys.clone().unwrap_or_else(|| Arc::new(Directory::new(self.account.clone())))
    }
}

impl fmt::Debug for HttpApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpApi")
            .field("region", &self.region)
            .field("id", &self.id)
            .field("stages", &self.stages)
            .field("routes", &self.routes)
            .finish_non_exhaustive()
    }
}
