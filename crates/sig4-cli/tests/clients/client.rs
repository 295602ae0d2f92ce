//! The clients: programs that read jobs from their standard input, curl, and a Rust service.

use crate::case::{Case, Expected};
use crate::install::{self, Need, folder, npm, sources, succeeds};
use crate::job::{Answer, Job};
use crate::trust;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A program may need this long for an answer; the first one includes its start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something that signs and sends requests.
pub trait Client {
    fn name(&self) -> &'static str;

    /// Does one job. An error means that there was no answer.
    fn call(&mut self, job: &Job) -> Result<Answer, String>;

    /// What has to come of a case; for almost every client what stands there.
    fn expected(&self, case: &Case) -> Expected {
        case.expected
    }

    /// Whether it asks before it sends, and shows a page only what the API allows.
    fn is_browser(&self) -> bool {
        false
    }
}

/// A program that does a job a line. It ends when its standard input does.
pub struct Program {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Program {
    pub fn start(name: &'static str, command: &mut Command) -> Self {
        trust::trust(command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { name, child, stdin, lines }
    }

    pub fn line(&self) -> Result<String, String> {
        self.lines.recv_timeout(PATIENCE).map_err(|error| format!("{} says nothing: {error}", self.name))
    }
}

impl Client for Program {
    fn name(&self) -> &'static str {
        self.name
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{}", job.to_json()).map_err(|error| format!("{} has ended: {error}", self.name))?;
        Answer::from_json(&self.line()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of aws-sdk-go-v2, from Debian's packages.
pub fn go() -> Result<Box<dyn Client + Send>, Need> {
    let program = folder("client-go");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg("client.go").current_dir(sources("go"));
    let cache = folder("client-go-cache");
    build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", cache).env("GOFLAGS", "");
    if succeeds(&mut build) {
        return Ok(Box::new(Program::start("Go", &mut Command::new(program))));
    }
    Err(Need::AwsSdkGo)
}

/// The program of aws4fetch.
pub fn node() -> Result<Box<dyn Client + Send>, Need> {
    let folder = npm("node").ok_or(Need::Npm)?;
    Ok(Box::new(Program::start("aws4fetch", Command::new("node").arg("client.mjs").current_dir(folder))))
}

/// The program of botocore.
pub fn botocore() -> Result<Box<dyn Client + Send>, Need> {
    let python = install::botocore().ok_or(Need::Botocore)?;
    let program: PathBuf = sources("botocore").join("client.py");
    Ok(Box::new(Program::start("botocore", Command::new(python).arg(program))))
}
