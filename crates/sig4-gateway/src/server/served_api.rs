//! An API with everything that is built from its definition.

use super::access_log::AccessLogQueue;
use super::explanation::RefusalExplainer;
use super::ids;
use super::integration_call::IntegrationCaller;
use super::proxy::UpstreamClient;
use super::router::Router;
use crate::access::AccessRecord;
use crate::definition::ApiDefinition;
use crate::error::Error;
use crate::gateway_response::parsed::ParsedResponses;
use crate::limits::{MAX_BODY_LEN, UNCOUNTED_LEN};
use crate::stage::Stage;
use crate::timeouts::Timeouts;
use crate::tls::TlsConfig;
use core::convert::Infallible;
use core::net::SocketAddr;
use sig4::tower::{ApiType, Authenticator, BodyBudget, TimeLimit};
use sig4::verify::KeyStore;
use sig4_iam::Identity;
use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// An API that is being served.
pub(super) struct ServedApi {
    pub(super) api: ApiDefinition,
    /// The address that it is served at.
    pub(super) addr: SocketAddr,
    pub(super) router: Router,
    pub(super) authenticator: Authenticator<Arc<dyn KeyStore<Key = Identity>>>,
    /// One for each stage, since ARNs contain the stage.
    pub(super) authorizers: Vec<PolicyAuthorizer>,
    /// Of a REST API.
    pub(super) gateway_responses: ParsedResponses,
    pub(super) integrations: IntegrationCaller,
    pub(super) explainer: Arc<RefusalExplainer>,
    pub(super) log: Option<AccessLogQueue>,
    /// The receiver learns when the last request to this API has ended.
    _end: oneshot::Sender<Infallible>,
}

/// The parts of a server that outlive the definitions that it serves.
pub(super) struct ServerParts {
    addr: SocketAddr,
    tls: Option<TlsConfig>,
    /// One permit for each request that may be in progress.
    requests: Arc<Semaphore>,
    budget: BodyBudget,
    upstream: Arc<UpstreamClient>,
    explainer: Arc<RefusalExplainer>,
    log: Option<AccessLogQueue>,
}

impl ServerParts {
    /// The parts of a server at `addr` that begins with `api`.
    pub(super) fn new(
        api: &ApiDefinition,
        addr: SocketAddr,
        explainer: Arc<RefusalExplainer>,
        log: Option<AccessLogQueue>,
    ) -> Result<Self, Error> {
        let patience = TimeLimit::new(api.timeouts.body_budget, tokio::time::sleep);
        let budget = BodyBudget::new(api.body_budget).with_patience(patience).with_uncounted(UNCOUNTED_LEN);
        let upstream = Arc::new(UpstreamClient::new(budget.clone())?);
        let requests = Arc::new(Semaphore::new(api.max_connections.min(Semaphore::MAX_PERMITS)));
        Ok(Self { addr, tls: api.tls.clone(), requests, budget, upstream, explainer, log })
    }

    /// The certificate with which the server began, if it speaks TLS.
    pub(super) const fn tls(&self) -> Option<&TlsConfig> {
        self.tls.as_ref()
    }

    /// Whether the server speaks TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.tls.is_some()
    }

    /// Room for one more request, if there is some.
    pub(super) fn admit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.requests).try_acquire_owned().ok()
    }
}

/// Completes, with an error, when the last request to an API has ended.
pub(super) type ApiEnd = oneshot::Receiver<Infallible>;

impl ServedApi {
    pub(super) fn new(api: ApiDefinition, parts: &ServerParts) -> Result<(Self, ApiEnd), Error> {
        let verifier = api.verifier()?;
        let router = Router::new(&api, verifier.clone())?;
        // A REST API has methods for preflights, which the router has by now, and sets no headers of CORS itself.
        let cors = api.cors.filter(|_| matches!(api.api_type, ApiType::HttpApi));
        let api = ApiDefinition { cors, ..api };
        let limit = TimeLimit::new(api.timeouts.body, tokio::time::sleep);
        let budget = parts.budget.clone();
        let explainer = Arc::new(parts.explainer.with_verifier(verifier.clone()));
        let log = parts.log.as_ref().map(|log| log.with_explainer(Arc::clone(&explainer)));
        let authenticator = Authenticator::new(verifier, api.key_store())
            .with_body_limit(MAX_BODY_LEN)
            .with_time_limit(limit)
            .with_body_budget(budget.clone());
        let authorizer = |stage: &Stage| {
            let name = ExecuteApi::new(&api.region, &api.account, &api.id).with_stage(stage.name());
            PolicyAuthorizer::new(name.with_stage_in_path()).with_secure_transport(parts.is_secure())
        };
        let with_policy = |authorizer: PolicyAuthorizer| match &api.rest.resource_policy {
            Some(policy) => authorizer.with_resource_policy(policy.clone()),
            None => authorizer,
        };
        let authorizers = router.stages().iter().map(authorizer).map(with_policy).collect();
        let gateway_responses = ParsedResponses::parse(&api.rest.gateway_responses)?;
        let limit = api.timeouts.integration_of(api.is_rest());
        let integrations = IntegrationCaller::new(Arc::clone(&parts.upstream), budget, limit, api.is_rest());
        let (ending, end) = oneshot::channel();
        let addr = parts.addr;
        let served = Self {
            api,
            addr,
            router,
            authenticator,
            authorizers,
            gateway_responses,
            integrations,
            explainer,
            log,
            _end: ending,
        };
        Ok((served, end))
    }

    pub(super) const fn is_rest(&self) -> bool {
        self.api.is_rest()
    }

    pub(super) const fn timeouts(&self) -> &Timeouts {
        &self.api.timeouts
    }

    /// Begins the access record of a request that arrives now.
    pub(super) fn new_record(&self, begin: impl FnOnce(String, time::OffsetDateTime) -> AccessRecord) -> AccessRecord {
        let now = self.api.clock.now();
        let is_rest = self.api.is_rest();
        let mut record = begin(if is_rest { ids::rest_request_id() } else { ids::request_id() }, now);
        if is_rest {
            record.extended_request_id = ids::request_id();
        }
        record.account_id.clone_from(&self.api.account);
        record.api_id.clone_from(&self.api.id);
        record
    }
}
