//! Credentials that are kept until shortly before they expire.

use super::flight::{Failure, Flight, locked};
use super::{CredentialsSource, Issuing, Lease};
use crate::tower::body::BoxError;
use crate::tower::clock::Clock;
use std::fmt;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

/// How long before they expire credentials are fetched anew, if they last long enough.
const AHEAD: Duration = Duration::minutes(5);
/// How long credentials are kept that do not say when they expire.
const KEPT: Duration = Duration::minutes(15);
/// How long a source that failed is left alone while its last credentials are valid.
const PAUSE: Duration = Duration::seconds(10);

/// A source that keeps the credentials of another one, and fetches them anew 5 minutes before they expire: or after three
/// quarters of their time, if they last less than 20 minutes. Those that do not say when they expire are kept for 15 minutes.
///
/// However many requests wait, they are fetched once. While the old ones are valid only one request waits for the new
/// ones, and should these not come, the old ones are used on. A source that fails is told to everyone who waited, and asked
/// again by the next request.
///
/// ```
/// use sig4::Credentials;
/// use sig4::tower::{CachedCredentials, CredentialsSource, Lease};
/// use std::io;
/// use time::{Duration, OffsetDateTime};
///
/// let source = CachedCredentials::new(|| async {
///     let fetched = Credentials::new("ASIAEXAMPLE", "secret").with_session_token("token"); // from wherever
///     Ok::<_, io::Error>(Lease::from(fetched).until(OffsetDateTime::now_utc() + Duration::hours(1)))
/// });
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// assert_eq!(source.credentials(OffsetDateTime::now_utc()).await?.credentials().access_key_id(), "ASIAEXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub struct CachedCredentials<S> {
    source: Arc<S>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<Arc<Flight>>,
}

#[derive(Clone)]
struct Held {
    lease: Lease,
    /// When to ask for others.
    refresh: OffsetDateTime,
}

impl Held {
    fn new(lease: Lease, now: OffsetDateTime) -> Self {
        let refresh = match lease.end() {
            None => now.saturating_add(KEPT),
            Some(end) => {
                let left = end - now;
                now.saturating_add((left - AHEAD).max(left * 3 / 4))
            }
        };
        Self { lease, refresh }
    }

    fn is_valid(&self, now: OffsetDateTime) -> bool {
        self.lease.end().is_none_or(|end| now < end)
    }
}

/// What to do for a request.
enum Step {
    Use(Lease),
    /// Wait for new ones, and if they do not come take the old ones, if they are valid.
    Wait(Arc<Flight>, Option<Lease>),
}

impl<S: CredentialsSource + 'static> CachedCredentials<S> {
    /// Keeps the credentials of `source`.
    #[must_use]
    pub fn new(source: S) -> Self {
        Self { source: Arc::new(source), clock: Clock::default(), state: Mutex::default() }
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    async fn lease(&self, now: OffsetDateTime) -> Result<Lease, BoxError> {
        let (flight, old) = match self.step(now) {
            Step::Use(lease) => return Ok(lease),
            Step::Wait(flight, old) => (flight, old),
        };
        let outcome = flight.join().await;
        self.land(&flight, &outcome);
        match (outcome, old) {
            (Ok(lease), _) | (Err(_), Some(lease)) => Ok(lease),
            (Err(failure), None) => Err(failure.into()),
        }
    }

    fn step(&self, now: OffsetDateTime) -> Step {
        let mut state = locked(&self.state);
        let valid = state.held.as_ref().filter(|held| held.is_valid(now));
        let (fresh, old) = (valid.is_some_and(|held| now < held.refresh), valid.map(|held| held.lease.clone()));
        // Somebody else sees to it: besides this one's, there is another hand on the flight than the state's.
        let taken_care_of = state.flight.as_ref().is_some_and(|flight| Arc::strong_count(flight) > 1);
        match old {
            Some(lease) if fresh || taken_care_of => Step::Use(lease),
            old => Step::Wait(Arc::clone(state.flight.get_or_insert_with(|| Arc::new(self.fetch(now)))), old),
        }
    }

    fn fetch(&self, now: OffsetDateTime) -> Flight {
        let source = Arc::clone(&self.source);
        Flight::new(Box::pin(async move { source.credentials(now).await }))
    }

    /// Keeps what came of a flight, once.
    fn land(&self, flight: &Arc<Flight>, outcome: &Result<Lease, Failure>) {
        let now = self.clock.now();
        let mut state = locked(&self.state);
        if !state.flight.as_ref().is_some_and(|current| Arc::ptr_eq(current, flight)) {
            return;
        }
        state.flight = None;
        match (outcome, &mut state.held) {
            (Ok(lease), held) => *held = Some(Held::new(lease.clone(), now)),
            (Err(_), Some(held)) => held.refresh = now.saturating_add(PAUSE),
            (Err(_), None) => {}
        }
        if let Err(failure) = outcome {
            tracing::warn!(target: "sig4::tower", cause = %failure, "credentials could not be fetched");
        }
    }
}

impl<S: CredentialsSource + 'static> CredentialsSource for CachedCredentials<S> {
    fn credentials(&self, now: OffsetDateTime) -> Issuing<'_> {
        Box::pin(self.lease(now))
    }

    fn invalidate(&self, lease: &Lease) {
        locked(&self.state).held.take_if(|held| held.lease.is(lease));
        self.source.invalidate(lease);
    }
}

impl<S> fmt::Debug for CachedCredentials<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = locked(&self.state);
        f.debug_struct("CachedCredentials")
            .field("held", &state.held.as_ref().map(|held| &held.lease))
            .finish_non_exhaustive()
    }
}
