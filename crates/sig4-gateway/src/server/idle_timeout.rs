//! The stream between a socket and the HTTP implementation.
//!
//! It adds three things:
//!
//! - The HTTP implementation's own response to bytes that it cannot parse is withheld, so that the gateway responds.
//! - A client that takes no byte of its response for too long is cut off.
//! - When the server ends, an idle connection reads as closed, but only if the socket has nothing to read at that moment. A
//!   request that has arrived is served; none is lost between the decision to close and the closing.

use super::phase::{Phase, PhaseWatch};
use http::StatusCode;
use socket2::SockRef;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The most bytes kept of a head, and of a withheld response.
const KEPT: usize = 256;

/// The state of a connection, shared between its parts.
#[derive(Debug, Default)]
pub(super) struct ConnectionActivity {
    /// The number of requests in progress, until the last byte of the response is made.
    answering: AtomicUsize,
    /// Whether bytes have come since the last request.
    head_begun: AtomicBool,
    /// Whether the last response is not written out yet.
    unwritten: AtomicBool,
}

impl ConnectionActivity {
    /// Marks a request as in progress until the value is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> RequestGuard {
        self.answering.fetch_add(1, Ordering::AcqRel);
        self.head_begun.store(false, Ordering::Release);
        self.unwritten.store(true, Ordering::Release);
        RequestGuard(Arc::clone(self))
    }

    pub(super) fn is_answering(&self) -> bool {
        self.answering.load(Ordering::Acquire) > 0
    }

    /// Whether a head has begun and is not complete.
    pub(super) fn has_begun(&self) -> bool {
        self.head_begun.load(Ordering::Acquire)
    }
}

/// A request in progress.
#[derive(Debug)]
pub(super) struct RequestGuard(Arc<ConnectionActivity>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The socket, with a limit on the time that the client takes no byte.
#[derive(Debug)]
pub(super) struct IdleTimeoutStream {
    stream: Arc<TcpStream>,
    activity: Arc<ConnectionActivity>,
    phase: PhaseWatch,
    /// The longest time that a client may take no byte.
    patience: Duration,
    /// The end of that time, while something waits to be written.
    unwritten: Option<Pin<Box<Sleep>>>,
    /// The first bytes of the head that came last.
    first: Vec<u8>,
    /// The first bytes of a withheld response.
    withheld: Vec<u8>,
}

impl IdleTimeoutStream {
    pub(super) fn new(
        stream: &Arc<TcpStream>,
        activity: &Arc<ConnectionActivity>,
        phase: &PhaseWatch,
        patience: Duration,
    ) -> Self {
        Self {
            stream: Arc::clone(stream),
            activity: Arc::clone(activity),
            phase: phase.clone(),
            patience,
            unwritten: None,
            first: Vec::new(),
            withheld: Vec::new(),
        }
    }

    /// The first bytes of the head that came last.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// The status of the HTTP implementation's withheld response.
    pub(super) fn withheld(&self) -> Option<StatusCode> {
        StatusCode::from_bytes(self.withheld.split(|b| *b == b' ').nth(1)?).ok()
    }

    /// Withholds a response that belongs to no request: the HTTP implementation gives it to bytes that it cannot parse.
    fn withholds(&mut self, bytes: &[u8]) -> bool {
        let is_asked_for = self.activity.is_answering() || self.activity.unwritten.load(Ordering::Acquire);
        if !is_asked_for {
            self.withheld.extend(bytes.iter().take(KEPT - self.withheld.len().min(KEPT)));
        }
        !is_asked_for
    }

    fn keep_first(&mut self, bytes: &[u8]) {
        if !self.activity.head_begun.swap(true, Ordering::AcqRel) {
            self.first.clear();
        }
        self.first.extend(bytes.iter().take(KEPT - self.first.len().min(KEPT)));
    }

    /// Whether the server ends, the connection is idle, and nothing has arrived that was not read yet.
    fn is_over(&self) -> bool {
        let idle = !self.activity.is_answering() && self.unwritten.is_none();
        let arrived = || SockRef::from(&*self.stream).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|bytes| bytes > 0);
        self.phase.has_reached(Phase::Quiet) && idle && !arrived()
    }

    /// Tries to write until it succeeds, fails, or the client's time is up.
    fn poll_with_patience(
        &mut self,
        cx: &mut Context<'_>,
        attempt: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            if self.stream.poll_write_ready(cx)?.is_pending() {
                let patience = self.patience;
                let unwritten = self.unwritten.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                ready!(unwritten.as_mut().poll(cx));
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
            match attempt(&self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => {
                    self.unwritten = None;
                    return Poll::Ready(done);
                }
            }
        }
    }
}

impl AsyncRead for IdleTimeoutStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.stream.poll_read_ready(cx)? {
                Poll::Pending if self.is_over() => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => {}
            }
            match self.stream.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    let before = buf.filled().len();
                    buf.advance(read);
                    if read > 0 && !self.activity.is_answering() {
                        self.keep_first(buf.filled().get(before..).unwrap_or(&[]));
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for IdleTimeoutStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.withholds(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        this.poll_with_patience(cx, |stream| stream.try_write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bufs.iter().all(|buf| this.withholds(buf)) {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        this.poll_with_patience(cx, |stream| stream.try_write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// The HTTP implementation has written everything that it had to write.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.activity.is_answering() {
            self.activity.unwritten.store(false, Ordering::Release);
        }
        Poll::Ready(Ok(()))
    }

    /// The owner of the stream ends the connection after it has read the rest.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::phase::{Phase, channel};
    use super::{ConnectionActivity, IdleTimeoutStream};
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::Poll;
    use std::time::Duration;
    use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
    use tokio::net::{TcpListener, TcpStream};

    #[tokio::test]
    async fn what_has_arrived_is_not_taken_for_silence() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, activity) =
            (Arc::new(listener.accept().await.unwrap().0), Arc::new(ConnectionActivity::default()));
        let (phase, watch) = channel();
        let mut stream = IdleTimeoutStream::new(&stream, &activity, &watch, Duration::from_secs(60));
        client.writable().await.unwrap();
        poll_fn(|cx| {
            let mut room = [0; 8];
            let mut poll = || Pin::new(&mut stream).poll_read(cx, &mut ReadBuf::new(&mut room)).is_pending();
            assert!(poll(), "the server is open");
            client.try_write(b"hello").unwrap();
            phase.send_replace(Phase::Quiet);
            assert!(poll(), "the runtime has not heard of it, and the socket has it");
            Poll::Ready(())
        })
        .await;
        let mut text = [0; 8];
        assert_eq!(stream.read(&mut text).await.unwrap(), 5);
        let answering = activity.begin();
        let pending =
            poll_fn(|cx| Poll::Ready(Pin::new(&mut stream).poll_read(cx, &mut ReadBuf::new(&mut [0; 8])).is_pending()));
        assert!(pending.await, "a request is being answered");
        drop(answering);
        assert_eq!(stream.read(&mut text).await.unwrap(), 0, "nothing happens");
    }
}
