//! The steps from a request to its response, in order.
//!
//! Each step either leads on to the next one or ends with a [`OwnResponse`]. The path, the stage and the route are found
//! once; the policies and the event use the same ones.

use super::access_log::LogJob;
use super::client::Client;
use super::explanation::{Explanation, is_worth_a_search, without_search};
use super::http2_head;
use super::ids;
use super::integration_failure::IntegrationFailure;
use super::local_client::may_ask;
use super::own_response::OwnResponse;
use super::request_check::{malformed, signed_hop_by_hop};
use super::resource_policy::no_authorizer;
use super::rest_error::RestError;
use super::rest_response::put_ids;
use super::served_api::ServedApi;
use crate::access::inspection::Inspection;
use crate::access::{AccessRecord, AuthDecision, LoggedCaller, LoggedError, LoggedIntegration, unknown_access_key_id};
use crate::cors;
use crate::definition::{Auth, RouteDefinition};
use crate::event::Event;
use crate::event::fields::domain;
use crate::event::input::{EventFormat, EventInput};
use crate::forwarded::{Arrival, TRACE_ID};
use crate::head::host;
use crate::integration::Target;
use crate::limits;
use crate::payload_format::PayloadFormat;
use crate::reply::REQUEST_ID;
use crate::rest_path::RestPath;
use crate::routed_request::{RoutedRequest, StagedPath};
use bytes::Bytes;
use http::header::HeaderValue;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use sig4::tower::{BodyError, DecodedPath, VerifiedRequest};
use sig4_iam::Identity;
use sig4_iam::tower::AuthorizedCaller;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::spawn_blocking;

/// A request that is routed to a route of an API.
type Routed<'r> = RoutedRequest<'r, RouteDefinition>;

impl ServedApi {
    /// Responds to a request and records it in the access log. What is not read of its body remains there.
    /// Without room for it, the response is 503.
    pub(super) async fn handle(
        &self,
        request: Request<&mut Incoming>,
        client: &Client,
        has_room: bool,
    ) -> Response<Full<Bytes>> {
        let started = Instant::now();
        let (mut head, body) = request.into_parts();
        http2_head::normalize(&mut head);
        let mut record = self.new_record(|id, now| AccessRecord::begin(&head, id, now, client.ip()));
        domain(&host(&head)).0.clone_into(&mut record.domain_name);
        if self.api.inspection && self.log.is_some() {
            record.inspection = Some(Box::new(Inspection::begin(&head)));
        }
        let arrival = Arrival::new(client.ip(), client.server_port(), ids::trace_root(record.time));
        let arrival = arrival.with_tls(client.is_secure());
        let may_ask = self.api.local_explanations && may_ask(&head, client.ip(), self.addr, client.is_secure());
        let outcome = match has_room {
            true => self.respond(&head, body, arrival, &mut record).await,
            false => Err(OwnResponse::error(
                StatusCode::SERVICE_UNAVAILABLE,
                "as many requests are in progress as the server holds",
            )),
        };
        // Finding the user reads a table of the kernel, so it is done only for a refusal.
        let may_know = may_ask && outcome.is_err() && client.is_own_user().await;
        let explained = match &outcome {
            Err(own) if may_know || self.api.verbose_errors => self.explain(own, &head, &record).await,
            _ => None,
        };
        let (mut response, own) = self.finish(outcome, explained.as_ref(), &head, &record);
        if let Some(explained) = explained.as_ref().filter(|_| may_know) {
            explained.put(response.headers_mut());
        }
        if let Some(log) = &self.log {
            record.status = response.status().as_u16();
            record.response_len = response.body().len();
            record.latency = started.elapsed();
            record.inspect(|inspection| inspection.response = response.clone());
            log.put(self.job(record, own, explained, head));
        }
        response.map(Full::new)
    }

