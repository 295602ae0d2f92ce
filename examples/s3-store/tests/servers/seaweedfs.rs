//! SeaweedFS, all of its servers in one process.

use crate::client::send;
use crate::form::{Form, Upload};
use crate::trial::{ACCESS_KEY, BUCKET, SECRET_KEY, Server, run};
use axum::body::Bytes;
use serde_json::json;
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// It may need this long until it stores something.
const PATIENCE: Duration = Duration::from_secs(120);

/// The servers of the process, each with two ports.
const SERVERS: [&str; 4] = ["master", "volume", "filer", "s3"];

struct Running {
    process: Child,
    origin: String,
    _folder: TempDir,
}

impl Running {
    fn start(program: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let credentials = json!([{ "accessKey": ACCESS_KEY, "secretKey": SECRET_KEY }]);
        let users = json!({ "identities": [{ "name": "test", "credentials": credentials, "actions": ["Admin"] }] });
        let users_file = folder.path().join("users.json");
        std::fs::write(&users_file, users.to_string()).unwrap();
        let ports = free_ports(2 * SERVERS.len());
        let mut command = Command::new(program);
        command.args(["server", "-ip=127.0.0.1", "-s3", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.args(["-volume.max=20", "-master.volumeSizeLimitMB=64", "-volume.minFreeSpace=1MiB"]);
        command.arg(format!("-s3.config={}", users_file.display())).arg(format!("-dir={}", folder.path().display()));
        for (n, name) in SERVERS.iter().enumerate() {
            command
                .arg(format!("-{name}.port={}", ports[2 * n]))
                .arg(format!("-{name}.port.grpc={}", ports[2 * n + 1]));
        }
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { process, origin: format!("http://127.0.0.1:{}", ports[2 * 3]), _folder: folder }
    }

    /// Makes the bucket, and waits until an object can be stored.
    async fn is_ready(&self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let bucket = Upload { key: "", body: Bytes::new(), form: Form::Hashed, secret: SECRET_KEY };
            let object = Upload { key: "first", ..bucket.clone() };
            let _ = send(bucket.request(&self.origin)).await;
            if send(object.request(&self.origin)).await.is_ok_and(|answer| answer.status == 200) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Ports that nobody uses, all different.
fn free_ports(n: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..n).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

#[test]
fn seaweedfs_stores_what_sig4_uploads() {
    let found = install::seaweedfs(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if !Need::Seaweedfs.is_met(found.is_some(), "nothing was uploaded to SeaweedFS") {
        return;
    }
    let running = Running::start(&found.unwrap());
    Runtime::new().unwrap().block_on(async {
        assert!(running.is_ready().await, "SeaweedFS stores nothing in {BUCKET}");
        run(&Server { origin: running.origin.clone(), name: "seaweedfs" }).await;
    });
}
