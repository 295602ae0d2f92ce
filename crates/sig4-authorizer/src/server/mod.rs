//! The server that proxies ask.

use crate::check::authorizer::Authorizer;
use crate::envoy::service::EnvoyService;
use crate::error::{Error, ErrorKind};
use crate::forward;
use core::net::SocketAddr;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running authorizer. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on `address`, for Envoy over gRPC and for forward authentication.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Listen`] if the address is taken or not of this machine.
    pub async fn bind(address: &str, authorizer: Authorizer) -> Result<Self, Error> {
        let unusable =
            |error: std::io::Error| Error::new(ErrorKind::Listen, format!("{address}: {error}")).with_source(error);
        let listener = TcpListener::bind(address).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let grpc = EnvoyService::server(authorizer.clone());
        let router = tonic::service::Routes::new(grpc).into_axum_router().merge(forward::routes(authorizer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(router.clone());
                tokio::spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(Self { address, task })
    }

    /// The address that it listens on.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
