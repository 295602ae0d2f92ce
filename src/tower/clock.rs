//! The clock and the timers of the layers. Tests replace the clock.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
#[cfg(feature = "http-body")]
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
#[cfg(feature = "aws-credential-types")]
use std::time::SystemTime;
use time::OffsetDateTime;
#[cfg(feature = "aws-credential-types")]
use time::PrimitiveDateTime;

/// A clock: the machine's by default, or a function for tests.
///
/// ```
/// use sig4::tower::Clock;
/// use time::OffsetDateTime;
///
/// let clock = Clock::new(|| OffsetDateTime::UNIX_EPOCH);
/// assert_eq!(clock.now(), OffsetDateTime::UNIX_EPOCH);
/// assert!(Clock::default().now() > clock.now());
/// ```
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<dyn Fn() -> OffsetDateTime + Send + Sync>>);

impl Clock {
    /// A clock that returns the time of `now`.
    #[must_use]
    pub fn new(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.0.as_ref().map_or_else(OffsetDateTime::now_utc, |now| now())
    }
}

/// Converts a system time: `None` after the year 9999, the first moment of the year -9999 before that year.
#[cfg(feature = "aws-credential-types")]
pub(crate) fn moment(time: SystemTime) -> Option<OffsetDateTime> {
    let nanos = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => OffsetDateTime::from_unix_timestamp_nanos(nanos(after)).ok(),
        Err(before) => {
            let moment = OffsetDateTime::from_unix_timestamp_nanos(-nanos(before.duration()));
            Some(moment.unwrap_or(PrimitiveDateTime::MIN.assume_utc()))
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Clock(given)" } else { "Clock(the machine's)" })
    }
}

/// A monotonic clock: the time since it was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(tokio::time::Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(tokio::time::Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A time limit, measured by the timer of the runtime in use.
///
/// ```
/// use sig4::tower::TimeLimit;
/// use std::time::Duration;
///
/// let limit = TimeLimit::new(Duration::from_secs(5), tokio::time::sleep);
/// assert_eq!(format!("{limit:?}"), "TimeLimit(5s)");
/// ```
#[derive(Clone)]
pub struct TimeLimit {
    limit: Duration,
    sleep: Arc<dyn Fn(Duration) -> Sleep + Send + Sync>,
}

impl TimeLimit {
    /// A limit that `sleep` measures: the timer of the runtime, such as `tokio::time::sleep`.
    #[must_use]
    pub fn new<S>(limit: Duration, sleep: impl Fn(Duration) -> S + Send + Sync + 'static) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        Self { limit, sleep: Arc::new(move |limit| Box::pin(sleep(limit))) }
    }

    /// Starts the limit now.
    pub(crate) fn start(&self) -> Deadline {
        Deadline(Some((self.sleep)(self.limit)))
    }
}

impl fmt::Debug for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TimeLimit").field(&self.limit).finish()
    }
}

/// The end of a time limit. The default never ends.
#[derive(Default)]
pub(crate) struct Deadline(Option<Sleep>);

impl Deadline {
    /// Whether the time is up. The task is woken when it is.
    #[cfg(feature = "http-body")]
    pub(crate) fn is_up(&mut self, cx: &mut Context<'_>) -> bool {
        self.0.as_mut().is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
    }

    /// The output of `work`, or `None` if the time is up first.
    pub(crate) async fn within<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|cx| match (work.as_mut().poll(cx), &mut self.0) {
            (Poll::Ready(done), _) => Poll::Ready(Some(done)),
            (Poll::Pending, Some(sleep)) => sleep.as_mut().poll(cx).map(|()| None),
            (Poll::Pending, None) => Poll::Pending,
        })
        .await
    }
}
