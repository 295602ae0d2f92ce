//! The service behind Envoy. It records each request that reaches it, and checks what it is told about the caller.

use crate::plan::Plan;
use crate::requests;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// The prefix of the headers that the authorizer sets.
const PREFIX: &str = "x-sig4-";
/// The names that the authorizer sets, without the prefix.
const SET: [&str; 5] = ["principal-arn", "access-key-id", "account", "session-name", "body-sha256"];

/// What reached the service.
pub struct Arrivals {
    /// How often the request of each number arrived.
    counts: Vec<AtomicU8>,
    /// What is wrong with requests that arrived.
    faults: Mutex<BTreeSet<String>>,
    /// Whether requests come through the authorizer, and not past it.
    authorized: bool,
}

impl Arrivals {
    /// Room for the requests with numbers below `requests`.
    pub fn new(requests: usize, authorized: bool) -> Arc<Self> {
        let counts = (0..requests).map(|_| AtomicU8::new(0)).collect();
        Arc::new(Self { counts, faults: Mutex::default(), authorized })
    }

    /// How often the request with number `n` arrived.
    pub fn count(&self, n: usize) -> u8 {
        self.counts.get(n).map_or(0, |count| count.load(Ordering::SeqCst))
    }

    /// What was wrong with requests that arrived.
    pub fn faults(&self) -> BTreeSet<String> {
        self.faults.lock().expect("no thread panics").clone()
    }

    fn record(&self, request: &Request<Incoming>) -> Option<usize> {
        let rest = request.uri().path().strip_prefix("/orders/")?;
        let n: usize = rest.split('/').next()?.parse().ok()?;
        self.counts.get(n)?.fetch_add(1, Ordering::SeqCst);
        let plan = Plan::of(n);
        if self.authorized {
            self.check(plan, n, request.headers());
        }
        Some(n)
    }

    /// Checks that the caller is the expected one, and that no header of the client is left under the prefix.
    fn check(&self, plan: Plan, n: usize, headers: &HeaderMap) {
        let arn = headers.get("x-sig4-principal-arn").and_then(|value| value.to_str().ok());
        let expected = plan.caller(n).arn();
        if arn != Some(&*expected) {
            self.fault(format!("{plan:?}: the upstream is told {arn:?} and not {expected}"));
        }
        for name in headers.keys() {
            let spelled = name.as_str().replace('_', "-");
            let Some(known) = spelled.strip_prefix(PREFIX) else { continue };
            let is_set = spelled == name.as_str() && SET.contains(&known) && headers.get_all(name).iter().count() == 1;
            if !is_set {
                self.fault(format!("{plan:?}: a header of the client is left: {name}"));
            }
        }
    }

    fn fault(&self, fault: String) {
        self.faults.lock().expect("no thread panics").insert(fault);
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let known = self.record(&request);
        let is_write = request.method() == Method::POST;
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let Some(n) = known else { return Ok(response(StatusCode::NOT_FOUND)) };
        if is_write && body != requests::body(n) {
            self.fault(format!("{:?}: the body was changed", Plan::of(n)));
        }
        Ok(response(StatusCode::OK))
    }
}

fn response(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("ok"));
    *response.status_mut() = status;
    response
}

/// Serves on a free port, and returns it.
pub async fn serve(arrivals: Arc<Arrivals>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let arrivals = Arc::clone(&arrivals);
            let service = service_fn(move |request| Arc::clone(&arrivals).answer(request));
            tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), service).await });
        }
    });
    port
}
