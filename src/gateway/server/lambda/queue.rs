//! The events of a function: those that wait for a runtime, and those that one has taken.

use super::invocation::{Delivery, Invocation, MAX_DELIVERIES, Outcome};
use crate::gateway::event::calendar::epoch_millis;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Notify, oneshot};

/// How many events wait for a runtime at a time. Of one more the client hears at once that there is no room.
const MAX_WAITING: usize = 10_000;

/// What is known of the end of a connection with a runtime.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ending {
    /// The runtime was gone before it read what it was sent.
    Unread,
    /// The process is gone: it kept its connection for one event after another, and closed it in the midst of one.
    Gone,
    /// The connection is closed, which says nothing of the process: many clients open one for every request.
    Closed,
}

/// Events of a function.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Invocation>,
    /// By request id, with the connection that it was handed to.
    taken: HashMap<String, (u64, Invocation)>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an event into the queue, and waits for its answer. Where that wait is given up, the event is withdrawn.
    pub(super) async fn invoke(&self, payload: Bytes, request_id: &str, limit: Duration) -> Outcome {
        let now = OffsetDateTime::now_utc();
        let id = super::super::random::uuid();
        let deadline = epoch_millis(now).saturating_add(i64::try_from(limit.as_millis()).unwrap_or(i64::MAX));
        let trace_id = format!("Root=1-{:08x}-{};Sampled=0", now.unix_timestamp(), super::super::random::hex::<12>());
        let (answer, answered) = oneshot::channel();
        let delivery = Delivery { id: id.clone(), payload, deadline, trace_id };
        if !self.push(Invocation { delivery, answer, deliveries: 0 }) {
            return Err(format!("request {request_id}: {MAX_WAITING} events wait already"));
        }
        let _withdrawn_when_dropped = Withdrawal { queue: self, id };
        answered.await.unwrap_or_else(|_| Err("the function is gone".to_owned()))
    }

    fn push(&self, invocation: Invocation) -> bool {
        let mut state = self.lock();
        if state.waiting.len() >= MAX_WAITING {
            return false;
        }
        state.waiting.push_back(invocation);
        drop(state);
        self.arrived.notify_one();
        true
    }

    /// The next event for a runtime at `connection`, as soon as there is one. The wait ends where `is_alive` says no: the
    /// event is for somebody else then.
    pub(super) async fn take(&self, connection: u64, is_alive: impl Fn() -> bool) -> Option<Delivery> {
        loop {
            let arrived = self.arrived.notified();
            if !is_alive() {
                self.arrived.notify_one();
                return None;
            }
            if let Some(delivery) = self.lock().take(connection) {
                return Some(delivery);
            }
            arrived.await;
        }
    }

    /// Ends an event that a runtime has taken; whether there is one of this id.
    pub(super) fn end(&self, id: &str, outcome: Outcome) -> bool {
        let taken = self.lock().taken.remove(id);
        taken.map(|(_, invocation)| invocation.end(outcome)).is_some()
    }

    /// Whether a runtime has an event of this id, and somebody waits for its answer.
    pub(super) fn has_taken(&self, id: &str) -> bool {
        self.lock().taken.contains_key(id)
    }

    /// Says what became of a connection, and so of the event that was handed to it last.
    pub(super) fn connection_ended(&self, connection: u64, ending: Ending) {
        let mut state = self.lock();
        let ids: Vec<_> =
            state.taken.iter().filter(|(_, (at, _))| *at == connection).map(|(id, _)| id.clone()).collect();
        for id in ids.into_iter().filter(|_| ending != Ending::Closed) {
            let Some((_, invocation)) = state.taken.remove(&id) else { continue };
            if ending == Ending::Unread && invocation.deliveries < MAX_DELIVERIES {
                state.waiting.push_front(invocation);
                self.arrived.notify_one();
            } else {
                invocation.end(Err("the runtime exited before it answered".to_owned()));
            }
        }
    }

    pub(super) fn fail_taken(&self, why: &str) {
        let taken = std::mem::take(&mut self.lock().taken);
        taken.into_values().for_each(|(_, invocation)| invocation.end(Err(why.to_owned())));
    }

    pub(super) fn fail_waiting(&self, why: &str) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_iter().for_each(|invocation| invocation.end(Err(why.to_owned())));
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn taken(&self) -> usize {
        self.lock().taken.len()
    }
}

impl State {
    fn take(&mut self, connection: u64) -> Option<Delivery> {
        while let Some(mut invocation) = self.waiting.pop_front() {
            if invocation.is_abandoned() {
                continue;
            }
            invocation.deliveries += 1;
            let delivery = invocation.delivery.clone();
            self.taken.insert(delivery.id.clone(), (connection, invocation));
            return Some(delivery);
        }
        None
    }
}

/// Takes an event out of the queue when nobody waits for it any more.
struct Withdrawal<'q> {
    queue: &'q Queue,
    id: String,
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        if state.taken.remove(&self.id).is_none() {
            state.waiting.retain(|invocation| invocation.delivery.id != self.id);
        }
    }
}
