//! Stores of access keys.

use super::stored_key::StoredKey;
use crate::credentials::Credentials;
use std::collections::HashMap;
use std::error::Error;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::sync::Arc;

/// An access key in a store: the key that verifies signatures, and its owner.
///
/// [`Credentials`] implement it. A type of your own adds what handlers and decisions need to know about the owner.
///
/// ```
/// use sig4::verify::AccessKey;
/// use sig4::{Credentials, StoredKey};
///
/// struct Tenant {
///     name: String,
///     credentials: Credentials,
/// }
///
/// impl AccessKey for Tenant {
///     fn stored_key(&self) -> StoredKey<'_> {
///         (&self.credentials).into()
///     }
///
///     fn owner(&self) -> Option<&str> {
///         Some(&self.name)
///     }
/// }
/// # fn is_a_key<K: AccessKey>() {}
/// # is_a_key::<Tenant>();
/// ```
pub trait AccessKey: Send + Sync + 'static {
    /// The key that verifies signatures. It must be the key of the access key id that the store was asked for: any other key
    /// verifies nothing.
    fn stored_key(&self) -> StoredKey<'_>;

    /// The name of the key's owner, for logs and messages: an ARN, for example. The default is `None`.
    fn owner(&self) -> Option<&str> {
        None
    }
}

impl AccessKey for Credentials {
    fn stored_key(&self) -> StoredKey<'_> {
        self.into()
    }
}

/// An error of a [`KeyStore`] that cannot answer. A store that does not know a key answers `Ok(None)` instead.
pub type KeyStoreError = Box<dyn Error + Send + Sync>;

/// The future answer of a [`KeyStore`].
pub type KeyFuture<'s, K> = Pin<Box<dyn Future<Output = Result<Option<Arc<K>>, KeyStoreError>> + Send + 's>>;

/// A store that access keys are looked up in: a map in memory, a database, a service. A [`HashMap`] from access key ids to keys is one.
///
/// A store is asked for an access key id, and not for a day. A store without secrets therefore gives the
/// [signing keys](StoredKey::signing_keys) of all days that it has, and the request picks its own.
///
/// ```
/// use sig4::Credentials;
/// use sig4::verify::{KeyFuture, KeyStore};
/// use std::collections::HashMap;
/// use std::sync::Arc;
///
/// struct InMemory(HashMap<String, Arc<Credentials>>);
///
/// impl KeyStore for InMemory {
///     type Key = Credentials;
///
///     fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Credentials> {
///         Box::pin(async move { Ok(self.0.get(access_key_id).cloned()) })
///     }
/// }
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")?;
/// let store = InMemory(HashMap::from([("AKIDEXAMPLE".to_owned(), Arc::new(credentials))]));
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let mut found = |id: &str| match store.key(id).as_mut().poll(&mut context) {
/// #     std::task::Poll::Ready(found) => found.unwrap(),
/// #     std::task::Poll::Pending => None,
/// # };
/// assert!(found("AKIDEXAMPLE").is_some() && found("AKIDOTHER").is_none()); // `found` awaits `store.key(id)`
/// # Ok::<(), sig4::Error>(())
/// ```
pub trait KeyStore: Send + Sync {
    /// The value for each access key id.
    type Key: AccessKey;

    /// Looks up an access key id. `None` means that it is unknown.
    ///
    /// # Errors
    ///
    /// If the store cannot answer. The request is refused.
    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Self::Key>;
}

impl<S: KeyStore + ?Sized> KeyStore for Arc<S> {
    type Key = S::Key;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, S::Key> {
        (**self).key(access_key_id)
    }
}

impl<K: AccessKey, H: BuildHasher + Send + Sync> KeyStore for HashMap<String, Arc<K>, H> {
    type Key = K;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, K> {
        Box::pin(std::future::ready(Ok(self.get(access_key_id).cloned())))
    }
}
