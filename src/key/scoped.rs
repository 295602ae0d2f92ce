//! The keys of one region and service, for a signer or a verifier. The keys of Signature Version 4a are of one service, and of no day.

use super::cache::KeyCache;
use super::{ReadyKey, SigningKey};
use crate::algorithm::Algorithm;
use crate::credentials::Credentials;
use crate::scope::Scope;
use crate::time::Day;
use std::sync::Arc;

/// A region and a service, with the keys of their days. Clones share the keys.
#[derive(Clone, Debug)]
pub(crate) struct ScopedKeys {
    /// The scope on any day.
    scope: Scope,
    /// Of this region and service alone, since its entries do not name them.
    cache: Arc<KeyCache>,
}

impl ScopedKeys {
    /// The keys of a scope on any day.
    pub(crate) fn new(scope: Scope, cache: KeyCache) -> Self {
        Self { scope, cache: Arc::new(cache) }
    }

    /// Replaces the keys by an empty cache.
    pub(crate) fn replace_cache(&mut self, cache: KeyCache) {
        self.cache = Arc::new(cache);
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        self.scope.region()
    }

    /// The algorithm of the keys.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.scope.algorithm()
    }

    /// The number of keys.
    pub(crate) fn cached(&self) -> usize {
        self.cache.len()
    }

    /// The scope on `day`.
    pub(crate) const fn scope(&self, day: Day) -> Scope {
        self.scope.on(day)
    }

    /// Calls `with` with the key of `credentials` on `day`, a [`key_day`].
    #[inline]
    pub(crate) fn with_key<R>(&self, credentials: &Credentials, day: Day, with: impl FnOnce(&ReadyKey) -> R) -> R {
        self.cache.with_key(credentials, &self.scope, day, with)
    }

    /// The key of `credentials` on `day`, for the caller to keep.
    pub(crate) fn signing_key(&self, credentials: &Credentials, day: Day) -> SigningKey {
        let key_day = key_day(self.scope.algorithm(), day);
        self.with_key(credentials, key_day, |ready| SigningKey::of(credentials, self.scope(day), ready.clone()))
    }
}

/// The day of the key that signs on `day`: the same, and always one day for Signature Version 4a, whose keys are of all days.
#[inline]
pub(crate) const fn key_day(algorithm: Algorithm, day: Day) -> Day {
    match algorithm {
        Algorithm::HmacSha256 => day,
        Algorithm::EcdsaP256Sha256 => Day::FIRST,
    }
}
