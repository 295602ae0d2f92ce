//! Servers of hyper on this machine, over HTTP/1.1 and HTTP/2 without TLS, and clients for them.

use crate::frames::Frames;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use tokio::net::TcpListener;
use tower::Service;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    Http1,
    Http2,
}

pub const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

/// Serves on a port of the system's choice until the runtime ends, and returns the origin.
pub async fn serve<S, R>(protocol: Protocol, service: S) -> String
where
    S: Service<Request<Incoming>, Response = Response<R>, Error = Infallible, Future: Send> + Clone + Send + 'static,
    R: http_body::Body<Data: Send, Error: Into<sig4::tower::BoxError>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (io, service) = (TokioIo::new(stream), TowerToHyperService::new(service.clone()));
            match protocol {
                Protocol::Http1 => {
                    tokio::spawn(async move { http1::Builder::new().serve_connection(io, service).await.is_ok() });
                }
                Protocol::Http2 => {
                    let builder = http2::Builder::new(TokioExecutor::new());
                    tokio::spawn(async move { builder.serve_connection(io, service).await.is_ok() });
                }
            }
        }
    });
    origin
}

pub fn client(protocol: Protocol) -> Client<HttpConnector, Frames> {
    Client::builder(TokioExecutor::new()).http2_only(protocol == Protocol::Http2).build_http()
}
