//! The handshake of TLS, and the protocol that it chooses.

use super::idle_timeout::IdleTimeoutStream;
use super::open_connection::Connection;
use super::phase::Phase;
use crate::tls::{HTTP_2, TlsConfig};
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The most bytes that are kept of a request in plain text.
const KEPT: usize = 256;

/// The end of a handshake.
pub(super) enum Handshake {
    /// The client speaks HTTP/1.1.
    Http1(Box<TlsStream<IdleTimeoutStream>>),
    /// The client speaks HTTP/2.
    Http2(Box<TlsStream<IdleTimeoutStream>>),
    /// The client speaks HTTP without TLS.
    PlainText { io: IdleTimeoutStream, first: Vec<u8> },
    /// The client is gone, or it speaks something else.
    Failed,
}

/// Accepts a client of TLS. It has the time of a head.
pub(super) async fn accept(io: IdleTimeoutStream, tls: TlsConfig, connection: &Arc<Connection>) -> Handshake {
    let mut phase = connection.phase.clone();
    let mut shaking = std::pin::pin!(tokio::time::timeout(connection.timeouts.head, shake(io, tls, connection)));
    loop {
        tokio::select! {
            shaken = shaking.as_mut() => {
                return match shaken {
                    Ok(Ok(handshake)) => handshake,
                    Ok(Err(_)) | Err(_) => Handshake::Failed,
                };
            }
            () = phase.changed() => {
                if phase.has_reached(Phase::Quiet) {
                    return Handshake::Failed;
                }
            }
            () = connection.reset() => return Handshake::Failed,
        }
    }
}

async fn shake(io: IdleTimeoutStream, tls: TlsConfig, connection: &Connection) -> io::Result<Handshake> {
    let mut first = vec![0; KEPT];
    let len = connection.socket.peek(&mut first).await?;
    first.truncate(len);
    if is_plain_text(&first) {
        return Ok(Handshake::PlainText { io, first });
    }
    let stream = Box::new(TlsAcceptor::from(tls.0).accept(io).await?);
    let is_http_2 = stream.get_ref().1.alpn_protocol() == Some(HTTP_2);
    Ok(if is_http_2 { Handshake::Http2(stream) } else { Handshake::Http1(stream) })
}

/// Whether the first bytes are the method of a request. A record of TLS never begins with a letter (RFC 8446, section 5.1).
fn is_plain_text(first: &[u8]) -> bool {
    first.first().is_some_and(u8::is_ascii_alphabetic)
}
