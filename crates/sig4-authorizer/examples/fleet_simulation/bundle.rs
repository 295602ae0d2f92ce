//! The files of replicas, written by the publisher and read by the code of a replica.

use crate::clock::scope;
use serde_json::{Map, Value, json};
use sig4::Credentials;
use sig4_authorizer::keys::{KeySource, ReloadingKeys};
use sig4_iam::{DayKeys, Identity};
use std::fs;
use std::sync::Arc;

/// The account of all clients.
const ACCOUNT: &str = "123456789012";

/// A users file without secrets and a file of day keys, as a replica holds them.
pub struct Bundle(ReloadingKeys);

impl Bundle {
    /// Derives the keys of some days, writes the files and reads them.
    pub fn derive<'k>(keys: impl Iterator<Item = &'k Credentials> + Clone, days: &[i64]) -> Self {
        let scopes: Vec<_> = days.iter().map(|day| scope(*day)).collect();
        let day_keys = DayKeys::derive(keys.clone(), &scopes).expect("no day stands twice");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (users_file, day_keys_file) = (folder.path().join("users.json"), folder.path().join("day-keys.txt"));
        fs::write(&users_file, users(keys)).expect("the folder can be written");
        fs::write(&day_keys_file, day_keys.to_text().as_bytes()).expect("the folder can be written");
        let source = KeySource::users(users_file).with_day_keys(day_keys_file);
        Self(ReloadingKeys::load(source).expect("the files are valid"))
    }

    /// The identity of an access key id.
    pub fn find(&self, access_key_id: &str) -> Option<Arc<Identity>> {
        self.0.find(access_key_id)
    }
}

/// The users file: each access key is of a user with its name.
fn users<'k>(keys: impl Iterator<Item = &'k Credentials>) -> String {
    let user = |id: &str| (id.to_owned(), json!({"access_keys": [{"id": id}]}));
    let users: Map<String, Value> = keys.map(|credentials| user(credentials.access_key_id())).collect();
    json!({"account": ACCOUNT, "users": users}).to_string()
}
