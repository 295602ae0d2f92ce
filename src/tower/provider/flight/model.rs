//! Every interleaving, up to a number of preemptions, of requests, a fetching task and a disturbance, by `loom`.
//!
//! The critical sections are the cache's own ([`Inner`] and the state in it); lock, threads and waiting are loom's. Checked: there is
//! never a second flight, no credentials are handed out that have expired, everybody who waits is told, what lands late changes nothing,
//! and no flight is left behind.

use super::core::{FetchOutcome, Found, Inner, Launch, Seat};
use crate::credentials::Credentials;
use crate::tower::provider::ExpiringCredentials;
use crate::tower::provider::failure::{Cause, Failure};
use crate::tower::provider::state::{Moment, State};
use loom::model::Builder;
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use std::collections::VecDeque;
use std::time::Duration;
use time::OffsetDateTime;

const LIMIT: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Moment {
    let uptime = Duration::from_secs(seconds);
    Moment { wall: OffsetDateTime::UNIX_EPOCH + uptime, uptime }
}

fn expiring(end: u64) -> ExpiringCredentials {
    ExpiringCredentials::from(Credentials::new("AKID", "secret").unwrap()).with_expiration(at(end).wall)
}

struct Shared {
    inner: Inner,
    launches: VecDeque<Launch>,
    /// The flight that has neither landed nor been given up.
    under_way: Option<u64>,
    begun: usize,
    over: bool,
}

/// The cache, with loom's lock and loom's way to wait.
struct World {
    shared: Mutex<Shared>,
    news: Condvar,
}

impl World {
    fn new(held: Option<ExpiringCredentials>) -> Arc<Self> {
        let mut inner = Inner { state: State::new(LIMIT), flight: None };
        if let Some(expiring) = held {
            let (_, launch) = inner.find(at(0));
            inner.land(launch.unwrap().number, Duration::ZERO, &Ok(expiring));
        }
        let shared = Shared { inner, launches: VecDeque::new(), under_way: None, begun: 0, over: false };
        Arc::new(Self { shared: Mutex::new(shared), news: Condvar::new() })
    }

    /// The first half of a request: what there is for it.
    fn find(&self, now: Moment) -> Result<Found, Failure> {
        let mut shared = self.shared.lock().unwrap();
        let overdue = shared.inner.flight.as_ref().is_some_and(|flight| flight.end <= now.uptime);
        if overdue {
            shared.under_way = None;
        }
        let (found, launch) = shared.inner.find(now);
        if let Some(launch) = launch {
            assert!(shared.under_way.is_none(), "two flights at once");
            shared.under_way = Some(launch.number);
            shared.begun += 1;
            shared.launches.push_back(launch);
            self.news.notify_all();
        }
        if let Ok(Found::Credentials(expiring)) = &found {
            assert!(expiring.is_valid_at(now.wall), "expired credentials are handed out");
        }
        found
    }

    /// The second half: waits until it is told, however long that takes.
    fn wait(&self, seat: Seat) -> FetchOutcome {
        let mut shared = self.shared.lock().unwrap();
        loop {
            if let Some(outcome) = seat.outcome.borrow().clone() {
                return outcome;
            }
            shared = self.news.wait(shared).unwrap();
        }
    }

    fn request(&self, now: Moment) -> Result<ExpiringCredentials, Failure> {
        match self.find(now)? {
            Found::Credentials(expiring) => Ok(expiring),
            Found::Seat(seat) => self.wait(seat),
        }
    }

    /// The task of the next flight. It fetches `outcome`, unless it checks for waiting requests and finds none.
    fn fly(&self, uptime: Duration, outcome: FetchOutcome, looks: bool) -> bool {
        let mut shared = self.shared.lock().unwrap();
        let launch = loop {
            match shared.launches.pop_front() {
                Some(launch) => break launch,
                None if shared.over => return false,
                None => shared = self.news.wait(shared).unwrap(),
            }
        };
        let seats = shared.inner.seats(launch.number);
        drop(shared);
        // Here it fetches, and may be overtaken.
        let mut shared = self.shared.lock().unwrap();
        let outcome = match looks && launch.awaited && shared.inner.is_deserted(launch.number, seats) {
            true => Err(Cause::Ended.into()),
            false => outcome,
        };
        let before = shared.inner.state.held().cloned();
        let (counts, ended) = shared.inner.land(launch.number, uptime, &outcome);
        if shared.under_way == Some(launch.number) {
            assert!(counts || outcome.is_err(), "credentials that came in time are lost");
            shared.under_way = None;
        } else {
            let after = shared.inner.state.held();
            let same = before.as_ref().zip(after).is_none_or(|(before, after)| before.is_same(after));
            assert!(!counts && same && before.is_some() == after.is_some(), "a late landing changed something");
        }
        drop(shared);
        drop(ended);
        launch.outcome.send_replace(Some(outcome));
        let shared = self.shared.lock().unwrap();
        self.news.notify_all();
        drop(shared);
        true
    }

