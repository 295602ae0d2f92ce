//! The queue of the access log, and the worker that explains refusals and hands records to the log.
//!
//! Explaining a refusal tries thousands of ways to sign the request. A flood of forged requests must not take more than a small
//! part of the machine, so one thread explains them one after the other, up to a number per second and a number of bytes.
//! Records beyond have the verifier's message only.

use crate::access::AccessRecord;
use crate::definition::AccessLog;
use crate::limits::MAX_READ_HEAD;
use bytes::Bytes;
use http::request::Parts;
use sig4::explain::{self, Finding, Verdict};
use sig4::tower::Cause;
use sig4::verify::Verifier;
use sig4_iam::Identity;
use sig4_iam::tower::PolicyDenial;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{io, thread};
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// The most records that wait for the log. Further ones are dropped and counted: no response waits for the log.
const QUEUED: usize = 4096;
/// The most bytes that wait: of the records' client-chosen fields, and again of the requests to be explained. A request beyond
/// is not explained and a record beyond is dropped, so that a flood of large requests does not fill the memory.
const MAX_QUEUED_LEN: usize = 32 * 1024 * 1024;
/// The most refusals that are explained at once after a pause.
const BURST: u32 = 8;
/// The time after which one more refusal may be explained.
const REFILL: Duration = Duration::from_millis(250);

type Refusal = sig4::tower::Refusal<Identity>;

/// A record, and the refused request if there is one to explain.
pub(super) struct LogJob {
    pub(super) record: AccessRecord,
    pub(super) refused: Option<(Parts, Refusal)>,
}

/// Takes records for the worker.
pub(super) struct AccessLogQueue {
    queue: mpsc::Sender<QueuedRecord>,
    records: ByteLimit,
    requests: ByteLimit,
    dropped: Arc<AtomicU64>,
}

/// Completes when the worker has ended.
pub(super) type WorkerEnd = oneshot::Receiver<()>;

/// A job and the bytes that it holds.
struct QueuedRecord {
    record: AccessRecord,
    refused: Option<((Parts, Refusal), HeldBytes)>,
    _held: HeldBytes,
}

impl AccessLogQueue {
    /// Starts the worker. It ends, with every record handed to the log, after the queue is dropped. It has its own thread, so
    /// that a blocked log stops neither the server nor the end of the process.
    pub(super) fn start(log: AccessLog, verifier: Verifier) -> io::Result<(Self, WorkerEnd)> {
        let (queue, jobs) = mpsc::channel(QUEUED);
        let dropped = Arc::new(AtomicU64::new(0));
        let (ending, ended) = oneshot::channel();
        let (runtime, worker) = (Handle::current(), Worker { log, verifier, dropped: Arc::clone(&dropped) });
        thread::Builder::new().name("access-log".to_owned()).spawn(move || {
            // A log may spawn tasks.
            let _entered = runtime.enter();
            worker.work(jobs);
            drop(ending);
        })?;
        Ok((Self { queue, records: ByteLimit::default(), requests: ByteLimit::default(), dropped }, ended))
    }

