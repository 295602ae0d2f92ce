//! Whether each request was answered as it must be.

use crate::client::Answer;
use crate::plan::Plan;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

/// What must happen to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expected {
    Allowed,
    Refused,
    /// A key changes while it is under way.
    Either,
}

/// A request and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub n: usize,
    pub plan: Plan,
    pub expected: Expected,
    pub answer: Answer,
}

/// All answers that need a second look, and counts of the others.
#[derive(Default)]
pub struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    counts: BTreeMap<&'static str, usize>,
    /// Statuses of refusals, by kind of request.
    refusals: BTreeMap<String, BTreeMap<u16, usize>>,
    /// Good requests that were not let through.
    failed: Vec<Entry>,
    /// Forged or replayed requests that were answered with success.
    passed: Vec<Entry>,
}

/// The time in which a replica was killed.
#[derive(Clone, Copy, Debug)]
pub struct Killed {
    pub from: Instant,
    pub to: Instant,
}

impl Killed {
    /// Whether the request was under way when the replica died.
    fn has(&self, answer: &Answer) -> bool {
        answer.sent <= self.to && answer.answered >= self.from
    }
}

/// The result of a run.
pub struct Summary {
    pub counts: BTreeMap<&'static str, usize>,
    pub refusals: BTreeMap<String, BTreeMap<u16, usize>>,
    /// Good requests that failed while their replica was killed.
    pub in_flight: Vec<Entry>,
    /// Other good requests that failed.
    pub failed: Vec<Entry>,
    /// Forged or replayed requests that were answered with success.
    pub passed: Vec<Entry>,
}

impl Ledger {
    /// Adds a request.
    pub fn add(&self, entry: Entry) {
        let is_allowed = entry.answer.status == Some(StatusCode::OK);
        let mut inner = self.inner.lock().expect("no thread panics");
        *inner.counts.entry(name(entry.plan)).or_default() += 1;
        match entry.expected {
            Expected::Allowed if !is_allowed => inner.failed.push(entry),
            Expected::Refused if is_allowed => inner.passed.push(entry),
            Expected::Refused => {
                let status = entry.answer.status.map_or(0, |status| status.as_u16());
                let statuses = inner.refusals.entry(format!("{:?}", entry.plan)).or_default();
                *statuses.entry(status).or_default() += 1;
            }
            Expected::Allowed | Expected::Either => {}
        }
    }

    /// Closes the ledger. `kills` are the times at which replicas were killed.
    pub fn close(self, kills: &[Killed]) -> Summary {
        let Inner { counts, refusals, failed, passed } = self.inner.into_inner().expect("no thread panics");
        let was_in_flight = |entry: &Entry| kills.iter().any(|killed| killed.has(&entry.answer));
        let (in_flight, failed) = failed.into_iter().partition(was_in_flight);
        Summary { counts, refusals, in_flight, failed, passed }
    }
}

const fn name(plan: Plan) -> &'static str {
    match plan {
        Plan::Good(_) => "good",
        Plan::Forged(_) => "forged",
        Plan::Replay => "replayed",
        Plan::Twins => "sent twice at once",
        Plan::Revoked => "of the revoked key",
        Plan::Added => "of the added key",
    }
}
