//! The events of a function: those that wait for a runtime, and those that one has taken.

use super::invocation::{Delivery, Invocation, InvocationResult, MAX_DELIVERIES};
use super::runtimes::{RuntimeId, Runtimes};
use super::waiting::Waiting;
use bytes::Bytes;
use std::collections::HashMap;
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
    /// By request id.
    taken: HashMap<String, Taken>,
    runtimes: Runtimes,
}

/// An event that a runtime has taken.
#[derive(Debug)]
struct Taken {
    runtime: RuntimeId,
    /// The connection that it was delivered to.
    connection: u64,
    invocation: Invocation,
}

/// Why an event was not answered by the function.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum NotInvoked {
    /// As many events as the function's reserved concurrency are under way.
    Throttled,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an event and waits for the response, which a runtime has to give within `limit` of taking the event. If the
    /// future is dropped, the event is withdrawn. `trace_root` is that of the event's `x-amzn-trace-id`. With `most` events under
    /// way already, the event is not queued.
    pub(super) async fn invoke(
        &self,
        payload: Bytes,
        request_id: &str,
        trace_root: &str,
        limit: Duration,
        most: Option<usize>,
    ) -> Result<InvocationResult, NotInvoked> {
        let id = super::super::ids::invocation_id();
        let trace_id = format!("{trace_root};Sampled=0");
        let ((answer, mut answered), (begun, at_work)) = (oneshot::channel(), oneshot::channel());
        let delivery = Delivery { id: id.clone(), payload, deadline: 0, trace_id };
        if !self.push(Invocation { delivery, answer, begun: Some(begun), limit, deliveries: 0 }, most)? {
            return Ok(Err(format!("request {request_id}: {MAX_WAITING} events wait already")));
        }
        let _withdrawn_when_dropped = Withdrawal { queue: self, id: id.clone() };
        // If the event ended before a runtime took it, the result is there already.
        let _begun = at_work.await;
        Ok(match timeout(limit, &mut answered).await {
            Ok(result) => result.unwrap_or_else(|_| Err("the function is gone".to_owned())),
            Err(_) => {
                self.lock().count_overdue(&id);
                Err(format!("the function timed out after {} ms", limit.as_millis()))
            }
        })
    }

    /// Queues an event. Returns whether there is room.
    fn push(&self, invocation: Invocation, most: Option<usize>) -> Result<bool, NotInvoked> {
        let mut state = self.lock();
        let under_way = state.waiting.len().saturating_add(state.taken.len());
        if most.is_some_and(|most| under_way >= most) {
            return Err(NotInvoked::Throttled);
        }
        if state.waiting.len() >= MAX_WAITING {
            return Ok(false);
        }
        state.waiting.push_back(invocation);
        drop(state);
        self.arrived.notify_waiters();
        Ok(true)
    }

    /// Waits for the next event for the runtime at `connection`. Returns `None`, and leaves the event for another runtime, if
    /// `is_alive` returns false.
    ///
    /// Of several polls the newest gets the event, as on Lambda: a runtime that has just answered is preferred to others, which
    /// become idle and can be ended.
    pub(super) async fn take(
        &self,
        runtime: RuntimeId,
        connection: u64,
        is_alive: impl Fn() -> bool,
    ) -> Option<Delivery> {
        let poll = Poll { queue: self, id: self.lock().runtimes.poll_began(runtime) };
        loop {
            // A notification counts from here on, and so none is missed between the look at the queue and the wait.
            let arrived = self.arrived.notified();
            if !is_alive() {
                return None;
            }
            if let Some(delivery) = self.lock().take(runtime, connection, poll.id) {
                return Some(delivery);
            }
            arrived.await;
        }
    }

    /// Ends an event that a runtime has taken. Returns whether there is one with this id.
    pub(super) fn end(&self, id: &str, result: InvocationResult) -> bool {
        let taken = self.lock().taken.remove(id);
        taken.map(|taken| taken.invocation.end(result)).is_some()
    }

    /// Whether a runtime has an event with this id, and its caller still waits.
    pub(super) fn has_taken(&self, id: &str) -> bool {
        self.lock().taken.contains_key(id)
    }

    /// Adds a runtime that has its own address.
    pub(super) fn add_runtime(&self) -> RuntimeId {
        self.lock().runtimes.add()
    }

    /// Removes a runtime whose address is closed. The events that it had taken fail.
    pub(super) fn remove_runtime(&self, runtime: RuntimeId) {
        self.lock().runtimes.remove(runtime);
        self.fail_taken_by(runtime, EXITED);
        self.arrived.notify_waiters();
    }

    /// Gives no more events to a runtime.
    pub(super) fn retire(&self, runtime: RuntimeId) {
        self.lock().runtimes.retire(runtime);
        // Another runtime may take the event that the retired one would have got.
        self.arrived.notify_waiters();
    }

    /// Whether a runtime is at work on an event that its caller waits for.
    pub(super) fn is_at_work(&self, runtime: RuntimeId) -> bool {
        self.lock().taken.values().any(|taken| taken.runtime == runtime)
    }

    /// What is known about a runtime.
    pub(super) fn of_runtime<T>(&self, runtime: RuntimeId, look: impl FnOnce(&Runtimes, RuntimeId) -> T) -> T {
        look(&self.lock().runtimes, runtime)
    }

    /// Counts a new connection with a runtime.
    pub(super) fn connection_opened(&self, runtime: RuntimeId) {
        self.lock().runtimes.connection_opened(runtime);
    }

    /// Handles the end of a connection, and so of the event that was delivered to it last.
    ///
    /// A runtime may have several connections and close a surplus one, as Rust's does. No runtime counts as exited while there
    /// is a connection left at its address.
    pub(super) fn connection_ended(&self, runtime: RuntimeId, connection: u64, ending: ConnectionEnd) {
        let mut state = self.lock();
        let is_suspect = ending == ConnectionEnd::Exited && state.has_event(connection);
        let exited = state.runtimes.connection_ended(runtime, is_suspect.then_some(connection));
        if ending == ConnectionEnd::Unread {
            state.hand_back(connection);
        }
        // In one pass over the events.
        let failed = state.take_back(|taken| exited.contains(&taken.connection));
        failed.into_iter().for_each(|invocation| invocation.end(Err(EXITED.to_owned())));
        drop(state);
        self.arrived.notify_waiters();
    }

    /// Fails every event that any runtime has taken.
    pub(super) fn fail_taken(&self, why: &str) {
        let taken = std::mem::take(&mut self.lock().taken);
        taken.into_values().for_each(|taken| taken.invocation.end(Err(why.to_owned())));
    }

    /// Fails every event that this runtime has taken.
    pub(super) fn fail_taken_by(&self, runtime: RuntimeId, why: &str) {
        let taken = self.lock().take_back(|taken| taken.runtime == runtime);
        taken.into_iter().for_each(|invocation| invocation.end(Err(why.to_owned())));
    }

    /// Handles that a runtime could not load its handler. If no other one will take them, the waiting events fail.
    pub(super) fn init_failed(&self, runtime: RuntimeId, why: &str) {
        if !self.of_runtime(runtime, Runtimes::has_others) {
            self.fail_waiting(why);
        }
    }

    /// Fails every event that waits.
    pub(super) fn fail_waiting(&self, why: &str) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_events().for_each(|invocation| invocation.end(Err(why.to_owned())));
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    pub(super) fn asked(&self) -> u64 {
        self.lock().runtimes.all_asked()
    }

    pub(super) fn overdue(&self) -> u64 {
        self.lock().runtimes.all_overdue()
    }

    pub(super) fn taken(&self) -> usize {
        self.lock().taken.len()
    }
}

