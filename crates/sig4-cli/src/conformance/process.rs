//! A child process that is killed when it is dropped, and the last line of its standard error.

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
/// How many characters of it are shown.
const SHOWN: usize = 200;
/// How long to wait for the last line.
const TO_FINISH: Duration = Duration::from_millis(200);
/// How often the end of a child is checked.
pub(super) const PAUSE: Duration = Duration::from_millis(2);

/// A variable that is useless without a secret.
const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";

/// A command without the secrets of this process's environment. A checked signer must sign with the keys of the cases only.
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
    /// Whether the child leads a process group, which is killed with it.
    leads: bool,
    last_line: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts `command` as the leader of a process group, and reads its standard error.
    pub(super) fn start_group(command: &mut Command) -> Result<Self, Failure> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = Self::start(command)?;
        process.leads = true;
        Ok(process)
    }

    /// Starts `command`, and reads its standard error.
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

    /// Waits until the child has ended, until the deadline at the latest.
    pub(super) fn wait(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(PAUSE),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// The last line of the child's standard error after `: `, or an empty text.
    pub(super) fn last_words(&self) -> String {
        // The last output may not be read yet. The deadline is for a descendant that holds the pipe open.
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
        // Without its leader, the id of the group may be in use by another group.
        if self.leads && matches!(self.child.try_wait(), Ok(None)) {
            kill_group(&self.child);
        }
        // The child may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

#[cfg(unix)]
fn kill_group(leader: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader.id()).ok().and_then(Pid::from_raw) {
        // The group may have ended.
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
