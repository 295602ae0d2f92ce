//! A server that listens.

use super::assembly::Assembly;
use super::listener::Connections;
use super::phase::{Phase, Phases};
use super::tls::ServerTls;
use crate::check::authorizer::Authorizer;
use crate::config::{Limits, Listen};
use crate::envoy::service::EnvoyService;
use crate::error::{Error, ErrorKind};
use crate::forward;
use axum::Router;
use core::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// A running authorizer. Dropping it closes its listeners and ends no check in flight.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    listen: Listen,
    connections: usize,
    open: Arc<Semaphore>,
    phases: Phases,
    tls: Option<Arc<ServerTls>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Listens on `address`, for Envoy over gRPC and for forward authentication, without TLS and with the default limits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Listen`] if the address is taken or not of this machine.
    pub async fn bind(address: &str, authorizer: Authorizer) -> Result<Self, Error> {
        let mut listen = Listen::default();
        address.clone_into(&mut listen.address);
        Self::start(Assembly { authorizer, listen, limits: Limits::default(), tls: None }).await
    }

    /// Listens at the addresses of a configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Listen`] if an address is taken or not of this machine.
    pub async fn start(assembly: Assembly) -> Result<Self, Error> {
        let Assembly { authorizer, listen, limits, tls } = assembly;
        let (listener, address) = bound(&listen.address).await?;
        let (phases, open) = (Phases::new(), Arc::new(Semaphore::new(limits.connections)));
        let connections = limits.connections;
        let shared = Connections {
            router: router(authorizer, &limits),
            tls: tls.clone(),
            limits,
            phases: phases.clone(),
            open: Arc::clone(&open),
        };
        let tasks = vec![tokio::spawn(Arc::new(shared).accept(listener))];
        Ok(Self { address, listen, connections, open, phases, tls, tasks })
    }

    /// The address that it listens on.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Loads keys, policies and certificates again. Invalid files leave what was loaded before.
    ///
    /// # Errors
    ///
    /// The first error. The parts without an error are loaded all the same.
    pub fn reload(&self) -> Result<(), Error> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Ends the server. It first reports that it is not ready, for the drain delay of the configuration, and still answers. Then it
    /// closes its listener and answers the checks in flight, within the drain timeout.
    ///
    /// Returns whether all checks were answered.
    pub async fn drain(self) -> bool {
        self.phases.advance(Phase::Draining);
        sleep(self.listen.drain_delay()).await;
        self.phases.advance(Phase::Closing);
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        timeout(self.listen.drain_timeout(), self.open.acquire_many(all)).await.is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.phases.advance(Phase::Closing);
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn bound(address: &str) -> Result<(TcpListener, SocketAddr), Error> {
    let unusable =
        |error: std::io::Error| Error::new(ErrorKind::Listen, format!("{address}: {error}")).with_source(error);
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let local = listener.local_addr().map_err(unusable)?;
    Ok((listener, local))
}

fn router(authorizer: Authorizer, limits: &Limits) -> Router {
    let message = limits.body_bytes.saturating_add(limits.head_bytes).saturating_mul(2);
    let grpc = EnvoyService::server(authorizer.clone()).max_decoding_message_size(message);
    tonic::service::Routes::new(grpc).into_axum_router().merge(forward::routes(authorizer))
}
