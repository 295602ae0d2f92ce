//! Providers of credentials.

pub(crate) mod cached;
mod failure;
mod flight;
#[cfg(feature = "aws-credential-types")]
pub(crate) mod sdk;
mod state;

use crate::credentials::Credentials;
use crate::tower::body::BoxError;
use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::Arc;
use time::OffsetDateTime;

/// The future of [`CredentialsProvider::credentials`].
pub type CredentialsFuture<'s> = Pin<Box<dyn Future<Output = Result<ExpiringCredentials, BoxError>> + Send + 's>>;

/// A provider of the credentials that sign requests. It is asked before every signature.
///
/// [`Credentials`], closures that return a future of credentials, and an `Arc` of a provider implement this trait. Wrap a provider
/// that does IO in [`CachedCredentials`](super::CachedCredentials).
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::CredentialsProvider;
/// use std::sync::Arc;
/// use time::OffsetDateTime;
///
/// let fixed = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")?;
/// let fetched = || async { Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI") };
/// let providers: [Arc<dyn CredentialsProvider>; 2] = [Arc::new(fixed), Arc::new(fetched)];
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// for provider in providers {
///     # let expiring = runtime.block_on(provider.credentials(OffsetDateTime::now_utc()));
///     # stringify!(
///     let expiring = provider.credentials(OffsetDateTime::now_utc()).await;
///     # );
///     assert_eq!(expiring?.credentials().access_key_id(), "AKIDEXAMPLE");
/// }
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub trait CredentialsProvider: Send + Sync {
    /// Returns the credentials to sign a request with at `now`.
    ///
    /// `now` is the caller's clock, corrected by its skew if that is known. The clocks of two callers may differ by up to
    /// [`MAX_CLOCK_SKEW`](super::MAX_CLOCK_SKEW): a caller's clock must not change the credentials that other callers get.
    fn credentials(&self, now: OffsetDateTime) -> CredentialsFuture<'_>;

    /// Reports that a service refused the credentials of `expiring` because they are expired, unknown or revoked.
    ///
    /// A provider that keeps credentials drops these and no others. The default does nothing. A provider that wraps a second
    /// provider passes the report on, and returns the same value that it got: a value that is built anew, or by
    /// [`ExpiringCredentials::with_expiration`], is not recognised.
    fn invalidate(&self, expiring: &ExpiringCredentials) {
        let _ = expiring;
    }
}

impl CredentialsProvider for Credentials {
    fn credentials(&self, _now: OffsetDateTime) -> CredentialsFuture<'_> {
        Box::pin(future::ready(Ok(self.clone().into())))
    }
}

impl<S: CredentialsProvider + ?Sized> CredentialsProvider for Arc<S> {
    fn credentials(&self, now: OffsetDateTime) -> CredentialsFuture<'_> {
        (**self).credentials(now)
    }

    fn invalidate(&self, expiring: &ExpiringCredentials) {
        (**self).invalidate(expiring);
    }
}

impl<F, I, L, E> CredentialsProvider for F
where
    F: Fn() -> I + Send + Sync,
    I: Future<Output = Result<L, E>> + Send + 'static,
    L: Into<ExpiringCredentials>,
    E: Into<BoxError>,
{
    fn credentials(&self, _now: OffsetDateTime) -> CredentialsFuture<'_> {
        let fetch = self();
        Box::pin(async move { fetch.await.map(Into::into).map_err(Into::into) })
    }
}

/// Credentials that are valid until their [expiration](Credentials::with_expiration).
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::ExpiringCredentials;
/// use time::OffsetDateTime;
///
/// let temporary = Credentials::new("ASIAEXAMPLE", "secret")?.with_session_token("token")?;
/// let end = OffsetDateTime::from_unix_timestamp(1_440_938_160)?;
/// let expiring = ExpiringCredentials::from(temporary.clone().with_expiration(end));
/// assert_eq!(expiring.expiration(), Some(end));
/// assert_eq!(ExpiringCredentials::from(temporary).with_expiration(end).credentials().expiration(), Some(end));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ExpiringCredentials {
    credentials: Arc<Credentials>,
}

impl ExpiringCredentials {
    /// Sets the expiration: the moment from which the credentials are no longer valid.
    #[must_use]
    pub fn with_expiration(mut self, end: OffsetDateTime) -> Self {
        Arc::make_mut(&mut self.credentials).set_expiration(end);
        self
    }

    /// The credentials.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Whether the credentials are valid at `now`.
    pub(crate) fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.expiration().is_none_or(|end| now < end)
    }

    /// Whether `other` is this value or a clone of it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.credentials, &other.credentials)
    }

    /// The moment from which the credentials are no longer valid, if it is known.
    #[must_use]
    pub fn expiration(&self) -> Option<OffsetDateTime> {
        self.credentials.expiration()
    }
}

impl From<Credentials> for ExpiringCredentials {
    fn from(credentials: Credentials) -> Self {
        Arc::new(credentials).into()
    }
}

impl From<Arc<Credentials>> for ExpiringCredentials {
    fn from(credentials: Arc<Credentials>) -> Self {
        Self { credentials }
    }
}

impl fmt::Debug for ExpiringCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpiringCredentials")
            .field("credentials", &self.credentials)
            .field("expiration", &self.expiration())
            .finish()
    }
}
