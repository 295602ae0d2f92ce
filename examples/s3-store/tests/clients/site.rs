//! The store on loopback, over http and TLS, behind fronts of which some have a fault.

use crate::front::{Change, Fault, Front};
use crate::job::Endpoint;
use crate::store::Watched;
use crate::{files, tls};
use s3_store::Objects;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;

const DATA: Change = Change { from: files::MARK, to: b"CHANGE-MF" };
const PATH: Change = Change { from: b"/redirected-", to: b"/elsewhere!-" };

/// How often a client has to send a request there: the front cuts the first attempt and the third, and the store fails at the second.
pub const ATTEMPTS: u32 = 4;

/// Each endpoint over http and over TLS.
pub struct Site {
    pub objects: Objects,
    pub watched: Watched,
    pub honest: [Endpoint; 2],
    /// With a front that changes a byte of the data.
    pub changed: [Endpoint; 2],
    /// With a front that changes the path.
    pub redirected: [Endpoint; 2],
    /// With a front that cuts every other connection in the middle of the data, before a store that fails once for each request.
    pub retried: [Endpoint; 2],
    marks: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
    folder: TempDir,
}

impl Site {
    pub async fn start() -> Self {
        let (objects, folder) = (Objects::default(), TempDir::new().unwrap());
        files::write(folder.path());
        let watched = Watched::new("/retried-");
        let app = watched.app(objects.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let authority = folder.path().join("authority.pem");
        let tls = tls::acceptor(&authority);
        let (seen, marks) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let endpoint = async |bucket: &'static str, is_tls: bool, fault: Fault, attempts: u32| {
            let tls = is_tls.then(|| tls.clone());
            let address = Front { upstream, tls, fault, seen: Arc::clone(&seen) }.start().await;
            let scheme = if is_tls { "https" } else { "http" };
            let authority = is_tls.then(|| authority.clone());
            Endpoint { url: format!("{scheme}://{address}"), authority, bucket, attempts }
        };
        let both = async |buckets: [&'static str; 2], fault: Fault, attempts| {
            let [http, https] = buckets;
            [endpoint(http, false, fault.clone(), attempts).await, endpoint(https, true, fault, attempts).await]
        };
        let honest = both(["honest-http", "honest-https"], Fault::None, 1).await;
        let changed = both(["changed-http", "changed-https"], Fault::Change(DATA), 1).await;
        let redirected = both(["redirected-http", "redirected-https"], Fault::Change(PATH), 1).await;
        let retried =
            both(["retried-http", "retried-https"], Fault::Cut { at: files::MARK, seen: Arc::clone(&marks) }, ATTEMPTS)
                .await;
        Self { objects, watched, honest, changed, redirected, retried, marks, seen, folder }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How often the mark has come to a front that cuts connections at every other.
    pub fn marks(&self) -> usize {
        self.marks.load(Ordering::Relaxed)
    }

    /// What clients sent, for a message.
    pub fn seen(&self) -> String {
        let mut text = String::new();
        for connection in &*self.seen.lock().unwrap() {
            let _ = writeln!(text, "----\n{}", connection.escape_ascii().to_string().replace("\\r\\n", "\n"));
        }
        text
    }
}
