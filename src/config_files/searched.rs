//! Where credentials and a region are looked for, and what is there.

use std::path::{Path, PathBuf};

/// Where [`ConfigFiles`](super::ConfigFiles) looks, in this order: the environment, the credentials file, the config file. It holds
/// no value of a key or of another setting.
#[derive(Clone, Debug)]
pub struct Searched {
    pub(super) profile: String,
    pub(super) source: ProfileSource,
    pub(super) environment: KeysState,
    pub(super) fetches: Vec<&'static str>,
    pub(super) files: [SearchedFile; 2],
}

/// What names the profile.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ProfileSource {
    /// The caller of [`ConfigFiles::new`](super::ConfigFiles::new). The keys of the environment do not count then.
    Caller,
    /// The variable of this name.
    Variable(&'static str),
    /// Nothing: it is the profile `default`.
    Default,
}

/// Which half of a pair of access key id and secret access key is there.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeysState {
    /// Neither.
    Missing,
    /// The access key id alone.
    OnlyId,
    /// The secret access key alone.
    OnlySecret,
    /// Both.
    Both,
}

/// One of the two files.
#[derive(Clone, Debug)]
pub struct SearchedFile {
    path: PathBuf,
    state: FileState,
}

/// What a file has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FileState {
    /// There is no such file.
    NotThere,
    /// It is not a regular file, so it is not read a second time.
    NotRegular,
    /// The file cannot be read, or has a line that is not valid.
    Unreadable,
    /// The file has no such profile.
    NoProfile,
    /// The profile has no keys.
    NoKeys,
    /// The profile has no keys, and this setting says how to fetch them.
    Fetches(&'static str),
    /// The profile has a key or both. [`KeysState::Missing`] does not occur.
    Keys(KeysState),
}

impl Searched {
    /// The name of the profile, unchanged: escape it for a terminal.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// What names the profile.
    #[must_use]
    pub const fn profile_source(&self) -> ProfileSource {
        self.source
    }

    /// The keys in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
    #[must_use]
    pub const fn environment(&self) -> KeysState {
        self.environment
    }

    /// The variables that are set and say how to fetch credentials, such as `AWS_WEB_IDENTITY_TOKEN_FILE`. They are not used.
    pub fn fetch_variables(&self) -> impl Iterator<Item = &'static str> {
        self.fetches.iter().copied()
    }

    /// The credentials file and the config file.
    #[must_use]
    pub const fn files(&self) -> &[SearchedFile; 2] {
        &self.files
    }
}

impl KeysState {
    pub(super) const fn of(id: bool, secret: bool) -> Self {
        match (id, secret) {
            (false, false) => Self::Missing,
            (true, false) => Self::OnlyId,
            (false, true) => Self::OnlySecret,
            (true, true) => Self::Both,
        }
    }
}

impl SearchedFile {
    pub(super) const fn new(path: PathBuf, state: FileState) -> Self {
        Self { path, state }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it has.
    #[must_use]
    pub const fn state(&self) -> FileState {
        self.state
    }
}
