//! The bytes of bodies that a server holds at a time.
//!
//! Room is taken as a body comes in, piece by piece, so that nobody reserves with a `content-length` what is never sent. It is
//! given back when the last clone of the body's bytes is dropped, wherever that is. Whoever waits for room is served in the
//! order of asking, and gives up after a while: bodies that are half read and wait for one another therefore give back
//! what they hold, and cannot wait for ever.

use super::clock::TimeLimit;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The room for the bodies of a server. Its clones are the same room.
#[derive(Clone)]
pub(crate) struct BodyBudget {
    room: Arc<Room>,
    /// How long somebody waits for room; not at all if there is no limit.
    patience: Option<TimeLimit>,
}

impl BodyBudget {
    /// Room for `limit` bytes, for which nobody waits.
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { free: limit, next_ticket: 0, waiting: BTreeMap::new() };
        Self { room: Arc::new(Room { limit, state: Mutex::new(state) }), patience: None }
    }

    /// Sets how long somebody waits for room.
    #[cfg(feature = "gateway")]
    pub(crate) fn with_patience(mut self, patience: TimeLimit) -> Self {
        self.patience = Some(patience);
        self
    }

    /// The bytes that there is room for in all.
    pub(crate) fn limit(&self) -> usize {
        self.room.limit
    }

    /// Room for nothing yet.
    pub(crate) fn none(&self) -> Held {
        Held { room: Arc::clone(&self.room), len: 0 }
    }

    /// Takes room for `len` bytes, or `None` if there is none in time.
    pub(crate) async fn take(&self, len: usize) -> Option<Held> {
        if len > self.room.limit {
            return None;
        }
        let mut taking = pin!(Taking { room: Arc::clone(&self.room), len, ticket: None });
        match &self.patience {
            Some(patience) => patience.start().within(taking).await,
            None => match poll_fn(|cx| Poll::Ready(taking.as_mut().poll(cx))).await {
                Poll::Ready(held) => Some(held),
                Poll::Pending => None,
            },
        }
    }

    /// The bytes with the room that they take, or `None` if there is none in time.
    #[cfg(feature = "gateway")]
    pub(crate) async fn hold(&self, bytes: Bytes) -> Option<Bytes> {
        if bytes.is_empty() {
            return Some(bytes);
        }
        Some(self.take(bytes.len()).await?.holding(bytes))
    }

    /// The bytes that there is room for now.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.room.lock().free
    }
}

impl fmt::Debug for BodyBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BodyBudget").field(&self.room.limit).finish()
    }
}

struct Room {
    limit: usize,
    state: Mutex<State>,
}

struct State {
    free: usize,
    next_ticket: u64,
    /// Who waits, in the order of asking. Somebody who is no more here, and has not given up, has got the room.
    waiting: BTreeMap<u64, Waiting>,
}

struct Waiting {
    len: usize,
    waker: Waker,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, len: usize) {
        let mut state = self.lock();
        state.free = state.free.saturating_add(len);
        let served = state.serve();
        drop(state);
        served.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// Gives those who wait what they want, as far as there is room, and returns whom to wake.
    fn serve(&mut self) -> Vec<Waker> {
        let mut served = Vec::new();
        while let Some(first) = self.waiting.first_entry() {
            let Some(left) = self.free.checked_sub(first.get().len) else { break };
            self.free = left;
            served.push(first.remove().waker);
        }
        served
    }
}

/// Room that is being waited for.
struct Taking {
    room: Arc<Room>,
    len: usize,
    ticket: Option<u64>,
}

impl Future for Taking {
    type Output = Held;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Held> {
        let room = Arc::clone(&self.room);
        let mut state = room.lock();
        let taken = match self.ticket {
            None if state.waiting.is_empty() => state.free.checked_sub(self.len).map(|left| state.free = left),
            None => None,
            Some(ticket) => match state.waiting.get_mut(&ticket) {
                Some(waiting) => {
                    waiting.waker.clone_from(cx.waker());
                    return Poll::Pending;
                }
                None => Some(()),
            },
        };
        if taken.is_some() {
            self.ticket = None;
            let len = std::mem::take(&mut self.len);
            return Poll::Ready(Held { room: Arc::clone(&room), len });
        }
        let ticket = state.next_ticket;
        state.next_ticket = ticket.wrapping_add(1);
        state.waiting.insert(ticket, Waiting { len: self.len, waker: cx.waker().clone() });
        drop(state);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let gave_up = self.room.lock().waiting.remove(&ticket).is_some();
        // Those behind may want less; and what was given in the meantime goes back.
        self.room.give_back(if gave_up { 0 } else { self.len });
    }
}

