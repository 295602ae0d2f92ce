//! A child process that does not outlive its use, and the last thing it said.

use crate::failure::Failure;
use crate::print;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest line of a child's standard error that is kept, in bytes.
const LONGEST_LINE: u64 = 4096;
/// How much of it is shown, in characters.
const SHOWN: usize = 200;
/// How long the last line is waited for.
const TO_FINISH: Duration = Duration::from_millis(200);
/// How often a child is asked whether it has ended.
pub(super) const PAUSE: Duration = Duration::from_millis(2);

/// The variable that is worth nothing without a secret.
const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";

/// A command that gets none of the secrets in our own environment: a signer is checked with the keys of the cases, and must
/// not sign with others.
pub(super) fn without_secrets(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in print::secrets_in_environment() {
        command.env_remove(name);
    }
    command.env_remove(ACCESS_KEY_ID);
    command
}

/// A running child. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) child: Child,
    /// Whether it leads a process group, which ends with it.
    leads: bool,
    last_line: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts `command` as the leader of a process group, and listens to its standard error.
    pub(super) fn start_group(command: &mut Command) -> Result<Self, Failure> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = Self::start(command)?;
        process.leads = true;
        Ok(process)
    }

    /// Starts `command`, and listens to its standard error.
    pub(super) fn start(command: &mut Command) -> Result<Self, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stderr(Stdio::piped()).spawn().map_err(|e| format!("cannot start `{name}`: {e}"))?;
        let last_line = Arc::default();
        let listening = child.stderr.take().map(|stderr| {
            let kept = Arc::clone(&last_line);
            thread::spawn(move || keep_last_line(stderr, &kept))
        });
        Ok(Self { child, leads: false, last_line, listening })
    }

    /// Waits until the child has ended, not beyond the deadline.
    pub(super) fn wait(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(PAUSE),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// The last line that the child wrote to its standard error, if any, introduced.
    pub(super) fn last_words(&self) -> String {
        // What was written before the end may still be on its way; a child of the child may hold the pipe open.
        let deadline = Instant::now() + TO_FINISH;
        while self.listening.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        let line = self.last_line.lock().unwrap_or_else(PoisonError::into_inner);
        let shown: String = line.chars().take(SHOWN).collect();
        if shown.is_empty() { shown } else { [": ", &shown].concat() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The number of a group whose leader is gone may be another's by now.
        if self.leads && matches!(self.child.try_wait(), Ok(None)) {
            kill_group(&self.child);
        }
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

#[cfg(unix)]
fn kill_group(leader: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader.id()).ok().and_then(Pid::from_raw) {
        // It may be ending.
        let _killed = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: &Child) {}

fn keep_last_line(stderr: ChildStderr, kept: &Mutex<String>) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while matches!(stderr.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if !text.is_empty() {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = text;
        }
        line.clear();
    }
}