    async fn respond(
        &self,
        head: &Parts,
        body: &mut Incoming,
        arrival: Arrival,
        record: &mut AccessRecord,
    ) -> Result<Response<Bytes>, OwnResponse> {
        check_size(head)?;
        check_form(head)?;
        self.check_host(head, arrival.is_secure())?;
        let path = self.path(head)?;
        let staged = self.stage(head, &path)?;
        record.stage = Some(staged.stage.name().to_owned());
        let routed = self.route(&head.method, staged)?;
        record.route_key = Some(routed.route.to_string());
        if !self.gateway_responses.is_empty() {
            let variables = routed.variables.iter();
            record.path_variables = variables.map(|(name, value)| (name.clone(), (*value).to_owned())).collect();
        }
        let (caller, body) = match routed.target.auth {
            Auth::None => {
                self.decide_anonymous(&routed, head, record)?;
                (None, self.read_open(head, body).await?)
            }
            Auth::Iam => self.authorize(&routed, head, body, record).await?,
        };
        record.inspect(|inspection| inspection.admitted(caller.as_ref(), &body));
        let event = Event::from(EventInput {
            head,
            body,
            routed: &routed,
            caller,
            account_id: &self.api.account,
            api_id: &self.api.id,
            request_id: &record.request_id,
            arrival,
            time: record.time,
            format: self.event_format(routed.target, &record.extended_request_id),
        });
        record.inspect(|inspection| inspection.event = Some(event.clone()));
        self.integrate(&routed, head, event, record).await
    }

    fn check_host(&self, head: &Parts, is_secure: bool) -> Result<(), OwnResponse> {
        let checked = self.api.allowed_hosts.check(head, self.addr, is_secure);
        checked.map_err(|cause| OwnResponse::WrongHost { cause })
    }

