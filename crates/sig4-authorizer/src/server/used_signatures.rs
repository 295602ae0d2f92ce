//! The store of used signatures that a configuration asks for, and what a running server says about it.

use crate::check::authorizer::Authorizer;
use crate::config::{Config, ReplayStoreKind};
use crate::error::{Error, ErrorKind};
use crate::regular_file;
use crate::replay::{
    Initialized, MemoryReplayStore, RedisReplayStore, RedisSettings, ReplayError, ReplayErrorKind, ReplayStatus,
    ServerStatus,
};
use core::time::Duration;
use sig4::verify::SeenSignatures;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;

/// How long a new store may take to be prepared.
const INITIALIZE_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest file of URLs, in bytes.
const MAX_URLS_LEN: usize = 65_536;

/// The longest file of root certificates, in bytes.
const MAX_ROOTS_LEN: usize = 1_048_576;

/// The store of used signatures that a configuration asks for. Its files are read and valid. It has no connection.
#[derive(Clone)]
pub(super) enum PlannedReplays {
    /// None: a signature can be used again while it is valid.
    Forgotten,
    /// In memory.
    Memory(Arc<MemoryReplayStore>),
    /// In Valkey or Redis.
    Redis(Box<RedisPlan>),
}

/// A store in Valkey or Redis without a connection.
#[derive(Clone)]
pub(super) struct RedisPlan {
    settings: RedisSettings,
    fails_open: bool,
    clock_difference: Duration,
}

/// The store of used signatures of a running server.
#[derive(Clone)]
pub(super) enum UsedSignatures {
    /// None: a signature can be used again while it is valid.
    Forgotten,
    /// In memory.
    Memory(Arc<MemoryReplayStore>),
    /// In Valkey or Redis.
    Redis(SharedSignatures),
}

/// The store in Valkey or Redis of a running server.
#[derive(Clone)]
pub(super) struct SharedSignatures {
    store: RedisReplayStore,
    /// Whether requests pass while the store cannot answer.
    fails_open: bool,
    /// How long after a loss a request is refused that is signed as it comes.
    settling: Duration,
}

impl PlannedReplays {
    /// The store of a configuration.
    pub(super) fn of(config: &Config) -> Result<Self, Error> {
        let replay = config.replay();
        Ok(match replay.store {
            ReplayStoreKind::None => Self::Forgotten,
            ReplayStoreKind::Memory => Self::Memory(Arc::new(MemoryReplayStore::new(seen(config)))),
            ReplayStoreKind::Redis => Self::Redis(Box::new(RedisPlan {
                settings: settings(config)?,
                fails_open: replay.fails_open(),
                clock_difference: replay.clock_difference(),
            })),
        })
    }

    /// Connects to Valkey or Redis in the background. `window` is how long a request is valid before and after it is signed.
    pub(super) fn start(self, window: Duration) -> Result<UsedSignatures, Error> {
        Ok(match self {
            Self::Forgotten => UsedSignatures::Forgotten,
            Self::Memory(store) => UsedSignatures::Memory(store),
            Self::Redis(plan) => UsedSignatures::Redis(SharedSignatures {
                store: RedisReplayStore::connect(&plan.settings)?,
                fails_open: plan.fails_open,
                settling: window.saturating_add(plan.clock_difference),
            }),
        })
    }
}

impl UsedSignatures {
    /// Makes an authorizer ask the store.
    pub(super) fn given_to(&self, authorizer: Authorizer) -> Authorizer {
        match self {
            Self::Forgotten => authorizer,
            Self::Memory(store) => authorizer.with_replay_store(Arc::clone(store)),
            Self::Redis(shared) => authorizer.with_replay_store(shared.store.clone()),
        }
    }

    /// Its state; `None` if there is no store.
    pub(super) fn status(&self) -> Option<ReplayStatus> {
        match self {
            Self::Forgotten => None,
            Self::Memory(store) => Some(store.status()),
            Self::Redis(shared) => Some(shared.store.status()),
        }
    }

    /// Why every request is refused because of it. No address and no password is in it.
    pub(super) fn reason(&self, now: OffsetDateTime) -> Option<String> {
        let Self::Redis(shared) = self else { return None };
        shared.refusal(now).map(|why| format!("the store of used signatures: {why}"))
    }

    /// What the log says about it while it cannot be asked. No address and no password is in it.
    pub(super) fn trouble(&self) -> Option<String> {
        let Self::Redis(shared) = self else { return None };
        let is_full = |error: &ReplayError| error.kind() == ReplayErrorKind::Full;
        let servers = shared.store.status().servers;
        let trouble = match servers.iter().find(|server| !server.connected || server.error.is_some()) {
            Some(server) => server.error.clone(),
            None if servers.is_empty() => None,
            None => return None,
        };
        let passes = shared.fails_open && !trouble.as_ref().is_some_and(is_full);
        let effect = if passes { "let through without a check for replays" } else { "refused" };
        Some(format!("requests are {effect}: {}", told(trouble)))
    }
}

