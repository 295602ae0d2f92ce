//! The keys of one region and service: what a signer and a verifier have in common.

use super::SigningKey;
use super::cache::KeyCache;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::scope::{Region, Scope, Service};
use crate::time::Day;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

/// A region and a service, with the keys of their days. Clones share the keys.
#[derive(Clone, Debug)]
pub(crate) struct ScopedKeys {
    /// The scope, on whatever day.
    scope: Result<Scope, Error>,
    /// Sets this region and service apart from others in the cache.
    salt: u64,
    cache: Arc<KeyCache>,
}

impl ScopedKeys {
    pub(crate) fn new(region: &str, service: &str, cache: KeyCache) -> Self {
        Self {
            scope: Region::parse(region).and_then(|r| Ok(Scope::new(Day::FIRST, &r, &Service::parse(service)?))),
            salt: BuildHasherDefault::<DefaultHasher>::default().hash_one((region, service)),
            cache: Arc::new(cache),
        }
    }

    /// Starts with other, empty keys.
    pub(crate) fn replace_cache(&mut self, cache: KeyCache) {
        self.cache = Arc::new(cache);
    }

    /// The region, if a scope can hold it.
    #[cfg(feature = "tower")]
    pub(crate) fn region(&self) -> Option<&str> {
        self.scope.as_ref().ok().map(Scope::region)
    }

    /// How many keys are kept.
    pub(crate) fn cached(&self) -> usize {
        self.cache.len()
    }

    /// The scope on `day`.
    pub(crate) fn scope(&self, day: Day) -> Result<Scope, Error> {
        self.scope.as_ref().map(|scope| scope.on(day)).map_err(Clone::clone)
    }

    /// Calls `with` with the key of `credentials` for `scope`, which is one of this region and service.
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
