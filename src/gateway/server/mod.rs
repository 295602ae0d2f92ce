//! The server: the only part of the gateway that knows sockets, clocks and randomness.

pub(crate) mod connection;
pub(crate) mod handler;
pub(crate) mod integration_call;
pub(crate) mod lambda;
pub(crate) mod unparsed;
pub(crate) mod listener;
pub(crate) mod access_log;
pub(crate) mod phase;
pub(crate) mod proxy;
pub(crate) mod ids;
pub(crate) mod idle_timeout;

use super::definition::ApiDefinition;
use crate::gateway::error::{Error, ErrorKind};
use access_log::{Ended, Log};
use handler::Live;
use phase::{Phase, Watch};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// How many connections beyond the limit are answered at a time. More wait until they are accepted.
const MAX_REFUSING: usize = 64;

/// An HTTP API that is served, until it is [shut down](Self::shutdown) or dropped.
pub struct Server {
    addr: SocketAddr,
    phase: watch::Sender<Phase>,
    quiet: Duration,
    drain: Duration,
    serving: JoinHandle<()>,
    logging: Option<Ended>,
}

impl Server {
    /// The address at which it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its URL, without a slash at the end. A stage with a name comes after it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Accepts no more connections, answers the requests that were accepted, and ends, with every record handed to the access
    /// log.
    ///
    /// Every answer is the last of its connection from now on. Connections on which nothing happens are closed after
    /// [a while](super::Timeouts::with_quiet), and those that still wait for an answer after [a longer one](super::Timeouts::with_drain).
    pub async fn shutdown(mut self) {
        self.phase.send_replace(Phase::Closing);
        let is_over = tokio::time::timeout(self.quiet, &mut self.serving).await.is_ok();
        self.phase.send_replace(Phase::Quiet);
        if !is_over && tokio::time::timeout(self.drain, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        if let Some(logging) = self.logging.take() {
            // It ends after the last connection.
            let _ = tokio::time::timeout(self.drain, logging).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl ApiDefinition {
    /// Serves the API at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// See [`check`](Self::check); [`ErrorKind::NotListening`] if the address cannot be
    /// listened at, or there is no thread for the access log.
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result<Server, Error> {
        self.check()?;
        let (listener, addr) = listener::bind(addr).await?;
        let verifier = handler::verifier(&self)?;
        let started = self.access_log.clone().map(|log| Log::start(log, verifier)).transpose();
        let no_thread = |error| Error::new(ErrorKind::NotListening, format!("no thread for the access log: {error}"));
        let (log, logging) = started.map_err(no_thread)?.unzip();
        let (timeouts, connections) = (self.timeouts, self.max_connections);
        let live = Arc::new(Live::new(self, addr, log)?);
        let (phase, watch) = phase::channel();
        let serving = tokio::spawn(serve(listener, live, watch, connections));
        Ok(Server { addr, phase, quiet: timeouts.quiet, drain: timeouts.drain, serving, logging })
    }
}

/// Accepts connections until the server is closing, and then waits for those that there are.
async fn serve(listener: TcpListener, live: Arc<Live>, phase: Watch, max: usize) {
    let (mut connections, mut refusing) = (JoinSet::new(), JoinSet::new());
    let accept =
        |connections: &mut JoinSet<()>, refusing: &mut JoinSet<()>, (stream, peer): (TcpStream, SocketAddr)| {
            if connections.len() < max {
                connections.spawn(connection::serve(stream, peer, Arc::clone(&live), phase.clone()));
            } else {
                refusing.spawn(connection::refuse(stream, peer, Arc::clone(&live)));
            }
        };
    let mut closing = phase.clone();
    while !closing.has_reached(Phase::Closing) {
        tokio::select! {
            accepted = listener::accept(&listener), if refusing.len() < MAX_REFUSING => {
                accept(&mut connections, &mut refusing, accepted);
            }
            () = closing.changed() => {}
            Some(_) = connections.join_next() => {}
            Some(_) = refusing.join_next() => {}
        }
    }
    // Whoever is connected already, and only waits to be accepted, is served.
    while let Some((stream, peer)) = listener::accept_waiting(&listener) {
        accept(&mut connections, &mut refusing, (stream, peer));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    while refusing.join_next().await.is_some() {}
}
