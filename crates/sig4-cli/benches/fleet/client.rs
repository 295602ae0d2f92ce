//! A client of Envoy on one connection, which it opens again when it is closed.

use crate::callers::HOST;
use crate::requests::Whole;
use bytes::Bytes;
use http::header::{HOST as HOST_HEADER, HeaderValue};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::time::Instant;
use tokio::net::TcpStream;

/// A connection of HTTP/1.1.
pub struct Client {
    port: u16,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// The answer to a request, and when it was sent and answered.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// `None` if the connection broke.
    pub status: Option<StatusCode>,
    pub sent: Instant,
    pub answered: Instant,
}

impl Client {
    pub const fn new(port: u16) -> Self {
        Self { port, sender: None }
    }

    /// Sends a request and reads the answer to its end.
    pub async fn send(&mut self, request: &Whole) -> Answer {
        let request = on_the_wire(request);
        let sent = Instant::now();
        let status = self.try_send(request).await;
        if status.is_none() {
            self.sender = None;
        }
        Answer { status, sent, answered: Instant::now() }
    }

    async fn try_send(&mut self, request: Request<Full<Bytes>>) -> Option<StatusCode> {
        let mut sender = match self.sender.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => connect(self.port).await?,
        };
        sender.ready().await.ok()?;
        let response = sender.send_request(request).await.ok()?;
        let status = response.status();
        response.into_body().collect().await.ok()?;
        self.sender = Some(sender);
        Some(status)
    }
}

async fn connect(port: u16) -> Option<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    Some(sender)
}

/// The request with the target in origin form, and a `Host`.
fn on_the_wire(request: &Whole) -> Request<Full<Bytes>> {
    let mut wire = request.clone().map(Full::new);
    let target = request.uri().path_and_query().expect("it has one").clone();
    *wire.uri_mut() = Uri::from(target);
    wire.headers_mut().entry(HOST_HEADER).or_insert_with(|| HeaderValue::from_static(HOST));
    wire
}
