//! One process of a function.

use super::function_log::FunctionLog;
use super::runtime::Runtime;
use crate::failure::Failure;
use sig4_gateway::LambdaRuntime;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a process may take to end by itself.
const FAREWELL: Duration = Duration::from_millis(500);

/// A process, and the address at which it fetches events.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: FunctionLog,
    runtime: Arc<LambdaRuntime>,
}

/// What a process is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Run.
    Run,
    /// End, in the time that it takes to end well.
    End,
    /// End at once: it does not listen.
    Kill,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It ended by itself.
    Itself(String),
    /// It was told to.
    Told,
}

impl Process {
    /// Starts a process for `runtime`.
    pub(crate) fn start(command: &Runtime, runtime: &Arc<LambdaRuntime>) -> Result<Self, Failure> {
        let (child, log) = command.start(runtime)?;
        Ok(Self { child, log, runtime: Arc::clone(runtime) })
    }

    /// Runs until the process ends by itself or is told to.
    pub(crate) async fn run(self, mut commands: watch::Receiver<Command>) -> Ended {
        let Self { mut child, log, runtime } = self;
        // Waiting for a child closes its standard input, and an end of standard input means that the server is gone.
        let stdin = child.stdin.take();
        let status = tokio::select! {
            status = child.wait() => Some(status),
            // A dropped sender means the same.
            _ = commands.wait_for(|command| *command != Command::Run) => None,
        };
        let ended = match status {
            Some(status) => Ended::Itself(status.map_or_else(|error| error.to_string(), described)),
            None => {
                // The end of standard input lets the process end by itself.
                drop(stdin);
                let may_linger = *commands.borrow() != Command::Kill;
                if !may_linger || timeout(FAREWELL, child.wait()).await.is_err() {
                    // The process may have ended.
                    let _gone = child.kill().await;
                }
                Ended::Told
            }
        };
        if let Ended::Itself(why) = &ended {
            runtime.exited(why);
        }
        log.finish().await;
        ended
    }
}

fn described(status: ExitStatus) -> String {
    format!("the runtime ended ({status}), and is started again with the next call")
}
