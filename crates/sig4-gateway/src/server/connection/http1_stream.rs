//! The stream between a connection and the implementation of HTTP/1.1.
//!
//! It adds two things:
//!
//! - The HTTP implementation's own response to bytes that it cannot parse is withheld, so that the gateway responds.
//! - When the server ends, an idle connection reads as closed, but only if the socket has nothing to read at that moment. A
//!   request that has arrived is served; none is lost between the decision to close and the closing.

use super::activity::ConnectionActivity;
use crate::server::phase::{Phase, PhaseWatch};
use http::StatusCode;
use socket2::SockRef;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The most bytes kept of a head, and of a withheld response.
const KEPT: usize = 256;

/// A stream of HTTP/1.1, in plain text.
#[derive(Debug)]
pub(super) struct Http1Stream<S> {
    io: S,
    /// The socket below `io`.
    socket: Arc<TcpStream>,
    activity: Arc<ConnectionActivity>,
    phase: PhaseWatch,
    /// The first bytes of the head that came last.
    first: Vec<u8>,
    /// The first bytes of a withheld response.
    withheld: Vec<u8>,
}

impl<S> Http1Stream<S> {
    pub(super) fn new(io: S, socket: &Arc<TcpStream>, activity: &Arc<ConnectionActivity>, phase: &PhaseWatch) -> Self {
        Self {
            io,
            socket: Arc::clone(socket),
            activity: Arc::clone(activity),
            phase: phase.clone(),
            first: Vec::new(),
            withheld: Vec::new(),
        }
    }

    /// The stream below.
    pub(super) fn into_inner(self) -> S {
        self.io
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
        let is_asked_for = self.activity.has_response();
        if !is_asked_for {
            self.withheld.extend(bytes.iter().take(KEPT - self.withheld.len().min(KEPT)));
        }
        !is_asked_for
    }

    fn keep_first(&mut self, bytes: &[u8]) {
        if !self.activity.begin_head() {
            self.first.clear();
        }
        self.first.extend(bytes.iter().take(KEPT - self.first.len().min(KEPT)));
    }

    /// Whether the server ends, the connection is idle, and nothing has arrived that was not read yet.
    fn is_over(&self) -> bool {
        let arrived = || SockRef::from(&*self.socket).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|bytes| bytes > 0);
        self.phase.has_reached(Phase::Quiet) && self.activity.is_idle() && !arrived()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Http1Stream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Pending if self.is_over() => Poll::Ready(Ok(())),
            // Many clients end TLS without saying so. The lengths in a message of HTTP show whether it is whole.
            Poll::Ready(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            Poll::Ready(Ok(())) => {
                let read = buf.filled().get(before..).unwrap_or(&[]);
                if !read.is_empty() && !self.activity.is_answering() {
                    self.keep_first(read);
                }
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Http1Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.withholds(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if bufs.iter().all(|buf| self.withholds(buf)) {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            // The HTTP implementation has written everything that it had to write.
            self.activity.flushed();
        }
        flushed
    }

    /// The owner of the stream ends it after the last response.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::activity::ConnectionActivity;
    use super::super::idle_timeout::IdleTimeoutStream;
    use super::Http1Stream;
    use crate::server::phase::{Phase, channel};
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
        let (socket, activity) =
            (Arc::new(listener.accept().await.unwrap().0), Arc::new(ConnectionActivity::default()));
        let (phase, watch) = channel();
        let io = IdleTimeoutStream::new(&socket, &activity, Duration::from_secs(60));
        let mut stream = Http1Stream::new(io, &socket, &activity, &watch);
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
