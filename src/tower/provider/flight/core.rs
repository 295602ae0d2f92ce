//! What the requests and the task of a fetch share.

use crate::tower::clock::Stopwatch;
use crate::tower::provider::ExpiringCredentials;
use crate::tower::provider::failure::{Cause, Failure};
use crate::tower::provider::state::{Moment, State, Step};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

pub(crate) type Outcome = Result<ExpiringCredentials, Failure>;

/// What the requests and the task of a fetch share.
#[derive(Debug)]
pub(crate) struct Core {
    inner: Mutex<Inner>,
    started: Stopwatch,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(super) flight: Option<Flight>,
}

/// What there is for a request.
pub(crate) enum Found {
    Credentials(ExpiringCredentials),
    Seat(Seat),
}

/// The requests' hand on a fetch. The task ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Flight {
    number: u64,
    /// The uptime at which it is given up.
    pub(super) end: Duration,
    /// How many requests have waited for it.
    seats: u64,
    outcome: Arc<watch::Sender<Option<Outcome>>>,
    /// Whether a thread is inside the provider at the moment.
    busy: Arc<AtomicBool>,
    _alive: oneshot::Sender<()>,
}

/// A request's place among those who wait for a flight.
pub(crate) struct Seat {
    pub(super) number: u64,
    end: Duration,
    pub(super) outcome: watch::Receiver<Option<Outcome>>,
}

/// The task's side of a flight that has not begun.
pub(crate) struct Launch {
    pub(crate) number: u64,
    pub(crate) now: Moment,
    pub(crate) time_limit: Duration,
    /// Whether requests wait for it; a fetch beside goes on without any.
    pub(crate) awaited: bool,
    pub(crate) outcome: Arc<watch::Sender<Option<Outcome>>>,
    pub(crate) busy: Arc<AtomicBool>,
    pub(crate) cancelled: oneshot::Receiver<()>,
    /// The hand on the flight before: dropped outside the lock, because that wakes its task.
    pub(crate) _previous: Option<Flight>,
}

impl Core {
    pub(crate) fn new(time_limit: Duration) -> Self {
        let inner = Inner { state: State::new(time_limit), flight: None };
        Self { inner: Mutex::new(inner), started: Stopwatch::start() }
    }

    /// The lock. It is held neither while a provider is polled nor across an await; what it guards is whole after a panic too.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment of a request whose clock says `wall`.
    pub(crate) fn moment(&self, wall: OffsetDateTime) -> Moment {
        Moment { wall, uptime: self.started.elapsed() }
    }

    /// The moment that it is now for a request that asked at `asked`.
    pub(crate) fn later(&self, asked: Moment) -> Moment {
        asked.at(self.started.elapsed())
    }

    /// Drops credentials that a service refused.
    pub(crate) fn invalidate(&self, expiring: &ExpiringCredentials) {
        self.lock().state.invalidate(expiring, self.started.elapsed());
    }

    /// Ends the fetch that is under way.
    pub(crate) fn cancel(&self) {
        let flight = self.lock().flight.take();
        drop(flight);
    }

    /// Takes what became of a flight, and tells the requests that wait for it.
    pub(crate) fn land(&self, number: u64, outcome: Outcome, told: &watch::Sender<Option<Outcome>>) {
        let (counts, ended) = self.lock().land(number, self.started.elapsed(), &outcome);
        if counts {
            log(&outcome);
        }
        told.send_replace(Some(outcome));
        drop(ended);
    }

    /// Waits for what becomes of a flight.
    pub(crate) async fn wait(&self, mut seat: Seat) -> Outcome {
        runtime()?;
        let number = seat.number;
        let left = seat.end.saturating_sub(self.started.elapsed());
        match timeout(left, seat.outcome.wait_for(Option::is_some)).await {
            Ok(Ok(outcome)) => outcome.clone().unwrap_or_else(|| Err(Cause::Ended.into())),
            Ok(Err(_closed)) => Err(Cause::Ended.into()),
            Err(_elapsed) => self.time_out(number),
        }
    }

    /// Gives up a flight whose task cannot do so: its thread is blocked, or its runtime does not run.
    fn time_out(&self, number: u64) -> Outcome {
        let (counts, outcome) = self.lock().time_out(number, self.started.elapsed());
        if counts {
            log(&outcome);
        }
        outcome
    }
}

