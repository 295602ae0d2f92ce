//! A client that behaves: hyper's, over TLS.

use super::certified::Certified;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;

/// An open connection.
#[derive(Clone, Debug)]
pub struct Client(SendRequest<Full<Bytes>>);

impl Client {
    /// Connects.
    pub async fn connect(certified: &Certified, address: SocketAddr) -> Self {
        Self::try_connect(certified, address).await.expect("it listens")
    }

    /// Connects, if the server still listens.
    pub async fn try_connect(certified: &Certified, address: SocketAddr) -> Option<Self> {
        let stream = certified.connect(address, &["h2"]).await.ok()?;
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Self(sender))
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, hyper::Error> {
        self.0.ready().await?;
        let (head, body) = self.0.send_request(request).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}
