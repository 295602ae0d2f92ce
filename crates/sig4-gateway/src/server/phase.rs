//! The phases of a server on its way to its end.

use tokio::sync::watch;

/// A phase. Phases follow in this order.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Phase {
    /// It serves.
    #[default]
    Open,
    /// It accepts no more connections, and every response is the last of its connection.
    Closing,
    /// It closes idle connections.
    Quiet,
}

/// Observes the phase.
#[derive(Clone, Debug)]
pub(super) struct PhaseWatch(watch::Receiver<Phase>);

pub(super) fn channel() -> (watch::Sender<Phase>, PhaseWatch) {
    let (sender, receiver) = watch::channel(Phase::default());
    (sender, PhaseWatch(receiver))
}

impl PhaseWatch {
    pub(super) fn has_reached(&self, phase: Phase) -> bool {
        *self.0.borrow() >= phase
    }

    /// Waits for the next phase. After the last phase it waits forever.
    pub(super) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
