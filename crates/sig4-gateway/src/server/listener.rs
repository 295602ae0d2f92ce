//! Listening sockets: binding and accepting.

use crate::error::{Error, ErrorKind};
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs, lookup_host};

/// The pause after a failed accept, for example because the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(20);

/// Binds a listening socket and returns it with its address. The error names the address that was tried last.
pub(super) async fn bind(addr: impl ToSocketAddrs) -> Result<(TcpListener, SocketAddr), Error> {
    let unknown = |error: io::Error| Error::new(ErrorKind::NotListening, error.to_string()).with_source(error);
    let mut failed = None;
    for addr in lookup_host(addr).await.map_err(unknown)? {
        match TcpListener::bind(addr).await {
            Ok(listener) => {
                let addr = listener.local_addr().map_err(|error| refused(addr, error))?;
                return Ok((listener, addr));
            }
            Err(error) => failed = Some(refused(addr, error)),
        }
    }
    Err(failed.unwrap_or_else(|| Error::new(ErrorKind::NotListening, "the name has no address")))
}

/// The error of an address that cannot be bound. Its source is the system's.
#[cold]
fn refused(addr: SocketAddr, error: io::Error) -> Error {
    let detail = match error.kind() {
        io::ErrorKind::AddrInUse => format!("{addr} is in use by another program"),
        io::ErrorKind::AddrNotAvailable => format!("{} is not an address of this machine", addr.ip()),
        io::ErrorKind::PermissionDenied => format!("{addr} needs privileges that this process does not have"),
        _ => format!("{addr}: {error}"),
    };
    Error::new(ErrorKind::NotListening, detail).with_source(error)
}

/// Waits for the next connection. Errors are skipped: a connection that broke off before it was accepted needs no response, and
/// descriptors become free when other connections end.
pub(super) async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Small responses go out at once.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Accepts a connection that already waits, if there is one.
pub(super) fn accept_waiting(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    let mut context = Context::from_waker(Waker::noop());
    match listener.poll_accept(&mut context) {
        Poll::Ready(Ok(accepted)) => Some(accepted),
        _ => None,
    }
}