impl State {
    fn take(&mut self, runtime: RuntimeId, connection: u64, poll: u64) -> Option<Delivery> {
        if !self.runtimes.is_preferred(poll, self.waiting.len()) {
            return None;
        }
        while let Some(mut invocation) = self.waiting.pop_front() {
            if invocation.is_abandoned() {
                continue;
            }
            let delivery = invocation.deliver(OffsetDateTime::now_utc());
            self.taken.insert(delivery.id.clone(), Taken { runtime, connection, invocation });
            return Some(delivery);
        }
        None
    }

    fn has_event(&self, connection: u64) -> bool {
        self.taken.values().any(|taken| taken.connection == connection)
    }

    /// Counts an event that was not answered in time, for the runtime that has taken it.
    fn count_overdue(&mut self, id: &str) {
        if let Some(taken) = self.taken.get(id) {
            self.runtimes.count_overdue(taken.runtime);
        }
    }

    /// Removes events that runtimes have taken.
    fn take_back(&mut self, is_meant: impl Fn(&Taken) -> bool) -> Vec<Invocation> {
        self.taken.extract_if(|_, taken| is_meant(taken)).map(|(_, taken)| taken.invocation).collect()
    }

    /// Returns unread events to the front of the queue, for the next runtime.
    fn hand_back(&mut self, connection: u64) {
        for invocation in self.take_back(|taken| taken.connection == connection) {
            if invocation.deliveries < MAX_DELIVERIES {
                self.waiting.push_front(invocation);
            } else {
                invocation.end(Err(EXITED.to_owned()));
            }
        }
    }
}

