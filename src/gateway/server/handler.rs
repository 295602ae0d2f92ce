//! One request: what is looked at, in this order, and what is answered.
//!
//! Size limits; the path; the stage; the route; whether the gateway answers a preflight itself; the authorizer, which reads the
//! body; the integration. One path is computed, and the router, the policies and the event see that one.

use super::access_log::{Job, Log};
use super::ids;
use super::proxy::UpstreamClient;
use crate::bytes::percent;
use crate::gateway::access::{AccessRecord, Decided, LoggedCaller, LoggedError, LoggedIntegration};
use crate::gateway::cors;
use crate::gateway::definition::{ApiDefinition, Auth, RouteDefinition};
use crate::gateway::error::{Error, ErrorKind};
use crate::gateway::error_body;
use crate::gateway::event::Event;
use crate::gateway::event::fields::domain;
use crate::gateway::event::input::{Received, host};
use crate::gateway::forwarded::Arrival;
use crate::gateway::limits::{self, MAX_BODY_LEN, UNCOUNTED_LEN};
use crate::gateway::reply::{JSON, REQUEST_ID, is_hop_by_hop, named_by_connection};
use crate::gateway::route;
use crate::gateway::route::table::{Routes, Selected};
use crate::gateway::stage::{self, Stage};
use crate::gateway::timeouts::Timeouts;
use crate::iam::KeyStore;
use crate::tower::AuthenticatedCaller;
use crate::tower::api::ExecuteApi;
use crate::tower::authorizer::Authorizer;
use crate::tower::body::{self, BodyFailure};
use crate::tower::budget::BodyBudget;
use crate::tower::clock::TimeLimit;
use crate::tower::path::PathReading;
use crate::tower::profile::Profile;
use crate::tower::refusal::Refusal;
use crate::verify::Verifier;
use bytes::Bytes;
use core::net::{IpAddr, SocketAddr};
use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;

/// What signatures are for.
const SERVICE: &str = "execute-api";

/// An API that is being served.
pub(super) struct Live {
    api: ApiDefinition,
    routes: Routes<RouteDefinition>,
    stages: Vec<Stage>,
    /// One for each stage, as policies name it.
    authorizers: Vec<Authorizer<Arc<dyn KeyStore>>>,
    verifier: Verifier,
    /// The room for all bodies.
    budget: BodyBudget,
    client: UpstreamClient,
    log: Option<Log>,
    /// Where it is served.
    addr: SocketAddr,
}

/// What the gateway does with a request.
enum Answer {
    /// It answers itself, and why.
    Made(StatusCode, Option<String>),
    /// The authorizer does not let it through.
    Refused(Refusal),
    /// It answers a preflight.
    Preflight,
    /// The integration answers.
    Replied(StatusCode, HeaderMap, Bytes),
}

impl Answer {
    fn made(status: StatusCode, why: impl Into<String>) -> Self {
        Self::Made(status, Some(why.into()))
    }
}

impl Live {
    pub(super) fn new(api: ApiDefinition, addr: SocketAddr, log: Option<Log>) -> Result<Self, Error> {
        let (routes, stages, verifier) = (api.read_routes()?, api.served_stages(), verifier(&api)?);
        let limit = TimeLimit::new(api.timeouts.body, tokio::time::sleep);
        let patience = TimeLimit::new(api.timeouts.body_budget, tokio::time::sleep);
        let budget = BodyBudget::new(api.body_budget).with_patience(patience).with_uncounted(UNCOUNTED_LEN);
        let authorizer = |stage: &Stage| {
            let name = ExecuteApi::new(&api.region, &api.account, &api.id).with_stage(stage.name());
            Authorizer::of_api(verifier.clone(), api.key_store(), name.with_stage_in_path())
                .with_path_reading(PathReading::HttpApi)
                .with_body_limit(MAX_BODY_LEN)
                .with_time_limit(limit.clone())
                .with_body_budget(budget.clone())
        };
        let authorizers = stages.iter().map(authorizer).collect();
        let client = super::proxy::client()?;
        Ok(Self { api, routes, stages, authorizers, verifier, budget, client, log, addr })
    }

    pub(super) const fn timeouts(&self) -> &Timeouts {
        &self.api.timeouts
    }

    /// The time, and an id for a request that comes now.
    pub(super) fn begin(&self) -> (OffsetDateTime, String) {
        (self.api.clock.now(), ids::request_id())
    }

    pub(super) const fn log(&self) -> Option<&Log> {
        self.log.as_ref()
    }

    pub(super) const fn api(&self) -> &ApiDefinition {
        &self.api
    }

    pub(super) const fn budget(&self) -> &BodyBudget {
        &self.budget
    }

    pub(super) const fn client(&self) -> &UpstreamClient {
        &self.client
    }

