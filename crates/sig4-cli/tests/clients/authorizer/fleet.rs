//! Two replicas of `sig4 authorize`, Envoy in front of them, and the upstream.

use super::certificate;
use super::upstream::Upstream;
use crate::callers::{SESSION, USERS};
use crate::install::{self, Need, folder};
use crate::job::Keys;
use crate::page::ORIGIN;
use crate::trial::Logged;
use serde_json::{Map, Value, json};
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// What the access log does not have after this long it will not have.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often Envoy writes its access log, in milliseconds.
const FLUSH_MS: &str = "20";

/// The fleet. Dropping it ends its programs.
pub struct Fleet {
    pub upstream: Upstream,
    pub http_port: u16,
    pub https_port: u16,
    folder: PathBuf,
    _replicas: [Program; 2],
    _envoy: Program,
}

impl Fleet {
    /// Starts a fleet in a folder of its own. `replay` is the section `[replay]` of the replicas' configuration.
    pub async fn start(name: &str, replay: &str) -> Result<Self, Need> {
        let envoy = install::envoy().ok_or(Need::Envoy)?;
        let folder = folder("clients-authorizer").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("users.json"), users().to_string()).unwrap();
        let upstream = Upstream::start().await;
        let [http_port, https_port, first, second] = free_ports();
        let files = [first, second].map(|port| configuration_file(&folder, port, replay));
        if replay.contains("redis") {
            initialize(&files[0]);
        }
        let replicas = [0, 1].map(|n| replica(&files[n], [first, second][n]));
        let config = config(&folder, [http_port, https_port, first, second, upstream.address.port()]);
        let mut command = Command::new(envoy);
        command.args([
            "--disable-hot-restart",
            "--concurrency",
            "1",
            "-l",
            "warn",
            "--file-flush-interval-msec",
            FLUSH_MS,
        ]);
        command.arg("-c").arg(config);
        let envoy = Program::start(&mut command, &folder.join("envoy.txt"), &[http_port, https_port]);
        Ok(Self { upstream, http_port, https_port, folder, _replicas: replicas, _envoy: envoy })
    }

    /// Envoy's access log once it has so many lines.
    pub fn wait_for(&self, lines: usize) -> Vec<Logged> {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if log.len() >= lines || begun.elapsed() > PATIENCE {
                return log;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Envoy's access log. The name of the cause is the authorizer's, which Envoy has as dynamic metadata.
    pub fn log(&self) -> Vec<Logged> {
        let text = fs::read_to_string(self.folder.join("access.log")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).map(|line| logged(&line)).collect()
    }
}

fn configuration_file(folder: &Path, port: u16, replay: &str) -> PathBuf {
    let file = folder.join(format!("authorizer-{port}.toml"));
    fs::write(&file, configuration(port, replay)).unwrap();
    file
}

/// Tells the shared store that it is new, before a replica asks it.
fn initialize(file: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    let output = command.args(["authorize", "--init-replay-store", "--config"]).arg(file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn replica(file: &Path, port: u16) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.args(["authorize", "--config"]).arg(file);
    Program::start(&mut command, &file.with_extension("txt"), &[port])
}

/// An HTTP API, and a REST API whose stage begins each path; Envoy names the API of a route.
fn configuration(port: u16, replay: &str) -> String {
    format!(
        r#"
[listen]
address = "127.0.0.1:{port}"

[[api]]
name = "http"
region = "us-east-1"
account = "123456789012"
id = "pets"

[[api]]
name = "rest"
hosts = ["localhost"]
region = "us-east-1"
account = "123456789012"
id = "rest"
stage = "prod"
stage_in_path = true
answers = "rest-api"

[keys]
users = "users.json"

[replay]
{replay}

[log]
access_log = "authorizer.log"
"#
    )
}

/// The users file: the callers of all tests.
fn users() -> Value {
    let key = |Keys(id, secret, _): Keys| json!({ "id": id, "secret": secret });
    let policy = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let user = |user: &crate::callers::User| {
        (user.name.to_owned(), json!({ "policies": [policy(user.policy)], "access_keys": [key(user.keys)] }))
    };
    let Keys(id, secret, token) = SESSION;
    json!({
        "account": "123456789012",
        "users": USERS.iter().map(user).collect::<Map<_, _>>(),
        "roles": { "Writers": {
            "policies": [policy(USERS[0].policy)],
            "sessions": { "laptop": { "access_key": { "id": id, "secret": secret, "token": token } } },
        } },
    })
}

/// Envoy's configuration with the ports and files of this fleet.
fn config(folder: &Path, [http, https, first, second, upstream]: [u16; 5]) -> PathBuf {
    let [certificate, key] = certificate::write(folder);
    let mut text = include_str!("envoy.yaml").to_owned();
    for (name, value) in [
        ("HTTPS_PORT", https.to_string()),
        ("HTTP_PORT", http.to_string()),
        ("FIRST_REPLICA", first.to_string()),
        ("SECOND_REPLICA", second.to_string()),
        ("UPSTREAM_PORT", upstream.to_string()),
        ("ORIGIN", format!("\"{ORIGIN}\"")),
        ("ACCESS_LOG", folder.join("access.log").display().to_string()),
        ("CERTIFICATE", certificate.display().to_string()),
        ("PRIVATE_KEY", key.display().to_string()),
    ] {
        text = text.replace(name, &value);
    }
    let file = folder.join("envoy.yaml");
    fs::write(&file, text).unwrap();
    file
}

fn logged(line: &Value) -> Logged {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let outcome = text(&line["metadata"]["outcome"]);
    let name = match outcome.as_str() {
        "missing authentication" => "not-signed",
        "unknown access key" => "access-key-unknown",
        "denied" => "not-authorized",
        "scope mismatch" => "scope-region",
        "invalid security token" => "token-wrong",
        "signature mismatch" => "signature-mismatch",
        other => other,
    };
    Logged {
        id: text(&line["id"]),
        method: text(&line["method"]),
        status: line["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default(),
        cause: format!("{name}: {}", text(&line["metadata"]["cause"])),
    }
}
