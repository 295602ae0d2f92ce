//! A server that listens.

use super::admin;
use super::assembly::Assembly;
use super::condition::Condition;
use super::drain;
use super::gate::{self, Gate};
use super::listener::{Connections, Protocols};
use super::phase::{Phase, Phases};
use super::tls::ServerTls;
use super::used_signatures::UsedSignatures;
use super::watched_keys::Notices;
use crate::check::authorizer::Authorizer;
use crate::config::{Limits, Listen};
use crate::envoy::service::EnvoyService;
use crate::error::{Error, ErrorKind};
use crate::forward;
use crate::keys::{KeyWatch, ReloadingKeys};
use crate::observe::{AccessLog, Metrics, Traffic};
use axum::{Router, middleware};
use core::net::SocketAddr;
use core::time::Duration;
use http::StatusCode;
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{interval, sleep, timeout};

/// The time between two moves of latencies into their classes.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
/// The time between two looks at the store of used signatures, whose failures are told.
const REPLAY_LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How long the access log may take to write its last lines.
const LOG_FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections at a time at the address for operators.
const MAX_ADMIN_CONNECTIONS: usize = 256;
/// How long an operator may take to send a head, and to begin the next request of a connection. It is short, so that connections that
/// never ask hold no probe.
const MAX_ADMIN_HEAD_TIME: Duration = Duration::from_secs(2);

/// A running authorizer. Dropping it closes its listeners.
///
/// ```
/// use sig4_authorizer::{Api, Authorizer, Server};
/// use sig4_iam::{Directory, tower::ExecuteApi};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "pets"))?;
/// let server = Server::bind("127.0.0.1:0", Authorizer::new(api, Directory::new("123456789012"))).await?;
/// assert!(server.local_addr().ip().is_loopback() && server.admin_addr().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin: Option<SocketAddr>,
    listen: Listen,
    condition: Arc<Condition>,
    /// The phase of the address for operators, which closes last.
    admin_phases: Phases,
    tasks: Vec<JoinHandle<()>>,
    /// Accepts connections, and after the listener those in its backlog.
    accepting: JoinHandle<()>,
    /// Loads keys again while the server runs.
    _watch: Option<KeyWatch>,
}

impl Server {
    /// Listens on `address`, for Envoy over gRPC and for forward authentication, without TLS and with the default limits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Listen`] if the address is taken or not of this machine.
    pub async fn bind(address: &str, authorizer: Authorizer) -> Result<Self, Error> {
        Self::start(Assembly::of_authorizer(authorizer, &Listen::at(address))?).await
    }

    /// Listens at the addresses of a configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Listen`] if an address is taken or not of this machine.
    pub async fn start(assembly: Assembly) -> Result<Self, Error> {
        let Assembly { authorizer, listen, limits, tls, keys, replays, log, metrics, notices } = assembly;
        let (listener, address) = bound(&listen.address).await?;
        let replays = replays.start(authorizer.shortest_window())?;
        let authorizer = replays.given_to(authorizer);
        let (phases, open) = (Phases::new(), Arc::new(Semaphore::new(limits.connections)));
        let traffic = Arc::new(Traffic::default());
        let gate = Gate::new(limits.checks_in_flight, limits.check_timeout(), Arc::clone(&traffic));
        let connections = Connections {
            router: drain::told(router(authorizer, gate.clone(), &limits), phases.clone()),
            tls: tls.clone(),
            limits: limits.clone(),
            phases: phases.clone(),
            open: Arc::clone(&open),
            traffic: Arc::clone(&traffic),
            protocols: Protocols::All,
        };
        let mut tasks = vec![tokio::spawn(upkeep(Arc::clone(&metrics)))];
        if let Some(tls) = tls.clone() {
            tasks.push(tokio::spawn(renew(tls, listen.interval(), Arc::clone(&notices))));
        }
        tasks.push(tokio::spawn(tell_replays(replays.clone(), Arc::clone(&notices))));
        let watch = keys.as_ref().map(|keys| keys.watch(notices));
        let keys = keys.map(|keys| keys.store);
        let condition = Arc::new(Condition { phases, gate, limits, open, tls, keys, replays, log, traffic, metrics });
        let admin_phases = Phases::new();
        let accepting = tokio::spawn(async {});
        let mut server =
            Self { address, admin: None, listen, condition, admin_phases, tasks, accepting, _watch: watch };
        server.open_admin().await?;
        server.accepting = tokio::spawn(Arc::new(connections).accept(listener));
        Ok(server)
    }