/// A runtime's poll for an event. When it ends without one, another poll may be the next to get it.
struct Poll<'q> {
    queue: &'q Queue,
    id: u64,
}

impl Drop for Poll<'_> {
    fn drop(&mut self) {
        self.queue.lock().runtimes.poll_ended(self.id);
        self.queue.arrived.notify_waiters();
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
    use super::{ConnectionEnd, NotInvoked, Queue};
    use crate::server::lambda::runtimes::RuntimeId;
    use bytes::Bytes;
    use std::time::Duration;

    const LIMIT: Duration = Duration::from_secs(60);

    async fn invoke(queue: &Queue) -> Option<String> {
        queue.invoke(Bytes::new(), "id", "Root=1-2-3", LIMIT, None).await.unwrap().err()
    }

    /// What becomes of an event that was handed to the first of two connections, after these ends.
    async fn outcome(ends: &[(u64, ConnectionEnd)]) -> Option<String> {
        let queue = Queue::default();
        let shared = RuntimeId::SHARED;
        let ended = async {
            (0..2).for_each(|_| queue.connection_opened(shared));
            let delivery = queue.take(shared, 0, || true).await.unwrap();
            ends.iter().for_each(|(connection, ending)| queue.connection_ended(shared, *connection, *ending));
            queue.end(&delivery.id, Err("ended by another connection".to_owned()));
        };
        tokio::join!(invoke(&queue), ended).0
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

    /// The connections of one runtime say nothing about another.
    #[tokio::test]
    async fn a_runtime_that_exits_fails_its_own_event_only() {
        let queue = Queue::default();
        let [one, two] = [queue.add_runtime(), queue.add_runtime()];
        let ended = async {
            [one, two].into_iter().for_each(|runtime| queue.connection_opened(runtime));
            let first = queue.take(one, 0, || true).await.unwrap();
            let second = queue.take(two, 1, || true).await.unwrap();
            queue.connection_ended(one, 0, ConnectionEnd::Exited);
            assert!(!queue.has_taken(&first.id) && queue.has_taken(&second.id) && queue.is_at_work(two));
            queue.end(&second.id, Err("answered".to_owned()));
        };
        let (first, second, ()) = tokio::join!(invoke(&queue), invoke(&queue), ended);
        assert_eq!((first.as_deref(), second.as_deref()), (Some(super::EXITED), Some("answered")));
    }

    #[tokio::test]
    async fn the_newest_poll_gets_the_event_and_a_retired_runtime_gets_none() {
        let queue = Queue::default();
        let [old, new] = [queue.add_runtime(), queue.add_runtime()];
        for retired in [false, true] {
            if retired {
                queue.retire(new);
            }
            let (expected, other) = if retired { (old, new) } else { (new, old) };
            let ended = async {
                tokio::task::yield_now().await;
                let (first, second) = (queue.take(old, 0, || true), queue.take(new, 1, || true));
                let (runtime, delivery) = tokio::select! {
                    biased;
                    delivery = first => (old, delivery),
                    delivery = second => (new, delivery),
                };
                assert_eq!(runtime, expected);
                assert!(queue.is_at_work(expected) && !queue.is_at_work(other));
                queue.end(&delivery.unwrap().id, Err("ended".to_owned()));
            };
            // Both polls have begun before the event arrives.
            let late = async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                invoke(&queue).await
            };
            let (outcome, ()) = tokio::join!(late, ended);
            assert_eq!(outcome.as_deref(), Some("ended"));
        }
    }

    #[tokio::test]
    async fn no_more_events_than_the_reserved_concurrency_are_under_way() {
        let queue = Queue::default();
        let reserved = |most| queue.invoke(Bytes::new(), "id", "Root=1-2-3", LIMIT, Some(most));
        assert_eq!(reserved(0).await.unwrap_err(), NotInvoked::Throttled);
        let ended = async {
            let delivery = queue.take(RuntimeId::SHARED, 0, || true).await.unwrap();
            assert_eq!(reserved(1).await.unwrap_err(), NotInvoked::Throttled, "one is at work");
            queue.end(&delivery.id, Err("ended".to_owned()));
        };
        let (outcome, ()) = tokio::join!(reserved(1), ended);
        assert_eq!(outcome.unwrap().err().as_deref(), Some("ended"));
    }
}
