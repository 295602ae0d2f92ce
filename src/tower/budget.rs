//! The bytes of bodies that a server holds at a time.
//!
//! Room is taken as a body arrives, piece by piece. A `content-length` alone therefore reserves nothing. The room is returned when
//! the last clone of the body's bytes is dropped.
//!
//! The body that began first is served first. Events and answers are served before incoming bodies, because they end requests and
//! so return room. Each body gives up after a time limit, counted from its first wait. Half-read bodies that wait for each other
//! then return their room to bodies that can be completed with it, and no body waits for ever.

use super::clock::{Deadline, TimeLimit};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The most bytes that the bodies of a server may have together. Clones share the budget.
///
/// Room is taken as a body arrives, and returned when the last clone of its bytes is dropped.
///
/// ```
/// use sig4::tower::BodyBudget;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let budget = BodyBudget::new(10);
/// let held = budget.hold("an answer".into()).await.expect("there is room for 9 bytes");
/// assert!(budget.hold("another".into()).await.is_none());
/// drop(held);
/// assert!(budget.hold("another".into()).await.is_some());
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct BodyBudget {
    room: Arc<Room>,
    /// How long a body waits for room. `None`: it does not wait.
    patience: Option<TimeLimit>,
    /// The turn of a body, by the number of its beginning.
    turn: fn(u64) -> Turn,
    /// The length up to which a body needs no room.
    uncounted: usize,
}

impl BodyBudget {
    /// A budget of `limit` bytes. A body without room is refused at once.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let state = State { free: limit, begun: 0, waiting: BTreeMap::new() };
        Self {
            room: Arc::new(Room { limit, state: Mutex::new(state) }),
            patience: None,
            turn: Turn::Begins,
            uncounted: 0,
        }
    }

    /// Sets how long bodies wait for room. The limit holds for all waits of a body together.
    #[must_use]
    pub fn with_patience(mut self, patience: TimeLimit) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Sets the length up to which a body needs no room. Large bodies that fill the budget then delay only other large bodies.
    #[must_use]
    pub const fn with_uncounted(mut self, len: usize) -> Self {
        self.uncounted = len;
        self
    }

    /// The same budget, for bodies of responses. They are served before bodies of requests, because they end requests and so
    /// return room.
    #[must_use]
    pub fn for_responses(&self) -> Self {
        Self { turn: Turn::Ends, ..self.clone() }
    }

    /// The size of the budget, in bytes.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.room.limit
    }

    /// Begins a body that holds no bytes yet.
    pub(crate) fn begin(&self) -> HeldRoom {
        self.held(self.turn)
    }

    fn held(&self, turn: fn(u64) -> Turn) -> HeldRoom {
        let age = self.room.lock().begin();
        HeldRoom { turn: turn(age), room: Arc::clone(&self.room), len: 0, patience: None }
    }

    /// Extends `held` to `len` bytes. Returns `false`, and takes nothing, if there is not enough room in time.
    pub(crate) async fn grow(&self, held: &mut HeldRoom, len: usize) -> bool {
        if len > self.room.limit {
            return false;
        }
        if held.len == 0 && len <= self.uncounted {
            return true;
        }
        let Some(len) = len.checked_sub(held.len).filter(|more| *more > 0) else { return true };
        let mut taking = pin!(Taking { room: &self.room, turn: held.turn, len, waits: false });
        let mut taken = poll_fn(|cx| Poll::Ready(taking.as_mut().poll(cx))).await.is_ready();
        if let (false, Some(patience)) = (taken, &self.patience) {
            let deadline = held.patience.get_or_insert_with(|| patience.start());
            taken = deadline.within(taking).await.is_some();
        }
        if taken {
            held.len = held.len.saturating_add(len);
        }
        taken
    }

    /// Takes room for `len` more bytes for a request whose body was read, such as for an event made from it. `None` if there is not
    /// enough room in time. The room is returned when the value is dropped.
    pub async fn reserve(&self, len: usize) -> Option<HeldRoom> {
        let mut held = self.held(Turn::Ends);
        self.grow(&mut held, len).await.then_some(held)
    }

    /// Takes room for the bytes of a response. `None` if there is not enough room in time. The room is returned when the last clone
    /// of the bytes is dropped.
    pub async fn hold(&self, bytes: Bytes) -> Option<Bytes> {
        if bytes.is_empty() {
            return Some(bytes);
        }
        Some(self.reserve(bytes.len()).await?.holding(bytes))
    }

    /// The free room, in bytes.
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
    /// The number of bodies that have begun.
    begun: u64,
    /// The waiting bodies, by their turns. A body that was removed and has not given up has got its room.
    waiting: BTreeMap<Turn, Waiting>,
}

