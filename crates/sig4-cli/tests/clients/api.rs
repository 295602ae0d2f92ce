//! The HTTP API that the clients call: an IAM authorizer, and CORS for one page.

use crate::callers::directory;
use crate::case::REGION;
use crate::trial::Logged;
use sig4_gateway::{AccessRecord, ApiDefinition, Auth, Cors, Event, Integration, Server};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};

/// An API that is served, and what its access log has.
pub struct Api {
    server: Server,
    records: Arc<Mutex<Vec<AccessRecord>>>,
}

impl Api {
    /// Serves a function behind the authorizer, on a free port of loopback, with a clock that is so many seconds ahead.
    pub async fn serve(function: Integration, ahead: i64, origin: &str) -> Self {
        let records = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&records);
        let server = described(function, origin)
            .with_clock(move || OffsetDateTime::now_utc() + Duration::seconds(ahead))
            .with_access_log(move |record| log.lock().unwrap().push(record.clone()))
            .serve("127.0.0.1:0")
            .await;
        Self { server: server.unwrap(), records }
    }

    pub fn address(&self) -> SocketAddr {
        self.server.addr()
    }

    /// The access log.
    pub fn log(&self) -> Vec<Logged> {
        self.records.lock().unwrap().iter().map(logged).collect()
    }

    pub async fn shut_down(self) {
        self.server.shutdown().await;
    }
}

fn logged(record: &AccessRecord) -> Logged {
    Logged {
        id: record.request_id().to_owned(),
        method: record.method().to_owned(),
        status: record.status(),
        cause: record.cause().unwrap_or_default().to_owned(),
    }
}

/// A route with a method leaves the preflight to the API; one with `ANY` would ask it for a signature.
fn described(function: Integration, origin: &str) -> ApiDefinition {
    let cors = Cors::new().with_origins([origin]).with_methods(["*"]).with_headers([
        "Authorization",
        "X-Amz-Date",
        "Content-Type",
        "X-Amz-Security-Token",
    ]);
    ApiDefinition::new(REGION)
        .with_keys(directory())
        .with_default_authorizer(Auth::Iam)
        .with_cors(cors)
        .route("GET /{proxy+}", function.clone())
        .route("POST /{proxy+}", function.clone())
        .route("PUT /{proxy+}", function)
        .route("POST /flaky", flaky())
}

/// Fails twice, and then answers.
fn flaky() -> Integration {
    let calls = Arc::new(AtomicUsize::new(0));
    Integration::handler(move |_: Event| {
        let calls = calls.fetch_add(1, Ordering::Relaxed);
        async move { if calls < 2 { Err("not yet") } else { Ok("at last") } }
    })
}