    /// Listens at the address for operators, if there is one.
    async fn open_admin(&mut self) -> Result<(), Error> {
        let Some(address) = &self.listen.admin else { return Ok(()) };
        let (listener, local) = bound(address).await?;
        let connections = Connections {
            router: admin::routes(Arc::clone(&self.condition)),
            tls: None,
            limits: self.condition.limits.of_operators(MAX_ADMIN_CONNECTIONS, MAX_ADMIN_HEAD_TIME),
            phases: self.admin_phases.clone(),
            open: Arc::new(Semaphore::new(MAX_ADMIN_CONNECTIONS)),
            traffic: Arc::default(),
            protocols: Protocols::Http1,
        };
        self.admin = Some(local);
        self.tasks.push(tokio::spawn(Arc::new(connections).accept(listener)));
        Ok(())
    }

    /// The address that it listens on.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of probes and metrics, if the configuration has one.
    #[must_use]
    pub const fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// Loads keys, policies and certificates again, and opens the file of the access log again. Invalid files leave what was loaded
    /// before. It blocks while it reads.
    ///
    /// # Errors
    ///
    /// The first error. The parts without an error are loaded all the same.
    pub fn reload(&self) -> Result<(), Error> {
        if let Some(log) = &self.condition.log {
            log.reopen();
        }
        let tls = self.condition.tls.as_ref().map_or(Ok(()), |tls| tls.reload());
        let keys = self.condition.keys.as_ref().map_or(Ok(()), ReloadingKeys::reload);
        keys.and(tls)
    }

    /// Ends the server. It first reports that it is not ready, for the drain delay of the configuration, and still answers. Then it
    /// closes its listener and answers the checks in flight, within the drain timeout.
    ///
    /// Returns whether all checks were answered.
    pub async fn drain(mut self) -> bool {
        let phases = &self.condition.phases;
        phases.advance(Phase::Draining);
        sleep(self.listen.drain_delay()).await;
        phases.advance(Phase::Closing);
        // All permits are asked for only after the last connection has its own.
        let _ended = (&mut self.accepting).await;
        let all = u32::try_from(self.condition.limits.connections).unwrap_or(u32::MAX);
        let answered = timeout(self.listen.drain_timeout(), self.condition.open.acquire_many(all)).await.is_ok();
        if let Some(log) = self.condition.log.clone() {
            // A thread that cannot be started leaves lines unwritten.
            let _lost = spawn_blocking(move || AccessLog::flush(&log, LOG_FLUSH_TIMEOUT)).await;
        }
        answered
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.condition.phases.advance(Phase::Closing);
        self.admin_phases.advance(Phase::Closing);
        self.accepting.abort();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn upkeep(metrics: Arc<Metrics>) {
    let mut ticks = interval(UPKEEP_INTERVAL);
    loop {
        ticks.tick().await;
        metrics.upkeep();
    }
}

/// Tells when the store of used signatures cannot be asked, when it can be asked again, and when it lost signatures.
async fn tell_replays(replays: UsedSignatures, notices: Notices) {
    let (mut told, mut complete_since) = (None, Some(OffsetDateTime::now_utc()));
    loop {
        sleep(REPLAY_LOOK_INTERVAL).await;
        let since = replays.status().and_then(|status| status.complete_since);
        if since > complete_since {
            notices(
                "the replay store may have lost signatures: those that were valid before are refused until they end",
            );
            complete_since = since;
        }
        let trouble = replays.trouble();
        match &trouble {
            Some(text) if told != trouble => notices(text),
            None if told.is_some() => notices("the replay store can be asked again"),
            _ => {}
        }
        told = trouble;
    }
}

/// Loads the certificate again when its files change.
async fn renew(tls: Arc<ServerTls>, interval: Duration, notices: Notices) {
    loop {
        sleep(interval).await;
        let tls = Arc::clone(&tls);
        // A panic is the end of one look, and not of the task.
        match spawn_blocking(move || tls.reload_if_changed()).await {
            Ok(Ok(true)) => notices("the certificate is loaded again"),
            Ok(Err(error)) => notices(&format!("the earlier certificate stays in use: {error}")),
            Ok(Ok(false)) | Err(_) => {}
        }
    }
}

async fn bound(address: &str) -> Result<(TcpListener, SocketAddr), Error> {
    let unusable =
        |error: std::io::Error| Error::new(ErrorKind::Listen, format!("{address}: {error}")).with_source(error);
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let local = listener.local_addr().map_err(unusable)?;
    Ok((listener, local))
}

fn router(authorizer: Authorizer, gate: Gate, limits: &Limits) -> Router {
    let grpc = EnvoyService::server(authorizer.clone()).max_decoding_message_size(limits.check_len());
    let grpc = tonic::service::Routes::new(grpc).into_axum_router();
    // A proxy of forward authentication takes 200 for a yes, and every answer of gRPC is 200: only gRPC gets one.
    let grpc = grpc.fallback(async || StatusCode::NOT_FOUND).layer(middleware::from_fn(gate::only_grpc));
    grpc.merge(forward::routes(authorizer)).layer(middleware::from_fn_with_state(gate, gate::pass))
}