/// The order of service: events and answers before incoming bodies, and then by the number of the beginning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Turn {
    /// An event or an answer.
    Ends(u64),
    /// An incoming body.
    Begins(u64),
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
    /// The number of a body that begins.
    fn begin(&mut self) -> u64 {
        self.begun = self.begun.wrapping_add(1);
        self.begun
    }

    /// Takes room at once, unless there is not enough or a body with an earlier turn waits.
    fn take(&mut self, turn: Turn, len: usize) -> bool {
        let is_first = self.waiting.first_key_value().is_none_or(|(first, _)| turn < *first);
        let left = self.free.checked_sub(len).filter(|_| is_first);
        left.map(|left| self.free = left).is_some()
    }

    /// Gives room to waiting bodies in their order, as far as there is room, and returns their wakers.
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

/// Room that is being taken.
struct Taking<'r> {
    room: &'r Room,
    turn: Turn,
    len: usize,
    waits: bool,
}

impl Future for Taking<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.room.lock();
        let is_taken = match (self.waits, state.waiting.get_mut(&self.turn)) {
            (true, Some(waiting)) => {
                waiting.waker.clone_from(cx.waker());
                return Poll::Pending;
            }
            (true, None) => true,
            (false, _) => state.take(self.turn, self.len),
        };
        if !is_taken {
            state.waiting.insert(self.turn, Waiting { len: self.len, waker: cx.waker().clone() });
        }
        drop(state);
        self.waits = !is_taken;
        if is_taken { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if self.waits {
            let gave_up = self.room.lock().waiting.remove(&self.turn).is_some();
            // A body behind may need less room; and room that was given in the meantime is returned.
            self.room.give_back(if gave_up { 0 } else { self.len });
        }
    }
}

/// Room of a [`BodyBudget`], which is returned on drop.
#[must_use = "the room is returned when this value is dropped"]
pub struct HeldRoom {
    room: Arc<Room>,
    turn: Turn,
    len: usize,
    /// The end of the wait for room, once a wait has begun.
    patience: Option<Deadline>,
}

impl HeldRoom {
    /// Ties the room to `bytes`, until their last clone is dropped. Surplus room is returned.
    pub(crate) fn holding(mut self, bytes: Bytes) -> Bytes {
        self.patience = None;
        let more = self.len.saturating_sub(bytes.len());
        if more > 0 {
            self.len -= more;
            self.room.give_back(more);
        }
        if bytes.is_empty() { bytes } else { Bytes::from_owner(HeldBytes { bytes, _held: self }) }
    }
}

impl fmt::Debug for HeldRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeldRoom").field(&self.len).finish()
    }
}

impl Drop for HeldRoom {
    fn drop(&mut self) {
        if self.len > 0 {
            self.room.give_back(self.len);
        }
    }
}

struct HeldBytes {
    bytes: Bytes,
    _held: HeldRoom,
}

