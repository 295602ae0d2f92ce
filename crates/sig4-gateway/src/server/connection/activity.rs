//! The requests of one connection that are in progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// The state of a connection, shared between its parts.
#[derive(Debug, Default)]
pub(super) struct ConnectionActivity {
    /// The number of requests in progress, until the last byte of the response is made.
    answering: AtomicUsize,
    /// Whether bytes have come since the last request.
    head_begun: AtomicBool,
    /// Whether the last response is not written out yet.
    unwritten: AtomicBool,
    /// Whether the client takes no bytes at the moment.
    blocked: AtomicBool,
    /// Tells that a request has begun or ended.
    changed: Notify,
}

impl ConnectionActivity {
    /// Marks a request as in progress until the value is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> RequestGuard {
        self.answering.fetch_add(1, Ordering::AcqRel);
        self.head_begun.store(false, Ordering::Release);
        self.unwritten.store(true, Ordering::Release);
        self.changed.notify_one();
        RequestGuard(Arc::clone(self))
    }

    pub(super) fn is_answering(&self) -> bool {
        self.answering.load(Ordering::Acquire) > 0
    }

    /// Whether a head has begun and is not complete.
    pub(super) fn has_begun(&self) -> bool {
        self.head_begun.load(Ordering::Acquire)
    }

    /// Marks a head as begun. Returns whether it had begun before.
    pub(super) fn begin_head(&self) -> bool {
        self.head_begun.swap(true, Ordering::AcqRel)
    }

    /// Whether a response is in progress or not written out yet.
    pub(super) fn has_response(&self) -> bool {
        self.is_answering() || self.unwritten.load(Ordering::Acquire)
    }

    /// Marks the last response as written out, unless a further response is in progress.
    pub(super) fn flushed(&self) {
        if !self.is_answering() {
            self.unwritten.store(false, Ordering::Release);
        }
    }

    pub(super) fn set_blocked(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Release);
    }

    /// Whether no request is in progress, and no byte of a response waits for the client.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_answering() && !self.blocked.load(Ordering::Acquire)
    }

    /// Waits until no request has been in progress for `time`.
    pub(super) async fn idle_for(&self, time: Duration) {
        loop {
            if self.is_answering() {
                self.changed.notified().await;
            } else if tokio::time::timeout(time, self.changed.notified()).await.is_err() {
                return;
            }
        }
    }
}

/// A request in progress.
#[derive(Debug)]
pub(super) struct RequestGuard(Arc<ConnectionActivity>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::AcqRel);
        self.0.changed.notify_one();
    }
}