    /// Hands a job to the worker without waiting for it.
    pub(super) fn put(&self, LogJob { record, refused }: LogJob) {
        let queued = self.records.hold(record_len(&record)).map(|held| {
            let refused = refused.and_then(|refused| Some((self.requests.hold(request_len(&refused))?, refused)));
            QueuedRecord { record, refused: refused.map(|(held, refused)| (refused, held)), _held: held }
        });
        // The worker ends after the last sender, so it is there.
        if queued.is_none_or(|queued| self.queue.try_send(queued).is_err()) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns the bytes of a record's client-chosen fields.
fn record_len(record: &AccessRecord) -> usize {
    record.method.len() + record.path.len() + record.user_agent.len() + record.domain_name.len()
}

/// Returns the bytes that a request holds. Its fields are slices of the connection's read buffer, which is freed with them.
fn request_len((head, refusal): &(Parts, Refusal)) -> usize {
    let fields: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    (fields + target).max(MAX_READ_HEAD) + refusal.body().map_or(0, Bytes::len)
}

/// The bytes that wait, up to [`MAX_QUEUED_LEN`].
#[derive(Clone, Default)]
struct ByteLimit(Arc<AtomicUsize>);

/// Bytes that count until the value is dropped.
struct HeldBytes(ByteLimit, usize);

impl ByteLimit {
    fn hold(&self, len: usize) -> Option<HeldBytes> {
        let add = |held: usize| held.checked_add(len).filter(|sum| *sum <= MAX_QUEUED_LEN);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        Some(HeldBytes(self.clone(), len))
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.0.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

struct Worker {
    log: AccessLog,
    verifier: Verifier,
    dropped: Arc<AtomicU64>,
}

impl Worker {
    fn work(&self, mut jobs: mpsc::Receiver<QueuedRecord>) {
        let mut budget = ExplainBudget::new(Instant::now());
        while let Some(QueuedRecord { mut record, refused, _held }) = jobs.blocking_recv() {
            // Without a search it costs nothing.
            let mut may = |refusal: &Refusal| !is_worth_a_search(refusal) || budget.spend(Instant::now());
            let refused = refused.filter(|((_, refusal), _)| may(refusal));
            let explain = || refused.and_then(|(refused, _held)| cause(&refused, &self.verifier, record.time));
            if let Some((cause, remedy)) = catch_unwind(AssertUnwindSafe(explain)).ok().flatten() {
                record.explain(cause, remedy);
            }
            record.dropped = self.dropped.swap(0, Ordering::Relaxed);
            // A log that panics loses the record, not the worker.
            let _ = catch_unwind(AssertUnwindSafe(|| (self.log)(&record)));
        }
    }
}

/// Whether an explanation needs a search: the access key id is known, and the signature does not match.
fn is_worth_a_search(refusal: &Refusal) -> bool {
    matches!(refusal.cause(), Cause::Unverified(_)) && refusal.key().is_some()
}

/// Returns the cause of a refusal, which begins with its name in `explain`, and the remedy.
fn cause((head, refusal): &(Parts, Refusal), verifier: &Verifier, now: OffsetDateTime) -> Option<(String, String)> {
    if let Some(PolicyDenial::NotAllowed { .. }) = refusal.denial().and_then(|denial| denial.reason()) {
        return Some((
            format!("{}: {refusal}", explain::Cause::NOT_AUTHORIZED.name()),
            explain::Cause::NOT_AUTHORIZED.remedy().to_owned(),
        ));
    }
    let credentials = refusal.key().map(|identity| identity.credentials());
    let report = refusal.explain(verifier, credentials, head, now)?;
    let finding = report.findings().first()?;
    let left_out = report.left_out().map_or_else(String::new, |left_out| format!(" ({left_out})"));
    if report.verdict() == Verdict::Unexplained {
        let possible: Vec<_> = report.findings().iter().map(possibility).collect();
        let text = format!(
            "{}: no known mistake gives the signature{left_out}; perhaps {}",
            explain::Cause::SIGNATURE_MISMATCH.name(),
            possible.join(", ")
        );
        return Some((text, explain::Cause::SIGNATURE_MISMATCH.remedy().to_owned()));
    }
    Some((format!("{}: {}{left_out}", finding.name(), finding.summary()), finding.remedy().to_owned()))
}

/// Describes a finding that is only possible.
fn possibility(finding: &Finding) -> String {
    let detail = finding.detail().map_or_else(String::new, |detail| format!(" ({detail})"));
    format!("{}{detail}", finding.name())
}

/// The number of refusals that may still be explained.
struct ExplainBudget {
    left: u32,
    filled: Instant,
}

impl ExplainBudget {
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
    use super::{AccessLogQueue, BURST, ByteLimit, ExplainBudget, LogJob, MAX_QUEUED_LEN, QUEUED, REFILL};
    use crate::access::AccessRecord;
    use http::Request;
    use sig4::verify::Verifier;
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::{Arc, Mutex, mpsc};
    use std::time::Instant;
    use time::OffsetDateTime;

    fn job(path: &str) -> LogJob {
        let head = Request::get(path).body(()).unwrap().into_parts().0;
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        LogJob { record: AccessRecord::begin(&head, String::new(), OffsetDateTime::UNIX_EPOCH, peer), refused: None }
    }

    /// The number of records that get through, and the number reported as dropped, if `jobs` come while the log is blocked.
    async fn put_while_blocked(jobs: impl Iterator<Item = LogJob>) -> (usize, u64) {
        let (begun, begins) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let (seen, released) = (Arc::new(Mutex::new((0, 0))), Mutex::new(released));
        let counted = Arc::clone(&seen);
        let sink = move |record: &AccessRecord| {
            let _ = (begun.send(()), released.lock().unwrap().recv());
            let mut counted = counted.lock().unwrap();
            *counted = (counted.0 + 1, counted.1 + record.dropped());
        };
        let (log, ended) =
            AccessLogQueue::start(Arc::new(sink), Verifier::new("us-east-1", "execute-api").unwrap()).unwrap();
        log.put(job("/first"));
        begins.recv().unwrap();
        jobs.for_each(|job| log.put(job));
        drop((log, release));
        let _ = ended.await;
        *seen.lock().unwrap()
    }

    #[tokio::test]
    async fn a_blocked_log_drops_what_it_has_no_room_for_and_says_how_much() {
        let short = (0..QUEUED + 5).map(|_| job("/"));
        assert_eq!(put_while_blocked(short).await, (1 + QUEUED, 5), "records");
        let path = format!("/{}", "p".repeat(60_000));
        let fit = (MAX_QUEUED_LEN - "GET/first".len()) / (path.len() + "GET".len());
        let long = (0..fit + 7).map(|_| job(&path));
        assert_eq!(put_while_blocked(long).await, (1 + fit, 7), "bytes");
    }

    #[test]
    fn room_is_given_back() {
        let room = ByteLimit::default();
        let held = room.hold(MAX_QUEUED_LEN).unwrap();
        assert!(room.hold(1).is_none() && room.hold(usize::MAX).is_none());
        drop(held);
        assert!(room.hold(MAX_QUEUED_LEN + 1).is_none() && room.hold(MAX_QUEUED_LEN).is_some());
    }

    #[test]
    fn no_more_is_explained_than_the_budget_has() {
        let start = Instant::now();
        let mut budget = ExplainBudget::new(start);
        let spent = |budget: &mut ExplainBudget, at| (0..100_u32).map(|_| u32::from(budget.spend(at))).sum::<u32>();
        assert_eq!(spent(&mut budget, start), BURST);
        assert_eq!(spent(&mut budget, start + REFILL * 3), 3);
        assert_eq!(spent(&mut budget, start + REFILL * 1000), BURST, "a pause saves up no more than a burst");
    }
}