    /// Answers a request, and puts it into the access log.
    pub(super) async fn answer(&self, request: Request<Incoming>, client: IpAddr, port: u16) -> Response<Full<Bytes>> {
        let (started, now) = (Instant::now(), self.api.clock.now());
        let (head, body) = request.into_parts();
        let mut record = AccessRecord::begin(&head, ids::request_id(), now, client);
        record.account_id.clone_from(&self.api.account);
        record.api_id.clone_from(&self.api.id);
        domain(&host(&head)).0.clone_into(&mut record.domain_name);
        let arrival = Arrival::new(client, port, ids::trace_root(now));
        let answer = self.exchange(&head, body, arrival, &mut record).await;
        let response = self.response(&answer, &head, &record.request_id);
        if let Some(log) = &self.log {
            record.status = response.status().as_u16();
            record.response_len = response.body().len();
            record.latency = started.elapsed();
            log.put(self.job(record, answer, head));
        }
        response.map(Full::new)
    }

    async fn exchange(&self, head: &Parts, body: Incoming, arrival: Arrival, record: &mut AccessRecord) -> Answer {
        if let Some(status) = limits::exceeded(head) {
            return Answer::made(status, "the request is larger than API Gateway takes");
        }
        if let Some(why) = unreadable(head) {
            return Answer::made(StatusCode::BAD_REQUEST, why);
        }
        if let Err(why) = self.api.allowed_hosts.check(head, self.addr) {
            return Answer::made(StatusCode::FORBIDDEN, why);
        }
        let path = match PathReading::HttpApi.read(&self.verifier, head.uri.path()) {
            Ok(path) => path,
            Err(error) => return Answer::made(StatusCode::BAD_REQUEST, error.to_string()),
        };
        let Some((n, stage, within)) = stage::select(&self.stages, &path) else {
            return Answer::made(StatusCode::NOT_FOUND, "the API has no such stage");
        };
        record.stage = Some(stage.name().to_owned());
        let selected = self.routes.select(head.method.as_str(), within);
        let takes = selected.as_ref().map(|route| (route.key.is_for_options(), route.target.auth != Auth::None));
        if self.api.cors.is_some() && cors::answers_itself(&head.method, takes) {
            return Answer::Preflight;
        }
        let Some(selected) = selected else {
            return Answer::made(StatusCode::NOT_FOUND, "no route takes the method and the path");
        };
        record.route_key = Some(selected.key.to_string());
        match self.authorized(n, selected.target.auth, head, body, record).await {
            Ok((caller, body)) => {
                let request = (head, body, &*path, arrival);
                self.integrated(&selected, request, stage, caller, record).await
            }
            Err(answer) => answer,
        }
    }

    /// Who calls, if the route wants to know, and the body.
    async fn authorized(
        &self,
        stage: usize,
        auth: Auth,
        head: &Parts,
        body: Incoming,
        record: &mut AccessRecord,
    ) -> Result<(Option<AuthenticatedCaller>, Bytes), Answer> {
        let authorizer = match auth {
            Auth::None => return self.read(head, body).await.map(|body| (None, body)),
            Auth::Iam => self.authorizers.get(stage),
        };
        let Some(authorizer) = authorizer else { return Err(Answer::Made(StatusCode::INTERNAL_SERVER_ERROR, None)) };
        match authorizer.authorize(head, body, record.time, Some(record.source_ip)).await {
            Ok((caller, body)) => {
                if let Some(name) = lost(&head.headers, &caller) {
                    let why =
                        format!("`connection` names the header `{name}`, which is signed and would not be handed on");
                    return Err(Answer::made(StatusCode::BAD_REQUEST, why));
                }
                record.decision = Decided::Allowed;
                record.caller = Some(LoggedCaller {
                    access_key_id: caller.access_key_id().to_owned(),
                    principal: Some(caller.principal().clone()),
                    proven: true,
                });
                Ok((Some(caller), body))
            }
            Err(refusal) => {
                record.decision = Decided::Refused;
                record.caller = refusal.access_key_id().map(|id| LoggedCaller {
                    access_key_id: id.to_owned(),
                    principal: refusal.principal().cloned(),
                    proven: refusal.is_of_proven_caller(),
                });
                Err(Answer::Refused(refusal))
            }
        }
    }

    /// The body of a request to a route that anybody may call.
    async fn read(&self, head: &Parts, body: Incoming) -> Result<Bytes, Answer> {
        let read = async {
            body::check_declared(&head.headers, &body, MAX_BODY_LEN.min(self.budget.limit()))?;
            body::read(body, MAX_BODY_LEN, Some(&self.budget), |_| ()).await
        };
        match tokio::time::timeout(self.timeouts().body, read).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(failure @ BodyFailure::TooLong { .. })) => {
                Err(Answer::made(StatusCode::PAYLOAD_TOO_LARGE, failure.to_string()))
            }
            Ok(Err(failure @ BodyFailure::NoRoom { .. })) => {
                Err(Answer::made(StatusCode::SERVICE_UNAVAILABLE, failure.to_string()))
            }
            Ok(Err(BodyFailure::Broken(_))) => Err(Answer::made(StatusCode::BAD_REQUEST, "the body broke off")),
            Err(_) => Err(Answer::made(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")),
        }
    }

