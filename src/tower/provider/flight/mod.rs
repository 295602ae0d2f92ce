//! One fetch of credentials, a task of its own that any number of requests wait for.

#[cfg(test)]
mod model;
mod task;

use super::failure::{Cause, Failure};
use super::state::{Moment, State, Step};
use super::{CredentialsProvider, ExpiringCredentials};
use crate::tower::clock::Stopwatch;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use task::{Launch, fetches_for, runtime};
use time::OffsetDateTime;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

type Outcome = Result<ExpiringCredentials, Failure>;

/// What the requests and the task of a fetch share.
#[derive(Debug)]
pub(super) struct Core {
    inner: Mutex<Inner>,
    started: Stopwatch,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) state: State,
    flight: Option<Flight>,
}

/// What there is for a request.
pub(super) enum Found {
    Credentials(ExpiringCredentials),
    Seat(Seat),
}

/// The requests' hand on a fetch. The task ends when it is dropped.
#[derive(Debug)]
struct Flight {
    number: u64,
    /// The uptime at which it is given up.
    end: Duration,
    /// How many requests have waited for it.
    seats: u64,
    outcome: Arc<watch::Sender<Option<Outcome>>>,
    /// Whether a thread is inside the provider at the moment.
    busy: Arc<AtomicBool>,
    _alive: oneshot::Sender<()>,
}

/// A request's place among those who wait for a flight.
pub(super) struct Seat {
    number: u64,
    end: Duration,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl Core {
    pub(super) fn new(time_limit: Duration) -> Self {
        let inner = Inner { state: State::new(time_limit), flight: None };
        Self { inner: Mutex::new(inner), started: Stopwatch::start() }
    }

    /// The lock. It is held neither while a provider is polled nor across an await; what it guards is whole after a panic too.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment of a request whose clock says `wall`.
    pub(super) fn moment(&self, wall: OffsetDateTime) -> Moment {
        Moment { wall, uptime: self.started.elapsed() }
    }

    /// The moment that it is now for a request that asked at `asked`.
    pub(super) fn later(&self, asked: Moment) -> Moment {
        asked.at(self.started.elapsed())
    }

    /// Drops credentials that a service refused.
    pub(super) fn invalidate(&self, expiring: &ExpiringCredentials) {
        self.lock().state.invalidate(expiring, self.started.elapsed());
    }

    /// What there is for a request. It begins a fetch of `source` if need be.
    pub(super) fn find<S>(self: &Arc<Self>, provider: &Arc<S>, asked: Moment) -> Result<Found, Failure>
    where
        S: CredentialsProvider + 'static,
    {
        if fetches_for(self) {
            return self.lock().state.valid(asked).map(Found::Credentials).ok_or_else(|| Cause::Circular.into());
        }
        let (found, launch) = self.lock().find(asked);
        // Outside the lock: a runtime that is shut down drops the task, and so lands the flight, at once.
        if let Some(launch) = launch {
            launch.start(self, provider);
        }
        found
    }

    /// Ends the fetch that is under way.
    pub(super) fn cancel(&self) {
        let flight = self.lock().flight.take();
        drop(flight);
    }

    /// Takes what became of a flight, and tells the requests that wait for it.
    fn land(&self, number: u64, outcome: Outcome, told: &watch::Sender<Option<Outcome>>) {
        let (counts, ended) = self.lock().land(number, self.started.elapsed(), &outcome);
        if counts {
            log(&outcome);
        }
        told.send_replace(Some(outcome));
        drop(ended);
    }

    /// Waits for what becomes of a flight.
    pub(super) async fn wait(&self, mut seat: Seat) -> Outcome {
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
    fn find(&mut self, asked: Moment) -> (Result<Found, Failure>, Option<Launch>) {
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
    fn launch(&mut self, number: u64, now: Moment, awaited: bool) -> Result<Launch, Failure> {
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
    fn seats(&self, number: u64) -> Option<u64> {
        self.flight.as_ref().filter(|flight| flight.number == number).map(|flight| flight.seats)
    }

    /// Whether nobody waits for a flight, and nobody has come since there were `seats`. It is then given up, and nobody can come
    /// back to it.
    fn is_deserted(&mut self, number: u64, seats: Option<u64>) -> bool {
        let flight = self.flight.as_ref().filter(|flight| flight.number == number);
        let deserted = flight.is_none_or(|flight| flight.outcome.receiver_count() == 0 && Some(flight.seats) == seats);
        if deserted {
            self.state.abandon(number);
        }
        deserted
    }

    /// Takes what became of a flight. Gives whether it says something of the provider, and the hand on the flight.
    fn land(&mut self, number: u64, uptime: Duration, outcome: &Outcome) -> (bool, Option<Flight>) {
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
    fn time_out(&mut self, number: u64, uptime: Duration) -> (bool, Outcome) {
        let outcome = Err(Cause::TimedOut(self.state.time_limit()).into());
        (self.state.land(number, uptime, &outcome), outcome)
    }
}

fn log(outcome: &Outcome) {
    if let Err(failure) = outcome {
        tracing::warn!(target: "sig4::tower", cause = %failure, "credentials could not be fetched");
    }
}
