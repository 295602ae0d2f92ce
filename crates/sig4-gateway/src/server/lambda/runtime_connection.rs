//! A connection with a runtime, and what its end reveals about the runtime.
//!
//! A process that is killed closes its connections. If the event had reached its machine but was not read, the connection is
//! reset; if the connection was closed before, the next write to it is refused. Both mean that the event was not seen.
//!
//! An orderly close says less. Some clients open a connection for every request, and close it while their handler works.
//! Clients with a pool, such as Rust's runtime, close a surplus connection. An orderly close means the end of the process only
//! if the client was seen to keep its connection, has no other one, and closed it sooner than any client is known to close an
//! idle connection.

use super::invocation::Delivery;
use super::queue::{ConnectionEnd, Queue};
use super::runtimes::RuntimeId;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Node's `fetch` closes an idle connection after 4 s, its `http` after 5 s, other clients later.
const SHORTEST_IDLE: Duration = Duration::from_secs(3);

/// Time for a living process's replacement of a closed connection to be seen.
const REPLACEMENT_DELAY: Duration = Duration::from_millis(50);

/// One connection with a runtime.
pub(super) struct RuntimeConnection {
    queue: Arc<Queue>,
    runtime: RuntimeId,
    id: u64,
    /// A second handle of the socket, to ask for its state without reading from it.
    socket: std::net::TcpStream,
    requests: AtomicU32,
    delivered: Mutex<Option<Instant>>,
    /// Whether reading or writing failed.
    broken: AtomicBool,
}

impl RuntimeConnection {
    /// Registers a connection with the queue. The stream is the one to serve.
    pub(super) fn open(
        stream: TcpStream,
        queue: Arc<Queue>,
        runtime: RuntimeId,
    ) -> io::Result<(Arc<Self>, WatchedStream)> {
        static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
        let stream = stream.into_std()?;
        let socket = stream.try_clone()?;
        let stream = TcpStream::from_std(stream)?;
        queue.connection_opened(runtime);
        let connection = Arc::new(Self {
            queue,
            runtime,
            id: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
            socket,
            requests: AtomicU32::new(0),
            delivered: Mutex::default(),
            broken: AtomicBool::new(false),
        });
        let watched = WatchedStream { stream, connection: Arc::clone(&connection) };
        Ok((connection, watched))
    }

    /// Tells the queue that the connection has ended, and how.
    pub(super) async fn close(&self) {
        let end = self.end();
        if end == ConnectionEnd::Exited {
            tokio::time::sleep(REPLACEMENT_DELAY).await;
        }
        self.queue.connection_ended(self.runtime, self.id, end);
    }

    /// The runtime that the connection belongs to.
    pub(super) const fn runtime(&self) -> RuntimeId {
        self.runtime
    }

    /// Counts a request on the connection.
    pub(super) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for the next event. Returns `None` if the connection is closed when there is one.
    pub(super) async fn take(&self) -> Option<Delivery> {
        let delivery = self.queue.take(self.runtime, self.id, || self.is_alive()).await?;
        *self.delivered.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Some(delivery)
    }

    /// Whether the other side has not closed the connection.
    fn is_alive(&self) -> bool {
        match self.socket.peek(&mut [0]) {
            Ok(read) => read > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }

    fn end(&self) -> ConnectionEnd {
        let broken = self.broken.load(Ordering::Relaxed) || matches!(self.socket.take_error(), Ok(Some(_)));
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        let was_kept = self.requests.load(Ordering::Relaxed) > 1;
        match *delivered {
            _ if broken => ConnectionEnd::Unread,
            Some(at) if was_kept && at.elapsed() < SHORTEST_IDLE => ConnectionEnd::Exited,
            _ => ConnectionEnd::Closed,
        }
    }
}

/// The socket of a connection, which notes whether an operation failed.
pub(super) struct WatchedStream {
    stream: TcpStream,
    connection: Arc<RuntimeConnection>,
}

impl WatchedStream {
    fn note<T>(&self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(polled, Poll::Ready(Err(_))) {
            self.connection.broken.store(true, Ordering::Relaxed);
        }
        polled
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.note(polled)
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