    fn path<'p>(&self, head: &'p Parts) -> Result<DecodedPath<'p>, OwnResponse> {
        let path = self.router.path(head.uri.path());
        path.map_err(|error| OwnResponse::error(StatusCode::BAD_REQUEST, error.to_string()))
    }

    fn stage<'r>(&'r self, head: &'r Parts, path: &'r DecodedPath<'_>) -> Result<StagedPath<'r>, OwnResponse> {
        self.router.stage(head, path).map_err(|unrouted| self.unrouted(unrouted))
    }

    /// Finds the route, unless the gateway responds to a preflight itself.
    fn route<'r>(&'r self, method: &Method, staged: StagedPath<'r>) -> Result<Routed<'r>, OwnResponse> {
        let routed = self.router.route(method, staged);
        let takes = routed.as_ref().ok();
        let takes = takes.map(|routed| (routed.route.is_for_options(), routed.target.auth != Auth::None));
        if self.api.cors.is_some() && cors::answers_itself(method, takes) {
            return Err(OwnResponse::Preflight);
        }
        routed.map_err(|unrouted| self.unrouted(unrouted))
    }

    /// Reads the body of a request to a route without an authorizer.
    async fn read_open(&self, head: &Parts, body: &mut Incoming) -> Result<Bytes, OwnResponse> {
        let error = match self.authenticator.body_reader().read(&head.headers, body).await {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        let (status, cause) = match error {
            BodyError::TooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            BodyError::NoRoom { .. } => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            BodyError::TimedOut => (StatusCode::REQUEST_TIMEOUT, error.to_string()),
            _ => (StatusCode::BAD_REQUEST, "the body broke off".to_owned()),
        };
        Err(OwnResponse::error(status, cause))
    }

    /// Verifies and authorizes a request, and reads its body.
    async fn authorize(
        &self,
        routed: &Routed<'_>,
        head: &Parts,
        body: &mut Incoming,
        record: &mut AccessRecord,
    ) -> Result<(Option<AuthorizedCaller>, Bytes), OwnResponse> {
        let authorizer = self.authorizers.get(routed.staged.stage_index).ok_or_else(no_authorizer)?;
        let source_ip = Some(record.source_ip);
        let staged = &routed.staged;
        let paths = staged.rest.as_ref().map(RestPath::authorized);
        let paths: Option<Vec<_>> = paths.as_ref().map(|paths| paths.iter().map(AsRef::as_ref).collect());
        let decision = |request: &VerifiedRequest<'_, Identity>| match &paths {
            Some(paths) => authorizer.decide_paths(request, paths, source_ip),
            None if staged.has_domain => authorizer.decide_paths(request, &[staged.path_in_stage], source_ip),
            None => authorizer.decide_from(request, source_ip),
        };
        let authorized = self.authenticator.authenticate(head, staged.path, body, record.time, &decision).await;
        let (caller, body) = authorized.map_err(|refusal| {
            record.decision = AuthDecision::Refused;
            record.inspect(|inspection| inspection.refused(&refusal));
            record.caller = refusal.claimed_access_key_id().map(|id| {
                let principal = refusal.claimed_key().map(|identity| identity.principal().clone());
                let access_key_id = if principal.is_some() { id.to_owned() } else { unknown_access_key_id(id) };
                LoggedCaller { access_key_id, principal, proven: refusal.proven_caller().is_some() }
            });
            OwnResponse::Refused(Arc::new(refusal))
        })?;
        check_connection(head, &caller)?;
        record.decision = AuthDecision::Allowed;
        record.caller = Some(LoggedCaller {
            access_key_id: caller.access_key_id().to_owned(),
            principal: Some(caller.principal().clone()),
            proven: true,
        });
        Ok((Some(caller), body))
    }

    /// The format of the event of a route.
    fn event_format<'r>(&'r self, route: &RouteDefinition, extended_request_id: &'r str) -> EventFormat<'r> {
        match (self.api.is_rest(), route.payload_format) {
            (true, _) => EventFormat::Rest {
                extended_request_id,
                deployment_id: self.api.rest.deployment_id.as_deref(),
                binary_media_types: &self.api.rest.binary_media_types,
            },
            (false, PayloadFormat::V1) => EventFormat::HttpApiV1,
            (false, PayloadFormat::V2) => EventFormat::V2,
        }
    }

    /// Calls the integration and records how long it took.
    async fn integrate(
        &self,
        routed: &Routed<'_>,
        head: &Parts,
        event: Event,
        record: &mut AccessRecord,
    ) -> Result<Response<Bytes>, OwnResponse> {
        let started = Instant::now();
        // A MOCK integration calls nothing that could be traced.
        let calls = !matches!(routed.target.integration.0, Target::Mock(_) | Target::NotImplemented(_));
        let trace = event.header(TRACE_ID.as_str()).filter(|_| calls && self.api.is_rest()).map(ids::call_trace);
        let called = self.integrations.call(&routed.target.integration.0, event, head, &routed.variables).await;
        let latency = started.elapsed();
        match called {
            Ok(mut response) => {
                if let Some(trace) = trace.and_then(|trace| HeaderValue::try_from(trace).ok()) {
                    response.headers_mut().insert(TRACE_ID, trace);
                }
                let status = Some(response.status().as_u16());
                let error = match &routed.target.integration.0 {
                    Target::NotImplemented(why) => Some(why.clone()),
                    _ => None,
                };
                record.integration = Some(LoggedIntegration { status, latency, error });
                Ok(response)
            }
            Err(failure) => {
                let response_type = failure.response_type();
                let IntegrationFailure { status, cause, .. } = failure;
                record.integration = Some(LoggedIntegration { status: None, latency, error: Some(cause) });
                Err(OwnResponse::Failed { status, response_type })
            }
        }
    }

    /// Explains what the gateway responds with, for a client that may know it.
    async fn explain(&self, own: &OwnResponse, head: &Parts, record: &AccessRecord) -> Option<Explanation> {
        let refusal = match own {
            OwnResponse::Error { cause, .. } | OwnResponse::Gateway { cause, .. } => {
                return Some(Explanation::of_cause(cause));
            }
            OwnResponse::Failed { .. } => return record.cause().map(Explanation::of_cause),
            OwnResponse::WrongHost { .. } | OwnResponse::Preflight => return None,
            OwnResponse::Refused(refusal) => refusal,
        };
        let plain = || Explanation::of_cause(refusal.to_string());
        if !self.explainer.may_explain(refusal) {
            return Some(without_search(refusal));
        }
        let (refused, now) = ((head.clone(), Arc::clone(refusal)), record.time);
        let explained = if is_worth_a_search(refusal) {
            let explainer = Arc::clone(&self.explainer);
            spawn_blocking(move || explainer.explain(&refused, now)).await.ok().flatten()
        } else {
            self.explainer.explain(&refused, now)
        };
        Some(explained.unwrap_or_else(plain))
    }

    /// Adds the headers of CORS and the request's ids to a response.
    fn finish(
        &self,
        outcome: Result<Response<Bytes>, OwnResponse>,
        explained: Option<&Explanation>,
        head: &Parts,
        record: &AccessRecord,
    ) -> (Response<Bytes>, Option<OwnResponse>) {
        let (mut response, own) = match outcome {
            Ok(response) => (response, None),
            Err(own) => {
                let cause = explained.filter(|_| self.api.verbose_errors).map(|explained| explained.cause.as_str());
                let response = match self.api.is_rest() {
                    true => self.rest_response(&own, cause, head, record),
                    false => own.to_response(cause),
                };
                (response, Some(own))
            }
        };
        let (request, headers) = (&head.headers, response.headers_mut());
        match (&self.api.cors, &own) {
            (None, _) => {}
            (Some(cors), Some(OwnResponse::Preflight)) => *headers = cors.preflight(request),
            (Some(cors), Some(_)) => cors.apply(&head.method, request, headers),
            (Some(cors), None) => {
                cors.apply(&head.method, request, headers);
                cors.apply_to_preflight(&head.method, request, headers);
            }
        }
        if self.api.is_rest() {
            put_ids(record, headers);
        } else if let Ok(id) = HeaderValue::try_from(record.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        (response, own)
    }

    /// The data for the access log.
    fn job(
        &self,
        mut record: AccessRecord,
        own: Option<OwnResponse>,
        explained: Option<Explanation>,
        head: Parts,
    ) -> LogJob {
        let Some(own) = own.filter(|own| !matches!(own, OwnResponse::Preflight)) else {
            return LogJob { record, refused: None };
        };
        let rest = RestError::of(&own).filter(|_| self.api.is_rest());
        record.error = Some(match (rest, own.cause()) {
            (Some(error), cause) => LoggedError::of_rest(error.response_type, error.message, cause),
            (None, cause) => LoggedError::new(StatusCode::from_u16(record.status).unwrap_or_default(), cause),
        });
        let refused = match own {
            OwnResponse::Refused(refusal) if explained.is_none() => Some((head, refusal)),
            _ => None,
        };
        if let Some(explained @ Explanation { remedy: Some(_), .. }) = explained {
            explained.note(&mut record);
        }
        LogJob { record, refused }
    }
}

fn check_size(head: &Parts) -> Result<(), OwnResponse> {
    match limits::exceeded(head) {
        Some(status) => Err(OwnResponse::error(status, "the request is larger than API Gateway takes")),
        None => Ok(()),
    }
}

fn check_form(head: &Parts) -> Result<(), OwnResponse> {
    match malformed(head) {
        Some(why) => Err(OwnResponse::error(StatusCode::BAD_REQUEST, why)),
        None => Ok(()),
    }
}

fn check_connection(head: &Parts, caller: &AuthorizedCaller) -> Result<(), OwnResponse> {
    match signed_hop_by_hop(&head.headers, caller.signed_headers()) {
        Some(name) => {
            let why = format!("`connection` names the header `{name}`, which is signed and would not be handed on");
            Err(OwnResponse::error(StatusCode::BAD_REQUEST, why))
        }
        None => Ok(()),
    }
}
