//! The events of a function: those that wait for a runtime, and those that one has taken.

use super::invocation::{Delivery, Invocation, MAX_DELIVERIES, Outcome};
use super::waiting::Waiting;
use bytes::Bytes;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

/// How many events wait for a runtime at a time. Of one more the client hears at once that there is no room.
const MAX_WAITING: usize = 10_000;

/// What is said of an event whose runtime is gone.
const EXITED: &str = "the runtime exited before it answered";

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
    waiting: Waiting,
    /// By request id, with the connection that it was handed to.
    taken: HashMap<String, (u64, Invocation)>,
    /// How many connections with runtimes there are.
    connections: usize,
    /// Those that were kept and then closed in the midst of an event, while there were others.
    suspects: HashSet<u64>,
    /// How often runtimes have asked for an event.
    asked: u64,
    /// How many events runtimes have taken and not answered in time.
    overdue: u64,
    /// Whether no runtime gets an event.
    paused: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an event into the queue, and waits for its answer, which a runtime has to give within `limit` of taking the
    /// event. Where the wait is given up, the event is withdrawn. `trace_root` is that of the event's `x-amzn-trace-id`.
    pub(super) async fn invoke(&self, payload: Bytes, request_id: &str, trace_root: &str, limit: Duration) -> Outcome {
        let id = super::super::ids::uuid();
        let trace_id = format!("{trace_root};Sampled=0");
        let ((answer, mut answered), (begun, at_work)) = (oneshot::channel(), oneshot::channel());
        let delivery = Delivery { id: id.clone(), payload, deadline: 0, trace_id };
        if !self.push(Invocation { delivery, answer, begun: Some(begun), limit, deliveries: 0 }) {
            return Err(format!("request {request_id}: {MAX_WAITING} events wait already"));
        }
        let _withdrawn_when_dropped = Withdrawal { queue: self, id };
        // Of an event that ended before anybody took it the answer is there already.
        let _begun = at_work.await;
        match timeout(limit, &mut answered).await {
            Ok(outcome) => outcome.unwrap_or_else(|_| Err("the function is gone".to_owned())),
            Err(_) => {
                self.lock().overdue += 1;
                Err(format!("the function timed out after {} ms", limit.as_millis()))
            }
        }
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
        self.lock().asked += 1;
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

    /// Says that there is one more connection with a runtime.
    pub(super) fn connection_opened(&self) {
        self.lock().connections += 1;
    }

    /// Says what became of a connection, and so of the event that was handed to it last.
    ///
    /// A runtime may have more than one connection and close the one that it does not need, as that of Rust does. So nobody
    /// is taken for gone before there is no connection left.
    pub(super) fn connection_ended(&self, connection: u64, ending: Ending) {
        let mut state = self.lock();
        state.connections = state.connections.saturating_sub(1);
        match ending {
            Ending::Unread => state.hand_back(connection, &self.arrived),
            Ending::Gone if state.has_event(connection) => drop(state.suspects.insert(connection)),
            Ending::Gone | Ending::Closed => {}
        }
        if state.connections == 0 {
            state.fail_suspects();
        }
    }

    pub(super) fn fail_taken(&self, why: &str) {
        let taken = std::mem::take(&mut self.lock().taken);
        taken.into_values().for_each(|(_, invocation)| invocation.end(Err(why.to_owned())));
    }

    pub(super) fn fail_waiting(&self, why: &str) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_events().for_each(|invocation| invocation.end(Err(why.to_owned())));
    }

    /// Hands out no more events, if none is taken.
    pub(super) fn pause(&self) -> bool {
        let mut state = self.lock();
        state.paused |= state.taken.is_empty();
        state.paused
    }

    pub(super) fn resume(&self) {
        let mut state = self.lock();
        state.paused = false;
        // Runtimes look at the queue before they wait, so that only those that wait already have to be told.
        self.arrived.notify_waiters();
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn asked(&self) -> u64 {
        self.lock().asked
    }

    pub(super) fn overdue(&self) -> u64 {
        self.lock().overdue
    }

    pub(super) fn taken(&self) -> usize {
        self.lock().taken.len()
    }
}

