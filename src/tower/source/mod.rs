//! Where credentials come from.

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

/// Credentials that are on their way.
pub type Issuing<'s> = Pin<Box<dyn Future<Output = Result<Lease, BoxError>> + Send + 's>>;

/// A source of the credentials that requests are signed with. It is asked before every signature.
///
/// [`Credentials`] are a source of themselves. So are a closure that returns a future of credentials, and an `Arc` of any source.
/// Put [`CachedCredentials`](super::CachedCredentials) before a source that does IO.
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::CredentialsSource;
/// use std::sync::Arc;
/// use time::OffsetDateTime;
///
/// let fixed = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")?;
/// let fetched = || async { Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI") };
/// let sources: [Arc<dyn CredentialsSource>; 2] = [Arc::new(fixed), Arc::new(fetched)];
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// for source in sources {
///     # let lease = runtime.block_on(source.credentials(OffsetDateTime::now_utc()));
///     # stringify!(
///     let lease = source.credentials(OffsetDateTime::now_utc()).await;
///     # );
///     assert_eq!(lease?.credentials().access_key_id(), "AKIDEXAMPLE");
/// }
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub trait CredentialsSource: Send + Sync {
    /// Returns the credentials to sign a request with at `now`.
    ///
    /// `now` is the caller's clock, corrected if the caller knows by how much it is off. Two callers may differ by up to
    /// [`MAX_CLOCK_SKEW`](super::MAX_CLOCK_SKEW): a source must not let the clock of one change what another gets.
    fn credentials(&self, now: OffsetDateTime) -> Issuing<'_>;

    /// Reports that a service refused the credentials of `lease` because they are expired, unknown or revoked.
    ///
    /// A source that keeps credentials drops this lease, and no other. The default does nothing. A source that stands before another
    /// one hands the report on, and hands out the very leases that it got: one made anew, or by [`Lease::until`], is not
    /// recognised.
    fn invalidate(&self, lease: &Lease) {
        let _ = lease;
    }
}

impl CredentialsSource for Credentials {
    fn credentials(&self, _now: OffsetDateTime) -> Issuing<'_> {
        Box::pin(future::ready(Ok(self.clone().into())))
    }
}

impl<S: CredentialsSource + ?Sized> CredentialsSource for Arc<S> {
    fn credentials(&self, now: OffsetDateTime) -> Issuing<'_> {
        (**self).credentials(now)
    }

    fn invalidate(&self, lease: &Lease) {
        (**self).invalidate(lease);
    }
}

impl<F, I, L, E> CredentialsSource for F
where
    F: Fn() -> I + Send + Sync,
    I: Future<Output = Result<L, E>> + Send + 'static,
    L: Into<Lease>,
    E: Into<BoxError>,
{
    fn credentials(&self, _now: OffsetDateTime) -> Issuing<'_> {
        let issuing = self();
        Box::pin(async move { issuing.await.map(Into::into).map_err(Into::into) })
    }
}

/// Credentials, and how long they are valid: until their [expiration](Credentials::with_expiration).
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::Lease;
/// use time::OffsetDateTime;
///
/// let temporary = Credentials::new("ASIAEXAMPLE", "secret")?.with_session_token("token")?;
/// let end = OffsetDateTime::from_unix_timestamp(1_440_938_160)?;
/// let lease = Lease::from(temporary.clone().with_expiration(end));
/// assert_eq!(lease.end(), Some(end));
/// assert_eq!(Lease::from(temporary).until(end).credentials().expiration(), Some(end));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Lease {
    credentials: Arc<Credentials>,
}

impl Lease {
    /// Sets the moment from which they are no longer valid: the expiration of the credentials.
    #[must_use]
    pub fn until(mut self, end: OffsetDateTime) -> Self {
        Arc::make_mut(&mut self.credentials).set_expiration(end);
        self
    }

    /// The credentials.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Whether they are valid at `now`.
    pub(crate) fn is_valid_at(&self, now: OffsetDateTime) -> bool {
        self.end().is_none_or(|end| now < end)
    }

    /// Whether it is this very lease or a clone of it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.credentials, &other.credentials)
    }

    /// The moment from which they are no longer valid, if it is known.
    #[must_use]
    pub fn end(&self) -> Option<OffsetDateTime> {
        self.credentials.expiration()
    }
}

impl From<Credentials> for Lease {
    fn from(credentials: Credentials) -> Self {
        Arc::new(credentials).into()
    }
}

impl From<Arc<Credentials>> for Lease {
    fn from(credentials: Arc<Credentials>) -> Self {
        Self { credentials }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("credentials", &self.credentials).field("end", &self.end()).finish()
    }
}
