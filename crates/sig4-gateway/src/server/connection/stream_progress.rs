//! The progress of the responses of HTTP/2: a client that takes no part of a response for too long is cut off.
//!
//! In HTTP/2 a client allows each response its bytes. One that allows none blocks no socket, so the limit on the time to write
//! cannot see it. Each response therefore counts its own parts.

use super::open::RequestInProgress;
use super::unread_body;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::rt::Executor;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The bytes of a response that a client must take within the time to write.
const PART_LEN: usize = 8 * 1024;

tokio::task_local! {
    /// The progress of the response that the task makes.
    static PROGRESS: Arc<ResponseProgress>;
}

/// How much of a response is still to be sent.
#[derive(Debug, Default)]
struct ResponseProgress {
    begun: AtomicBool,
    /// The parts that the HTTP implementation has, and that it has not written.
    unsent: AtomicUsize,
    changed: Notify,
    /// What was not read of the request's body.
    rest: Mutex<Option<Incoming>>,
}

impl ResponseProgress {
    fn take_rest(&self) -> Option<Incoming> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until a response that has begun makes no progress for `patience`.
    async fn stalled(&self, patience: Duration) {
        while !self.begun.load(Ordering::Acquire) {
            self.changed.notified().await;
        }
        while timeout(patience, self.changed.notified()).await.is_ok() {}
    }

    /// Waits until every part is written. Returns `false` if none is for `patience`.
    async fn is_sent(&self, patience: Duration) -> bool {
        while self.unsent.load(Ordering::Acquire) > 0 {
            if timeout(patience, self.changed.notified()).await.is_err() {
                return self.unsent.load(Ordering::Acquire) == 0;
            }
        }
        true
    }
}

/// Runs the streams of a connection.
///
/// A stream whose client takes nothing is reset. If its response is complete but for the client, HTTP/2 has no way to take it
/// back, and the whole connection is cut off.
#[derive(Clone, Debug)]
pub(super) struct StreamExecutor {
    patience: Duration,
    stalled: Arc<Notify>,
}

impl StreamExecutor {
    /// `patience` is the longest time that a client may take no part of a response.
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, stalled: Arc::default() }
    }

    /// Waits until the connection is to be cut off.
    pub(super) async fn stalled(&self) {
        self.stalled.notified().await;
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for StreamExecutor {
    fn execute(&self, stream: F) {
        let (progress, Self { patience, stalled }) = (Arc::<ResponseProgress>::default(), self.clone());
        let stream = PROGRESS.scope(Arc::clone(&progress), stream);
        tokio::spawn(async move {
            let is_made = tokio::select! {
                () = stream => true,
                () = progress.stalled(patience) => false,
            };
            let rest = progress.take_rest();
            if !is_made {
                // The stream is reset when it and its body are dropped.
                return;
            }
            let sent = async {
                if !progress.is_sent(patience).await {
                    stalled.notify_one();
                }
            };
            tokio::join!(sent, unread_body::discard(rest));
        });
    }
}

/// The body of a response of HTTP/2. Its request is in progress until the last part is written.
pub(super) struct StreamedBody {
    rest: Bytes,
    request: Arc<RequestInProgress>,
    progress: Arc<ResponseProgress>,
}

impl StreamedBody {
    /// The body of the response that the task makes, and what was not read of the request's.
    pub(super) fn new(body: Bytes, request: RequestInProgress, rest: Incoming) -> Self {
        let progress = PROGRESS.try_with(Arc::clone).unwrap_or_else(|_| Arc::default());
        if !rest.is_end_stream() {
            *progress.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
        }
        progress.begun.store(true, Ordering::Release);
        progress.changed.notify_one();
        Self { rest: body, request: Arc::new(request), progress }
    }
}

impl Body for StreamedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let len = self.rest.len().min(PART_LEN);
        let bytes = self.rest.split_to(len);
        self.progress.unsent.fetch_add(1, Ordering::AcqRel);
        self.progress.changed.notify_one();
        let part = Part { bytes, _request: Arc::clone(&self.request), progress: Arc::clone(&self.progress) };
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(part)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        u64::try_from(self.rest.len()).map_or_else(|_| SizeHint::default(), SizeHint::with_exact)
    }
}

/// A part of a response, until it is written.
struct Part {
    bytes: Bytes,
    _request: Arc<RequestInProgress>,
    progress: Arc<ResponseProgress>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.progress.unsent.fetch_sub(1, Ordering::AcqRel);
        self.progress.changed.notify_one();
    }
}
