//! How far a server has come: it serves, it drains, it is closed.

use tokio::sync::watch;

/// How far a server has come.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Phase {
    /// It serves.
    Serving,
    /// It serves, and reports that it is not ready, so that proxies go elsewhere.
    Draining,
    /// It accepts no connection, and ends those it has after their checks.
    Closing,
}

/// Tells the parts of a server how far it has come. Clones share everything.
#[derive(Clone, Debug)]
pub(crate) struct Phases(watch::Sender<Phase>);

impl Phases {
    /// The phases of a server that serves.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// The phase now.
    pub(crate) fn now(&self) -> Phase {
        *self.0.borrow()
    }

    /// Goes to a later phase. An earlier one changes nothing.
    pub(crate) fn advance(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let is_later = phase > *now;
            *now = phase.max(*now);
            is_later
        });
    }

    /// Waits for a phase or a later one.
    pub(crate) async fn reached(&self, phase: Phase) {
        let mut phases = self.0.subscribe();
        // The sender lives as long as `self`, so that the wait ends with the phase alone.
        let _reached = phases.wait_for(|now| *now >= phase).await;
    }
}