/// Room that is taken until it is dropped.
pub(crate) struct Held {
    room: Arc<Room>,
    len: usize,
}

impl Held {
    /// Adds more room to it.
    pub(crate) fn add(&mut self, mut more: Self) {
        self.len = self.len.saturating_add(std::mem::take(&mut more.len));
    }

    /// The bytes, which keep the room until their last clone is dropped.
    pub(crate) fn holding(self, bytes: Bytes) -> Bytes {
        if bytes.is_empty() { bytes } else { Bytes::from_owner(HeldBytes { bytes, _held: self }) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.len > 0 {
            self.room.give_back(self.len);
        }
    }
}

struct HeldBytes {
    bytes: Bytes,
    _held: Held,
}

impl AsRef<[u8]> for HeldBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{BodyBudget, Taking};
    use bytes::Bytes;
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    fn taking(budget: &BodyBudget, len: usize) -> Taking {
        Taking { room: Arc::clone(&budget.room), len, ticket: None }
    }

    fn poll(taking: Pin<&mut Taking>) -> Poll<super::Held> {
        taking.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn now(budget: &BodyBudget, len: usize) -> Option<super::Held> {
        match poll(pin!(taking(budget, len))) {
            Poll::Ready(held) => Some(held),
            Poll::Pending => None,
        }
    }

    #[test]
    fn room_is_given_back_with_the_last_clone_of_the_bytes() {
        let budget = BodyBudget::new(10);
        let held = now(&budget, 10).unwrap();
        assert!(now(&budget, 1).is_none() && budget.free() == 0);
        let bytes = held.holding(Bytes::from_static(b"0123456789"));
        let piece = bytes.slice(2..4);
        drop(bytes);
        assert_eq!((budget.free(), &piece[..]), (0, &b"23"[..]));
        drop(piece);
        assert_eq!(budget.free(), 10);
        drop(now(&budget, 3).unwrap().holding(Bytes::new()));
        assert_eq!(budget.free(), 10, "nothing needs no room");
    }

    #[test]
    fn those_who_wait_are_served_in_their_order() {
        let budget = BodyBudget::new(10);
        let held = now(&budget, 6).unwrap();
        let (mut first, mut second) = (pin!(taking(&budget, 8)), pin!(taking(&budget, 1)));
        assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending(), "nobody is overtaken");
        assert!(now(&budget, 1).is_none());
        drop(held);
        assert_eq!(budget.free(), 1, "both have got theirs");
        let first = poll(first);
        assert!(first.is_ready() && poll(second).is_ready());
        drop(first);
        assert_eq!(budget.free(), 10);
    }

    #[test]
    fn who_gives_up_lets_the_next_pass_and_loses_nothing() {
        let budget = BodyBudget::new(10);
        let held = now(&budget, 6).unwrap();
        let mut second = pin!(taking(&budget, 4));
        {
            let mut first = pin!(taking(&budget, 8));
            assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
        }
        assert_eq!(budget.free(), 0, "the second has got its room");
        assert!(poll(second).is_ready());
        assert_eq!(budget.free(), 4);
        {
            let mut third = pin!(taking(&budget, 10));
            assert!(poll(third.as_mut()).is_pending());
            drop(held);
            assert_eq!(budget.free(), 0, "it was given the room, and does not know yet");
        }
        assert_eq!(budget.free(), 10);
    }

    #[test]
    fn what_never_fits_is_not_waited_for() {
        let budget = BodyBudget::new(10);
        let mut take = pin!(budget.take(11));
        let taken = take.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(taken, Poll::Ready(None)));
    }
}
