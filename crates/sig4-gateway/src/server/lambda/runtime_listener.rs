//! The listener for runtimes: which connections are served, and serving them.

use super::guard::Guard;
use super::queue::Queue;
use super::runtime_api::RuntimeApi;
use super::runtime_connection::RuntimeConnection;
use super::runtimes::RuntimeId;
use crate::server::{listener, peer};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The most connections with runtimes at a time.
const MAX_CONNECTIONS: usize = 1024;

/// The response to a connection that is not admitted, and how long and how many bytes its client may go on sending until it has
/// read the response.
const FORBIDDEN: &[u8] = b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const LINGER: Duration = Duration::from_secs(1);
const LINGER_LEN: u64 = 64 * 1024;

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
    if let Err(why) = check_peer(&stream, peer, api.guard()).await {
        api.guard().tell(&format!("a connection: {why}"));
        return refuse(stream).await;
    }
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

/// Refuses the connections of other users, unless they are admitted.
async fn check_peer(stream: &TcpStream, peer: SocketAddr, guard: &Guard) -> Result<(), String> {
    if guard.admits_others() { Ok(()) } else { peer::check(stream, peer).await }
}

/// Responds with 403, and reads the rest until the other side has received it.
async fn refuse(mut stream: TcpStream) {
    let ended = async {
        stream.write_all(FORBIDDEN).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await
    };
    // The client may be gone; if it stays, it is cut off.
    let _ = tokio::time::timeout(LINGER, ended).await;
}
