//! The access log: one worker that finds out why a request was refused, and hands the record on.
//!
//! Finding out tries thousands of ways to sign the request. Whoever sends forged requests must not burn more of the machine
//! than a small part of it, so it is done one after the other, away from the threads that serve, and so many times a second
//! at most. Other records then have what the verifier says, and no more.

use crate::explain::cause::structure::{MISMATCH, NOT_AUTHORIZED};
use crate::explain::finding::Finding;
use crate::explain::report::Verdict;
use crate::gateway::access::AccessRecord;
use crate::gateway::api::AccessLog;
use crate::tower::refusal::Refusal;
use crate::verify::Verifier;
use http::request::Parts;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many records wait to be handed on. Of one more the answer waits.
const QUEUED: usize = 4096;
/// How many refusals are explained at once after a pause.
const BURST: u32 = 8;
/// How long it takes until one more is.
const REFILL: Duration = Duration::from_millis(250);

/// A record, and the refusal that it is to explain.
pub(super) struct Job {
    pub(super) record: AccessRecord,
    pub(super) refused: Option<(Parts, Refusal)>,
}

/// Where records go.
pub(super) struct Log(mpsc::Sender<Job>);

impl Log {
    /// Starts the worker. It ends, with every record handed on, once the log is dropped.
    pub(super) fn start(log: AccessLog, verifier: Verifier) -> (Self, JoinHandle<()>) {
        let (sender, jobs) = mpsc::channel(QUEUED);
        (Self(sender), tokio::spawn(work(jobs, log, verifier)))
    }

    pub(super) async fn put(&self, job: Job) {
        // The worker ends after the last sender.
        let _ = self.0.send(job).await;
    }
}

async fn work(mut jobs: mpsc::Receiver<Job>, log: AccessLog, verifier: Verifier) {
    let mut budget = Budget::new(Instant::now());
    while let Some(Job { mut record, refused }) = jobs.recv().await {
        let explained = match refused {
            // Without a search it costs nothing.
            Some(refused) if !refused.1.is_worth_a_search() => cause(&refused, &verifier, record.time),
            Some(refused) if budget.spend(Instant::now()) => {
                let (verifier, now) = (verifier.clone(), record.time);
                tokio::task::spawn_blocking(move || cause(&refused, &verifier, now)).await.ok().flatten()
            }
            _ => None,
        };
        if let Some((cause, remedy)) = explained {
            record.explain(cause, remedy);
        }
        // A log that panics loses the record, not the worker.
        let _ = catch_unwind(AssertUnwindSafe(|| log(&record)));
    }
}

/// What is wrong, by the name that `explain` has for it, and what to do about it.
fn cause((head, refusal): &(Parts, Refusal), verifier: &Verifier, now: OffsetDateTime) -> Option<(String, String)> {
    if refusal.is_denial() {
        return Some((format!("{}: {refusal}", NOT_AUTHORIZED.name), NOT_AUTHORIZED.remedy.to_owned()));
    }
    let report = refusal.explain(verifier, head, now)?;
    let finding = report.findings().first()?;
    if report.verdict() == Verdict::Unexplained {
        let suspicions: Vec<_> = report.findings().iter().map(suspicion).collect();
        let text =
            format!("{}: no known mistake gives the signature; perhaps {}", MISMATCH.name, suspicions.join(", "));
        return Some((text, MISMATCH.remedy.to_owned()));
    }
    Some((format!("{}: {}", finding.name(), finding.summary()), finding.remedy().to_owned()))
}

/// A finding that is no more than possible.
fn suspicion(finding: &Finding) -> String {
    let detail = finding.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{}{detail}", finding.name())
}

/// How many refusals may still be explained.
struct Budget {
    left: u32,
    filled: Instant,
}

impl Budget {
    const fn new(now: Instant) -> Self {
        Self { left: BURST, filled: now }
    }

    fn spend(&mut self, now: Instant) -> bool {
        while self.left < BURST && now.duration_since(self.filled) >= REFILL {
            self.left += 1;
            self.filled += REFILL;
        }
        if self.left == BURST {
            self.filled = now;
        }
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST, Budget, REFILL};
    use std::time::Instant;

    #[test]
    fn no_more_is_explained_than_the_budget_has() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let spent = |budget: &mut Budget, at| (0..100_u32).map(|_| u32::from(budget.spend(at))).sum::<u32>();
        assert_eq!(spent(&mut budget, start), BURST);
        assert_eq!(spent(&mut budget, start + REFILL * 3), 3);
        assert_eq!(spent(&mut budget, start + REFILL * 1000), BURST, "a pause saves up no more than a burst");
    }
}
