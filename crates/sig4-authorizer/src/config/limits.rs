//! `[limits]`: how much a proxy can ask of one replica.

use super::time_span::TimeSpan;
use core::time::Duration;
use serde::Deserialize;
use sig4::tower::DEFAULT_BODY_LIMIT;

/// Connections at a time. More wait in the backlog of the system.
const DEFAULT_CONNECTIONS: usize = 4096;
/// Checks at a time. More are refused.
const DEFAULT_CHECKS_IN_FLIGHT: usize = 1024;
/// HTTP/2 streams of a connection at a time.
const DEFAULT_STREAMS: u32 = 1024;
/// The body of a request that is checked.
const DEFAULT_BODY_LEN: usize = 1024 * 1024;
/// The head of a request that is checked.
const DEFAULT_HEAD_LEN: usize = 65_536;
/// How long a check may take. A restart of the store of used signatures fits into it.
const DEFAULT_CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a proxy may take to send a head, and to begin the next request of a connection of HTTP/1.
const DEFAULT_HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a TLS handshake may take.
const DEFAULT_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The time between pings on a connection of HTTP/2.
const DEFAULT_PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long the answer to a ping may take.
const DEFAULT_PING_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest body that a configuration can allow: it is held in memory for each check.
const MAX_BODY_LEN: usize = 16 * 1024 * 1024;
/// The longest head that a configuration can allow.
const MAX_HEAD_BYTES: usize = 1024 * 1024;

/// `[limits]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Checks at a time.
    pub(crate) checks_in_flight: usize,
    /// HTTP/2 streams of a connection at a time.
    pub(crate) streams: u32,
    /// The body of a request that is checked, in bytes.
    pub(crate) body_bytes: usize,
    /// The head of a request that is checked, in bytes.
    pub(crate) head_bytes: usize,
    check_timeout: TimeSpan,
    head_timeout: TimeSpan,
    handshake_timeout: TimeSpan,
    ping_interval: TimeSpan,
    ping_timeout: TimeSpan,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: DEFAULT_CONNECTIONS,
            checks_in_flight: DEFAULT_CHECKS_IN_FLIGHT,
            streams: DEFAULT_STREAMS,
            body_bytes: DEFAULT_BODY_LEN,
            head_bytes: DEFAULT_HEAD_LEN,
            check_timeout: TimeSpan(DEFAULT_CHECK_TIMEOUT),
            head_timeout: TimeSpan(DEFAULT_HEAD_TIMEOUT),
            handshake_timeout: TimeSpan(DEFAULT_HANDSHAKE_TIMEOUT),
            ping_interval: TimeSpan(DEFAULT_PING_INTERVAL),
            ping_timeout: TimeSpan(DEFAULT_PING_TIMEOUT),
        }
    }
}

impl Limits {
    /// The limits of a server without a configuration: those of the longest body of API Gateway.
    pub(crate) fn of_library() -> Self {
        Self { body_bytes: DEFAULT_BODY_LIMIT, ..Self::default() }
    }

    /// The limits of the address for operators.
    pub(crate) fn of_operators(&self, connections: usize, head_timeout: Duration) -> Self {
        Self { connections, head_timeout: TimeSpan(self.head_timeout.0.min(head_timeout)), ..self.clone() }
    }

    /// The longest message of Envoy, in bytes: the body, and the head once as headers and once as other attributes.
    pub(crate) const fn check_len(&self) -> usize {
        self.body_bytes.saturating_add(self.head_bytes).saturating_add(self.head_bytes)
    }

    /// How long a check may take.
    pub(crate) const fn check_timeout(&self) -> Duration {
        self.check_timeout.0
    }

    /// How long a proxy may take to send a head.
    pub(crate) const fn head_timeout(&self) -> Duration {
        self.head_timeout.0
    }

    /// How long a TLS handshake may take.
    pub(crate) const fn handshake_timeout(&self) -> Duration {
        self.handshake_timeout.0
    }

    /// The time between pings on a connection of HTTP/2.
    pub(crate) const fn ping_interval(&self) -> Duration {
        self.ping_interval.0
    }

    /// How long the answer to a ping may take.
    pub(crate) const fn ping_timeout(&self) -> Duration {
        self.ping_timeout.0
    }

    /// What is wrong with a value.
    pub(super) fn problem(&self) -> Option<String> {
        let times = [
            ("check_timeout", self.check_timeout),
            ("head_timeout", self.head_timeout),
            ("handshake_timeout", self.handshake_timeout),
            ("ping_interval", self.ping_interval),
            ("ping_timeout", self.ping_timeout),
        ];
        if let Some((name, _)) = times.iter().find(|(_, time)| time.0.is_zero()) {
            return Some(format!("[limits] `{name}` is zero"));
        }
        let most = tokio::sync::Semaphore::MAX_PERMITS;
        let numbers = [
            ("connections", self.connections, most),
            ("checks_in_flight", self.checks_in_flight, most),
            ("body_bytes", self.body_bytes, MAX_BODY_LEN),
            ("head_bytes", self.head_bytes, MAX_HEAD_BYTES),
            ("streams", usize::try_from(self.streams).unwrap_or(usize::MAX), usize::MAX),
        ];
        let wrong = numbers.iter().find(|(_, number, most)| *number == 0 || number > most);
        wrong.map(|(name, number, most)| format!("[limits] `{name}` is {number}, expected 1 to {most}"))
    }
}
