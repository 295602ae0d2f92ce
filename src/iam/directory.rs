//! A key store in memory.

use crate::error::{Error, ErrorKind};
use crate::iam::identity::Identity;
use crate::iam::key_store::{KeyStore, Lookup};
use std::collections::BTreeMap;
use std::future;
use std::sync::Arc;

/// A [`KeyStore`] in memory: the access keys of one account's users and of its roles' sessions.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    account: String,
    identities: BTreeMap<String, Arc<Identity>>,
}

impl Directory {
    /// An empty directory of the account of these twelve digits.
    #[must_use]
    pub fn new(account: impl Into<String>) -> Self {
        Self { account: account.into(), identities: BTreeMap::new() }
    }

    /// The account's twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Adds an access key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDirectory`] if there is one of that id, or if it is temporary (`ASIA…`) and has no session
    /// token or the other way round.
    pub fn with_identity(mut self, identity: Identity) -> Result<Self, Error> {
        let id = identity.access_key_id().to_owned();
        if self.identities.contains_key(&id) {
            return Err(Error::new(ErrorKind::InvalidDirectory, format!("the access key id {id:?} stands twice")));
        }
        self.identities.insert(id, Arc::new(identity));
        Ok(self)
    }

    /// Every access key, by its id.
    pub fn identities(&self) -> impl Iterator<Item = &Arc<Identity>> {
        self.identities.values()
    }
}

impl KeyStore for Directory {
    fn identity<'s>(&'s self, access_key_id: &'s str) -> Lookup<'s> {
        Box::pin(future::ready(Ok(self.identities.get(access_key_id).cloned())))
    }
}
