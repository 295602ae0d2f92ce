//! Where access key ids are looked up.

use crate::iam::identity::Identity;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

/// Why a store could not answer. It is not that it knows no such key, which is `Ok(None)`.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// A lookup under way.
pub type KeyFuture<'s> = Pin<Box<dyn Future<Output = Result<Option<Arc<Identity>>, StoreError>> + Send + 's>>;

/// Where access key ids are looked up. [`Directory`](crate::iam::Directory) is one in memory; a database is another.
///
/// ```
/// use sig4::Credentials;
/// use sig4::iam::{Identity, KeyStore, KeyFuture, Principal};
/// use std::sync::Arc;
///
/// struct OneUser(Arc<Identity>);
///
/// impl KeyStore for OneUser {
///     fn identity<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s> {
///         Box::pin(async move { Ok((access_key_id == self.0.access_key_id()).then(|| self.0.clone())) })
///     }
/// }
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")?;
/// let store = OneUser(Arc::new(Identity::new(credentials, Principal::user("123456789012", "alice")?)));
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let mut found = |id: &str| match store.identity(id).as_mut().poll(&mut context) {
/// #     std::task::Poll::Ready(found) => found.unwrap(),
/// #     std::task::Poll::Pending => None,
/// # };
/// assert!(found("AKIDEXAMPLE").is_some() && found("AKIDOTHER").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait KeyStore: Send + Sync {
    /// Whose access key id it is; `None` if it is nobody's.
    fn identity<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s>;
}

impl<K: KeyStore + ?Sized> KeyStore for Arc<K> {
    fn identity<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s> {
        (**self).identity(access_key_id)
    }
}
