//! The users, policies and keys of a configuration, which are loaded again when their files change.

use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::keys::{KeySource, KeyWatch, ReloadingKeys};
use core::time::Duration;
use std::sync::Arc;

/// What is told of events that operators should know.
pub(super) type Notices = Arc<dyn Fn(&str) + Send + Sync>;

/// The keys of a server, and how often their files are looked at.
pub(super) struct WatchedKeys {
    pub(super) store: ReloadingKeys,
    interval: Duration,
}

impl WatchedKeys {
    /// Loads the keys of a configuration.
    pub(super) fn of(config: &Config) -> Result<Self, Error> {
        let store = ReloadingKeys::load(source(config)?)?;
        Ok(Self { store, interval: config.keys().interval() })
    }

    /// Loads them again when their files change, until the answer is dropped.
    pub(super) fn watch(&self, notices: Notices) -> KeyWatch {
        self.store.watch(self.interval, move |outcome| match outcome {
            Ok(()) => notices("users, policies and keys are loaded again"),
            Err(error) => notices(&format!("the earlier users, policies and keys stay in use: {error}")),
        })
    }
}

fn source(config: &Config) -> Result<KeySource, Error> {
    let keys = config.keys();
    match (&keys.users, &keys.folder) {
        (Some(users), None) => {
            let source = KeySource::users(config.path(users));
            Ok(match &keys.day_keys {
                Some(file) => source.with_day_keys(config.path(file)),
                None => source,
            })
        }
        (None, Some(folder)) => Ok(KeySource::folder(config.path(folder))),
        _ => Err(Error::new(ErrorKind::InvalidConfig, "[keys] needs `users` or `folder`")),
    }
}
