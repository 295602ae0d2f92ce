//! One event on its way to a runtime and back.

use super::function_response::FunctionResponse;
use bytes::Bytes;
use sig4::time::epoch_millis;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::oneshot;

/// The most deliveries of an event. It is delivered again if its runtime died before it read it.
pub(super) const MAX_DELIVERIES: u8 = 5;

/// The function's response, or its failure.
pub(super) type InvocationResult = Result<FunctionResponse, String>;

/// An event, and the channel to the caller that waits for the response.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) delivery: Delivery,
    pub(super) answer: oneshot::Sender<InvocationResult>,
    /// Notified when a runtime takes the event: the function's time limit starts then.
    pub(super) begun: Option<oneshot::Sender<()>>,
    pub(super) limit: Duration,
    /// The number of deliveries so far.
    pub(super) deliveries: u8,
}

/// An event as a runtime gets it.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) payload: Bytes,
    /// Milliseconds since 1970; zero before delivery.
    pub(super) deadline: i64,
    pub(super) trace_id: String,
}

impl Invocation {
    /// Whether the caller no longer waits for the response.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    /// Delivers the event to a runtime that takes it at `now`.
    pub(super) fn deliver(&mut self, now: OffsetDateTime) -> Delivery {
        self.deliveries += 1;
        if let Some(begun) = self.begun.take() {
            // The receiver is gone if the client is.
            let _ = begun.send(());
        }
        let limit = i64::try_from(self.limit.as_millis()).unwrap_or(i64::MAX);
        Delivery { deadline: epoch_millis(now).saturating_add(limit), ..self.delivery.clone() }
    }

    /// Ends the event with a result.
    pub(super) fn end(self, result: InvocationResult) {
        // The receiver is gone if the client is.
        let _ = self.answer.send(result);
    }
}
