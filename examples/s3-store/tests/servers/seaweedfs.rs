//! SeaweedFS, all of its servers in one process.

use crate::process::{Process, free_ports};
use crate::trial::{ACCESS_KEY, SECRET_KEY, Server, run};
use serde_json::json;
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The servers of the process, each with two ports.
const SERVERS: [&str; 4] = ["master", "volume", "filer", "s3"];

struct Running {
    _process: Process,
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
        Self { _process: Process(process), origin: format!("http://127.0.0.1:{}", ports[2 * 3]), _folder: folder }
    }
}

#[test]
fn seaweedfs_stores_what_sig4_uploads() {
    let found = install::seaweedfs(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if !Need::Seaweedfs.is_met(found.is_some(), "nothing was uploaded to SeaweedFS") {
        return;
    }
    let running = Running::start(&found.unwrap());
    Runtime::new().unwrap().block_on(async {
        let server = Server { origin: running.origin.clone(), name: "seaweedfs" };
        server.get_ready().await;
        run(&server).await;
    });
}
