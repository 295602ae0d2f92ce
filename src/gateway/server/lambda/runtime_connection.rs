//! A connection with a runtime, and what its end says of the runtime.
//!
//! A process that is killed closes its connections. If the event had reached its machine but had not been read, the
//! connection is reset; if the connection was closed before, the next write to it is refused. Both say that nobody has seen the
//! event. A connection that is closed in order says less: clients that open one for every request do so while their handler is
//! at work, and those with a pool, as that of Rust's runtime, close the one that is too many. Only of a client that was seen to
//! keep its connection and has no other one is it the end of the process, and only before the shortest time after which any
//! client is known to close an idle connection.

use super::guard::Guard;
use super::invocation::Delivery;
use super::queue::{Ending, Queue};
use super::{peer, runtime_api};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

/// After 4 s Node's `fetch` closes an idle connection, after 5 s its `http`, others later.
const SHORTEST_IDLE: Duration = Duration::from_secs(3);

/// Within this time a connection that a living process has opened in place of one that it closed is seen.
const ON_THEIR_WAY: Duration = Duration::from_millis(50);

/// What the connection of another user is answered, and how long and how many bytes it may go on sending until it has read that.
const FORBIDDEN: &[u8] = b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const LINGER: Duration = Duration::from_secs(1);
const LINGER_LEN: u64 = 64 * 1024;

/// One connection with a runtime.
pub(super) struct Runtime {
    guard: Arc<Guard>,
    queue: Arc<Queue>,
    arn: Arc<str>,
    id: u64,
    /// The same socket once more, to ask how it is without reading from it.
    socket: std::net::TcpStream,
    requests: AtomicU32,
    delivered: Mutex<Option<Instant>>,
    /// Whether reading or writing failed.
    broken: AtomicBool,
}

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, guard: Arc<Guard>, queue: Arc<Queue>, arn: Arc<str>) {
    static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
    if let Err(why) = admitted(&stream, peer, &guard).await {
        guard.tell(&format!("a connection: {why}"));
        return refuse(stream).await;
    }
    let Ok((stream, socket)) = twice(stream) else { return };
    let id = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
    queue.connection_opened();
    let runtime = Runtime {
        guard,
        queue,
        arn,
        id,
        socket,
        requests: AtomicU32::new(0),
        delivered: Mutex::default(),
        broken: AtomicBool::new(false),
    };
    let runtime = Arc::new(runtime);
    let served = Arc::clone(&runtime);
    let service = service_fn(move |request| {
        let runtime = Arc::clone(&served);
        runtime.requests.fetch_add(1, Ordering::Relaxed);
        async move { runtime_api::answer(&runtime, request).await }
    });
    // Runtimes keep their connections as long as they like, and poll as long as there is nothing to do.
    let line = Line { stream, runtime: Arc::clone(&runtime) };
    // How the connection ended is told by the line; HTTP makes no difference where no request was on its way.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(line), service).await;
    let ending = runtime.ending();
    if ending == Ending::Gone {
        tokio::time::sleep(ON_THEIR_WAY).await;
    }
    runtime.queue.connection_ended(id, ending);
}

/// Why a connection is refused, whatever it sends.
async fn admitted(stream: &TcpStream, peer: SocketAddr, guard: &Guard) -> Result<(), String> {
    if guard.admits_others() { Ok(()) } else { peer::check(stream, peer).await }
}

/// Answers 403, and reads what still comes until the other side has heard it.
async fn refuse(mut stream: TcpStream) {
    let ended = async {
        stream.write_all(FORBIDDEN).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await
    };
    // It may be gone, and if it stays it is cut off.
    let _ = tokio::time::timeout(LINGER, ended).await;
}

/// A socket as tokio's and as the standard library's.
fn twice(stream: TcpStream) -> io::Result<(TcpStream, std::net::TcpStream)> {
    let stream = stream.into_std()?;
    let socket = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, socket))
}

impl Runtime {
    pub(super) fn guard(&self) -> &Guard {
        &self.guard
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(super) fn arn(&self) -> &str {
        &self.arn
    }

    /// The next event, as soon as there is one; none if the runtime is gone then.
    pub(super) async fn take(&self) -> Option<Delivery> {
        let delivery = self.queue.take(self.id, || self.is_alive()).await?;
        *self.delivered.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Some(delivery)
    }

    /// Whether the other side has not closed the connection yet.
    fn is_alive(&self) -> bool {
        match self.socket.peek(&mut [0]) {
            Ok(read) => read > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }

    fn ending(&self) -> Ending {
        let broken = self.broken.load(Ordering::Relaxed) || matches!(self.socket.take_error(), Ok(Some(_)));
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        let was_kept = self.requests.load(Ordering::Relaxed) > 1;
        match *delivered {
            _ if broken => Ending::Unread,
            Some(at) if was_kept && at.elapsed() < SHORTEST_IDLE => Ending::Gone,
            _ => Ending::Closed,
        }
    }
}

/// The socket of a runtime, which remembers that it failed.
struct Line {
    stream: TcpStream,
    runtime: Arc<Runtime>,
}

impl Line {
    fn seen<T>(&self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(polled, Poll::Ready(Err(_))) {
            self.runtime.broken.store(true, Ordering::Relaxed);
        }
        polled
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.seen(polled)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.seen(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
