//! The progress of the responses of HTTP/2: a client that takes no part of a response for too long is cut off.
//!
//! In HTTP/2 a client allows each response its bytes. One that allows none blocks no socket, so the limit on the time to write
//! cannot see it. Each response therefore counts its own parts.

use super::open_connection::RequestInProgress;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::rt::Executor;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
}

impl ResponseProgress {
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
            tokio::select! {
                () = stream => {}
                // The stream is reset when it is dropped.
                () = progress.stalled(patience) => return,
            }
            if !progress.is_sent(patience).await {
                stalled.notify_one();
            }
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
    /// The body of the response that the task makes.
    pub(super) fn new(body: Bytes, request: RequestInProgress) -> Self {
        let progress = PROGRESS.try_with(Arc::clone).unwrap_or_else(|_| Arc::default());
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
