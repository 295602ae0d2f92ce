//! The socket of a connection: a client that takes no byte of its response for too long is cut off.
//!
//! TLS, if there is any, lies above this stream.

use super::activity::ConnectionActivity;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The socket, with a limit on the time that the client takes no byte.
#[derive(Debug)]
pub(super) struct IdleTimeoutStream {
    stream: Arc<TcpStream>,
    activity: Arc<ConnectionActivity>,
    /// The longest time that a client may take no byte.
    patience: Duration,
    /// The end of that time, while something waits to be written.
    unwritten: Option<Pin<Box<Sleep>>>,
}

impl IdleTimeoutStream {
    pub(super) fn new(stream: &Arc<TcpStream>, activity: &Arc<ConnectionActivity>, patience: Duration) -> Self {
        Self { stream: Arc::clone(stream), activity: Arc::clone(activity), patience, unwritten: None }
    }

    /// Tries to write until it succeeds, fails, or the client's time is up.
    fn poll_with_patience(
        &mut self,
        cx: &mut Context<'_>,
        attempt: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            if self.stream.poll_write_ready(cx)?.is_pending() {
                self.activity.set_blocked(true);
                let patience = self.patience;
                let unwritten = self.unwritten.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                ready!(unwritten.as_mut().poll(cx));
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
            match attempt(&self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => {
                    self.unwritten = None;
                    self.activity.set_blocked(false);
                    return Poll::Ready(done);
                }
            }
        }
    }
}

impl AsyncRead for IdleTimeoutStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    buf.advance(read);
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
        self.get_mut().poll_with_patience(cx, |stream| stream.try_write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with_patience(cx, |stream| stream.try_write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// A socket has no buffer of its own.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// The owner of the socket ends the connection after it has read the rest.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
