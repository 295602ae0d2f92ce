//! Listening sockets: binding and accepting.

use crate::error::{Error, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

/// The pause after a failed accept, for example because the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(20);

/// Binds a listening socket and returns it with its address.
pub(super) async fn bind(addr: impl ToSocketAddrs) -> Result<(TcpListener, SocketAddr), Error> {
    let refuse = |error: std::io::Error| Error::new(ErrorKind::NotListening, error.to_string());
    let listener = TcpListener::bind(addr).await.map_err(refuse)?;
    let addr = listener.local_addr().map_err(refuse)?;
    Ok((listener, addr))
}

/// Waits for the next connection. Errors are skipped: a connection that broke off before it was accepted needs no response, and
/// descriptors become free when other connections end.
pub(super) async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Small answers go out at once.
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
