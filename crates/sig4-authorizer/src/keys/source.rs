//! The files that access keys and policies are read from.

use std::path::{Path, PathBuf};

/// The users file of a [folder](KeySource::folder).
pub const USERS_FILE: &str = "users.json";

/// The file of day keys of a [folder](KeySource::folder).
pub const DAY_KEYS_FILE: &str = "day-keys.txt";

/// The files that access keys and policies are read from.
///
/// ```
/// use sig4_authorizer::keys::KeySource;
///
/// let with_secrets = KeySource::users("/etc/sig4/users.json");
/// let without = KeySource::users("/etc/sig4/users.json").with_day_keys("/run/sig4/day-keys.txt");
/// let mounted = KeySource::folder("/etc/sig4");
/// # let _ = (with_secrets, without, mounted);
/// ```
#[derive(Clone, Debug)]
pub struct KeySource {
    users: PathBuf,
    day_keys: Option<PathBuf>,
    /// Whether the day keys may be missing, so that every access key needs its secret.
    day_keys_optional: bool,
    may_be_empty: bool,
}

impl KeySource {
    /// A users file, as [`Directory`](sig4_iam::Directory) reads it. The policy files that it names are beside it.
    #[must_use]
    pub fn users(file: impl Into<PathBuf>) -> Self {
        Self { users: file.into(), day_keys: None, day_keys_optional: false, may_be_empty: false }
    }

    /// A folder with [`USERS_FILE`], policy files, and perhaps [`DAY_KEYS_FILE`]. It may be a secret that Kubernetes mounts: all files are
    /// then of one version of the secret.
    #[must_use]
    pub fn folder(folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref();
        let day_keys = Some(folder.join(DAY_KEYS_FILE));
        Self { day_keys, day_keys_optional: true, ..Self::users(folder.join(USERS_FILE)) }
    }

    /// Reads [`DayKeys`](sig4_iam::DayKeys) from this file. Access keys of the users file may then be without their secrets.
    #[must_use]
    pub fn with_day_keys(mut self, file: impl Into<PathBuf>) -> Self {
        (self.day_keys, self.day_keys_optional) = (Some(file.into()), false);
        self
    }

    /// Sets whether a users file without a single access key is accepted, `false` by default. Such a file refuses every request, and is
    /// more often a mistake than meant.
    ///
    /// ```
    /// use sig4_authorizer::keys::{KeySource, ReloadingKeys};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("users.json");
    /// std::fs::write(&file, r#"{"account": "123456789012", "users": {}}"#)?;
    /// assert!(ReloadingKeys::load(KeySource::users(&file)).is_err());
    /// assert!(ReloadingKeys::load(KeySource::users(&file).with_empty_users(true)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_empty_users(mut self, accepted: bool) -> Self {
        self.may_be_empty = accepted;
        self
    }

    pub(super) fn users_path(&self) -> &Path {
        &self.users
    }

    pub(super) fn day_keys_path(&self) -> Option<&Path> {
        self.day_keys.as_deref()
    }

    pub(super) const fn may_lack_day_keys(&self) -> bool {
        self.day_keys_optional
    }

    pub(super) const fn may_be_empty(&self) -> bool {
        self.may_be_empty
    }
}
