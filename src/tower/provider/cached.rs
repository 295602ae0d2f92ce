//! Credentials that are kept until shortly before they expire.
//!
//! No maintained library does this. `moka` and `async-singleflight` share a fetch between requests, but a waiting request drives
//! it, and they have no time limit, no background refresh and no pause after an error. The identity cache of
//! `aws-smithy-runtime` has a time limit, but no pause, no background refresh and no way to drop refused credentials, and it
//! depends on a client's runtime.

use super::failure::{Cause, Failure};
use super::flight::{self, Core, Found};
use super::state::Moment;
use super::{CredentialsFuture, CredentialsProvider, ExpiringCredentials};
use crate::tower::body::BoxError;
use std::fmt;
use std::future;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// The default time limit of a fetch by [`CachedCredentials`]: 10 seconds.
pub const DEFAULT_FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// The number of fetches that a request waits for if their runtimes are shut down.
const MAX_TRIES: u32 = 3;

/// A provider that caches the credentials of an inner provider.
///
/// | case | behaviour |
/// |---|---|
/// | credentials with an end | are fetched again 5 minutes before it, or in the last quarter of their time if they last less than 20 minutes; after 12 hours at the latest |
/// | credentials without an end | are fetched again after 15 minutes |
/// | valid credentials are held | no request waits: the new ones are fetched in the background |
/// | no valid credentials are held | all requests wait for a single fetch; it is dropped when no request has waited for a second |
/// | a slow fetch | is dropped after [`DEFAULT_FETCH_TIMEOUT`], or [`with_fetch_timeout`](Self::with_fetch_timeout) |
/// | a failed fetch | every request that waited gets the error, and so does every request of the next second, without a new fetch; the pause doubles with each further failure, up to a minute |
/// | credentials that arrive after their end | count as a failed fetch |
/// | credentials that a service refused | are dropped ([`invalidate`](CredentialsProvider::invalidate)) and fetched again; if the new ones are refused too, they stay in use for a pause as above |
/// | a provider that panics | counts as a failed fetch |
/// | a provider that asks the same cache for credentials | gets the held credentials, or an error; a task that it spawns is not recognised, and waits until the fetch's time limit |
///
/// Each request decides by its own clock whether credentials are valid, and a fetch gets the clock of the request that began it.
/// Ages, pauses and time limits go by the monotonic clock.
///
/// A fetch is a task on the tokio runtime of the request that began it, and ends when the cache is dropped. The runtime needs a timer;
/// without one every fetch fails, or aborts a program that is built with `panic = "abort"`. If the runtime is shut down, requests of
/// other runtimes that waited for the fetch begin a new one.
///
/// A provider that blocks its thread blocks no other thread: the other requests get an error after the time limit, and no new fetch
/// begins until the provider returns. On a runtime with one thread, nothing else runs meanwhile. Use `tokio::task::spawn_blocking` there.
///
/// # Errors
///
/// - The provider's error is wrapped in an error with the same text, because several requests share it. It is the
///   [`source`](std::error::Error::source) of the wrapper.
/// - The cache's own errors are an [`Error`](crate::tower::Error) of the kind
///   [`CredentialsUnavailable`](crate::tower::ErrorKind::CredentialsUnavailable).
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::{CachedCredentials, CredentialsProvider, ExpiringCredentials};
/// use time::{Duration, OffsetDateTime};
///
/// let provider = CachedCredentials::new(|| async {
///     let fetched = Credentials::new("ASIAEXAMPLE", "secret")?.with_session_token("token")?; // from wherever
///     Ok::<_, sig4::Error>(ExpiringCredentials::from(fetched).with_expiration(OffsetDateTime::now_utc() + Duration::hours(1)))
/// });
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let expiring = provider.credentials(OffsetDateTime::now_utc()).await?;
/// assert_eq!(expiring.credentials().access_key_id(), "ASIAEXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub struct CachedCredentials<P> {
    provider: Arc<P>,
    core: Arc<Core>,
}

impl<P: CredentialsProvider + 'static> CachedCredentials<P> {
    /// Caches the credentials of `provider`.
    #[must_use]
    pub fn new(provider: P) -> Self {
        Self { provider: Arc::new(provider), core: Arc::new(Core::new(DEFAULT_FETCH_TIMEOUT)) }
    }

    /// Sets the time limit of a fetch. The default is [`DEFAULT_FETCH_TIMEOUT`], 10 seconds. A provider that asks a person, such as
    /// for a second factor, needs more. With a limit of zero every fetch fails.
    ///
    /// ```
    /// use sig4::Credentials;
    /// use sig4::tower::{CachedCredentials, CredentialsProvider, ExpiringCredentials};
    /// use sig4::tower::{Error, ErrorKind};
    /// use std::{convert::Infallible, future, time::Duration};
    /// use time::OffsetDateTime;
    ///
    /// let hangs = || future::pending::<Result<Credentials, Infallible>>();
    /// let provider = CachedCredentials::new(hangs).with_fetch_timeout(Duration::from_millis(10));
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    /// # runtime.block_on(async {
    /// let error = provider.credentials(OffsetDateTime::now_utc()).await.unwrap_err();
    /// let error: &Error = error.downcast_ref().expect("an error of the cache");
    /// assert_eq!(error.kind(), ErrorKind::CredentialsUnavailable);
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_fetch_timeout(self, limit: Duration) -> Self {
        self.core.lock().state.set_time_limit(limit);
        self
    }

    async fn fetch(&self, asked: Moment) -> Result<ExpiringCredentials, BoxError> {
        let mut tries = 1;
        loop {
            let seat = match flight::find(&self.core, &self.provider, self.core.later(asked))? {
                Found::Credentials(expiring) => return Ok(expiring),
                Found::Seat(seat) => seat,
            };
            match self.core.wait(seat).await {
                // The runtime of the request that began the fetch may have ended; this request runs on its own.
                Err(Failure::Cache(Cause::Ended)) if tries < MAX_TRIES => tries += 1,
                outcome => return self.usable(outcome?, asked),
            }
        }
    }

    /// Refuses credentials that have expired by the clock of the request that waited for them.
    fn usable(&self, expiring: ExpiringCredentials, asked: Moment) -> Result<ExpiringCredentials, BoxError> {
        match expiring.expiration() {
            Some(end) if !expiring.is_valid_at(self.core.later(asked).wall) => {
                Err(Failure::from(Cause::Expired(end)).into())
            }
            _ => Ok(expiring),
        }
    }
}

impl<P: CredentialsProvider + 'static> CredentialsProvider for CachedCredentials<P> {
    fn credentials(&self, now: OffsetDateTime) -> CredentialsFuture<'_> {
        let asked = self.core.moment(now);
        let fresh = self.core.lock().state.fresh(asked);
        match fresh {
            Some(expiring) => Box::pin(future::ready(Ok(expiring))),
            None => Box::pin(self.fetch(asked)),
        }
    }

    fn invalidate(&self, expiring: &ExpiringCredentials) {
        self.core.invalidate(expiring);
        self.provider.invalidate(expiring);
    }
}

impl<P> Drop for CachedCredentials<P> {
    fn drop(&mut self) {
        self.core.cancel();
    }
}

impl<P> fmt::Debug for CachedCredentials<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedCredentials").field("held", &self.core.lock().state.held()).finish_non_exhaustive()
    }
}
