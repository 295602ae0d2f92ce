//! HTTP/2 over TLS, attacked with frames that no library sends. After each attack a client that behaves is answered, and no
//! request without a signature has reached the integration behind the authorizer.

mod bodies;
mod connections;
mod floods;
mod heads;
mod refused;
mod shutdown;

use crate::support::{ALLOWED, LONG, api, signed};
use http::{Request, StatusCode};
use http_body_util::Full;
use sig4_gateway::{AccessRecord, Auth, Event, Integration, Reply, Server, Timeouts, TlsConfig};
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::http2::client::Client;
use sig4_test_support::http2::peer::Peer;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The length of the response of `/large`.
const LARGE_LEN: usize = 4 << 20;
/// A client that behaves gets its response within this time.
const SOON: Duration = Duration::from_secs(10);

/// A server that is attacked.
struct Attacked {
    server: Server,
    certified: Certified,
    log: Arc<Mutex<Vec<AccessRecord>>>,
    /// How often the integrations behind the authorizer and of open routes were called.
    guarded: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    /// How many requests were signed.
    signed: AtomicUsize,
}

/// An integration that counts its calls.
fn counting(calls: &Arc<AtomicUsize>, body: &'static [u8]) -> Integration {
    let calls = Arc::clone(calls);
    Integration::handler(move |_: Event| {
        calls.fetch_add(1, Ordering::SeqCst);
        async move { Reply::new().with_body(body) }
    })
}

impl Attacked {
    /// A server whose clients have a second for a head, a body or a response.
    async fn start() -> Self {
        let second = Duration::from_secs(1);
        Self::with(Timeouts::new().with_head(second).with_body(second).with_write(second)).await
    }

    async fn with(timeouts: Timeouts) -> Self {
        static LARGE: [u8; LARGE_LEN] = [b'x'; LARGE_LEN];
        let certified = Certified::new();
        let (log, guarded, open) = (Arc::default(), Arc::default(), Arc::default());
        let records: Arc<Mutex<Vec<_>>> = Arc::clone(&log);
        let tls = TlsConfig::from_pem(&certified.certificate, &certified.private_key).unwrap();
        let api = api()
            .with_tls(tls)
            .with_timeouts(timeouts)
            .with_access_log(move |record| records.lock().unwrap().push(record.clone()))
            .route("$default", counting(&guarded, b"guarded"))
            .route_with("ANY /open", Auth::None, counting(&open, b"open"))
            .route_with("ANY /large", Auth::None, counting(&open, &LARGE));
        let server = api.serve("127.0.0.1:0").await.unwrap();
        Self { server, certified, log, guarded, open, signed: AtomicUsize::new(0) }
    }

    /// A connection with these settings.
    async fn peer_with(&self, settings: &[(u16, u32)]) -> Peer {
        Peer::connect(&self.certified, self.server.addr(), settings).await
    }

    async fn peer(&self) -> Peer {
        self.peer_with(&[]).await
    }

    /// The records of the access log.
    fn records(&self) -> Vec<AccessRecord> {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the access log has so many lines with this status.
    async fn logged(&self, status: u16, count: usize) {
        let begun = Instant::now();
        while self.records().iter().filter(|record| record.status() == status).count() < count {
            assert!(begun.elapsed() < SOON, "{count} of {status} in {:?}", self.records());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A client that behaves is let in with a signature and refused without one, and nothing else was let in.
    async fn assert_well(&self, after: &str) {
        let well = async {
            let mut client = Client::connect(&self.certified, self.server.addr()).await;
            let mut request = Request::post(format!("{}/well?a=b", self.server.url()));
            for (name, value) in signed(&self.server, "POST", "/well?a=b", &[], "body", ALLOWED) {
                request = request.header(name, value);
            }
            let request = request.body(Full::new("body".into())).unwrap();
            self.signed.fetch_add(1, Ordering::SeqCst);
            let answer = client.send(request).await.unwrap();
            assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &b"guarded"[..]), "after {after}");
            let request = Request::get(format!("{}/well", self.server.url())).body(Full::default()).unwrap();
            assert_eq!(client.send(request).await.unwrap().status(), StatusCode::FORBIDDEN, "after {after}");
        };
        tokio::time::timeout(SOON, well).await.unwrap_or_else(|_| panic!("a good client is kept out after {after}"));
        let (guarded, signed) = (self.guarded.load(Ordering::SeqCst), self.signed.load(Ordering::SeqCst));
        assert_eq!(guarded, signed, "a request without a signature was let in by {after}");
    }

    /// How often open routes were called.
    fn open_calls(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    async fn shut_down(self) {
        tokio::time::timeout(LONG, self.server.shutdown()).await.expect("nothing holds the server");
    }
}
