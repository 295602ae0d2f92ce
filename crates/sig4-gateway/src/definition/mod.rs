//! The definition of an HTTP API.
//!
//! A [template](super::template), a [configuration](super::config) and the methods of [`ApiDefinition`] all produce the same
//! value, and the served API is built from it.

pub(crate) mod check;
pub(crate) mod function;
pub(crate) mod preflight;
pub(crate) mod principal;
pub(crate) mod rest;
pub(crate) mod rest_settings;
pub(crate) mod route;
pub(crate) mod server;

pub use function::{Code, FunctionDefinition};
pub use principal::PrincipalDefinition;
pub use route::RouteDefinition;

use super::access::AccessRecord;
use super::cors::Cors;
use super::defaults::{DEFAULT_ACCOUNT, DEFAULT_API_ID};
use super::domain::DomainMapping;
use super::hosts::AllowedHosts;
use super::integration::Integration;
use super::limits::DEFAULT_BODY_BUDGET;
use super::payload_format::PayloadFormat;
use super::stage::Stage;
use super::timeouts::Timeouts;
use super::tls::TlsConfig;
use rest_settings::RestSettings;
pub(crate) use route::Auth;
use sig4::endpoint::Partition;
use sig4::tower::{ApiType, Clock};
use sig4::verify::KeyStore;
use sig4_iam::{Directory, Identity};
use std::fmt;
use std::sync::Arc;

/// The maximum number of connections by default.
const CONNECTIONS: usize = 4096;

/// Receives a record of every request.
pub(crate) type AccessLog = Arc<dyn Fn(&AccessRecord) + Send + Sync>;

/// An HTTP API ([`new`](Self::new)) or a REST API ([`rest`](Self::rest)): routes with their authorizers and integrations, stages,
/// CORS, and callers.
///
/// Build it with the methods below, read it from a [TOML configuration](Self::from_toml), or take it from a
/// [CloudFormation stack](super::template::Stack::definition). An invalid definition is reported by [`check`](Self::check) and
/// when the API is served.
///
/// ```
/// use sig4_gateway::{ApiDefinition, Auth, Cors, Event, Integration};
/// use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
/// use sig4::Credentials;
///
/// let anything = r#"{"Version": "2012-10-17",
///     "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}"#;
/// let alice = Identity::new(Credentials::new("AKIDEXAMPLE", "secret")?, Principal::user("123456789012", "alice")?)
///     .with_policies(Policies::new().with_identity(Policy::parse("anything", anything)?));
/// let echo = Integration::handler(|event: Event| async move { event.text().unwrap_or_default().to_owned() });
/// let api = ApiDefinition::new("us-east-1")
///     .with_keys(Directory::new("123456789012").with_identity(alice)?)
///     .with_default_authorizer(Auth::Iam)
///     .with_cors(Cors::new().with_origins(["http://localhost:5173"]).with_methods(["*"]))
///     .route("$default", echo.clone())
///     .route_with("GET /health", Auth::None, echo);
/// assert_eq!(api.routes().map(|route| route.auth()).collect::<Vec<_>>(), [Auth::Iam, Auth::None]);
/// api.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ApiDefinition {
    pub(crate) api_type: ApiType,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) stages: Vec<Stage>,
    pub(crate) domains: Vec<DomainMapping>,
    pub(crate) cors: Option<Cors>,
    pub(crate) default_authorizer: Auth,
    pub(crate) routes: Vec<RouteDefinition>,
    pub(crate) functions: Vec<FunctionDefinition>,
    pub(crate) principals: Vec<PrincipalDefinition>,
    pub(crate) directory: Option<Directory>,
    pub(crate) notes: Vec<String>,
    pub(crate) keys: Option<Arc<dyn KeyStore<Key = Identity>>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) access_log: Option<AccessLog>,
    pub(crate) inspection: bool,
    pub(crate) verbose_errors: bool,
    pub(crate) local_explanations: bool,
    pub(crate) max_connections: usize,
    pub(crate) body_budget: usize,
    pub(crate) clock: Clock,
    pub(crate) allowed_hosts: AllowedHosts,
    pub(crate) rest: RestSettings,
    pub(crate) tls: Option<TlsConfig>,
}

