//! The files of a replica, as a replica holds them.

use crate::clock::scope;
use sig4::Credentials;
use sig4::key::SigningKey;
use sig4::verify::StoredKey;
use sig4_iam::{Directory, Identity, Principal};

/// The account of all clients.
const ACCOUNT: &str = "123456789012";

/// Access keys without their secrets, with the keys of some days.
pub struct Bundle(Directory);

impl Bundle {
    /// Derives the keys of some days.
    pub fn derive<'k>(keys: impl Iterator<Item = &'k Credentials>, days: &[i64]) -> Self {
        let mut directory = Directory::new(ACCOUNT);
        for credentials in keys {
            let of_days = days.iter().map(|day| SigningKey::derive(credentials, &scope(*day))).collect();
            let id = credentials.access_key_id();
            let user = Principal::user(ACCOUNT, id).expect("an access key id is a name");
            let identity = Identity::without_secret(id.parse().expect("it is one"), user).with_signing_keys(of_days);
            directory = directory.with_identity(identity).expect("no id stands twice");
        }
        Self(directory)
    }

    /// What a claim of an access key id is verified with.
    pub fn stored_key(&self, access_key_id: &str) -> StoredKey<'_> {
        self.0.find(access_key_id).map_or(StoredKey::unknown(), |identity| identity.stored_key())
    }
}
