//! The keys of one region and service, for a signer or a verifier.

use super::cache::KeyCache;
use super::{ReadyKey, SigningKey};
use crate::credentials::Credentials;
use crate::scope::{Region, Scope, Service};
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
    pub(crate) fn new(region: &Region, service: &Service, cache: KeyCache) -> Self {
        Self { scope: Scope::new(Day::FIRST, region, service), cache: Arc::new(cache) }
    }

    /// Replaces the keys by an empty cache.
    pub(crate) fn replace_cache(&mut self, cache: KeyCache) {
        self.cache = Arc::new(cache);
    }

    /// The region.
    pub(crate) fn region(&self) -> &str {
        self.scope.region()
    }

    /// The number of keys.
    pub(crate) fn cached(&self) -> usize {
        self.cache.len()
    }

    /// The scope on `day`.
    pub(crate) const fn scope(&self, day: Day) -> Scope {
        self.scope.on(day)
    }

    /// Calls `with` with the key of `credentials` on `day`.
    #[inline]
    pub(crate) fn with_key<R>(&self, credentials: &Credentials, day: Day, with: impl FnOnce(&ReadyKey) -> R) -> R {
        self.cache.with_key(credentials, &self.scope, day, with)
    }

    /// The key of `credentials` on `day`, for the caller to keep.
    pub(crate) fn signing_key(&self, credentials: &Credentials, day: Day) -> SigningKey {
        self.with_key(credentials, day, |ready| SigningKey::of(credentials, self.scope(day), ready.clone()))
    }
}
