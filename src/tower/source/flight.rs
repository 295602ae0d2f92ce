//! One fetching of credentials that any number of tasks wait for.
//!
//! Whoever is there drives it; if that one goes away, the next does. So it needs no runtime to run on.

use super::Lease;
use crate::tower::body::BoxError;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

type Fetching = Pin<Box<dyn Future<Output = Result<Lease, BoxError>> + Send>>;

/// A fetching under way, or over.
pub(crate) struct Flight {
    progress: Mutex<Progress>,
    waiters: Arc<Waiters>,
}

enum Progress {
    Under(Fetching),
    Over(Result<Lease, Failure>),
}

impl Flight {
    pub(crate) fn new(fetching: Fetching) -> Self {
        Self { progress: Mutex::new(Progress::Under(fetching)), waiters: Arc::default() }
    }

    /// Waits for what comes of it, and drives it meanwhile.
    pub(crate) fn join(self: &Arc<Self>) -> Joined {
        Joined { flight: Arc::clone(self), seat: self.waiters.seat() }
    }

    fn poll(&self) -> Poll<Result<Lease, Failure>> {
        let mut progress = locked(&self.progress);
        // Should the source panic, nobody waits for it any longer.
        let mut fetching = match std::mem::replace(&mut *progress, Progress::Over(Err(Failure::panicked()))) {
            Progress::Under(fetching) => fetching,
            Progress::Over(outcome) => {
                *progress = Progress::Over(outcome.clone());
                return Poll::Ready(outcome);
            }
        };
        let waker = Waker::from(Arc::clone(&self.waiters));
        let Poll::Ready(outcome) = fetching.as_mut().poll(&mut Context::from_waker(&waker)) else {
            *progress = Progress::Under(fetching);
            return Poll::Pending;
        };
        let outcome = outcome.map_err(|error| Failure(Arc::new(error)));
        *progress = Progress::Over(outcome.clone());
        drop(progress);
        self.waiters.wake_all();
        Poll::Ready(outcome)
    }
}

/// One who waits.
pub(crate) struct Joined {
    flight: Arc<Flight>,
    seat: u64,
}

impl Future for Joined {
    type Output = Result<Lease, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // First the waker, so that news that come meanwhile are not missed.
        self.flight.waiters.add(self.seat, cx.waker());
        self.flight.poll()
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.flight.waiters.leave(self.seat);
    }
}

/// The tasks that wait, all of which are woken whenever there is news.
#[derive(Default)]
struct Waiters {
    seats: AtomicU64,
    waiting: Mutex<BTreeMap<u64, Waker>>,
}

impl Waiters {
    fn seat(&self) -> u64 {
        self.seats.fetch_add(1, Ordering::Relaxed)
    }

    fn add(&self, seat: u64, waker: &Waker) {
        locked(&self.waiting).insert(seat, waker.clone());
    }

    fn leave(&self, seat: u64) {
        let left = locked(&self.waiting).remove(&seat);
        // If the news reached one who has gone, another one has to see to it.
        if left.is_none() {
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        let waiting = std::mem::take(&mut *locked(&self.waiting));
        waiting.into_values().for_each(Waker::wake);
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// The lock; what it guards is whole after a panic too.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why there are no credentials, told to everybody who waited.
#[derive(Clone)]
pub(crate) struct Failure(Arc<BoxError>);

impl Failure {
    fn panicked() -> Self {
        Self(Arc::new("the source of credentials panicked".into()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&**self.0)
    }
}
