//! The queue of the access log, and the worker that explains refusals and hands records to the log.
//!
//! One thread explains refusals one after the other, up to a [number per second](super::explanation) and a number of bytes.
//! Records beyond have the verifier's message only.

use super::explanation::{RefusalExplainer, Refused};
use crate::access::AccessRecord;
use crate::definition::AccessLog;
use crate::limits::MAX_READ_HEAD;
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::{io, thread};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// The most records that wait for the log. Further ones are dropped and counted: no response waits for the log.
const QUEUED: usize = 4096;
/// The most bytes that wait: of the records' client-chosen fields, again of the requests to be explained, and again of what a
/// person inspects. A request beyond is not explained, a record beyond is dropped, and details beyond are left out, so that a
/// flood of large requests does not fill the memory.
const MAX_QUEUED_LEN: usize = 32 * 1024 * 1024;

/// A record, and the refused request if there is one to explain.
pub(super) struct LogJob {
    pub(super) record: AccessRecord,
    pub(super) refused: Option<Refused>,
}

/// Takes records for the worker. Clones are the same queue.
#[derive(Clone)]
pub(super) struct AccessLogQueue {
    /// Explains the refusals that come this way.
    explainer: Arc<RefusalExplainer>,
    queue: mpsc::Sender<QueuedRecord>,
    records: ByteLimit,
    requests: ByteLimit,
    inspections: ByteLimit,
    dropped: Arc<AtomicU64>,
}

/// Completes when the worker has ended.
pub(super) type WorkerEnd = oneshot::Receiver<()>;

/// A job and the bytes that it holds.
struct QueuedRecord {
    record: AccessRecord,
    refused: Option<(Refused, HeldBytes)>,
    explainer: Arc<RefusalExplainer>,
    _held: HeldBytes,
    _inspection: Option<HeldBytes>,
}

impl AccessLogQueue {
    /// Starts the worker. It ends, with every record handed to the log, after the queue is dropped. It has its own thread, so
    /// that a blocked log stops neither the server nor the end of the process.
    pub(super) fn start(log: AccessLog, explainer: Arc<RefusalExplainer>) -> io::Result<(Self, WorkerEnd)> {
        let (queue, jobs) = mpsc::channel(QUEUED);
        let dropped = Arc::new(AtomicU64::new(0));
        let (ending, ended) = oneshot::channel();
        let (runtime, worker) = (Handle::current(), Worker { log, dropped: Arc::clone(&dropped) });
        thread::Builder::new().name("access-log".to_owned()).spawn(move || {
            // A log may spawn tasks.
            let _entered = runtime.enter();
            worker.work(jobs);
            drop(ending);
        })?;
        let [records, requests, inspections] = [(); 3].map(|()| ByteLimit::default());
        Ok((Self { explainer, queue, records, requests, inspections, dropped }, ended))
    }

    /// The same queue for refusals that another explainer explains.
    pub(super) fn with_explainer(&self, explainer: Arc<RefusalExplainer>) -> Self {
        Self { explainer, ..self.clone() }
    }

    /// Hands a job to the worker without waiting for it.
    pub(super) fn put(&self, LogJob { mut record, refused }: LogJob) {
        let inspection = record.inspection.as_deref().and_then(|inspection| self.inspections.hold(inspection.len()));
        record.inspection = record.inspection.filter(|_| inspection.is_some());
        let queued = self.records.hold(record_len(&record)).map(|held| {
            let refused = refused.and_then(|refused| Some((self.requests.hold(request_len(&refused))?, refused)));
            let refused = refused.map(|(held, refused)| (refused, held));
            QueuedRecord {
                record,
                refused,
                explainer: Arc::clone(&self.explainer),
                _held: held,
                _inspection: inspection,
            }
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
fn request_len((head, refusal): &Refused) -> usize {
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
    dropped: Arc<AtomicU64>,
}

impl Worker {
    fn work(&self, mut jobs: mpsc::Receiver<QueuedRecord>) {
        while let Some(QueuedRecord { mut record, refused, explainer, _held, _inspection }) = jobs.blocking_recv() {
            let refused = refused.filter(|((_, refusal), _)| explainer.may_explain(refusal));
            if let Some(explained) = refused.and_then(|(refused, _held)| explainer.explain(&refused, record.time)) {
                explained.note(&mut record);
            }
            let verified =
                record.inspection().and_then(|inspection| explainer.report_verified(inspection, record.time));
            if verified.is_some() {
                record.inspect(|inspection| inspection.report = verified);
            }
            record.dropped = self.dropped.swap(0, Ordering::Relaxed);
            // A log that panics loses the record, not the worker.
            let _ = catch_unwind(AssertUnwindSafe(|| (self.log)(&record)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessLogQueue, ByteLimit, LogJob, MAX_QUEUED_LEN, QUEUED};
    use crate::access::AccessRecord;
    use crate::server::explanation::RefusalExplainer;
    use http::Request;
    use sig4::verify::Verifier;
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::{Arc, Mutex, mpsc};
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
        let explainer = Arc::new(RefusalExplainer::new(Verifier::new("us-east-1", "execute-api").unwrap()));
        let (log, ended) = AccessLogQueue::start(Arc::new(sink), explainer).unwrap();
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
}
