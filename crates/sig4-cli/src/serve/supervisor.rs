//! Restarts the runtime of a function when it ends, as Lambda does.

use super::code::WatchedCode;
use super::runtime::Runtime;
use crate::print::note;
use sig4_gateway::LambdaFunction;
use std::future::pending;
use std::process::ExitStatus;
use std::time::{Duration, Instant};
use tokio::process::{Child, ChildStdin};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// A runtime that lives this long has started well.
const SETTLED: Duration = Duration::from_secs(5);

/// How long an idle runtime may let events wait: Lambda's time for the init phase.
///
/// Source: "Understanding the Lambda execution environment lifecycle", the init phase.
const HUNG: Duration = Duration::from_secs(10);

/// The first and the longest wait before a runtime that did not start well is restarted.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often a function is checked.
const LOOK: Duration = Duration::from_millis(20);

/// How long a runtime may take to end by itself.
const FAREWELL: Duration = Duration::from_millis(500);

/// A function and its runtime.
#[derive(Debug)]
pub(crate) struct Supervisor {
    pub(crate) name: String,
    pub(crate) function: LambdaFunction,
    pub(crate) runtime: Runtime,
}

impl Supervisor {
    /// Runs the function until `stopped` is true.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<bool>) {
        let mut wait = FIRST_WAIT;
        loop {
            let (started, asked) = (Instant::now(), self.function.asked());
            let why = match self.run_once(&mut stopped).await {
                Ended::Told => return,
                Ended::Changed => {
                    note(&format!("{}: its code changed, and its runtime is restarted", self.name));
                    self.function.resume();
                    wait = FIRST_WAIT;
                    continue;
                }
                Ended::Itself(why) => why,
            };
            self.function.runtime_exited(&why);
            if self.function.asked() == asked {
                // A runtime that exits before its first poll failed to start.
                self.function.runtime_failed(&why);
            }
            wait = if started.elapsed() >= SETTLED { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
            note(&format!("{}: {why}", self.name));
            tokio::select! {
                () = self.needed(wait) => {}
                () = told(&mut stopped) => return,
            }
        }
    }

    /// Runs one process, and returns why it ended.
    async fn run_once(&self, stopped: &mut watch::Receiver<bool>) -> Ended {
        let code = self.runtime.code().map(|code| (code, code.state()));
        let (mut child, log) = match self.runtime.start(&self.function) {
            Ok(started) => started,
            Err(failure) => return Ended::Itself(failure.to_string()),
        };
        // Waiting for a child closes its standard input, and an end of standard input means that the server is gone.
        let stdin = child.stdin.take();
        let ended = tokio::select! {
            status = child.wait() => Ended::Itself(status.map_or_else(|error| error.to_string(), described)),
            why = self.hung() => {
                end(&mut child, stdin).await;
                Ended::Itself(why)
            }
            () = self.outdated(code) => {
                end(&mut child, stdin).await;
                Ended::Changed
            }
            () = told(stopped) => {
                end(&mut child, stdin).await;
                Ended::Told
            }
        };
        log.finish().await;
        ended
    }

    /// Waits until the code differs from the loaded code and the runtime is idle. From then on the runtime gets no event.
    async fn outdated(&self, code: Option<(&WatchedCode, u64)>) {
        let Some((code, loaded)) = code else { return pending().await };
        code.changed(loaded).await;
        while !self.function.pause() {
            sleep(LOOK).await;
        }
    }

    /// Waits until the runtime is late with an answer, or is idle while events wait, and returns which.
    async fn hung(&self) -> String {
        let (mut since, overdue) = (Instant::now(), self.function.overdue());
        while since.elapsed() < HUNG {
            sleep(LOOK).await;
            if self.function.overdue() > overdue {
                return "the runtime was late with an answer, and is ended".to_owned();
            }
            if self.function.waiting() == 0 || self.function.in_flight() > 0 {
                since = Instant::now();
            }
        }
        format!("the runtime fetched no event for {} s, and is ended", HUNG.as_secs())
    }

    /// Waits for `wait`, and then for an event.
    async fn needed(&self, wait: Duration) {
        sleep(wait).await;
        while self.function.waiting() == 0 {
            sleep(LOOK).await;
        }
    }
}

/// Why a process ended.
enum Ended {
    /// It ended by itself, or had to be ended.
    Itself(String),
    /// Its code changed.
    Changed,
    /// The server ends.
    Told,
}

/// Waits until the server ends.
async fn told(stopped: &mut watch::Receiver<bool>) {
    // A dropped sender means the same.
    let _ended = stopped.wait_for(|stopped| *stopped).await;
}

/// Closes standard input, which lets a process end by itself, and kills it after [`FAREWELL`].
async fn end(child: &mut Child, stdin: Option<ChildStdin>) {
    drop(stdin);
    if timeout(FAREWELL, child.wait()).await.is_err() {
        // The process may have ended.
        let _gone = child.kill().await;
    }
}

fn described(status: ExitStatus) -> String {
    format!("the runtime ended ({status}), and is started again with the next call")
}