impl AsRef<[u8]> for HeldBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{BodyBudget, HeldRoom, Taking, Turn};
    use bytes::Bytes;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    fn taking(budget: &BodyBudget, age: u64, len: usize) -> Taking<'_> {
        Taking { room: &budget.room, turn: Turn::Begins(age), len, waits: false }
    }

    fn poll(taking: Pin<&mut Taking<'_>>) -> Poll<()> {
        taking.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// What there is room for at once.
    fn now(budget: &BodyBudget, len: usize) -> Option<HeldRoom> {
        let mut held = budget.begin();
        let mut grow = Box::pin(budget.grow(&mut held, len));
        let grown = grow.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(grow);
        matches!(grown, Poll::Ready(true)).then_some(held)
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
        let held = now(&budget, 8).unwrap().holding(Bytes::from_static(b"four"));
        assert_eq!(budget.free(), 6, "surplus room is returned");
        drop(held);
        drop(now(&budget, 3).unwrap().holding(Bytes::new()));
        assert_eq!(budget.free(), 10, "nothing needs no room");
    }

    #[test]
    fn the_body_that_began_first_is_served_first() {
        let budget = BodyBudget::new(10);
        let held = now(&budget, 6).unwrap();
        let (mut younger, mut older) = (pin!(taking(&budget, 9, 5)), pin!(taking(&budget, 8, 8)));
        assert!(poll(younger.as_mut()).is_pending() && poll(older.as_mut()).is_pending());
        assert!(poll(pin!(taking(&budget, 10, 1))).is_pending(), "no body overtakes");
        assert!(poll(pin!(taking(&budget, 7, 4))).is_ready(), "the oldest body does not wait");
        budget.room.give_back(4);
        drop(held);
        assert_eq!(budget.free(), 2);
        assert!(poll(older).is_ready() && poll(younger.as_mut()).is_pending());
        budget.room.give_back(8);
        assert!(poll(younger).is_ready());
        assert_eq!(budget.free(), 5);
    }

    #[test]
    fn a_body_that_gives_up_lets_the_next_pass_and_loses_no_room() {
        let budget = BodyBudget::new(10);
        let held = now(&budget, 6).unwrap();
        let mut second = pin!(taking(&budget, 9, 4));
        {
            let mut first = pin!(taking(&budget, 8, 8));
            assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
        }
        assert_eq!(budget.free(), 0, "the second has got its room");
        assert!(poll(second).is_ready());
        budget.room.give_back(4);
        {
            let mut third = pin!(taking(&budget, 10, 10));
            assert!(poll(third.as_mut()).is_pending());
            drop(held);
            assert_eq!(budget.free(), 0, "it was given the room, and does not know yet");
        }
        assert_eq!(budget.free(), 10);
    }

    #[test]
    fn a_body_that_never_fits_does_not_wait() {
        let budget = BodyBudget::new(10);
        assert!(now(&budget, 11).is_none() && budget.free() == 10);
        let mut held = now(&budget, 6).unwrap();
        let mut grow = Box::pin(budget.grow(&mut held, 11));
        assert_eq!(grow.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(false));
        drop(grow);
        drop(held);
        assert_eq!(budget.free(), 10);
    }

    /// Otherwise a body that is read and an event that is to be made of it would wait for bodies that wait for them.
    #[tokio::test(start_paused = true)]
    async fn an_event_does_not_wait_for_incoming_bodies() {
        let limit = std::time::Duration::from_secs(5);
        let budget = BodyBudget::new(10).with_patience(super::TimeLimit::new(limit, tokio::time::sleep));
        let read = now(&budget, 4).unwrap().holding(Bytes::from_static(b"read"));
        let mut coming = budget.begin();
        let (start, coming) = (tokio::time::Instant::now(), budget.grow(&mut coming, 8));
        let ending = async {
            tokio::task::yield_now().await;
            let event = budget.reserve(6).await;
            assert!(event.is_some() && start.elapsed().is_zero(), "there is room for it");
            drop((event, read));
        };
        let (grown, ()) = tokio::join!(coming, ending);
        assert!(grown && start.elapsed().is_zero(), "and then for the body");
    }

    /// A body that waits again and again gives up as soon as one that waits once.
    #[tokio::test(start_paused = true)]
    async fn the_patience_of_a_body_is_one_for_all_its_pieces() {
        let limit = std::time::Duration::from_secs(5);
        let budget = BodyBudget::new(10).with_patience(super::TimeLimit::new(limit, tokio::time::sleep));
        let (start, mut others) = (tokio::time::Instant::now(), Vec::new());
        for _ in 0..10 {
            others.push(budget.reserve(1).await.unwrap());
        }
        let mut held = budget.begin();
        let grower = async {
            let mut grown = 0;
            while budget.grow(&mut held, grown + 1).await {
                grown += 1;
            }
            grown
        };
        let giver = async {
            while others.pop().is_some() {
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            }
        };
        let (grown, ()) =
            tokio::join!(grower, async { tokio::time::timeout(limit * 3, giver).await.unwrap_or_default() });
        assert_eq!(grown, 3, "at 0, 2 and 4 s");
        assert!(start.elapsed() < limit * 4);
    }
}
