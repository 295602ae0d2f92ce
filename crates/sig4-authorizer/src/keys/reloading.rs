//! A key store whose keys are reloaded as a whole.

use super::snapshot::Snapshot;
use super::source::KeySource;
use super::status::{Counts, KeyStatus};
use super::watch::KeyWatch;
use crate::error::Error;
use arc_swap::ArcSwap;
use core::time::Duration;
use sig4::verify::{KeyFuture, KeyStore};
use sig4_iam::Identity;
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// A [`KeyStore`] of the access keys and policies in files. Its clones share one snapshot of the files, which is replaced in one step.
///
/// A lookup takes the snapshot that is in use. It waits for no reload, and no reload waits for it.
///
/// ```
/// use sig4_authorizer::keys::{KeySource, ReloadingKeys};
///
/// let folder = tempfile::tempdir()?;
/// let users = folder.path().join("users.json");
/// let write = |id: &str| {
///     let key = format!(r#"{{"id": "{id}", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}}"#);
///     std::fs::write(&users, format!(r#"{{"account": "123456789012", "users": {{"alice": {{"access_keys": [{key}]}}}}}}"#))
/// };
/// write("AKIDEXAMPLE")?;
/// let keys = ReloadingKeys::load(KeySource::users(&users))?;
/// assert!(keys.find("AKIDEXAMPLE").is_some());
///
/// write("AKIDOTHER")?;
/// keys.reload()?;
/// assert!(keys.find("AKIDEXAMPLE").is_none() && keys.find("AKIDOTHER").is_some());
///
/// std::fs::write(&users, "{")?;
/// assert!(keys.reload().is_err() && keys.find("AKIDOTHER").is_some(), "a wrong file leaves the keys");
/// assert!(keys.status(time::OffsetDateTime::now_utc()).error.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ReloadingKeys(Arc<Shared>);

struct Shared {
    source: KeySource,
    snapshot: ArcSwap<Snapshot>,
    counts: Mutex<Counts>,
    /// Held during a reload, so that an older state never replaces a newer one.
    reloading: Mutex<()>,
}

impl ReloadingKeys {
    /// Reads all files. It blocks while it does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKeys`](crate::ErrorKind::InvalidKeys) if a file is missing, unreadable, too long or invalid, or if there are no
    /// access keys.
    pub fn load(source: KeySource) -> Result<Self, Error> {
        let now = OffsetDateTime::now_utc();
        let snapshot = Snapshot::read(&source)?;
        Ok(Self(Arc::new(Shared {
            source,
            snapshot: ArcSwap::from_pointee(snapshot),
            counts: Mutex::new(Counts { loaded_at: now, current_at: now, error: None, loads: 1, failures: 0 }),
            reloading: Mutex::new(()),
        })))
    }

    /// Reads all files again. It blocks while it does.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load). The keys stay as they were.
    pub fn reload(&self) -> Result<(), Error> {
        let _reloading = lock(&self.0.reloading);
        self.reload_alone()
    }

    /// Reads all files again if they may have changed since they were last read, or could not be read. It blocks while it does. Returns
    /// whether the files were read.
    ///
    /// # Errors
    ///
    /// As [`reload`](Self::reload).
    pub fn reload_if_changed(&self) -> Result<bool, Error> {
        let _reloading = lock(&self.0.reloading);
        let now = OffsetDateTime::now_utc();
        if self.counts().error.is_none() && self.0.snapshot.load().is_current() {
            self.counts().current_at = now;
            return Ok(false);
        }
        self.reload_alone().map(|()| true)
    }

    fn reload_alone(&self) -> Result<(), Error> {
        let now = OffsetDateTime::now_utc();
        match Snapshot::read(&self.0.source) {
            Ok(snapshot) => {
                self.0.snapshot.store(Arc::new(snapshot));
                let mut counts = self.counts();
                let loads = counts.loads.saturating_add(1);
                *counts = Counts { loaded_at: now, current_at: now, error: None, loads, failures: counts.failures };
                Ok(())
            }
            Err(error) => {
                let mut counts = self.counts();
                counts.failures = counts.failures.saturating_add(1);
                counts.error = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Looks at the files again and again in a task, and reloads them when they changed. The interval is the time between two looks.
    /// `observe` gets the outcome of every reload, and of repeated failures the first of each message.
    ///
    /// The task ends when the value is dropped.
    ///
    /// # Panics
    ///
    /// Outside of a runtime of tokio.
    pub fn watch(&self, interval: Duration, observe: impl Fn(&Result<(), Error>) + Send + 'static) -> KeyWatch {
        let keys = self.clone();
        KeyWatch::spawn(interval, move || keys.reload_if_seen_changed(), observe)
    }

    /// As [`reload_if_changed`](Self::reload_if_changed), but returns whether the files look changed. Files whose times are too young to
    /// tell, or in the future, are read again and again, which is no news.
    fn reload_if_seen_changed(&self) -> Result<bool, Error> {
        let before = self.0.snapshot.load_full();
        self.reload_if_changed().map(|_| !self.0.snapshot.load().looks_like(&before))
    }

    /// The access key with this id.
    #[must_use]
    pub fn find(&self, access_key_id: &str) -> Option<Arc<Identity>> {
        self.0.snapshot.load().directory.find(access_key_id).cloned()
    }

    /// What is loaded. It takes time in proportion to the number of keys.
    #[must_use]
    pub fn status(&self, now: OffsetDateTime) -> KeyStatus {
        let counts = self.counts().clone();
        KeyStatus::new(counts, &self.0.snapshot.load(), now)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        lock(&self.0.counts)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KeyStore for ReloadingKeys {
    type Key = Identity;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(future::ready(Ok(self.find(access_key_id))))
    }
}

impl fmt::Debug for ReloadingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReloadingKeys").field("source", &self.0.source).finish_non_exhaustive()
    }
}
