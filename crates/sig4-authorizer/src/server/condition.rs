//! The condition of a server: whether it is ready, and its metrics.

use super::gate::Gate;
use super::phase::{Phase, Phases};
use super::tls::ServerTls;
use super::used_signatures::UsedSignatures;
use crate::config::Limits;
use crate::keys::{KeyStatus, ReloadingKeys};
use crate::observe::{AccessLog, Metrics, Sample, Traffic};
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::sync::Semaphore;

/// Everything that tells the condition of a server.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) phases: Phases,
    pub(super) gate: Gate,
    pub(super) limits: Limits,
    /// A permit for each connection that may still be opened. One of them waits for the next connection.
    pub(super) open: Arc<Semaphore>,
    pub(super) tls: Option<Arc<ServerTls>>,
    pub(super) keys: Option<ReloadingKeys>,
    pub(super) replays: UsedSignatures,
    pub(super) log: Option<AccessLog>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) metrics: Arc<Metrics>,
}

impl Condition {
    /// Why the server is not ready; empty if it is.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.phases.now() > Phase::Serving {
            reasons.push("it is draining".to_owned());
        }
        reasons.extend(self.keys_reason());
        reasons.extend(self.replays.reason(OffsetDateTime::now_utc()));
        reasons
    }

    /// Keys that are old are better than none, so that a failed reload is no reason. Keys that verify nothing are one.
    fn keys_reason(&self) -> Option<String> {
        let status = self.keys_status()?;
        let is_useless = status.access_keys == status.without_key_today;
        is_useless.then(|| "no access key has a secret or a key of today".to_owned())
    }

    fn keys_status(&self) -> Option<KeyStatus> {
        self.keys.as_ref().map(|keys| keys.status(OffsetDateTime::now_utc()))
    }

    /// The text of the metrics.
    pub(super) fn metrics(&self) -> String {
        self.metrics.render(&self.sample(), &self.traffic)
    }

    fn sample(&self) -> Sample {
        Sample {
            ready: self.reasons().is_empty(),
            in_flight: self.gate.in_flight(),
            in_flight_limit: self.gate.limit(),
            connections: self.traffic.connections(),
            log_dropped: self.log.as_ref().map_or(0, AccessLog::dropped),
            log_failed: self.log.as_ref().map_or(0, AccessLog::failed),
            keys: self.keys_status(),
            replays: self.replays.status(),
            tls_failed: self.tls.as_ref().is_some_and(|tls| tls.has_failed()),
        }
    }
}
