//! The server: the only part of the gateway with sockets, clocks and randomness.

pub(crate) mod access_log;
pub(crate) mod client;
pub(crate) mod connection;
pub(crate) mod current_api;
pub(crate) mod explanation;
pub(crate) mod forbidden;
pub(crate) mod guard;
pub(crate) mod handler;
pub(crate) mod http2_head;
pub(crate) mod ids;
pub(crate) mod integration_call;
pub(crate) mod integration_failure;
pub(crate) mod lambda;
pub(crate) mod listener;
pub(crate) mod local_client;
pub(crate) mod local_pages;
pub(crate) mod mismatch_message;
pub(crate) mod own_response;
pub(crate) mod peer;
pub(crate) mod phase;
pub(crate) mod proxy;
pub(crate) mod request_check;
pub(crate) mod resource_policy;
pub(crate) mod rest_error;
pub(crate) mod rest_response;
pub(crate) mod router;
pub(crate) mod served_api;
#[cfg(any(target_os = "linux", test))]
pub(crate) mod socket_table;
pub(crate) mod unparsed;
pub(crate) mod unrouted;

use super::definition::ApiDefinition;
use crate::error::{Error, ErrorKind};
use access_log::{AccessLogQueue, WorkerEnd};
use current_api::{CurrentApi, ReplacedApi};
use explanation::RefusalExplainer;
use phase::{Phase, PhaseWatch};
use served_api::ServerParts;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The most connections beyond the limit that are refused at a time. Further ones wait to be accepted.
const MAX_REFUSING: usize = 64;

/// A running server of an HTTP API. It serves until it is [shut down](Self::shutdown) or dropped.
pub struct Server {
    addr: SocketAddr,
    is_secure: bool,
    /// The log ends with the last owner of the API, which is the task that serves it.
    api: Weak<CurrentApi>,
    phase: watch::Sender<Phase>,
    quiet: Duration,
    drain: Duration,
    serving: JoinHandle<()>,
    logging: Option<WorkerEnd>,
}

impl Server {
    /// The address that it listens at.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL of the server, without a trailing slash. The name of a stage follows it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// Serves another definition to the requests that start from now on.
    ///
    /// - A request that has started ends with the definition that it started with: its routes, policies, keys and integration.
    /// - The change is atomic: every request sees one definition whole.
    /// - Connections stay open, and no request is lost.
    /// - Routes, stages, CORS, keys and policies, the region, the account, the clock, allowed hosts, verbose errors and the time
    ///   limit of integrations are the new definition's. An access key that it lacks is refused from then on.
    /// - The address, whether the server speaks TLS, the access log, the most connections and the body budget stay as they were when the server started. Other
    ///   time limits of a connection are those of the definition with which the connection was accepted.
    ///
    /// # Errors
    ///
    /// The errors of [`ApiDefinition::check`]. The old definition is then still served.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Event, Integration};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let api = |text: &'static str| {
    ///     ApiDefinition::new("us-east-1").route("$default", Integration::handler(move |_: Event| async move { text }))
    /// };
    /// let server = api("old").serve("127.0.0.1:0").await?;
    /// let replaced = server.replace(api("new"))?;
    /// replaced.finished().await;
    /// assert!(server.replace(api("bad").route("GET no-slash", Integration::echo())).is_err(), "`new` is still served");
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace(&self, api: ApiDefinition) -> Result<ReplacedApi, Error> {
        let ended = || Error::new(ErrorKind::NotListening, "the server has ended");
        self.api.upgrade().ok_or_else(ended)?.replace(api)
    }

    /// Accepts no more connections, responds to the accepted requests, hands every record to the access log, and ends.
    ///
    /// Every response is the last of its connection. Idle connections are closed after
    /// [a short time](super::Timeouts::with_quiet), and those that still wait for a response after
    /// [a longer one](super::Timeouts::with_drain).
    pub async fn shutdown(mut self) {
        self.phase.send_replace(Phase::Closing);
        let is_over = tokio::time::timeout(self.quiet, &mut self.serving).await.is_ok();
        self.phase.send_replace(Phase::Quiet);
        if !is_over && tokio::time::timeout(self.drain, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        if let Some(logging) = self.logging.take() {
            // The worker ends after the last connection.
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
    /// Serves the API at an address. Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// The errors of [`check`](Self::check), and [`ErrorKind::NotListening`] if the server cannot listen at the address or
    /// cannot start the thread of the access log.
    pub async fn serve(self, addr: impl ToSocketAddrs) -> Result<Server, Error> {
        self.check()?;
        let (listener, addr) = listener::bind(addr).await?;
        let explainer = Arc::new(RefusalExplainer::new(self.verifier()?));
        let started = self.access_log.clone().map(|log| AccessLogQueue::start(log, Arc::clone(&explainer))).transpose();
        let no_thread = |error| Error::new(ErrorKind::NotListening, format!("no thread for the access log: {error}"));
        let (log, logging) = started.map_err(no_thread)?.unzip();
        let (timeouts, connections, is_secure) = (self.timeouts, self.max_connections, self.tls.is_some());
        let parts = ServerParts::new(&self, addr, explainer, log)?;
        let api = Arc::new(CurrentApi::new(self, parts)?);
        let current = Arc::downgrade(&api);
        let (phase, watch) = phase::channel();
        let serving = tokio::spawn(serve(listener, api, watch, connections));
        Ok(Server {
            addr,
            is_secure,
            api: current,
            phase,
            quiet: timeouts.quiet,
            drain: timeouts.drain,
            serving,
            logging,
        })
    }
}

/// Accepts connections until the server is closing, then waits for the open ones to end.
async fn serve(listener: TcpListener, api: Arc<CurrentApi>, phase: PhaseWatch, max: usize) {
    let (mut connections, mut refusing) = (JoinSet::new(), JoinSet::new());
    let accept =
        |connections: &mut JoinSet<()>, refusing: &mut JoinSet<()>, (stream, peer): (TcpStream, SocketAddr)| {
            if connections.len() < max {
                connections.spawn(connection::serve(stream, peer, Arc::clone(&api), phase.clone()));
            } else {
                refusing.spawn(connection::refuse(stream, peer, Arc::clone(&api)));
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
    // Clients that are connected and wait to be accepted are served.
    while let Some((stream, peer)) = listener::accept_waiting(&listener) {
        accept(&mut connections, &mut refusing, (stream, peer));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    while refusing.join_next().await.is_some() {}
}
