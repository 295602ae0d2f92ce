//! `[replay]`: where used signatures are remembered.

use super::time_span::TimeSpan;
use crate::replay::{
    DEFAULT_CLOCK_DIFFERENCE, DEFAULT_COMMAND_TIMEOUT, DEFAULT_MAX_IN_FLIGHT, DEFAULT_MEMORY_SIGNATURES,
    DEFAULT_PREFIX, DEFAULT_REPLAY_TIMEOUT,
};
use core::time::Duration;
use serde::Deserialize;
use std::path::PathBuf;

/// The window in which a quota of signatures is counted.
const DEFAULT_QUOTA_WINDOW: Duration = Duration::from_secs(300);

/// `[replay]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Replay {
    /// The store.
    pub(crate) store: ReplayStoreKind,
    /// Signatures that the store in memory remembers.
    pub(crate) capacity: usize,
    /// A file with the URLs of Valkey or Redis, which may have a password.
    pub(crate) url_file: Option<PathBuf>,
    /// A file with the password.
    pub(crate) password_file: Option<PathBuf>,
    /// The certificates that issue the store's certificate.
    pub(crate) root_certificates: Option<PathBuf>,
    /// The begin of every key.
    pub(crate) prefix: String,
    /// Whether the server is a member of a cluster.
    pub(crate) cluster: bool,
    /// Whether no restart and no failover of the servers loses a change.
    pub(crate) durable: bool,
    timeout: TimeSpan,
    command_timeout: TimeSpan,
    clock_difference: TimeSpan,
    /// Requests that wait for the store at a time.
    pub(crate) max_in_flight: usize,
    on_failure: OnReplayFailure,
    /// Signatures of one access key: in memory at a time, in Valkey or Redis in each window.
    pub(crate) key_quota: Option<usize>,
    key_quota_window: TimeSpan,
    max_lifetime: Option<TimeSpan>,
}

/// The kinds of stores.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReplayStoreKind {
    /// In memory, for one replica.
    Memory,
    /// In Valkey or Redis, for several.
    Redis,
    /// No store: a signature can be used again while it is valid.
    None,
}

/// What happens to a request if the store cannot answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum OnReplayFailure {
    /// It is refused.
    Refuse,
    /// It is allowed, which permits replays.
    Allow,
}

impl Default for Replay {
    fn default() -> Self {
        Self {
            store: ReplayStoreKind::Memory,
            capacity: DEFAULT_MEMORY_SIGNATURES,
            url_file: None,
            password_file: None,
            root_certificates: None,
            prefix: DEFAULT_PREFIX.to_owned(),
            cluster: false,
            durable: false,
            timeout: TimeSpan(DEFAULT_REPLAY_TIMEOUT),
            command_timeout: TimeSpan(DEFAULT_COMMAND_TIMEOUT),
            clock_difference: TimeSpan(DEFAULT_CLOCK_DIFFERENCE),
            max_in_flight: DEFAULT_MAX_IN_FLIGHT,
            on_failure: OnReplayFailure::Refuse,
            key_quota: None,
            key_quota_window: TimeSpan(DEFAULT_QUOTA_WINDOW),
            max_lifetime: None,
        }
    }
}

impl Replay {
    /// How long a request waits for the shared store in all.
    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout.0
    }

    /// How long one question waits until it is asked again.
    pub(crate) const fn command_timeout(&self) -> Duration {
        self.command_timeout.0
    }

    /// How much clocks may differ.
    pub(crate) const fn clock_difference(&self) -> Duration {
        self.clock_difference.0
    }

    /// The window in which the quota is counted.
    pub(crate) const fn key_quota_window(&self) -> Duration {
        self.key_quota_window.0
    }

    /// How long a signature may still be valid.
    pub(crate) fn max_lifetime(&self) -> Option<Duration> {
        self.max_lifetime.map(|time| time.0)
    }

    /// Whether requests pass while the store cannot answer.
    pub(crate) fn fails_open(&self) -> bool {
        self.on_failure == OnReplayFailure::Allow
    }

    /// What is wrong with the combination of keys.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let is_redis = self.store == ReplayStoreKind::Redis;
        let has_redis_key =
            [&self.url_file, &self.password_file, &self.root_certificates].iter().any(|key| key.is_some());
        match self {
            _ if is_redis && self.url_file.is_none() => Some("[replay] has the store \"redis\" without `url_file`"),
            _ if !is_redis && has_redis_key => Some("[replay] names files that only the store \"redis\" reads"),
            Self { store: ReplayStoreKind::Memory, capacity: 0, .. } => Some("[replay] `capacity` is 0"),
            Self { max_in_flight: 0, .. } => Some("[replay] `max_in_flight` is 0"),
            Self { key_quota: Some(0), .. } => Some("[replay] `key_quota` is 0"),
            _ if self.timeout.0.is_zero() || self.command_timeout.0.is_zero() || self.key_quota_window.0.is_zero() => {
                Some("[replay] has a time that is zero")
            }
            _ => None,
        }
    }
}
