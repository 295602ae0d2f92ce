//! One connection with a client, from its first byte to its last.
//!
//! A client that has closed its side may still read, so its requests are answered. If the connection is reset, work in
//! progress for it is dropped.

pub(crate) mod activity;
pub(crate) mod handshake;
pub(crate) mod handshake_failure;
pub(crate) mod head_recorder;
pub(crate) mod http1;
pub(crate) mod http1_stream;
pub(crate) mod http2;
pub(crate) mod idle_timeout;
pub(crate) mod open;
pub(crate) mod recorded_stream;
pub(crate) mod stream_progress;
pub(crate) mod unread_body;

use crate::server::current_api::CurrentApi;
use crate::server::phase::PhaseWatch;
use crate::server::unparsed::UnparsedRequest;
use crate::tls::TlsConfig;
use handshake::{Handshake, HandshakeFailure};
use http::StatusCode;
use idle_timeout::IdleTimeoutStream;
use open::{Connection, LINGER};
use socket2::SockRef;
use std::io::ErrorKind;
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The bytes that a client may go on sending after the last response.
const LINGER_LEN: usize = 64 * 1024 * 1024;
/// The bytes of them that are read at a time.
const BLOCK_LEN: usize = 16 * 1024;

/// Serves a connection to its end.
pub(super) async fn serve(socket: TcpStream, peer: SocketAddr, api: Arc<CurrentApi>, phase: PhaseWatch) {
    let tls = api.tls();
    let connection = Arc::new(Connection::new(socket, peer, api, phase));
    let io = IdleTimeoutStream::new(&connection.socket, &connection.activity, connection.timeouts.write);
    let is_answered = match tls {
        None => http1::serve(io, &connection).await,
        Some(tls) => serve_securely(io, tls, &connection).await,
    };
    if is_answered {
        drain(&connection.socket, connection.linger()).await;
    }
}

/// Serves a connection of TLS. Returns whether the client may still read.
async fn serve_securely(io: IdleTimeoutStream, tls: TlsConfig, connection: &Arc<Connection>) -> bool {
    match handshake::accept(io, tls, connection).await {
        Handshake::Http1(io) => http1::serve(io, connection).await,
        Handshake::Http2(io) => http2::serve(io, connection).await,
        Handshake::PlainText { io, first } => {
            let cause = "it is plain HTTP, and this address speaks HTTPS: begin the URL with `https://`".to_owned();
            let unparsed = UnparsedRequest { status: StatusCode::BAD_REQUEST, first: &first, cause, tells: true };
            let last = connection.respond_to_unparsed(unparsed);
            connection.write_last(io, &last).await;
            true
        }
        Handshake::Failed(HandshakeFailure { status, cause }) => {
            if let Some(cause) = cause {
                connection.record_unanswered(status, cause);
            }
            false
        }
    }
}

/// Refuses a connection beyond the limit. One of TLS is closed: its handshake would cost more than the refusal saves.
pub(super) async fn refuse(socket: TcpStream, peer: SocketAddr, api: Arc<CurrentApi>) {
    let cause = "there are as many connections as the server holds".to_owned();
    let unparsed = UnparsedRequest { status: StatusCode::SERVICE_UNAVAILABLE, first: b"", cause, tells: false };
    let ip: IpAddr = peer.ip().to_canonical();
    let last = api.get().respond_to_unparsed(unparsed, ip);
    if api.is_secure() {
        return;
    }
    let mut socket = socket;
    let _ = tokio::time::timeout(LINGER, socket.write_all(&last)).await;
    drain(&socket, LINGER).await;
}

/// Ends the sending side, and reads the rest until the client has received the last response.
async fn drain(socket: &TcpStream, time: Duration) {
    // A client that is gone needs no end.
    let _ = SockRef::from(socket).shutdown(Shutdown::Write);
    let read = async {
        let (mut block, mut len) = (vec![0; BLOCK_LEN], 0);
        while len < LINGER_LEN && socket.readable().await.is_ok() {
            match socket.try_read(&mut block) {
                Ok(0) => return,
                Ok(read) => len += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let _ = tokio::time::timeout(time, read).await;
}