impl Inner {
    /// What there is for a request, and the flight that it begins.
    pub(crate) fn find(&mut self, asked: Moment) -> (Result<Found, Failure>, Option<Launch>) {
        match self.state.step(asked) {
            Step::Use(expiring) => (Ok(Found::Credentials(expiring)), None),
            Step::Refresh(expiring, number) => {
                (Ok(Found::Credentials(expiring)), self.launch(number, asked, false).ok())
            }
            Step::Fetch(number) => match self.launch(number, asked, true) {
                Ok(launch) => (self.seat(), Some(launch)),
                Err(failure) => (Err(failure), None),
            },
            Step::Join => (self.seat(), None),
            Step::Fail(failure) => (Err(failure), None),
        }
    }

    /// Makes ready the flight that the state has begun; or fails it, if the one before still keeps a thread inside the provider.
    pub(crate) fn launch(&mut self, number: u64, now: Moment, awaited: bool) -> Result<Launch, Failure> {
        if self.flight.as_ref().is_some_and(|flight| flight.busy.load(Ordering::Acquire)) {
            let failure = Failure::from(Cause::Blocked);
            self.state.land(number, now.uptime, &Err(failure.clone()));
            return Err(failure);
        }
        let time_limit = self.state.time_limit();
        let (alive, cancelled) = oneshot::channel();
        let outcome = Arc::new(watch::Sender::new(None));
        let busy = Arc::<AtomicBool>::default();
        let flight = Flight {
            number,
            end: now.uptime.saturating_add(time_limit),
            seats: 0,
            outcome: Arc::clone(&outcome),
            busy: Arc::clone(&busy),
            _alive: alive,
        };
        let _previous = self.flight.replace(flight);
        Ok(Launch { number, now, time_limit, awaited, outcome, busy, cancelled, _previous })
    }

    /// A place among those who wait for the flight.
    fn seat(&mut self) -> Result<Found, Failure> {
        let flight = self.flight.as_mut().ok_or(Cause::Ended)?;
        flight.seats = flight.seats.wrapping_add(1);
        Ok(Found::Seat(Seat { number: flight.number, end: flight.end, outcome: flight.outcome.subscribe() }))
    }

    /// How many requests have waited for a flight.
    pub(crate) fn seats(&self, number: u64) -> Option<u64> {
        self.flight.as_ref().filter(|flight| flight.number == number).map(|flight| flight.seats)
    }

    /// Whether nobody waits for a flight, and nobody has come since there were `seats`. It is then given up, and nobody can come
    /// back to it.
    pub(crate) fn is_deserted(&mut self, number: u64, seats: Option<u64>) -> bool {
        let flight = self.flight.as_ref().filter(|flight| flight.number == number);
        let deserted = flight.is_none_or(|flight| flight.outcome.receiver_count() == 0 && Some(flight.seats) == seats);
        if deserted {
            self.state.abandon(number);
        }
        deserted
    }

    /// Takes what became of a flight. Gives whether it says something of the provider, and the hand on the flight.
    pub(crate) fn land(&mut self, number: u64, uptime: Duration, outcome: &Outcome) -> (bool, Option<Flight>) {
        let counts = match outcome {
            Err(Failure::Cache(cause)) if cause.is_no_fault() => {
                self.state.abandon(number);
                false
            }
            outcome => self.state.land(number, uptime, outcome),
        };
        (counts, self.flight.take_if(|flight| flight.number == number))
    }

    /// Gives up a flight that has taken too long, and leaves the hand on it: whether it blocks its thread still matters.
    pub(crate) fn time_out(&mut self, number: u64, uptime: Duration) -> (bool, Outcome) {
        let outcome = Err(Cause::TimedOut(self.state.time_limit()).into());
        (self.state.land(number, uptime, &outcome), outcome)
    }
}

fn log(outcome: &Outcome) {
    if let Err(failure) = outcome {
        tracing::warn!(target: "sig4::tower", cause = %failure, "credentials could not be fetched");
    }
}

/// The tokio runtime of the caller, if it has a timer.
pub(crate) fn runtime() -> Result<Handle, Cause> {
    let runtime = Handle::try_current().map_err(|_| Cause::NoRuntime)?;
    // A runtime does not tell whether it has a timer; making a sleep panics if it has none.
    let timer = catch_unwind(AssertUnwindSafe(|| drop(sleep(Duration::ZERO))));
    timer.map(|()| runtime).map_err(|_| Cause::NoTimer)
}
