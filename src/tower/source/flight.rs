//! One fetch of credentials, a task of its own that any number of requests wait for.

use super::failure::{Cause, Failure};
use super::state::{Moment, State, Step};
use super::{CredentialsSource, Lease};
use crate::tower::clock::Stopwatch;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

/// How long a fetch goes on that nobody waits for, in case somebody comes back.
const GRACE: Duration = Duration::from_secs(1);

type Outcome = Result<Lease, Failure>;

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
    Lease(Lease),
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
    /// Whether a thread is inside the source at the moment.
    busy: Arc<AtomicBool>,
    _alive: oneshot::Sender<()>,
}

/// The task's side of a flight that has not begun.
struct Launch {
    number: u64,
    now: Moment,
    time_limit: Duration,
    /// Whether requests wait for it; a fetch beside goes on without any.
    awaited: bool,
    outcome: Arc<watch::Sender<Option<Outcome>>>,
    busy: Arc<AtomicBool>,
    cancelled: oneshot::Receiver<()>,
    /// The hand on the flight before: dropped outside the lock, because that wakes its task.
    _previous: Option<Flight>,
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

    /// The lock. It is held neither while a source is polled nor across an await; what it guards is whole after a panic too.
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

    /// Drops a lease that a service refused.
    pub(super) fn invalidate(&self, lease: &Lease) {
        self.lock().state.invalidate(lease, self.started.elapsed());
    }

    /// What there is for a request. It begins a fetch of `source` if need be.
    pub(super) fn find<S>(self: &Arc<Self>, source: &Arc<S>, asked: Moment) -> Result<Found, Failure>
    where
        S: CredentialsSource + 'static,
    {
        if fetches_for(self) {
            return self.lock().state.valid(asked).map(Found::Lease).ok_or_else(|| Cause::Circular.into());
        }
        let (found, launch) = self.lock().find(asked);
        // Outside the lock: a runtime that is shut down drops the task, and so lands the flight, at once.
        if let Some(launch) = launch {
            launch.start(self, source);
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
        let (counts, ended) = {
            let mut inner = self.lock();
            let counts = match &outcome {
                Err(Failure::Cache(cause)) if cause.is_no_fault() => {
                    inner.state.abandon(number);
                    false
                }
                outcome => inner.state.land(number, self.started.elapsed(), outcome),
            };
            (counts, inner.flight.take_if(|flight| flight.number == number))
        };
        if counts {
            log(&outcome);
        }
        told.send_replace(Some(outcome));
        drop(ended);
    }

    /// How many requests have waited for a flight.
    fn seats(&self, number: u64) -> Option<u64> {
        self.lock().flight.as_ref().filter(|flight| flight.number == number).map(|flight| flight.seats)
    }

    /// Whether nobody waits for a flight, and nobody has come since there were `seats`. It is then given up, and nobody can come
    /// back to it.
    fn is_deserted(&self, number: u64, seats: Option<u64>) -> bool {
        let mut inner = self.lock();
        let flight = inner.flight.as_ref().filter(|flight| flight.number == number);
        let deserted = flight.is_none_or(|flight| flight.outcome.receiver_count() == 0 && Some(flight.seats) == seats);
        if deserted {
            inner.state.abandon(number);
        }
        deserted
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
        let (outcome, counts) = {
            let mut inner = self.lock();
            let outcome = Err(Cause::TimedOut(inner.state.time_limit()).into());
            let counts = inner.state.land(number, self.started.elapsed(), &outcome);
            (outcome, counts)
        };
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
            Step::Use(lease) => (Ok(Found::Lease(lease)), None),
            Step::Refresh(lease, number) => (Ok(Found::Lease(lease)), self.launch(number, asked, false).ok()),
            Step::Fetch(number) => match self.launch(number, asked, true) {
                Ok(launch) => (self.seat(), Some(launch)),
                Err(failure) => (Err(failure), None),
            },
            Step::Join => (self.seat(), None),
            Step::Fail(failure) => (Err(failure), None),
        }
    }

    /// Makes ready the flight that the state has begun; or fails it, if the one before still keeps a thread inside the source.
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
}

