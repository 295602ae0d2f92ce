//! The load: connections that send the requests of the plan, each one after the other.

use crate::client::{Answer, Client};
use crate::ledger::{Entry, Expected, Killed, Ledger, Summary};
use crate::plan::Plan;
use crate::requests::{Maker, Whole};
use http::StatusCode;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// As many accepted requests are remembered, to be replayed.
const REMEMBERED: usize = 4_000;
/// Of the accepted requests one in so many is remembered, so that old ones are among them.
const REMEMBER_EVERY: usize = 5;

/// Which users file the replicas have.
pub struct UsersState(AtomicU8);

impl UsersState {
    const FIRST: u8 = 0;
    const CHANGING: u8 = 1;
    const SECOND: u8 = 2;

    /// The file is about to be replaced.
    pub fn change(&self) {
        self.0.store(Self::CHANGING, Ordering::SeqCst);
    }

    /// All replicas must have read it.
    pub fn changed(&self) {
        self.0.store(Self::SECOND, Ordering::SeqCst);
    }

    fn now(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }
}

/// What all connections share.
pub struct Shared {
    port: u16,
    total: usize,
    /// The number of the next request.
    next: AtomicUsize,
    /// At least this long is between two requests, over all connections.
    pace: Duration,
    begun: Instant,
    maker: Maker,
    accepted: Mutex<VecDeque<Whole>>,
    pub users: UsersState,
    /// Whether all steps are done, before which the last requests wait.
    pub steps_done: AtomicBool,
    pub ledger: Ledger,
}

impl Shared {
    /// A load of `total` requests that takes at least `duration`.
    pub fn new(port: u16, total: usize, duration: Duration) -> Arc<Self> {
        let pace = duration / u32::try_from(total).expect("it is a small number");
        Arc::new(Self {
            port,
            total,
            next: AtomicUsize::new(0),
            pace,
            begun: Instant::now(),
            maker: Maker::new(),
            accepted: Mutex::default(),
            users: UsersState(AtomicU8::new(UsersState::FIRST)),
            steps_done: AtomicBool::new(false),
            ledger: Ledger::default(),
        })
    }

    /// Ends the load. `kills` are the times at which replicas were killed.
    pub fn finish(self, kills: &[Killed]) -> Summary {
        println!("the load took {:.1} s", self.begun.elapsed().as_secs_f64());
        self.ledger.close(kills)
    }

    /// How many requests were begun, in thousandths of all.
    pub fn progress(&self) -> usize {
        self.next.load(Ordering::SeqCst).min(self.total) * 1_000 / self.total
    }

    /// Takes the next number, when its time has come.
    async fn take(&self) -> Option<usize> {
        let n = self.next.fetch_add(1, Ordering::SeqCst);
        let due = self.begun + self.pace * u32::try_from(n).expect("it is a small number");
        tokio::time::sleep_until(due.into()).await;
        while n >= self.total / 100 * 95 && n < self.total && !self.steps_done.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (n < self.total).then_some(n)
    }

    fn remember(&self, n: usize, request: Whole) {
        let mut accepted = self.accepted.lock().expect("no thread panics");
        if n.is_multiple_of(REMEMBER_EVERY) {
            if accepted.len() == REMEMBERED {
                accepted.pop_front();
            }
            accepted.push_back(request);
        }
    }

    /// A request that was accepted: one of the newest, or an older one.
    fn remembered(&self, n: usize) -> Option<Whole> {
        let accepted = self.accepted.lock().expect("no thread panics");
        let len = accepted.len();
        let back = if n.is_multiple_of(200) { n % 7 } else { n / 100 * 37 };
        accepted.get(len.checked_sub(1 + back % len.max(1))?).cloned()
    }
}

/// Sends everything over `connections` connections.
pub async fn run(shared: &Arc<Shared>, connections: usize) {
    let tasks: Vec<_> = (0..connections).map(|_| tokio::spawn(connection(Arc::clone(shared)))).collect();
    for task in tasks {
        task.await.expect("it does not panic");
    }
}

async fn connection(shared: Arc<Shared>) {
    let (mut client, mut other) = (Client::new(shared.port), Client::new(shared.port));
    while let Some(n) = shared.take().await {
        match Plan::of(n) {
            Plan::Replay => replay(&shared, n, &mut client).await,
            Plan::Twins => twins(&shared, n, &mut client, &mut other).await,
            plan => once(&shared, n, plan, &mut client).await,
        }
    }
}

async fn once(shared: &Shared, n: usize, plan: Plan, client: &mut Client) {
    let before = shared.users.now();
    let request = shared.maker.request(n, plan);
    let answer = client.send(&request).await;
    let expected = expected(plan, before, shared.users.now());
    if expected == Expected::Allowed && answer.status == Some(StatusCode::OK) {
        shared.remember(n, request);
    }
    shared.ledger.add(Entry { n, plan, expected, answer });
}

/// What must happen to a request, if the state of the users is `before` and after it.
fn expected(plan: Plan, before: u8, after: u8) -> Expected {
    let (is_first, is_second) = (after == UsersState::FIRST, before == UsersState::SECOND);
    match plan {
        Plan::Good(_) | Plan::Twins => Expected::Allowed,
        Plan::Forged(_) | Plan::Replay => Expected::Refused,
        Plan::Revoked if is_first => Expected::Allowed,
        Plan::Revoked if is_second => Expected::Refused,
        Plan::Added if is_first => Expected::Refused,
        Plan::Added if is_second => Expected::Allowed,
        Plan::Revoked | Plan::Added => Expected::Either,
    }
}

/// Sends the bytes of an accepted request once more.
async fn replay(shared: &Shared, n: usize, client: &mut Client) {
    let Some(request) = shared.remembered(n) else { return };
    let answer = client.send(&request).await;
    shared.ledger.add(Entry { n, plan: Plan::Replay, expected: Expected::Refused, answer });
}

/// Sends a request over two connections at once: one is let through, the other one is a replay.
async fn twins(shared: &Shared, n: usize, client: &mut Client, other: &mut Client) {
    let request = shared.maker.request(n, Plan::Twins);
    let (one, two) = tokio::join!(client.send(&request), other.send(&request));
    let is_ok = |answer: &Answer| answer.status == Some(StatusCode::OK);
    let (better, worse) = if is_ok(&one) { (one, two) } else { (two, one) };
    // Of two that failed, the one that the killed replica had says so.
    let answer = Answer { sent: better.sent.min(worse.sent), answered: better.answered.max(worse.answered), ..better };
    shared.ledger.add(Entry { n, plan: Plan::Twins, expected: Expected::Allowed, answer });
    shared.ledger.add(Entry { n, plan: Plan::Twins, expected: Expected::Refused, answer: worse });
}
