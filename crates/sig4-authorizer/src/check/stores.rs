//! What all APIs share: the keys, the used signatures, the clock and the limits.

use sig4::Verifier;
use sig4::tower::{Authenticator, Clock, DEFAULT_BODY_LIMIT, TimeLimit};
use sig4::verify::{KeyStore, ReplayStore};
use sig4_iam::Identity;
use std::sync::Arc;
use std::time::Duration;

/// How long the key store and the store of used signatures may take, each.
pub(super) const DEFAULT_STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// The keys of an authorizer: any [`KeyStore`] of identities.
pub(crate) type Keys = Arc<dyn KeyStore<Key = Identity>>;

/// What all APIs share.
#[derive(Clone)]
pub(super) struct Stores {
    keys: Keys,
    pub(super) replays: Option<Arc<dyn ReplayStore>>,
    pub(super) timeout: Duration,
    pub(super) body_limit: usize,
    pub(super) clock: Clock,
}

impl Stores {
    pub(super) fn new(keys: Keys) -> Self {
        Self {
            keys,
            replays: None,
            timeout: DEFAULT_STORE_TIMEOUT,
            body_limit: DEFAULT_BODY_LIMIT,
            clock: Clock::default(),
        }
    }

    /// The authenticator of an API.
    pub(super) fn authenticator(&self, verifier: &Verifier) -> Authenticator<Keys> {
        let clock = self.clock.clone();
        let authenticator = Authenticator::new(verifier.clone(), Arc::clone(&self.keys))
            .with_body_limit(self.body_limit)
            .with_time_limit(TimeLimit::new(self.timeout, tokio::time::sleep))
            .with_clock(move || clock.now());
        match &self.replays {
            Some(replays) => authenticator.with_replay_store(Arc::clone(replays)),
            None => authenticator,
        }
    }
}
