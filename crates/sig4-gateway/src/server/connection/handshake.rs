//! The handshake of TLS, and the protocol that it chooses.

use super::handshake_failure;
use super::idle_timeout::IdleTimeoutStream;
use super::open::Connection;
use crate::server::phase::Phase;
use crate::tls::{HTTP_2, TlsConfig};
use http::StatusCode;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::{Instant, sleep_until};
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
    Failed(HandshakeFailure),
}

/// Why a handshake failed.
pub(super) struct HandshakeFailure {
    pub(super) status: StatusCode,
    /// The cause for the access log. `None` if the client sent nothing, as programs do that look whether a port is open, and while the
    /// server ends.
    pub(super) cause: Option<String>,
}

impl HandshakeFailure {
    const SILENT: Self = Self { status: StatusCode::BAD_REQUEST, cause: None };

    fn new(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::SILENT }
    }
}

/// Accepts a client of TLS. It has the time of a head.
pub(super) async fn accept(io: IdleTimeoutStream, tls: TlsConfig, connection: &Arc<Connection>) -> Handshake {
    let (mut phase, until) = (connection.phase.clone(), Instant::now() + connection.timeouts.head);
    let has_begun = AtomicBool::new(false);
    let mut shaking = pin!(shake(io, tls, connection, &has_begun));
    let mut late = pin!(sleep_until(until));
    let failure = loop {
        tokio::select! {
            // An alert that came before the end of the connection is read.
            biased;
            shaken = shaking.as_mut() => match shaken {
                Ok(handshake) => return handshake,
                Err(error) => break HandshakeFailure::new(handshake_failure::cause(&error)),
            },
            () = phase.changed() => {
                if phase.has_reached(Phase::Quiet) {
                    break HandshakeFailure::SILENT;
                }
            }
            () = connection.reset() => break HandshakeFailure::new(handshake_failure::ENDED),
            () = late.as_mut() => {
                let late = HandshakeFailure::new(handshake_failure::LATE);
                break HandshakeFailure { status: StatusCode::REQUEST_TIMEOUT, ..late };
            }
        }
    };
    Handshake::Failed(if has_begun.load(Ordering::Relaxed) { failure } else { HandshakeFailure::SILENT })
}

async fn shake(
    io: IdleTimeoutStream,
    tls: TlsConfig,
    connection: &Connection,
    has_begun: &AtomicBool,
) -> io::Result<Handshake> {
    let mut first = vec![0; KEPT];
    let len = connection.socket.peek(&mut first).await?;
    first.truncate(len);
    has_begun.store(len > 0, Ordering::Relaxed);
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
