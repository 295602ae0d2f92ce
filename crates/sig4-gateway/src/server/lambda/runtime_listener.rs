//! The listener for runtimes: which connections are served, and serving them.

use super::queue::Queue;
use super::runtime_api::RuntimeApi;
use super::runtime_connection::RuntimeConnection;
use super::runtimes::RuntimeId;
use crate::server::guard::Guard;
use crate::server::{forbidden, listener};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The most connections with runtimes at a time.
const MAX_CONNECTIONS: usize = 1024;

/// Serves runtimes until the future is dropped.
pub(super) async fn serve(listener: TcpListener, guard: Guard, queue: Arc<Queue>, runtime: RuntimeId, arn: String) {
    let api = Arc::new(RuntimeApi::new(guard, queue, arn));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, peer) = listener::accept(&listener), if connections.len() < MAX_CONNECTIONS => {
                connections.spawn(serve_connection(stream, peer, Arc::clone(&api), runtime));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection to its end.
async fn serve_connection(stream: TcpStream, peer: SocketAddr, api: Arc<RuntimeApi>, runtime: RuntimeId) {
    let Some(stream) = forbidden::admit(stream, peer, api.guard()).await else { return };
    let Ok((connection, stream)) = RuntimeConnection::open(stream, api.queue(), runtime) else { return };
    let served = Arc::clone(&connection);
    let service = service_fn(move |request| {
        let (api, connection) = (Arc::clone(&api), Arc::clone(&served));
        connection.count_request();
        async move { api.respond(&connection, request).await }
    });
    // No timeouts: runtimes keep connections as long as they like, and poll while there is nothing to do. The watched stream
    // knows how the connection ended; HTTP's error adds nothing.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    connection.close().await;
}
