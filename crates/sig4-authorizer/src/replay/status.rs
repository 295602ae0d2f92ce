//! The state of a store of used signatures, for readiness and metrics.

use super::counts::ReplayCounts;
use super::error::ReplayError;
use time::OffsetDateTime;

/// The state of a store of used signatures.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReplayStatus {
    /// Each server that holds signatures. Empty for a store in memory, and for a cluster that was not reached yet.
    pub servers: Vec<ServerStatus>,
    /// Questions that wait for an answer.
    pub in_flight: usize,
    /// The store may lack signatures that were used before this time. Signatures that were valid then are refused. `None` if it lacks
    /// nothing that is known.
    pub complete_since: Option<OffsetDateTime>,
    /// How often it gave each answer.
    pub counts: ReplayCounts,
}

/// The state of one server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerStatus {
    /// The host and the port.
    pub address: String,
    /// Whether there is a connection, and the server can be used.
    pub connected: bool,
    /// Why there is no connection, or why a connected server takes no signature: it has no memory left.
    pub error: Option<ReplayError>,
    /// As [`ReplayStatus::complete_since`], of this server.
    pub complete_since: Option<OffsetDateTime>,
}

impl ReplayStatus {
    /// Whether every server can be asked.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.servers.iter().all(|server| server.connected)
    }
}
