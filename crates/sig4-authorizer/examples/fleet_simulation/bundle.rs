//! The files of a replica, read as a replica reads them.

use crate::clock::scope;
use sig4::key::SigningKey;
use sig4::verify::StoredKey;
use sig4::{Claim, Credentials};
use std::collections::BTreeMap;

/// Access keys without their secrets, with the keys of some days.
pub struct Bundle(BTreeMap<String, Vec<SigningKey>>);

impl Bundle {
    /// Derives the keys of some days.
    pub fn derive<'k>(keys: impl Iterator<Item = &'k Credentials>, days: &[i64]) -> Self {
        let derive = |credentials| days.iter().map(|day| SigningKey::derive(credentials, &scope(*day))).collect();
        Self(keys.map(|credentials| (credentials.access_key_id().to_owned(), derive(credentials))).collect())
    }

    /// The key of the claimed access key id and day.
    pub fn stored_key(&self, claim: &Claim<'_>) -> StoredKey<'_> {
        let Ok(scope) = claim.scope() else { return StoredKey::unknown() };
        let keys = self.0.get(claim.access_key_id()).map(Vec::as_slice).unwrap_or_default();
        keys.iter().find(|key| key.scope() == scope).map_or(StoredKey::unknown(), StoredKey::signing_key)
    }
}