impl Launch {
    /// Starts the task that asks `source`.
    fn start<S: CredentialsSource + 'static>(self, core: &Arc<Core>, source: &Arc<S>) {
        let landing =
            Landing { core: Arc::clone(core), number: self.number, told: Arc::clone(&self.outcome), over: false };
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(cause) => {
                return landing.land(Err(cause.into()));
            }
        };
        let fetching = Fetching { core: Arc::clone(core), outer: FETCHING.try_with(Arc::clone).ok() };
        let source = Arc::clone(source);
        let now = self.now.wall;
        let fetch = FETCHING.scope(Arc::new(fetching), async move { source.credentials(now).await });
        runtime.spawn(self.run(fetch, landing));
    }

    async fn run<E: Into<Failure>>(self, fetch: impl Future<Output = Result<Lease, E>>, landing: Landing) {
        let fetch = watched(fetch, &self.busy);
        let stop = async {
            let deserted = landing.deserted(self.awaited);
            unless(deserted, self.cancelled).await;
        };
        match timeout(self.time_limit, unless(fetch, stop)).await {
            Ok(Some(outcome)) => landing.land(outcome.map_err(Into::into)),
            Ok(None) => landing.land(Err(Cause::Ended.into())),
            Err(_elapsed) => landing.land(Err(Cause::TimedOut(self.time_limit).into())),
        }
    }
}

/// Sees to it that every flight lands, also if the source panics or the runtime is shut down.
struct Landing {
    core: Arc<Core>,
    number: u64,
    told: Arc<watch::Sender<Option<Outcome>>>,
    over: bool,
}

impl Landing {
    fn land(mut self, outcome: Outcome) {
        self.over = true;
        self.core.land(self.number, outcome, &self.told);
    }

    /// Completes when nobody has waited for a while, if the flight is for those who wait.
    async fn deserted(&self, awaited: bool) {
        if !awaited {
            return pending().await;
        }
        loop {
            self.told.closed().await;
            let seats = self.core.seats(self.number);
            sleep(GRACE).await;
            if self.core.is_deserted(self.number, seats) {
                return;
            }
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.over {
            let cause = if std::thread::panicking() { Cause::Panicked } else { Cause::Ended };
            self.core.land(self.number, Err(cause.into()), &self.told);
        }
    }
}

tokio::task_local! {
    static FETCHING: Arc<Fetching>;
}

/// The caches whose fetches wait for this task.
struct Fetching {
    core: Arc<Core>,
    outer: Option<Arc<Self>>,
}

/// Whether this task fetches for a cache, by itself or through other caches.
fn fetches_for(core: &Arc<Core>) -> bool {
    let within = |fetching: &Arc<Fetching>| {
        let mut at = Some(fetching);
        while let Some(fetching) = at {
            if Arc::ptr_eq(&fetching.core, core) {
                return true;
            }
            at = fetching.outer.as_ref();
        }
        false
    };
    FETCHING.try_with(within).unwrap_or(false)
}

/// The tokio runtime of the caller, if it has a timer.
fn runtime() -> Result<Handle, Cause> {
    let runtime = Handle::try_current().map_err(|_| Cause::NoRuntime)?;
    // A runtime does not tell whether it has a timer; making a sleep panics if it has none.
    let timer = catch_unwind(AssertUnwindSafe(|| drop(sleep(Duration::ZERO))));
    timer.map(|()| runtime).map_err(|_| Cause::NoTimer)
}

fn log(outcome: &Outcome) {
    if let Err(failure) = outcome {
        tracing::warn!(target: "sig4::tower", cause = %failure, "credentials could not be fetched");
    }
}

/// What `work` gives, or `None` if `stop` completes first.
async fn unless<T, U>(work: impl Future<Output = T>, stop: impl Future<Output = U>) -> Option<T> {
    let (mut work, mut stop) = (pin!(work), pin!(stop));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
    })
    .await
}

/// Does `work`, and says in `busy` when a thread is at it.
async fn watched<T>(work: impl Future<Output = T>, busy: &AtomicBool) -> T {
    struct Busy<'b>(&'b AtomicBool);
    impl Drop for Busy<'_> {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Release);
        }
    }
    let mut work = pin!(work);
    poll_fn(|cx| {
        busy.store(true, Ordering::Release);
        let _busy = Busy(busy);
        work.as_mut().poll(cx)
    })
    .await
}
