//! The store on loopback, over http and TLS, each with and without a front that changes the data.

use crate::front::{Change, Front};
use crate::job::{ACCESS_KEY, Endpoint, REGION, SECRET_KEY};
use crate::{files, tls};
use s3_store::Objects;
use sig4::Credentials;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;

const DATA: Change = Change { from: files::MARK, to: b"CHANGE-MF" };
const PATH: Change = Change { from: b"/redirected/", to: b"/elsewhere!/" };

pub struct Site {
    pub objects: Objects,
    /// Over http and over TLS.
    pub honest: [Endpoint; 2],
    /// With a front that changes a byte of the data.
    pub changed: [Endpoint; 2],
    /// With a front that changes the path.
    pub redirected: [Endpoint; 2],
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
    folder: TempDir,
}

impl Site {
    pub async fn start() -> Self {
        let (objects, folder) = (Objects::default(), TempDir::new().unwrap());
        files::write(folder.path());
        let user = Credentials::new(ACCESS_KEY, SECRET_KEY).unwrap();
        let app = s3_store::app(REGION, user, objects.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let authority = folder.path().join("authority.pem");
        let tls = tls::acceptor(&authority);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let endpoint = async |bucket: &'static str, is_tls: bool, change: Option<Change>| {
            let tls = is_tls.then(|| tls.clone());
            let address = Front { upstream, tls, change, seen: Arc::clone(&seen) }.start().await;
            let scheme = if is_tls { "https" } else { "http" };
            Endpoint { url: format!("{scheme}://{address}"), authority: is_tls.then(|| authority.clone()), bucket }
        };
        let both = async |bucket, change| [endpoint(bucket, false, change).await, endpoint(bucket, true, change).await];
        let honest = both("honest", None).await;
        let changed = both("changed", Some(DATA)).await;
        let redirected = both("redirected", Some(PATH)).await;
        Self { objects, honest, changed, redirected, seen, folder }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
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
