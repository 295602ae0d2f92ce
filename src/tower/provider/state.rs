//! The decisions of the credentials cache, without IO, clock or runtime.
//!
//! Validity goes by the wall clock of the request, which differs between origins. Ages, pauses and time limits go by the
//! monotonic clock, which cannot be set. A wrong wall clock can therefore cost its own requests a fetch, but no other requests.

use super::ExpiringCredentials;
use super::failure::{Cause, Failure};
use std::time::Duration;
use time::OffsetDateTime;

/// The time before their end at which credentials are fetched again, if they last long enough.
const AHEAD: time::Duration = time::Duration::minutes(5);
/// The time that credentials without an end are kept.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// The longest time that credentials are kept without a fetch: the longest role session of STS.
const MAX_KEPT: Duration = Duration::from_secs(12 * 60 * 60);
/// The pause after the first fetch that failed. It doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two fetches.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// A moment, by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// The caller's clock, corrected for the origin that it calls.
    pub(super) wall: OffsetDateTime,
    /// The monotonic clock: the time since the cache was made.
    pub(super) uptime: Duration,
}

impl Moment {
    /// A later moment, by the same clocks.
    pub(super) fn at(self, uptime: Duration) -> Self {
        let passed = time::Duration::try_from(uptime.saturating_sub(self.uptime)).unwrap_or(time::Duration::MAX);
        Self { wall: self.wall.saturating_add(passed), uptime }
    }
}

/// The next step for a request.
#[derive(Debug)]
pub(super) enum FetchStep {
    /// Use these credentials.
    Use(ExpiringCredentials),
    /// Use these credentials, and start the fetch of this number in the background.
    Refresh(ExpiringCredentials, u64),
    /// Start the fetch of this number, and wait for it.
    Fetch(u64),
    /// Wait for the fetch that is under way.
    Join,
    /// Fail: the last fetch failed, and it is too early for the next.
    Fail(Failure),
}

/// The held credentials, the current fetch, and the time of the next fetch.
#[derive(Debug)]
pub(super) struct State {
    held: Option<Held>,
    flight: Option<Flight>,
    /// The number of the last flight.
    flights: u64,
    time_limit: Duration,
    /// No flight starts before this uptime.
    rests_until: Duration,
    /// No background flight starts before this uptime.
    refreshes_from: Duration,
    /// The number of failed flights in a row, and the failure of the last.
    failures: u32,
    last_failure: Option<Failure>,
    /// The number of credentials in a row that a service refused soon after they had arrived.
    refusals: u32,
}

/// A fetch that is under way.
#[derive(Debug)]
struct Flight {
    number: u64,
    started: Moment,
    /// The uptime at which it is given up.
    end: Duration,
}

#[derive(Debug)]
struct Held {
    expiring: ExpiringCredentials,
    /// The uptime since which it is held.
    since: Duration,
    /// The time of the next fetch: by uptime, and if the credentials have an end, by the wall clock as well.
    due: Duration,
    due_by_clock: Option<OffsetDateTime>,
    refused: bool,
}

impl Held {
    fn new(expiring: ExpiringCredentials, now: Moment) -> Self {
        let (kept, due_by_clock) = match expiring.expiration() {
            None => (KEPT, None),
            Some(end) => {
                let left = (end - now.wall).max(time::Duration::ZERO);
                let ahead = AHEAD.min(left / 4);
                let kept = Duration::try_from(left - ahead).unwrap_or(MAX_KEPT).min(MAX_KEPT);
                (kept, Some(end.saturating_sub(ahead)))
            }
        };
        let due = now.uptime.saturating_add(kept);
        Self { expiring, since: now.uptime, due, due_by_clock, refused: false }
    }

    fn is_due(&self, now: Moment) -> bool {
        now.uptime >= self.due || self.due_by_clock.is_some_and(|due| now.wall >= due)
    }
}

impl State {
    /// A state without credentials. A flight is given up after `time_limit`.
    pub(super) const fn new(time_limit: Duration) -> Self {
        Self {
            held: None,
            flight: None,
            flights: 0,
            time_limit,
            rests_until: Duration::ZERO,
            refreshes_from: Duration::ZERO,
            failures: 0,
            last_failure: None,
            refusals: 0,
        }
    }

    /// The held credentials, valid or not.
    pub(super) fn held(&self) -> Option<&ExpiringCredentials> {
        self.held.as_ref().map(|held| &held.expiring)
    }

    /// The time limit of a flight.
    pub(super) const fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// Sets the time limit of later flights.
    pub(super) const fn set_time_limit(&mut self, limit: Duration) {
        self.time_limit = limit;
    }

    /// The held credentials, if they are valid.
    pub(super) fn valid(&self, now: Moment) -> Option<ExpiringCredentials> {
        self.held.as_ref().filter(|held| held.expiring.is_valid_at(now.wall)).map(|held| held.expiring.clone())
    }