impl State {
    fn take(&mut self, connection: u64) -> Option<Delivery> {
        if self.paused {
            return None;
        }
        while let Some(mut invocation) = self.waiting.pop_front() {
            if invocation.is_abandoned() {
                continue;
            }
            let delivery = invocation.deliver(OffsetDateTime::now_utc());
            self.taken.insert(delivery.id.clone(), (connection, invocation));
            return Some(delivery);
        }
        None
    }

    fn has_event(&self, connection: u64) -> bool {
        self.taken.values().any(|(at, _)| *at == connection)
    }

    /// Takes the events that were handed to connections.
    fn take_back(&mut self, is_of: impl Fn(u64) -> bool) -> Vec<Invocation> {
        self.taken.extract_if(|_, (at, _)| is_of(*at)).map(|(_, (_, invocation))| invocation).collect()
    }

    /// Gives what nobody has read to the next runtime.
    fn hand_back(&mut self, connection: u64, arrived: &Notify) {
        for invocation in self.take_back(|at| at == connection) {
            if invocation.deliveries < MAX_DELIVERIES {
                self.waiting.push_front(invocation);
                arrived.notify_one();
            } else {
                invocation.end(Err(EXITED.to_owned()));
            }
        }
    }

    /// Ends what was handed to those that are gone for certain, in one pass over the events.
    fn fail_suspects(&mut self) {
        let suspects = std::mem::take(&mut self.suspects);
        let taken = self.take_back(|at| suspects.contains(&at));
        taken.into_iter().for_each(|invocation| invocation.end(Err(EXITED.to_owned())));
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
            state.waiting.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Queue};
    use bytes::Bytes;
    use std::time::Duration;

    /// What becomes of an event that was handed to the first of two connections, after these ends.
    async fn outcome(ends: &[(u64, Ending)]) -> Option<String> {
        let queue = Queue::default();
        let limit = Duration::from_secs(60);
        let ended = async {
            (0..2).for_each(|_| queue.connection_opened());
            let delivery = queue.take(0, || true).await.unwrap();
            ends.iter().for_each(|(connection, ending)| queue.connection_ended(*connection, *ending));
            queue.end(&delivery.id, Err("ended by another connection".to_owned()));
        };
        let (outcome, ()) = tokio::join!(queue.invoke(Bytes::new(), "id", "Root=1-2-3", limit), ended);
        outcome.err()
    }

    #[tokio::test]
    async fn a_runtime_may_close_one_of_its_connections_at_work() {
        let (gone, closed) = (Ending::Gone, Ending::Closed);
        let answered = Some("ended by another connection".to_owned());
        assert_eq!(outcome(&[(0, gone)]).await, answered, "the other connection is still there");
        assert_eq!(outcome(&[(1, gone)]).await, answered);
        assert_eq!(outcome(&[(0, closed), (1, closed)]).await, answered, "a connection for every request");
        let exited = Some(super::EXITED.to_owned());
        assert_eq!(outcome(&[(0, gone), (1, closed)]).await, exited, "none is left");
        assert_eq!(outcome(&[(1, closed), (0, gone)]).await, exited);
    }

    #[tokio::test]
    async fn a_queue_that_is_paused_keeps_its_events_for_the_next_runtime() {
        let queue = Queue::default();
        assert!(queue.pause(), "no runtime is at work");
        let limit = Duration::from_secs(60);
        let ended = async {
            let taken = queue.take(0, || true);
            let resumed = async {
                tokio::task::yield_now().await;
                assert_eq!((queue.waiting(), queue.taken()), (1, 0));
                queue.resume();
            };
            let (delivery, ()) = tokio::join!(taken, resumed);
            assert!(!queue.pause(), "a runtime is at work");
            queue.end(&delivery.unwrap().id, Err("ended".to_owned()));
        };
        let (outcome, ()) = tokio::join!(queue.invoke(Bytes::new(), "id", "Root=1-2-3", limit), ended);
        assert_eq!(outcome.err().as_deref(), Some("ended"));
    }
}