impl SharedSignatures {
    /// Why every request is refused. A request whose server of a cluster can be used is not.
    fn refusal(&self, now: OffsetDateTime) -> Option<String> {
        let servers = self.store.status().servers;
        if servers.is_empty() {
            return (!self.fails_open).then(|| told(None));
        }
        let refusals: Option<Vec<String>> = servers.iter().map(|server| self.refusal_of(server, now)).collect();
        refusals?.into_iter().next()
    }

    /// Why every request is refused whose signature is at this server.
    fn refusal_of(&self, server: &ServerStatus, now: OffsetDateTime) -> Option<String> {
        match server {
            ServerStatus { connected: true, error: Some(full), .. } => Some(full.to_string()),
            _ if self.fails_open => None,
            ServerStatus { connected: false, error, .. } => Some(told(error.clone())),
            ServerStatus { complete_since, .. } => {
                let settling = time::Duration::try_from(self.settling).unwrap_or(time::Duration::MAX);
                let end = complete_since.map(|since| since.saturating_add(settling)).filter(|end| *end > now)?;
                let seconds = (end - now).whole_seconds().saturating_add(1);
                Some(format!("it may have lost signatures, and new requests are refused for {seconds} s"))
            }
        }
    }
}

/// What is told of a server that cannot be asked.
fn told(error: Option<ReplayError>) -> String {
    error.map_or_else(|| "the replay store is not connected yet".to_owned(), |error| error.to_string())
}

/// Prepares a new, empty store of used signatures, so that it lets requests through at once. Without this, a store whose past is
/// unknown refuses the signatures that it may have forgotten, until they have expired.
///
/// ```
/// use sig4_authorizer::config::Config;
/// use sig4_authorizer::{ErrorKind, initialize_replay_store};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let config = Config::parse(
///     r#"
///     [[api]]
///     name = "pets"
///     region = "us-east-1"
///     account = "123456789012"
///     id = "pets"
///     [replay]
///     store = "memory"
///     "#,
/// )?;
/// let error = initialize_replay_store(&config).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidConfig, "a store in memory is new at each start");
/// # Ok::<(), sig4_authorizer::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidConfig`] if the configuration has no store in Valkey or Redis, [`ErrorKind::ReplayStore`] if it does not answer.
pub async fn initialize_replay_store(config: &Config) -> Result<Initialized, Error> {
    if config.replay().store != ReplayStoreKind::Redis {
        return Err(Error::new(ErrorKind::InvalidConfig, "[replay] does not have the store \"redis\""));
    }
    RedisReplayStore::initialize(&settings(config)?, INITIALIZE_TIMEOUT).await
}

fn seen(config: &Config) -> SeenSignatures {
    let replay = config.replay();
    let mut seen = SeenSignatures::new(replay.capacity);
    if let Some(quota) = replay.key_quota {
        seen = seen.with_key_quota(quota);
    }
    match replay.max_lifetime() {
        Some(longest) => seen.with_max_lifetime(longest),
        None => seen,
    }
}

fn settings(config: &Config) -> Result<RedisSettings, Error> {
    let replay = config.replay();
    let url_file = replay.url_file.as_deref().unwrap_or_else(|| Path::new(""));
    let path = config.path(url_file);
    let (urls, _) = regular_file::read_text(&path, MAX_URLS_LEN).map_err(|error| unreadable(&path, error))?;
    let mut settings = RedisSettings::new(&urls)?
        .with_prefix(&replay.prefix)?
        .with_timeout(replay.timeout())
        .with_command_timeout(replay.command_timeout())
        .with_clock_difference(replay.clock_difference())
        .with_max_in_flight(replay.max_in_flight);
    if let Some(longest) = replay.max_lifetime() {
        settings = settings.with_max_lifetime(longest);
    }
    if let Some(quota) = replay.key_quota {
        let count = u64::try_from(quota).unwrap_or(u64::MAX);
        settings = settings.with_key_quota(count, replay.key_quota_window());
    }
    if let Some(path) = &replay.root_certificates {
        let path = config.path(path);
        let (pem, _) = regular_file::read_bytes(&path, MAX_ROOTS_LEN).map_err(|error| unreadable(&path, error))?;
        settings = settings.with_root_certificates(pem.to_vec());
    }
    if let Some(path) = &replay.password_file {
        settings = settings.with_password_file(config.path(path));
    }
    settings.check()?;
    Ok(flagged(settings, config))
}

fn flagged(mut settings: RedisSettings, config: &Config) -> RedisSettings {
    let replay = config.replay();
    if replay.cluster {
        settings = settings.with_cluster();
    }
    if replay.durable {
        settings = settings.with_durable_servers();
    }
    if replay.fails_open() { settings.with_fail_open() } else { settings }
}

/// The error for a file that cannot be read. No message has a part of it.
fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::InvalidConfig, format!("[replay] {}: {error}", path.display())).with_source(error)
}

impl fmt::Debug for UsedSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forgotten => "Forgotten",
            Self::Memory(_) => "Memory",
            Self::Redis(_) => "Redis",
        })
    }
}
