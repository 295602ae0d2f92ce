//! The events of a function: those that wait for a runtime, and those that one has taken.

use super::invocation::{Delivery, Invocation, InvocationResult, MAX_DELIVERIES};
use super::waiting::Waiting;
use bytes::Bytes;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

/// The most events that wait for a runtime. Further ones fail at once.
const MAX_WAITING: usize = 10_000;

/// The failure of an event whose runtime exited.
const EXITED: &str = "the runtime exited before it answered";

/// How a connection with a runtime ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ConnectionEnd {
    /// The runtime exited before it read its event.
    Unread,
    /// The runtime exited: it had kept its connection for several events, and closed it while at work on one.
    Exited,
    /// The connection was closed. The runtime may still be there: many clients open a connection for every request.
    Closed,
}

/// The events of a function.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: Waiting,
    /// By request id, each with the connection that it was delivered to.
    taken: HashMap<String, (u64, Invocation)>,
    /// The number of connections with runtimes.
    connections: usize,
    /// Connections that ended as [`ConnectionEnd::Exited`] while there were others.
    suspects: HashSet<u64>,
    /// The number of times that runtimes have asked for an event.
    asked: u64,
    /// The number of events that runtimes have taken and not answered in time.
    overdue: u64,
    /// Whether events are held back from runtimes.
    paused: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an event and waits for the response, which a runtime has to give within `limit` of taking the event. If the
    /// future is dropped, the event is withdrawn. `trace_root` is that of the event's `x-amzn-trace-id`.
    pub(super) async fn invoke(
        &self,
        payload: Bytes,
        request_id: &str,
        trace_root: &str,
        limit: Duration,
    ) -> InvocationResult {
        let id = super::super::ids::invocation_id();
        let trace_id = format!("{trace_root};Sampled=0");
        let ((answer, mut answered), (begun, at_work)) = (oneshot::channel(), oneshot::channel());
        let delivery = Delivery { id: id.clone(), payload, deadline: 0, trace_id };
        if !self.push(Invocation { delivery, answer, begun: Some(begun), limit, deliveries: 0 }) {
            return Err(format!("request {request_id}: {MAX_WAITING} events wait already"));
        }
        let _withdrawn_when_dropped = Withdrawal { queue: self, id };
        // If the event ended before a runtime took it, the result is there already.
        let _begun = at_work.await;
        match timeout(limit, &mut answered).await {
            Ok(result) => result.unwrap_or_else(|_| Err("the function is gone".to_owned())),
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

    /// Waits for the next event for the runtime at `connection`. Returns `None`, and leaves the event for another runtime, if
    /// `is_alive` returns false.
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

    /// Ends an event that a runtime has taken. Returns whether there is one with this id.
    pub(super) fn end(&self, id: &str, result: InvocationResult) -> bool {
        let taken = self.lock().taken.remove(id);
        taken.map(|(_, invocation)| invocation.end(result)).is_some()
    }

    /// Whether a runtime has an event with this id, and its caller still waits.
    pub(super) fn has_taken(&self, id: &str) -> bool {
        self.lock().taken.contains_key(id)
    }

    /// Counts a new connection with a runtime.
    pub(super) fn connection_opened(&self) {
        self.lock().connections += 1;
    }

    /// Handles the end of a connection, and so of the event that was delivered to it last.
    ///
    /// A runtime may have several connections and close a surplus one, as Rust's does. No runtime counts as exited while there
    /// is a connection left.
    pub(super) fn connection_ended(&self, connection: u64, ending: ConnectionEnd) {
        let mut state = self.lock();
        state.connections = state.connections.saturating_sub(1);
        match ending {
            ConnectionEnd::Unread => state.hand_back(connection, &self.arrived),
            ConnectionEnd::Exited if state.has_event(connection) => drop(state.suspects.insert(connection)),
            ConnectionEnd::Exited | ConnectionEnd::Closed => {}
        }
        if state.connections == 0 {
            state.fail_suspects();
        }
    }

    /// Fails every event that a runtime has taken.
    pub(super) fn fail_taken(&self, why: &str) {
        let taken = std::mem::take(&mut self.lock().taken);
        taken.into_values().for_each(|(_, invocation)| invocation.end(Err(why.to_owned())));
    }

    /// Fails every event that waits.
    pub(super) fn fail_waiting(&self, why: &str) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_events().for_each(|invocation| invocation.end(Err(why.to_owned())));
    }

    /// Holds events back from now on, if none is taken. Returns whether they are held back.
    pub(super) fn pause(&self) -> bool {
        let mut state = self.lock();
        state.paused |= state.taken.is_empty();
        state.paused
    }

    pub(super) fn resume(&self) {
        let mut state = self.lock();
        state.paused = false;
        // Runtimes look at the queue before they wait, so only those that wait already need a notification.
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

    /// Removes the events that were delivered to connections.
    fn take_back(&mut self, is_of: impl Fn(u64) -> bool) -> Vec<Invocation> {
        self.taken.extract_if(|_, (at, _)| is_of(*at)).map(|(_, (_, invocation))| invocation).collect()
    }

    /// Returns unread events to the front of the queue, for the next runtime.
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

    /// Fails the events of runtimes that have certainly exited, in one pass over the events.
    fn fail_suspects(&mut self) {
        let suspects = std::mem::take(&mut self.suspects);
        let taken = self.take_back(|at| suspects.contains(&at));
        taken.into_iter().for_each(|invocation| invocation.end(Err(EXITED.to_owned())));
    }
}

/// Removes an event from the queue when its caller no longer waits.
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
    use super::{ConnectionEnd, Queue};
    use bytes::Bytes;
    use std::time::Duration;

    /// What becomes of an event that was handed to the first of two connections, after these ends.
    async fn outcome(ends: &[(u64, ConnectionEnd)]) -> Option<String> {
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
        let (gone, closed) = (ConnectionEnd::Exited, ConnectionEnd::Closed);
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
