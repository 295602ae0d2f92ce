//! The signals that end a server or a run: SIGINT and SIGTERM on Unix, Ctrl-C elsewhere. On Unix, SIGHUP makes a server load its
//! files again.

use std::io::{self, IsTerminal};

/// Catches the signals from its construction on.
#[cfg(unix)]
pub(crate) struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    pub(crate) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for a signal.
    pub(crate) async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Catches the signals from its construction on.
#[cfg(not(unix))]
pub(crate) struct Stop;

#[cfg(not(unix))]
impl Stop {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for a signal.
    pub(crate) async fn asked(&mut self) {
        // If the signal cannot be caught, the server ends at once.
        let _failed = tokio::signal::ctrl_c().await;
    }
}

/// Catches SIGHUP from its construction on.
pub(crate) struct Hangup {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
    /// Whether the process began with a terminal.
    had_terminal: bool,
}

impl Hangup {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
            had_terminal: has_terminal(),
        })
    }

    /// Waits for the signal. Returns whether it came because the terminal of the process is gone.
    #[cfg(unix)]
    pub(crate) async fn came(&mut self) -> bool {
        let _signal = self.signal.recv().await;
        self.had_terminal && !has_terminal()
    }

    /// Waits forever: there is no such signal.
    #[cfg(not(unix))]
    pub(crate) async fn came(&mut self) -> bool {
        std::future::pending::<()>().await;
        self.had_terminal
    }
}

/// Whether one of the standard streams is a terminal. One that was hung up is not.
fn has_terminal() -> bool {
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}
