//! The state that requests and the task of a fetch share.

use crate::tower::clock::Stopwatch;
use crate::tower::provider::ExpiringCredentials;
use crate::tower::provider::failure::{Cause, Failure};
use crate::tower::provider::state::{FetchStep, Moment, State};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

pub(crate) type FetchOutcome = Result<ExpiringCredentials, Failure>;

/// The state that requests and the task of a fetch share.
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

/// The result of a search for credentials.
pub(crate) enum Found {
    Credentials(ExpiringCredentials),
    Seat(Seat),
}

/// The requests' handle of a fetch. The task ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Flight {
    number: u64,
    /// The uptime at which it is given up.
    pub(super) end: Duration,
    /// The number of requests that have waited for it.
    seats: u64,
    outcome: Arc<watch::Sender<Option<FetchOutcome>>>,
    /// Whether a thread is currently inside the provider.
    busy: Arc<AtomicBool>,
    _alive: oneshot::Sender<()>,
}

/// A request's seat in a flight that it waits for.
pub(crate) struct Seat {
    pub(super) number: u64,
    end: Duration,
    pub(super) outcome: watch::Receiver<Option<FetchOutcome>>,
}

/// The task's side of a flight that has not begun.
pub(crate) struct Launch {
    pub(crate) number: u64,
    pub(crate) now: Moment,
    pub(crate) time_limit: Duration,
    /// Whether requests wait for it. A background fetch continues without waiting requests.
    pub(crate) awaited: bool,
    pub(crate) outcome: Arc<watch::Sender<Option<FetchOutcome>>>,
    pub(crate) busy: Arc<AtomicBool>,
    pub(crate) cancelled: oneshot::Receiver<()>,
    /// The handle of the previous flight: dropped outside the lock, because the drop wakes its task.
    pub(crate) _previous: Option<Flight>,
}

impl Core {
    pub(crate) fn new(time_limit: Duration) -> Self {
        let inner = Inner { state: State::new(time_limit), flight: None };
        Self { inner: Mutex::new(inner), started: Stopwatch::start() }
    }

    /// Locks the state. The lock is held neither while a provider is polled nor across an await, and no panic leaves the state half
    /// written.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment of a request with the clock `wall`.
    pub(crate) fn moment(&self, wall: OffsetDateTime) -> Moment {
        Moment { wall, uptime: self.started.elapsed() }
    }

    /// The current moment for a request that asked at `asked`.
    pub(crate) fn later(&self, asked: Moment) -> Moment {
        asked.at(self.started.elapsed())
    }

    /// Drops credentials that a service refused.
    pub(crate) fn invalidate(&self, expiring: &ExpiringCredentials) {
        self.lock().state.invalidate(expiring, self.started.elapsed());
    }

    /// Ends the current fetch.
    pub(crate) fn cancel(&self) {
        let flight = self.lock().flight.take();
        drop(flight);
    }

    /// Takes the outcome of a flight, and passes it to the waiting requests.
    pub(crate) fn land(&self, number: u64, outcome: FetchOutcome, told: &watch::Sender<Option<FetchOutcome>>) {
        let (counts, ended) = self.lock().land(number, self.started.elapsed(), &outcome);
        if counts {
            log(&outcome);
        }
        told.send_replace(Some(outcome));
        drop(ended);
    }

    /// Waits for the outcome of a flight.
    pub(crate) async fn wait(&self, mut seat: Seat) -> FetchOutcome {
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
    fn time_out(&self, number: u64) -> FetchOutcome {
        let (counts, outcome) = self.lock().time_out(number, self.started.elapsed());
        if counts {
            log(&outcome);
        }
        outcome
    }
}

impl Inner {
    /// Finds credentials or a seat for a request, and the flight that it begins.
    pub(crate) fn find(&mut self, asked: Moment) -> (Result<Found, Failure>, Option<Launch>) {
        match self.state.step(asked) {
            FetchStep::Use(expiring) => (Ok(Found::Credentials(expiring)), None),
            FetchStep::Refresh(expiring, number) => {
                (Ok(Found::Credentials(expiring)), self.launch(number, asked, false).ok())
            }
            FetchStep::Fetch(number) => match self.launch(number, asked, true) {
                Ok(launch) => (self.seat(), Some(launch)),
                Err(failure) => (Err(failure), None),
            },
            FetchStep::Join => (self.seat(), None),
            FetchStep::Fail(failure) => (Err(failure), None),
        }
    }

    /// Prepares the flight that the state has begun. Fails it if the previous flight still keeps a thread inside the provider.
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

    /// A seat in the current flight.
    fn seat(&mut self) -> Result<Found, Failure> {
        let flight = self.flight.as_mut().ok_or(Cause::Ended)?;
        flight.seats = flight.seats.wrapping_add(1);
        Ok(Found::Seat(Seat { number: flight.number, end: flight.end, outcome: flight.outcome.subscribe() }))
    }

    /// The number of requests that have waited for a flight.
    pub(crate) fn seats(&self, number: u64) -> Option<u64> {
        self.flight.as_ref().filter(|flight| flight.number == number).map(|flight| flight.seats)
    }

    /// Whether no request waits for a flight, and no request has joined since there were `seats`. The flight is then given up, and no
    /// request can join it.
    pub(crate) fn is_deserted(&mut self, number: u64, seats: Option<u64>) -> bool {
        let flight = self.flight.as_ref().filter(|flight| flight.number == number);
        let deserted = flight.is_none_or(|flight| flight.outcome.receiver_count() == 0 && Some(flight.seats) == seats);
        if deserted {
            self.state.abandon(number);
        }
        deserted
    }

    /// Takes the outcome of a flight. Returns whether the provider is responsible for it, and the handle of the flight.
    pub(crate) fn land(&mut self, number: u64, uptime: Duration, outcome: &FetchOutcome) -> (bool, Option<Flight>) {
        let counts = match outcome {
            Err(Failure::Cache(cause)) if cause.is_no_fault() => {
                self.state.abandon(number);
                false
            }
            outcome => self.state.land(number, uptime, outcome),
        };
        (counts, self.flight.take_if(|flight| flight.number == number))
    }

    /// Gives up a flight that has taken too long. Its handle stays, because the flight may still block its thread.
    pub(crate) fn time_out(&mut self, number: u64, uptime: Duration) -> (bool, FetchOutcome) {
        let outcome = Err(Cause::TimedOut(self.state.time_limit()).into());
        (self.state.land(number, uptime, &outcome), outcome)
    }
}

fn log(outcome: &FetchOutcome) {
    if let Err(failure) = outcome {
        tracing::warn!(target: "sig4::tower", cause = %failure, "credentials could not be fetched");
    }
}

/// The tokio runtime of the caller, if it has a timer.
pub(crate) fn runtime() -> Result<Handle, Cause> {
    let runtime = Handle::try_current().map_err(|_| Cause::NoRuntime)?;
    // A runtime without a timer panics here; there is no way to ask it.
    let timer = catch_unwind(AssertUnwindSafe(|| drop(sleep(Duration::ZERO))));
    timer.map(|()| runtime).map_err(|_| Cause::NoTimer)
}
