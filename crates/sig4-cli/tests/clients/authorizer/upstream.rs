//! The service behind Envoy: it answers with what it got, and counts its requests.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// An upstream. It ends with the runtime that it was started in.
#[derive(Clone)]
pub struct Upstream {
    pub address: SocketAddr,
    count: Arc<AtomicUsize>,
}

impl Upstream {
    /// Starts one on a free port of loopback.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self { address: listener.local_addr().unwrap(), count: Arc::default() };
        let count = Arc::clone(&upstream.count);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let count = Arc::clone(&count);
                let service = service_fn(move |request| {
                    count.fetch_add(1, Ordering::SeqCst);
                    echo(request)
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
            }
        });
        upstream
    }

    /// How many requests it got.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let echo = json!({
        "method": head.method.as_str(), "path": head.uri.path(), "query": head.uri.query(),
        "headers": headers(&head.headers), "body": serde_json::from_str(&text).unwrap_or_else(|_| json!(text)),
    });
    Ok(Response::new(Full::new(Bytes::from(echo.to_string()))))
}

/// Each header with all its values.
fn headers(map: &HeaderMap) -> Value {
    let values = |name| map.get_all(name).iter().map(|value| json!(String::from_utf8_lossy(value.as_bytes())));
    map.keys().map(|name| (name.to_string(), values(name).collect())).collect::<Map<String, Value>>().into()
}
