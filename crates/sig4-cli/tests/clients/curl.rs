//! curl's `--aws-sigv4`.

use crate::case::{Case, ENCODED, Expected};
use crate::client::Client;
use crate::install::Need;
use crate::job::{Answer, Job, Keys, PROTOCOL};
use crate::trust;
use std::process::{Command, Stdio};

pub struct Curl {
    is_old: bool,
}

impl Curl {
    pub fn find() -> Result<Box<dyn Client + Send>, Need> {
        let version = Command::new("curl").arg("--version").output().map_err(|_| Need::Curl)?;
        Ok(Box::new(Self { is_old: version.stdout.starts_with(b"curl 7.") }))
    }
}

impl Client for Curl {
    fn name(&self) -> &'static str {
        "curl"
    }

    /// Before 8.x it signs a path as it is on the wire, and execute-api expects it encoded once more.
    fn expected(&self, case: &Case) -> Expected {
        if case.name == ENCODED && self.is_old { Expected::Refused("path-encoded-once") } else { case.expected }
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        let output = command(job).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
        }
        read(&text).ok_or(text)
    }
}

fn command(job: &Job) -> Command {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "30"]);
    command.args(["--request", job.method, "--cacert"]).arg(trust::authority());
    for (name, value) in &job.headers {
        command.args(["--header", &format!("{name}: {value}")]);
    }
    if !job.body.is_empty() {
        command.args(["--data-binary", job.body]);
    }
    if job.presigned {
        command.arg(presigned(job));
        return command;
    }
    if job.sign {
        let Keys(access_key, secret_key, token) = job.keys;
        command.args(["--aws-sigv4", &format!("aws:amz:{}:{}", job.region, job.service)]);
        command.args(["--user", &format!("{access_key}:{secret_key}")]);
        if !token.is_empty() {
            command.args(["--header", &format!("x-amz-security-token: {token}")]);
        }
    }
    command.arg(&job.url);
    command
}

/// The URL that `sig4 presign` makes, for curl makes none.
fn presigned(job: &Job) -> String {
    let Keys(access_key, secret_key, _) = job.keys;
    let mut presign = Command::new(env!("CARGO_BIN_EXE_sig4"));
    presign.args(["presign", &job.url, "--region", job.region, "--service", job.service]).stdin(Stdio::null());
    presign.env("AWS_ACCESS_KEY_ID", access_key).env("AWS_SECRET_ACCESS_KEY", secret_key);
    let output = presign.env_remove("AWS_SESSION_TOKEN").output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// An answer as `--include` prints it.
fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let (protocol, status) = lines.next()?.split_once(' ')?;
    let status = status.split(' ').next()?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers = headers.chain([(PROTOCOL.to_owned(), protocol.to_owned())]).collect();
    Some(Answer { status, headers, body: body.to_owned() })
}
