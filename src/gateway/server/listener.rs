//! The address at which a server listens.

use crate::gateway::error::{Error, ErrorKind};
use std::net::SocketAddr;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

/// How long to wait where no connection can be accepted because the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn bind(addr: impl ToSocketAddrs) -> Result<(TcpListener, SocketAddr), Error> {
    let refuse = |error: std::io::Error| Error::new(ErrorKind::NotListening, error.to_string());
    let listener = TcpListener::bind(addr).await.map_err(refuse)?;
    let addr = listener.local_addr().map_err(refuse)?;
    Ok((listener, addr))
}

/// The next connection. A connection that broke off before it was accepted is nobody's, and a lack of descriptors ends when
/// other connections do.
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

/// A connection that waits to be accepted already, if there is one.
pub(super) fn accept_waiting(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    let mut context = Context::from_waker(Waker::noop());
    match listener.poll_accept(&mut context) {
        Poll::Ready(Ok(accepted)) => Some(accepted),
        _ => None,
    }
}
