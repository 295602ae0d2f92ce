//! The gate before the checks: how many there are at a time, and how long each may take.
//!
//! A check beyond the limits is refused in the form of its protocol. The proxy then refuses the request, unless it is told to let
//! requests through when its authorizer fails.

use crate::observe::{Traffic, TrafficEvent};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use core::time::Duration;
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tonic::Status;

/// The gate of a server. Clones share everything.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    permits: Arc<Semaphore>,
    limit: usize,
    timeout: Duration,
    traffic: Arc<Traffic>,
}

/// Why a check does not pass.
#[derive(Clone, Copy, Debug)]
enum Held {
    Overloaded,
    TimedOut,
}

impl Gate {
    /// A gate for `limit` checks at a time, each of which may take `timeout`.
    pub(super) fn new(limit: usize, timeout: Duration, traffic: Arc<Traffic>) -> Self {
        Self { permits: Arc::new(Semaphore::new(limit)), limit, timeout, traffic }
    }

    /// Checks in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.limit.saturating_sub(self.permits.available_permits())
    }

    /// The most checks in flight.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    fn hold(&self, held: Held, is_grpc: bool) -> Response {
        self.traffic.count(held.event());
        if is_grpc { held.status().into_http() } else { answer(StatusCode::SERVICE_UNAVAILABLE) }
    }
}

impl Held {
    const fn event(self) -> TrafficEvent {
        match self {
            Self::Overloaded => TrafficEvent::Overloaded,
            Self::TimedOut => TrafficEvent::TimedOut,
        }
    }

    fn status(self) -> Status {
        match self {
            Self::Overloaded => Status::resource_exhausted("too many checks are in flight"),
            Self::TimedOut => Status::deadline_exceeded("the check took too long"),
        }
    }
}

/// Lets a check pass, or refuses it.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let is_grpc = is_grpc(request.headers());
    let Ok(_permit) = gate.permits.try_acquire() else { return gate.hold(Held::Overloaded, is_grpc) };
    match timeout(gate.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => gate.hold(Held::TimedOut, is_grpc),
    }
}

/// Refuses requests that are not gRPC.
pub(super) async fn only_grpc(request: Request, next: Next) -> Response {
    if is_grpc(request.headers()) {
        return next.run(request).await;
    }
    answer(StatusCode::NOT_FOUND)
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

fn answer(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
