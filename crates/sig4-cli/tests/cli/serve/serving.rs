//! `sig4 serve` as a process, which ends with the test.

use sig4_test_support::need::Need;
use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(40);
/// Lines that are written in one call arrive within this time.
const TOGETHER: Duration = Duration::from_millis(200);

/// The seed of the demo users' secrets, and what comes of it.
pub(crate) const SEED: &str = "tests";
pub(crate) const ALLOWED: &str = "AKIADEMOALLOWED00000";
pub(crate) const DENIED: &str = "AKIADEMODENIED000000";

/// `sig4` without the environment's credentials.
pub(crate) fn sig4() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_PROFILE"];
    for name in names.into_iter().chain(["AWS_CREDENTIAL_EXPIRATION", "AWS_DEFAULT_REGION", "SIG4_DEMO_SEED"]) {
        command.env_remove(name);
    }
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null").env("AWS_CONFIG_FILE", "/dev/null").stdin(Stdio::null());
    command
}

/// Whether `node` is there. The test is skipped if it is not.
pub(crate) fn has_node() -> bool {
    Need::Node.runs("no handler in Node was run")
}

/// A server.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    /// What it printed until it listened.
    pub(crate) banner: Vec<String>,
    lines: Receiver<String>,
    /// A line that was looked at.
    taken: RefCell<Option<String>>,
    errors: Receiver<String>,
}

impl Serving {
    /// Starts `sig4 serve` on a free port, and waits until it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(sig4().args(["serve", "--listen", "127.0.0.1:0", "--demo-seed", SEED]).args(arguments))
    }

    /// Starts it at another address, with users whose secrets are chance.
    pub(crate) fn start_at(listen: &str, arguments: &[&str]) -> Self {
        Self::of(sig4().args(["serve", "--listen", listen]).args(arguments))
    }

    /// Starts this command, which is `sig4 serve`, and waits until it listens.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let errors = lines_of(child.stderr.take().unwrap());
        let mut serving =
            Self { child, url: String::new(), banner: Vec::new(), lines, taken: RefCell::default(), errors };
        let first = serving.next_line();
        serving.url = first
            .split_whitespace()
            .find(|word| word.starts_with("http://") || word.starts_with("https://"))
            .unwrap()
            .to_owned();
        serving.banner.push(first);
        while !serving.banner.last().unwrap().starts_with("for awscurl, ") {
            let line = serving.next_line();
            serving.banner.push(line);
        }
        serving
    }

    /// The next line that it prints.
    pub(crate) fn next_line(&self) -> String {
        let taken = self.taken.borrow_mut().take();
        let next = || self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{error}: {:?}", self.errors()));
        taken.unwrap_or_else(next)
    }

    /// The lines of the next request in the log: the indented ones below it belong to it, and come with it.
    pub(crate) fn next_record(&self) -> String {
        let mut record = self.next_line();
        while let Ok(line) = self.lines.recv_timeout(TOGETHER) {
            if !line.starts_with("    ") {
                self.taken.replace(Some(line));
                break;
            }
            record = format!("{record}\n{line}");
        }
        record
    }

    /// Every line that it has printed on its standard error and that nobody took.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.errors.try_iter().collect()
    }

    /// Waits for a line on its standard error that holds `text`.
    pub(crate) fn error_with(&self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line =
                self.errors.recv_timeout(left).unwrap_or_else(|error| panic!("{error}: {text} is not in {seen:?}"));
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
    }

    /// The secret of one of the demo users.
    pub(crate) fn secret(&self, id: &str) -> String {
        let line = self.banner.iter().find(|line| line.starts_with("user ") && line.contains(id)).unwrap();
        line.split_whitespace().nth(3).unwrap().to_owned()
    }

    /// `sig4 call` of a path, by one of the demo users.
    pub(crate) fn call_as(&self, id: &str, path: &str, arguments: &[&str]) -> Output {
        let mut command = sig4();
        command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", self.secret(id));
        command.args(["call", "--region", "us-east-1", &(self.url.clone() + path)]).args(arguments).output().unwrap()
    }

    /// The same by the one who may call everything: the answer's body, if it is good.
    pub(crate) fn call(&self, path: &str, arguments: &[&str]) -> String {
        let output = self.call_as(ALLOWED, path, arguments);
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(output.status.success(), "{path}: {output:?} {:?}", self.errors());
        text
    }

    /// Its address and port.
    pub(crate) fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    /// An unsigned request, and its whole answer.
    pub(crate) fn plain(&self, method: &str, path: &str, headers: &str) -> String {
        self.plain_to(self.address(), method, path, headers)
    }

    /// The same with another host in it.
    pub(crate) fn plain_to(&self, host: &str, method: &str, path: &str, headers: &str) -> String {
        plain_at(self.address(), host, method, path, headers)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `-TERM`.
    pub(crate) fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.id().to_string()]).status().unwrap().success());
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it did not end: {:?}", self.errors());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An unsigned request to an address, and its whole answer.
pub(crate) fn plain_at(address: &str, host: &str, method: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            // Nobody listens any more when the test is over.
            let _ = sender.send(line.unwrap_or_default());
        }
    });
    receiver
}

/// A folder of one test, empty at first.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve").join(name);
    // It may not be there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A configuration in a folder of its own, with a handler in Node at `$default`, which everybody may call.
pub(crate) fn handler(name: &str, file: &str, code: &str, more: &str) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join(file), code).unwrap();
    let config = format!(
        "[routes]\n\"$default\" = {{ function = \"f\", authorizer = \"none\" }}\n\
         [functions.f]\ncode = \".\"\nhandler = \"index.handler\"\n{more}\n"
    );
    let path = folder.join("api.toml");
    fs::write(&path, config).unwrap();
    path
}
