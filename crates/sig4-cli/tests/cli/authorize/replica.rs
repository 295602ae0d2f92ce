//! A running replica, and questions to it.

use http::Request;
use serde_json::{Value, json};
use sig4::{Credentials, Signer};
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const HOST: &str = "pets.example.com";

/// A folder with a configuration and users, and the replica that reads them.
pub(super) struct Replica {
    pub(super) folder: PathBuf,
    pub(super) program: Program,
    pub(super) ports: [u16; 2],
}

/// A users file in which these access key ids may do everything, with the same secret.
pub(super) fn users(ids: &[&str]) -> String {
    let keys: Vec<Value> = ids.iter().map(|id| json!({"id": id, "secret": SECRET})).collect();
    let policy = json!({"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}});
    json!({"account": "123456789012", "users": {"alice": {"policies": [policy], "access_keys": keys}}}).to_string()
}

/// A new folder.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("authorize-{name}-{}", std::process::id()));
    let _none = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A configuration with more lines in `[listen]` and more sections.
pub(super) fn config([port, admin]: [u16; 2], listen: &str, sections: &str) -> String {
    format!(
        "[listen]\naddress = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:{admin}\"\n{listen}\n\
         [[api]]\nname = \"pets\"\nhosts = [\"{HOST}\"]\nregion = \"us-east-1\"\naccount = \"123456789012\"\nid = \"abc\"\n\
         [keys]\nusers = \"users.json\"\ninterval = \"100ms\"\n{sections}\n"
    )
}

pub(super) fn authorize(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.arg("authorize").arg("--config").arg(folder.join("authorizer.toml"));
    command
}

impl Replica {
    pub(super) fn start(name: &str, listen: &str, sections: &str) -> Self {
        let (folder, ports) = (folder(name), free_ports());
        fs::write(folder.join("authorizer.toml"), config(ports, listen, sections)).unwrap();
        fs::write(folder.join("users.json"), users(&["AKIDALICE"])).unwrap();
        let program = Program::start(&mut authorize(&folder), &folder.join("printed"), &ports);
        Self { folder, program, ports }
    }

    /// The status of a question about a request that `id` signs.
    pub(super) fn ask(&self, id: &str, path: &str) -> u16 {
        status(&exchange(self.ports[0], &question(id, path)))
    }

    /// The answer at the address for operators.
    pub(super) fn admin(&self, path: &str) -> String {
        exchange(self.ports[1], &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    }

    pub(super) fn replace_users(&self, text: &str) {
        fs::write(self.folder.join("users.new"), text).unwrap();
        fs::rename(self.folder.join("users.new"), self.folder.join("users.json")).unwrap();
    }

    /// Waits until it printed a text.
    pub(super) fn prints(&self, text: &str) {
        self.becomes(text, || self.program.printed().contains(text));
    }

    /// Waits for a condition.
    pub(super) fn becomes(&self, what: &str, is_met: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_met() {
            assert!(begun.elapsed() < PATIENCE, "{what}: {}", self.program.printed());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A question of nginx about a GET that `id` signs.
pub(super) fn question(id: &str, path: &str) -> String {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut request = Request::get(format!("http://{HOST}{path}")).body("").unwrap();
    let credentials = Credentials::new(id, SECRET).unwrap();
    signer.sign(&mut request, &credentials, time::OffsetDateTime::now_utc()).unwrap();
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    let (authorization, date) = (header("authorization"), header("x-amz-date"));
    format!(
        "GET /forward/nginx HTTP/1.1\r\nHost: authorizer\r\nConnection: close\r\nX-Original-Method: GET\r\n\
         X-Original-URI: {path}\r\nX-Original-Host: {HOST}\r\nX-Original-Server: {HOST}\r\nX-Original-Scheme: http\r\n\
         X-Original-Address: 192.0.2.1\r\nX-Original-Framing: HTTP/1.1 length= encoding=\r\n\
         traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\
         Authorization: {authorization}\r\nX-Amz-Date: {date}\r\n\r\n"
    )
}

/// The answer to a request. It is empty if the replica does not answer.
pub(super) fn exchange(port: u16, request: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return String::new() };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let _cut = stream.write_all(request.as_bytes());
    let mut answer = String::new();
    let _cut = stream.read_to_string(&mut answer);
    answer
}

/// The status of an answer, 0 for none.
pub(super) fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}
