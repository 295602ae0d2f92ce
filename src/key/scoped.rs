//! The keys of one region and service, for a signer or a verifier.

use super::SigningKey;
use super::cache::KeyCache;
use crate::credentials::Credentials;
use crate::scope::{Region, Scope, Service};
use crate::time::Day;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

/// A region and a service, with the keys of their days. Clones share the keys.
#[derive(Clone, Debug)]
pub(crate) struct ScopedKeys {
    /// The scope on any day.
    scope: Scope,
    /// Tells this region and service apart from others in the cache.
    salt: u64,
    cache: Arc<KeyCache>,
}

impl ScopedKeys {
    pub(crate) fn new(region: &Region, service: &Service, cache: KeyCache) -> Self {
        Self {
            scope: Scope::new(Day::FIRST, region, service),
            salt: BuildHasherDefault::<DefaultHasher>::default().hash_one((region.as_str(), service.as_str())),
            cache: Arc::new(cache),
        }
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

    /// Calls `with` with the key of `credentials` for `scope`, a scope of this region and service.
    #[inline]
    pub(crate) fn with_key<R>(
        &self,
        credentials: &Credentials,
        scope: &Scope,
        with: impl FnOnce(&SigningKey) -> R,
    ) -> R {
        self.cache.with_key(credentials, scope, self.salt, with)
    }
}
