//! How far a server has come on its way to its end.

use tokio::sync::watch;

/// The phases, in their order.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Phase {
    /// It serves.
    #[default]
    Open,
    /// It accepts no more connections, and every answer is the last of its connection.
    Closing,
    /// Connections on which nothing happens end.
    Quiet,
}

/// Sees the phase.
#[derive(Clone, Debug)]
pub(super) struct Watch(watch::Receiver<Phase>);

pub(super) fn channel() -> (watch::Sender<Phase>, Watch) {
    let (sender, receiver) = watch::channel(Phase::default());
    (sender, Watch(receiver))
}

impl Watch {
    pub(super) fn has_reached(&self, phase: Phase) -> bool {
        *self.0.borrow() >= phase
    }

    /// Waits for the next phase; for ever if there will be none.
    pub(super) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