    /// The held credentials, if they are valid and the next fetch is not due.
    pub(super) fn fresh(&self, now: Moment) -> Option<ExpiringCredentials> {
        let held = self.held.as_ref().filter(|held| held.expiring.is_valid_at(now.wall) && !held.is_due(now))?;
        Some(held.expiring.clone())
    }

    /// The next step for a request.
    pub(super) fn step(&mut self, now: Moment) -> FetchStep {
        if let Some(overdue) = self.flight.as_ref().filter(|flight| flight.end <= now.uptime) {
            let (number, limit) = (overdue.number, self.time_limit);
            self.land(number, now.uptime, &Err(Cause::TimedOut(limit).into()));
        }
        let may_start = self.flight.is_none() && self.rests_until <= now.uptime;
        let is_due = self.refreshes_from <= now.uptime && self.held.as_ref().is_some_and(|held| held.is_due(now));
        match self.valid(now) {
            Some(expiring) if may_start && is_due => {
                // If every request has a runtime of its own, each would otherwise begin a fetch that ends with the runtime.
                self.refreshes_from = now.uptime.saturating_add(FIRST_PAUSE);
                FetchStep::Refresh(expiring, self.start(now))
            }
            Some(expiring) => FetchStep::Use(expiring),
            None if self.flight.is_some() => FetchStep::Join,
            None if may_start => FetchStep::Fetch(self.start(now)),
            None => FetchStep::Fail(self.failure()),
        }
    }

    /// The failure while no flight may start.
    fn failure(&self) -> Failure {
        let expired =
            || self.held().and_then(ExpiringCredentials::expiration).map_or(Cause::Refused, Cause::Expired).into();
        self.last_failure.clone().unwrap_or_else(expired)
    }

    fn start(&mut self, now: Moment) -> u64 {
        self.flights = self.flights.wrapping_add(1);
        let end = now.uptime.saturating_add(self.time_limit);
        self.flight = Some(Flight { number: self.flights, started: now, end });
        self.flights
    }

    /// Takes the outcome of a flight. The outcome of a flight that was given up changes nothing, and gives `false`.
    pub(super) fn land(
        &mut self,
        number: u64,
        uptime: Duration,
        outcome: &Result<ExpiringCredentials, Failure>,
    ) -> bool {
        let Some(flight) = self.flight.take_if(|flight| flight.number == number) else { return false };
        let now = flight.started.at(uptime);
        match outcome {
            Ok(expiring) => self.hold(expiring, now),
            Err(failure) => self.fail(failure.clone(), uptime),
        }
        true
    }

    /// Holds fetched credentials. If they have expired by the clock of the request that asked for them, the fetch counts as failed,
    /// and they are held only for requests by whose clock they are valid.
    fn hold(&mut self, expiring: &ExpiringCredentials, now: Moment) {
        if expiring.is_valid_at(now.wall) {
            self.held = Some(Held::new(expiring.clone(), now));
            self.failures = 0;
            self.last_failure = None;
            self.rests_until = now.uptime.saturating_add(FIRST_PAUSE);
        } else if let Some(end) = expiring.expiration() {
            if self.held.as_ref().is_none_or(|held| held.expiring.expiration().is_some_and(|other| other < end)) {
                self.held = Some(Held::new(expiring.clone(), now));
            }
            self.fail(Cause::Expired(end).into(), now.uptime);
        }
    }

    fn fail(&mut self, failure: Failure, uptime: Duration) {
        self.failures = self.failures.saturating_add(1);
        self.rests_until = uptime.saturating_add(pause(self.failures));
        self.last_failure = Some(failure);
    }

    /// Gives up a flight without fault of the provider: the next request may begin a new flight at once.
    pub(super) fn abandon(&mut self, number: u64) {
        self.flight.take_if(|flight| flight.number == number);
    }

    /// Drops the held credentials if they are `expiring`, which a service refused.
    ///
    /// If they are refused soon after they arrived, and the previous credentials were refused too, they stay until the pause is
    /// over: the provider has no better credentials, and other services may accept them.
    pub(super) fn invalidate(&mut self, expiring: &ExpiringCredentials, uptime: Duration) {
        let Some(held) = self.held.as_mut().filter(|held| held.expiring.is_same(expiring) && !held.refused) else {
            return;
        };
        let age = uptime.saturating_sub(held.since);
        self.refusals = if age < MAX_PAUSE { self.refusals.saturating_add(1) } else { 1 };
        let pause = pause(self.refusals.saturating_sub(1));
        held.refused = true;
        held.due = held.due.min(held.since.saturating_add(pause));
        if pause <= age {
            self.held = None;
            if self.failures == 0 {
                self.rests_until = uptime;
            }
        }
    }
}

/// The pause after this number of failures in a row.
fn pause(failures: u32) -> Duration {
    match failures {
        0 => Duration::ZERO,
        _ => FIRST_PAUSE.saturating_mul(1 << (failures - 1).min(6)).min(MAX_PAUSE),
    }
}
