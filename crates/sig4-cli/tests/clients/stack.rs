//! The stack of `cdk/app.mjs`, synthesised offline, and its bundled function run as it is by `sig4 serve`.

use crate::callers::{USERS, User};
use crate::case::{self, Case};
use crate::client::Client;
use crate::found::{self, CLIENTS};
use crate::install::{Need, folder, npm, succeeds};
use crate::job::Keys;
use crate::page::{ORIGIN, Page};
use crate::table::Report;
use crate::trial::{Logged, Target, Trial};
use crate::trust;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock, Mutex, Once};
use std::thread;
use std::time::Duration;

/// What `cdk synth` would write, once for all tests.
pub fn synthesised() -> Result<PathBuf, Need> {
    static WRITTEN: LazyLock<Result<PathBuf, Need>> = LazyLock::new(synthesise);
    WRITTEN.clone()
}

fn synthesise() -> Result<PathBuf, Need> {
    let app = npm("cdk").ok_or(Need::Npm)?;
    let out = app.join("cdk.out");
    let _ = fs::remove_dir_all(&out);
    assert!(succeeds(Command::new("node").args(["app.mjs", "cdk.out"]).current_dir(&app)), "the stack is not written");
    Ok(out)
}

/// The file of a user's policy. All are written once, for servers that start side by side read them.
fn policy_file(user: &User) -> PathBuf {
    static WRITTEN: Once = Once::new();
    let file = |user: &User| folder(&format!("{}.json", user.name));
    WRITTEN.call_once(|| USERS.iter().for_each(|user| fs::write(file(user), user.policy).unwrap()));
    file(user)
}

/// A stack that is served, and its access log.
pub struct Served {
    child: Child,
    pub url: String,
    log: Arc<Mutex<Vec<Logged>>>,
}

impl Served {
    pub fn start(stack: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--access-log", "-", "--template"]).arg(stack).args(more);
        for user in USERS {
            let (Keys(access_key, secret_key, _), policy) = (user.keys, policy_file(user));
            command.args(["--user", &format!("{}={access_key}@{}", user.name, policy.display())]);
            command.env(format!("SIG4_SECRET_{access_key}"), secret_key);
        }
        trust::in_cache(&mut command);
        let streams = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().unwrap();
        let (log, written) = (Arc::default(), BufReader::new(child.stdout.take().unwrap()));
        let (lines, records) = (BufReader::new(child.stderr.take().unwrap()).lines(), Arc::clone(&log));
        thread::spawn(move || written.lines().map_while(Result::ok).for_each(|line| put(&records, &line)));
        let (sender, said) = channel();
        thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| {
                let _ = sender.send(line);
            })
        });
        let said = || said.recv_timeout(Duration::from_secs(30)).unwrap();
        let url = iter::repeat_with(said).find_map(|line| url(&line)).unwrap();
        if url.starts_with("https:") {
            let trusted = format!("  clients trust {} (SHA-256 ", trust::authority().display());
            assert!(said().starts_with(&trusted));
        }
        Self { child, url, log }
    }
}

fn put(log: &Mutex<Vec<Logged>>, line: &str) {
    let value: Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let status = value["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap();
    // A connection that a browser opens ahead and does not use is no request.
    if text("httpMethod") == "-" {
        return;
    }
    let cause = text("authorizer.error");
    log.lock().unwrap().push(Logged { id: text("requestId"), method: text("httpMethod"), status, cause });
}

/// The address in the first line that the server says.
fn url(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(" at http")?;
    rest.split(' ').next().map(|address| format!("http{address}"))
}

impl Drop for Served {
    fn drop(&mut self) {
        // By SIGTERM, so that it ends the function's process as well.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Target for Served {
    fn url(&self, case: &Case) -> String {
        format!("{}{}", self.url, case.job.url)
    }

    fn log(&self) -> Vec<Logged> {
        self.log.lock().unwrap().clone()
    }

    /// The function's answer, for the stack has a route for `OPTIONS`.
    fn preflight_status(&self, _: bool) -> u16 {
        204
    }
}

/// Each client at a server of its own, for a server explains only so many refusals at once.
fn run(client: &mut dyn Client, cases: &[Case], stack: &Path) -> Vec<Result<String, String>> {
    let served = Served::start(stack, &[]);
    let mut trial = Trial { client, target: &served, origin: ORIGIN };
    cases.iter().map(|case| trial.run(case)).collect()
}

#[test]
fn the_function_of_a_cdk_stack_answers_every_client() {
    let Some(stack) = found::or_skip(synthesised()) else { return };
    let cases = case::direct();
    let mut report = Report::new(&cases);
    for mut client in found::all(CLIENTS) {
        report.add(client.name(), run(&mut *client, &cases, &stack));
    }
    // The stack allows one origin.
    if let Some(mut page) = found::or_skip(Page::open())
        && Need::Port5173.is_met(page.origin == ORIGIN, "the page was not called from the origin that the stack allows")
    {
        report.add(page.name(), run(&mut page, &cases, &stack));
    }
    report.finish(CLIENTS.len() + 1);
}
