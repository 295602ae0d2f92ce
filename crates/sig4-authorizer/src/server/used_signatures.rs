//! The store of used signatures that a configuration asks for.

use crate::check::authorizer::Authorizer;
use crate::config::{Config, ReplayStoreKind};
use crate::error::{Error, ErrorKind};
use crate::replay::{Initialized, MemoryReplayStore, RedisReplayStore, RedisSettings, ReplayStatus};
use core::time::Duration;
use sig4::verify::SeenSignatures;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// How long a new store may take to be prepared.
const INITIALIZE_TIMEOUT: Duration = Duration::from_secs(30);

/// The store of used signatures of a server.
#[derive(Clone)]
pub(super) enum UsedSignatures {
    /// None: a signature can be used again while it is valid.
    Forgotten,
    /// In memory.
    Memory(Arc<MemoryReplayStore>),
    /// In Valkey or Redis. `fails_open` is whether requests pass while it cannot answer.
    Redis { store: RedisReplayStore, fails_open: bool },
}

impl UsedSignatures {
    /// The store of a configuration. One of Valkey or Redis connects in the background.
    pub(super) fn of(config: &Config) -> Result<Self, Error> {
        let replay = config.replay();
        match replay.store {
            ReplayStoreKind::None => Ok(Self::Forgotten),
            ReplayStoreKind::Memory => Ok(Self::Memory(Arc::new(MemoryReplayStore::new(seen(config))))),
            ReplayStoreKind::Redis => Ok(Self::Redis {
                store: RedisReplayStore::connect(&settings(config)?)?,
                fails_open: replay.fails_open(),
            }),
        }
    }

    /// Makes an authorizer ask the store.
    pub(super) fn given_to(&self, authorizer: Authorizer) -> Authorizer {
        match self {
            Self::Forgotten => authorizer,
            Self::Memory(store) => authorizer.with_replay_store(Arc::clone(store)),
            Self::Redis { store, .. } => authorizer.with_replay_store(store.clone()),
        }
    }

    /// Its state; `None` if there is no store.
    pub(super) fn status(&self) -> Option<ReplayStatus> {
        match self {
            Self::Forgotten => None,
            Self::Memory(store) => Some(store.status()),
            Self::Redis { store, .. } => Some(store.status()),
        }
    }

    /// Why it cannot be asked, if requests are refused for that. No address and no password is in it.
    pub(super) fn reason(&self) -> Option<String> {
        let Self::Redis { store, fails_open: false } = self else { return None };
        disconnected(store).map(|why| format!("the store of used signatures: {why}"))
    }

    /// What the log says about it while it cannot be asked. No address and no password is in it.
    pub(super) fn trouble(&self) -> Option<String> {
        let Self::Redis { store, fails_open } = self else { return None };
        let effect = if *fails_open { "let through without a check for replays" } else { "refused" };
        disconnected(store).map(|why| format!("requests are {effect}: {why}"))
    }
}

/// Prepares a new, empty store of used signatures, so that it lets requests through at once. Without this, a store whose past is
/// unknown refuses the signatures that it may have forgotten, until they have expired.
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

/// Why a store cannot be asked.
fn disconnected(store: &RedisReplayStore) -> Option<String> {
    let status = store.status();
    if !status.servers.is_empty() && status.is_connected() {
        return None;
    }
    let error = status.servers.into_iter().find_map(|server| server.error);
    Some(error.map_or_else(|| "the replay store is not connected yet".to_owned(), |error| error.to_string()))
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
    let urls = String::from_utf8(read(config, url_file)?)
        .map_err(|_| Error::new(ErrorKind::InvalidConfig, format!("{}: not UTF-8", url_file.display())))?;
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
        settings = settings.with_root_certificates(read(config, path)?);
    }
    if let Some(path) = &replay.password_file {
        settings = settings.with_password_file(config.path(path));
    }
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

/// The bytes of a file. No message has a part of them.
fn read(config: &Config, path: &Path) -> Result<Vec<u8>, Error> {
    let path = config.path(path);
    fs::read(&path).map_err(|error| {
        Error::new(ErrorKind::InvalidConfig, format!("[replay] {}: {error}", path.display())).with_source(error)
    })
}

impl fmt::Debug for UsedSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forgotten => "Forgotten",
            Self::Memory(_) => "Memory",
            Self::Redis { .. } => "Redis",
        })
    }
}
