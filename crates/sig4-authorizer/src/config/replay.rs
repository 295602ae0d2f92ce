//! `[replay]`: where used signatures are remembered.

use super::time_span::TimeSpan;
use core::time::Duration;
use serde::Deserialize;
use std::path::PathBuf;

/// Signatures that one replica remembers in memory, of about 120 bytes each.
const DEFAULT_REPLAY_CAPACITY: usize = 1_000_000;
/// How long the shared store may take to answer.
const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(1);

/// `[replay]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Replay {
    /// The store.
    pub(crate) store: ReplayStoreKind,
    /// Signatures that the store in memory remembers.
    pub(crate) capacity: usize,
    /// A file with the URL of Valkey or Redis, which may have a password.
    pub(crate) url_file: Option<PathBuf>,
    /// Whether the URL is of a cluster.
    pub(crate) cluster: bool,
    timeout: TimeSpan,
    /// What happens to a request if the store cannot answer.
    pub(crate) on_failure: OnReplayFailure,
    /// Signatures of one access key id within their lifetime.
    pub(crate) key_quota: Option<usize>,
    /// How long a signature may still be valid.
    pub(super) max_lifetime: Option<TimeSpan>,
}

/// The kinds of stores.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReplayStoreKind {
    /// In memory, for one replica.
    Memory,
    /// In Valkey or Redis, for several.
    Redis,
    /// None: a signature can be used again while it is valid.
    None,
}

/// What happens to a request if the store cannot answer.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnReplayFailure {
    /// It is refused.
    Refuse,
    /// It is allowed, which permits replays.
    Allow,
}

impl Default for Replay {
    fn default() -> Self {
        Self {
            store: ReplayStoreKind::Memory,
            capacity: DEFAULT_REPLAY_CAPACITY,
            url_file: None,
            cluster: false,
            timeout: TimeSpan(DEFAULT_REPLAY_TIMEOUT),
            on_failure: OnReplayFailure::Refuse,
            key_quota: None,
            max_lifetime: None,
        }
    }
}

impl Replay {
    /// How long the shared store may take to answer.
    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout.0
    }

    /// How long a signature may still be valid.
    pub(crate) fn max_lifetime(&self) -> Option<Duration> {
        self.max_lifetime.map(|time| time.0)
    }

    /// What is wrong with the combination of keys.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match (self.store, &self.url_file) {
            (ReplayStoreKind::Redis, None) => Some("[replay] has the store \"redis\" without `url_file`"),
            (ReplayStoreKind::Memory | ReplayStoreKind::None, Some(_)) => {
                Some("[replay] has `url_file`, which only the store \"redis\" reads")
            }
            (ReplayStoreKind::Memory, _) if self.capacity == 0 => Some("[replay] `capacity` is 0"),
            _ => None,
        }
    }
}
