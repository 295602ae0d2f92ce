//! `[keys]`: where access keys and policies are read.

use super::time_span::TimeSpan;
use core::time::Duration;
use serde::Deserialize;
use std::path::PathBuf;

/// The time between looks at the files.
const DEFAULT_KEYS_INTERVAL: Duration = Duration::from_secs(5);

/// `[keys]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Keys {
    /// The users file.
    pub(crate) users: Option<PathBuf>,
    /// The file of day keys, for a users file without secrets.
    pub(crate) day_keys: Option<PathBuf>,
    /// A folder as Kubernetes mounts it, with both.
    pub(crate) folder: Option<PathBuf>,
    interval: TimeSpan,
}

impl Default for Keys {
    fn default() -> Self {
        Self { users: None, day_keys: None, folder: None, interval: TimeSpan(DEFAULT_KEYS_INTERVAL) }
    }
}

impl Keys {
    /// The time between looks at the files.
    pub(crate) const fn interval(&self) -> Duration {
        self.interval.0
    }

    /// What is wrong with the combination of keys.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match (&self.users, &self.day_keys, &self.folder) {
            (None, Some(_), None) => Some("[keys] has `day_keys` without `users`"),
            (Some(_), _, Some(_)) => Some("[keys] has `users` and `folder`, expected one of them"),
            (None, Some(_), Some(_)) => Some("[keys] has `day_keys` and `folder`, expected one of them"),
            _ if self.interval.0.is_zero() => Some("[keys] `interval` is zero"),
            _ => None,
        }
    }
}
