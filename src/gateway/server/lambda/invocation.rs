//! One event on its way to a runtime and back.

use super::returned::Returned;
use bytes::Bytes;
use tokio::sync::oneshot;

/// How often an event is handed out before it is given up: every time its runtime died before it read it.
pub(super) const MAX_DELIVERIES: u8 = 5;

/// What a runtime answers, or why there is no answer.
pub(super) type Outcome = Result<Returned, String>;

/// An event, and who waits for the answer.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) delivery: Delivery,
    pub(super) answer: oneshot::Sender<Outcome>,
    /// How often it was handed out.
    pub(super) deliveries: u8,
}

/// What a runtime gets.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) payload: Bytes,
    /// Milliseconds since 1970.
    pub(super) deadline: i64,
    pub(super) trace_id: String,
}

impl Invocation {
    /// Whether nobody waits for the answer any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    pub(super) fn end(self, outcome: Outcome) {
        // Nobody waits for it if the client is gone.
        let _ = self.answer.send(outcome);
    }
}