    /// The task of every flight until the requests are over.
    fn fly_on(&self, outcome: &FetchOutcome, looks: bool) {
        while self.fly(Duration::from_secs(5), outcome.clone(), looks) {}
    }

    fn end(&self) {
        self.shared.lock().unwrap().over = true;
        self.news.notify_all();
    }
}

/// Runs `requests` against a task that fetches, and then asks once more.
fn model(
    held: Option<u64>,
    fetched: &'static (dyn Fn() -> FetchOutcome + Sync),
    looks: bool,
    most: usize,
    requests: &'static (dyn Fn(&Arc<World>) + Sync),
) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        let world = World::new(held.map(expiring));
        let task = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.fly_on(&fetched(), looks))
        };
        requests(&world);
        world.end();
        task.join().unwrap();
        let mut shared = world.shared.lock().unwrap();
        assert!(shared.begun <= most, "{} flights", shared.begun);
        assert!(shared.under_way.is_none(), "a flight is left behind");
        let (found, _) = shared.inner.find(at(1000));
        drop(shared);
        let Ok(Found::Seat(seat)) = found else { return };
        assert!(seat.number > u64::try_from(most).unwrap().min(1), "it joins a flight that is over");
    });
}

fn spawn(world: &Arc<World>, request: impl FnOnce(&World) + Send + 'static) -> thread::JoinHandle<()> {
    let world = Arc::clone(world);
    thread::spawn(move || request(&world))
}

#[test]
fn requests_share_one_flight() {
    model(None, &|| Ok(expiring(100)), true, 1, &|world| {
        let other = spawn(world, |world| {
            world.request(at(1)).unwrap();
        });
        world.request(at(1)).unwrap();
        other.join().unwrap();
    });
}

#[test]
fn a_failure_is_told_to_all() {
    model(None, &|| Err(Cause::Panicked.into()), true, 1, &|world| {
        let other = spawn(world, |world| {
            world.request(at(1)).unwrap_err();
        });
        world.request(at(1)).unwrap_err();
        other.join().unwrap();
    });
}

#[test]
fn a_request_that_goes_away_takes_the_flight_along_only_if_nobody_else_waits() {
    model(None, &|| Ok(expiring(100)), true, 2, &|world| {
        let other = spawn(world, |world| drop(world.find(at(1))));
        world.request(at(1)).unwrap();
        other.join().unwrap();
    });
}

#[test]
fn nobody_waits_while_a_valid_lease_is_refreshed() {
    model(Some(40), &|| Ok(expiring(100)), true, 1, &|world| {
        let request = |world: &World, now| assert!(matches!(world.find(now), Ok(Found::Credentials(_))), "it waits");
        let other = spawn(world, move |world| request(world, at(33)));
        request(world, at(31));
        other.join().unwrap();
    });
}

#[test]
fn a_refused_lease_is_dropped_whenever_the_refusal_comes() {
    model(Some(100), &|| Ok(expiring(200)), true, 2, &|world| {
        let held = world.request(at(2)).unwrap();
        let refused = held.clone();
        let other = spawn(world, move |world| {
            world.shared.lock().unwrap().inner.state.invalidate(&refused, Duration::from_secs(2));
        });
        world.request(at(2)).unwrap();
        other.join().unwrap();
        assert!(!world.request(at(2)).unwrap().is_same(&held), "it is handed out still");
    });
}

#[test]
fn what_lands_after_its_time_limit_changes_nothing() {
    model(None, &|| Ok(expiring(100)), false, 2, &late);
    model(None, &|| Ok(expiring(100)), true, 2, &late);
}

/// One request whose timer goes off, or does not; and one that comes so late that the flight is overdue.
fn late(world: &Arc<World>) {
    let impatient = spawn(world, |world| {
        let Ok(Found::Seat(seat)) = world.find(at(0)) else { return };
        let mut shared = world.shared.lock().unwrap();
        let (given_up, _) = shared.inner.time_out(seat.number, LIMIT);
        if given_up {
            shared.under_way = None;
        }
    });
    let late = world.request(at(11));
    assert!(late.is_ok() || matches!(late, Err(Failure::Cache(Cause::TimedOut(_)))), "{late:?}");
    impatient.join().unwrap();
}