    async fn integrated(
        &self,
        selected: &Selected<'_, '_, RouteDefinition>,
        (head, body, path, arrival): (&Parts, Bytes, &str, Arrival),
        stage: &Stage,
        caller: Option<AuthenticatedCaller>,
        record: &mut AccessRecord,
    ) -> Answer {
        let event = Event::from(Received {
            head,
            body,
            path,
            stage,
            route: selected.key,
            variables: &selected.variables,
            caller,
            account_id: &self.api.account,
            api_id: &self.api.id,
            request_id: &record.request_id,
            arrival,
            time: record.time,
        });
        let started = Instant::now();
        let target = &selected.target.integration.0;
        let integrated = self.integrate(target, event, head, &selected.variables).await;
        let (status, error) = match &integrated {
            Ok((status, ..)) => (Some(status.as_u16()), None),
            Err((_, why)) => (None, Some(why.clone())),
        };
        record.integration = Some(LoggedIntegration { status, latency: started.elapsed(), error });
        match integrated {
            Ok((status, headers, body)) => Answer::Replied(status, headers, body),
            Err((status, _)) => Answer::Made(status, None),
        }
    }

    /// The answer as it goes out.
    fn response(&self, answer: &Answer, head: &Parts, request_id: &str) -> Response<Bytes> {
        let mut response = match answer {
            Answer::Made(status, _) => made(*status),
            Answer::Refused(refusal) if self.api.verbose_errors => Profile::RestApi.answer(refusal, true),
            Answer::Refused(refusal) => Profile::HttpApi.answer(refusal, false),
            Answer::Preflight => with(StatusCode::NO_CONTENT, HeaderMap::new(), Bytes::new()),
            Answer::Replied(status, headers, body) => with(*status, headers.clone(), body.clone()),
        };
        let (request, headers) = (&head.headers, response.headers_mut());
        match (&self.api.cors, answer) {
            (Some(cors), Answer::Preflight) => *headers = cors.preflight(request),
            (Some(cors), Answer::Replied(..)) => {
                cors.apply(&head.method, request, headers);
                cors.apply_to_preflight(&head.method, request, headers);
            }
            (Some(cors), _) => cors.apply(&head.method, request, headers),
            (None, _) => {}
        }
        if let Ok(id) = HeaderValue::try_from(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }

    /// What the access log gets.
    fn job(&self, mut record: AccessRecord, answer: Answer, head: Parts) -> Job {
        let status = StatusCode::from_u16(record.status).unwrap_or_default();
        let error = |cause| LoggedError::new(status, cause);
        match answer {
            Answer::Made(_, cause) => record.error = Some(error(cause)),
            Answer::Refused(refusal) => {
                record.error = Some(error(Some(refusal.to_string())));
                return Job { record, refused: Some((head, refusal)) };
            }
            Answer::Preflight | Answer::Replied(..) => {}
        }
        Job { record, refused: None }
    }
}

/// The verifier of an API. A client signs the host that it calls, and that is the one in the request.
pub(super) fn verifier(api: &ApiDefinition) -> Result<Verifier, Error> {
    let invalid = |error: crate::error::Error| Error::new(ErrorKind::InvalidApi, error.to_string()).with_source(error);
    Verifier::new(&api.region, SERVICE).map_err(invalid)
}

/// Why a request can be read in two ways, or in none. That AWS takes no other methods than routes may name is a guess.
fn unreadable(head: &Parts) -> Option<&'static str> {
    if !route::is_method(head.method.as_str()) {
        return Some("no route can have the method");
    }
    match head.headers.get_all(HOST).iter().count() {
        // RFC 9112 section 3.2.
        0 if head.version == Version::HTTP_11 => return Some("a request of HTTP/1.1 has no `host` header"),
        0 | 1 => {}
        _ => return Some("there is more than one `host` header"),
    }
    // Events and access logs are texts, in which all such bytes would be one and the same replacement character.
    if head.headers.values().any(|value| str::from_utf8(value.as_bytes()).is_err()) {
        return Some("the value of a header is not UTF-8");
    }
    if str::from_utf8(&percent::decode(head.uri.query().unwrap_or_default().as_bytes())).is_err() {
        return Some("the query is not UTF-8 once it is decoded");
    }
    if !head.uri.path().starts_with('/') {
        return Some("the target of the request is no path");
    }
    let malformed = percent::malformed(head.uri.path().as_bytes());
    malformed.map(|_| "a `%` of the path is not followed by two hexadecimal digits")
}

/// A signed header that `Connection` makes one of the connection. `Connection` itself is hardly ever signed, so an
/// intermediary could add it and thereby remove the header before the upstream sees it. Headers that are of the connection by their names
/// are handed on to nobody anyway.
fn lost(headers: &HeaderMap, caller: &AuthenticatedCaller) -> Option<HeaderName> {
    let named: HashSet<_> = named_by_connection(headers).filter(|name| !is_hop_by_hop(name)).collect();
    let mut signed = caller.signed_headers().filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok());
    // Most requests name none, and their list of signed headers is not read.
    if named.is_empty() { None } else { signed.find(|name| named.contains(name)) }
}

fn made(status: StatusCode) -> Response<Bytes> {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, JSON)]);
    with(status, headers, Bytes::from(error_body::body(status)))
}

fn with(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
