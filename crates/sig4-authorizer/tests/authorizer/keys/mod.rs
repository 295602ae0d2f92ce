//! Keys and policies from files: what is loaded, and what is not.

mod day_keys;
mod folder;
mod reload;
mod requests;

use sig4_authorizer::keys::{KeySource, ReloadingKeys};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A policy of a name that tells its version.
pub(crate) fn policy(action: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#)
}

/// A users file with one user for each access key id, without secrets.
pub(crate) fn users_without_secrets(ids: &[&str]) -> String {
    users_with(ids, "")
}

/// A users file with one user for each access key id.
pub(crate) fn users(ids: &[&str]) -> String {
    users_with(ids, &format!(r#", "secret": "{SECRET}""#))
}

fn users_with(ids: &[&str], more: &str) -> String {
    let user = |id: &&str| {
        let key = format!(r#"{{"id": "{id}"{more}}}"#);
        format!(r#""user-{}": {{"policies": ["all.json"], "access_keys": [{key}]}}"#, id.to_ascii_lowercase())
    };
    let users: Vec<_> = ids.iter().map(user).collect();
    format!(r#"{{"account": "123456789012", "users": {{{}}}}}"#, users.join(", "))
}

/// A folder with a users file and its policy.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new(users: &str) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files.write("users.json", users);
        files.write("all.json", &policy("*"));
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Replaces a file in one step.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path("new"), text).unwrap();
        fs::rename(self.path("new"), self.path(name)).unwrap();
    }

    pub(crate) fn source(&self) -> KeySource {
        KeySource::users(self.path("users.json"))
    }

    pub(crate) fn load(&self) -> ReloadingKeys {
        ReloadingKeys::load(self.source()).unwrap()
    }
}

/// The error of a source that cannot be loaded.
pub(crate) fn refused(source: KeySource) -> String {
    let error = ReloadingKeys::load(source).unwrap_err();
    assert_eq!(error.kind(), sig4_authorizer::ErrorKind::InvalidKeys);
    assert!(!error.to_string().contains(SECRET), "{error}");
    error.to_string()
}
