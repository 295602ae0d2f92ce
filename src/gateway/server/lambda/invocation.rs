//! One event on its way to a runtime and back.

use super::function_response::Returned;
use crate::gateway::event::calendar::epoch_millis;
use bytes::Bytes;
use std::time::Duration;
use time::OffsetDateTime;
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
    /// Who wants to know when a runtime has it: the function's time runs from then on.
    pub(super) begun: Option<oneshot::Sender<()>>,
    pub(super) limit: Duration,
    /// How often it was handed out.
    pub(super) deliveries: u8,
}

/// What a runtime gets.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) payload: Bytes,
    /// Milliseconds since 1970; zero before it is handed out.
    pub(super) deadline: i64,
    pub(super) trace_id: String,
}

impl Invocation {
    /// Whether nobody waits for the answer any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    /// What a runtime gets that takes it now.
    pub(super) fn deliver(&mut self, now: OffsetDateTime) -> Delivery {
        self.deliveries += 1;
        if let Some(begun) = self.begun.take() {
            // Nobody waits for it if the client is gone.
            let _ = begun.send(());
        }
        let limit = i64::try_from(self.limit.as_millis()).unwrap_or(i64::MAX);
        Delivery { deadline: epoch_millis(now).saturating_add(limit), ..self.delivery.clone() }
    }

    pub(super) fn end(self, outcome: Outcome) {
        // Nobody waits for it if the client is gone.
        let _ = self.answer.send(outcome);
    }
}