/// The API.
impl ApiDefinition {
    /// An HTTP API in a region, with the stage `$default` and no routes. [`rest`](Self::rest) makes a REST API.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Self {
            api_type: ApiType::HttpApi,
            region: region.into(),
            account: DEFAULT_ACCOUNT.to_owned(),
            id: DEFAULT_API_ID.to_owned(),
            stages: Vec::new(),
            domains: Vec::new(),
            cors: None,
            default_authorizer: Auth::None,
            routes: Vec::new(),
            functions: Vec::new(),
            principals: Vec::new(),
            directory: None,
            notes: Vec::new(),
            keys: None,
            timeouts: Timeouts::new(),
            access_log: None,
            inspection: false,
            verbose_errors: false,
            local_explanations: false,
            max_connections: CONNECTIONS,
            body_budget: DEFAULT_BODY_BUDGET,
            clock: Clock::default(),
            allowed_hosts: AllowedHosts::any(),
            rest: RestSettings::default(),
            tls: None,
        }
    }

    /// Sets the account that owns the API, `123456789012` by default. It is part of the ARNs in policies.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Sets the API's id, `local` by default. It is part of the ARNs in policies.
    #[must_use]
    pub fn with_api_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Adds a stage. An HTTP API without stages is served as the stage `$default`. A REST API without stages is an error of
    /// [`check`](Self::check).
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<Stage>) -> Self {
        self.stages.push(stage.into());
        self
    }

    /// Maps a custom domain name to a stage. If [`with_allowed_hosts`](Self::with_allowed_hosts) limits the hosts, allow the domain
    /// there as well.
    #[must_use]
    pub fn with_domain(mut self, mapping: DomainMapping) -> Self {
        self.domains.push(mapping);
        self
    }

    /// Configures CORS. A REST API gets methods for preflights from it: see [`Cors`].
    #[must_use]
    pub fn with_cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Sets the authorizer of routes without their own, [`Auth::None`] by default.
    #[must_use]
    pub fn with_default_authorizer(mut self, auth: Auth) -> Self {
        self.default_authorizer = auth;
        for route in self.routes.iter_mut().filter(|route| !route.has_own_auth) {
            route.auth = auth;
        }
        self
    }

    /// Adds a route with the default authorizer. `key` is a [`RouteKey`](super::RouteKey), such as `GET /pets/{id}` or
    /// `$default`.
    #[must_use]
    pub fn route(mut self, key: impl ToString, integration: impl Into<Integration>) -> Self {
        let auth = self.default_authorizer;
        let route = RouteDefinition::new(key, auth, integration).with_default_auth();
        self.routes.push(route.with_payload_format(self.default_payload_format()));
        self
    }

    /// Adds a route with its own authorizer.
    #[must_use]
    pub fn route_with(mut self, key: impl ToString, auth: Auth, integration: impl Into<Integration>) -> Self {
        let route = RouteDefinition::new(key, auth, integration);
        self.routes.push(route.with_payload_format(self.default_payload_format()));
        self
    }

    /// Sets the payload format of the routes that were added so far. The default is 2.0; a REST API has 1.0 whatever is set here.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Integration, PayloadFormat};
    ///
    /// let api = ApiDefinition::new("us-east-1")
    ///     .route("GET /old", Integration::echo())
    ///     .with_payload_format(PayloadFormat::V1)
    ///     .route("GET /new", Integration::echo());
    /// let formats: Vec<_> = api.routes().map(|route| route.payload_format()).collect();
    /// assert_eq!(formats, [PayloadFormat::V1, PayloadFormat::V2]);
    /// ```
    #[must_use]
    pub fn with_payload_format(mut self, format: PayloadFormat) -> Self {
        let format = if self.is_rest() { PayloadFormat::V1 } else { format };
        for route in &mut self.routes {
            route.payload_format = format;
        }
        self
    }

    const fn default_payload_format(&self) -> PayloadFormat {
        if self.is_rest() { PayloadFormat::V1 } else { PayloadFormat::V2 }
    }

    /// Sets the integration of every function: a Lambda runtime, or in a test a closure. Without it, the routes of functions
    /// answer 404.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Integration, IntegrationKind};
    ///
    /// let text = r#"
    ///     routes."POST /orders" = { function = "orders", authorizer = "none" }
    ///     functions.orders = { code = "handler", handler = "index.handler" }
    /// "#;
    /// let api = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name))?.with_functions(|function| {
    ///     assert_eq!(function.handler(), "index.handler");
    ///     Integration::echo()
    /// });
    /// assert!(api.routes().all(|route| route.integration().kind() == IntegrationKind::Echo));
    /// api.check()?;
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    #[must_use]
    pub fn with_functions(mut self, mut integration: impl FnMut(&FunctionDefinition) -> Integration) -> Self {
        for function in &self.functions {
            let integration = integration(function);
            for route in self.routes.iter_mut().filter(|route| route.leads_to(function.name())) {
                route.integration = integration.clone();
            }
        }
        self
    }

    /// Removes a function that cannot be run. Its routes answer 501 with the reason.
    #[must_use]
    pub fn without_function(mut self, name: &str, why: &str) -> Self {
        self.functions.retain(|function| function.name() != name);
        for route in self.routes.iter_mut().filter(|route| route.leads_to(name)) {
            *route = RouteDefinition::not_implemented(route.key(), why);
        }
        self
    }
}

/// What the definition says.
impl ApiDefinition {
    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The partition of the region, as in ARNs.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        Partition::of_region(&self.region).name()
    }

    /// The account that owns the API.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The API's id.
    #[must_use]
    pub fn api_id(&self) -> &str {
        &self.id
    }

    /// The stages. An API without stages is served as the stage `$default`.
    pub fn stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter()
    }

    /// The custom domain names.
    pub fn domains(&self) -> impl Iterator<Item = &DomainMapping> {
        self.domains.iter()
    }

    /// The CORS configuration, if there is one.
    #[must_use]
    pub const fn cors(&self) -> Option<&Cors> {
        self.cors.as_ref()
    }

    /// The routes, in the order in which they were added, or from a file in the order of their keys.
    pub fn routes(&self) -> impl Iterator<Item = &RouteDefinition> {
        self.routes.iter()
    }

    /// The functions; from a stack, those with a route.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionDefinition> {
        self.functions.iter()
    }

    /// The users of a stack, and its roles that may call APIs, without access keys.
    pub fn principals(&self) -> impl Iterator<Item = &PrincipalDefinition> {
        self.principals.iter()
    }

    /// The callers in the configuration, if it has any.
    #[must_use]
    pub const fn directory(&self) -> Option<&Directory> {
        self.directory.as_ref()
    }

    /// The differences from AWS, one line each.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// The limit of [`with_body_budget`](Self::with_body_budget), in bytes.
    #[must_use]
    pub const fn body_budget(&self) -> usize {
        self.body_budget
    }
}

impl fmt::Debug for ApiDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiDefinition")
            .field("region", &self.region)
            .field("id", &self.id)
            .field("stages", &self.stages)
            .field("routes", &self.routes)
            .field("functions", &self.functions)
            .finish_non_exhaustive()
    }
}
