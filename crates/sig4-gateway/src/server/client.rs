//! The client at the other end of a connection.

use super::peer;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

/// A client, for as long as its connection is served.
#[derive(Debug)]
pub(super) struct Client {
    stream: Arc<TcpStream>,
    peer: SocketAddr,
    is_secure: bool,
    /// Whether it is the server's own user, once that was asked.
    is_own_user: OnceCell<bool>,
}

impl Client {
    /// `is_secure` is whether the connection has TLS.
    pub(super) const fn new(stream: Arc<TcpStream>, peer: SocketAddr, is_secure: bool) -> Self {
        Self { stream, peer, is_secure, is_own_user: OnceCell::const_new() }
    }

    /// Whether its connection has TLS.
    pub(super) const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Its address. On a dual-stack socket, a client of IPv4 keeps its IPv4 address.
    pub(super) const fn ip(&self) -> IpAddr {
        self.peer.ip().to_canonical()
    }

    /// The port that it connected to.
    pub(super) fn server_port(&self) -> u16 {
        self.stream.local_addr().map_or(0, |addr| addr.port())
    }

    /// Whether it is a program of the server's own user, as [`peer::check`] says. A user who
    /// cannot be determined is refused. The first result holds for the whole connection.
    pub(super) async fn is_own_user(&self) -> bool {
        *self.is_own_user.get_or_init(|| async { peer::check(&self.stream, self.peer).await.is_ok() }).await
    }
}
