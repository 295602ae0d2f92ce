//! The runtimes of a function: their polls, and their connections.
//!
//! Each runtime has an address of its own, so that a connection tells which runtime it belongs to. The shared address counts as
//! one runtime, however many processes connect to it.

use std::collections::{BTreeMap, HashMap, HashSet};

/// A runtime of a function.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct RuntimeId(u64);

impl RuntimeId {
    /// The runtimes at the shared address.
    pub(super) const SHARED: Self = Self(0);
}

/// The runtimes of a function.
#[derive(Debug)]
pub(super) struct Runtimes {
    known: HashMap<RuntimeId, Known>,
    /// The polls that wait for an event, from the oldest to the newest.
    polls: BTreeMap<u64, RuntimeId>,
    last_poll: u64,
    last_runtime: u64,
    /// The numbers of runtimes that are gone.
    asked_by_gone: u64,
    overdue_of_gone: u64,
}

/// What is known about a runtime.
#[derive(Debug, Default)]
struct Known {
    /// The number of its connections.
    connections: usize,
    /// Connections that ended as if the runtime had exited while there were others.
    suspects: HashSet<u64>,
    /// The number of times that it has asked for an event.
    asked: u64,
    /// The number of events that it has taken and not answered in time.
    overdue: u64,
    /// Whether it gets no more events.
    is_retired: bool,
}

impl Default for Runtimes {
    fn default() -> Self {
        let known = HashMap::from([(RuntimeId::SHARED, Known::default())]);
        Self { known, polls: BTreeMap::new(), last_poll: 0, last_runtime: 0, asked_by_gone: 0, overdue_of_gone: 0 }
    }
}

impl Runtimes {
    pub(super) fn add(&mut self) -> RuntimeId {
        self.last_runtime += 1;
        let id = RuntimeId(self.last_runtime);
        self.known.insert(id, Known::default());
        id
    }

    pub(super) fn remove(&mut self, runtime: RuntimeId) {
        if let Some(gone) = self.known.remove(&runtime) {
            self.asked_by_gone += gone.asked;
            self.overdue_of_gone += gone.overdue;
        }
        self.polls.retain(|_, of| *of != runtime);
    }

    pub(super) fn retire(&mut self, runtime: RuntimeId) {
        if let Some(known) = self.known.get_mut(&runtime) {
            known.is_retired = true;
        }
    }

    /// Counts a poll for an event. Returns its number. A runtime that was removed gets no event.
    pub(super) fn poll_began(&mut self, runtime: RuntimeId) -> u64 {
        if let Some(known) = self.known.get_mut(&runtime) {
            known.asked += 1;
        }
        self.last_poll += 1;
        self.polls.insert(self.last_poll, runtime);
        self.last_poll
    }

    pub(super) fn poll_ended(&mut self, poll: u64) {
        self.polls.remove(&poll);
    }

    /// Whether this poll is one of the `waiting` newest of runtimes that get events.
    pub(super) fn is_preferred(&self, poll: u64, waiting: usize) -> bool {
        let gets_events = |runtime: &RuntimeId| self.known.get(runtime).is_some_and(|known| !known.is_retired);
        let newer = self.polls.range(poll.saturating_add(1)..).filter(|(_, runtime)| gets_events(runtime)).count();
        self.polls.get(&poll).is_some_and(gets_events) && newer < waiting
    }

    /// Whether a runtime waits for an event.
    pub(super) fn is_polling(&self, runtime: RuntimeId) -> bool {
        self.polls.values().any(|of| *of == runtime)
    }

    /// Whether another runtime with its own address has asked for events, and gets more.
    pub(super) fn has_others(&self, runtime: RuntimeId) -> bool {
        let mut others = self.known.iter().filter(|(id, _)| **id != runtime && **id != RuntimeId::SHARED);
        others.any(|(_, known)| known.asked > 0 && !known.is_retired)
    }

    pub(super) fn asked(&self, runtime: RuntimeId) -> u64 {
        self.known.get(&runtime).map_or(0, |known| known.asked)
    }

    pub(super) fn overdue(&self, runtime: RuntimeId) -> u64 {
        self.known.get(&runtime).map_or(0, |known| known.overdue)
    }

    pub(super) fn all_asked(&self) -> u64 {
        self.known.values().map(|known| known.asked).sum::<u64>() + self.asked_by_gone
    }

    pub(super) fn all_overdue(&self) -> u64 {
        self.known.values().map(|known| known.overdue).sum::<u64>() + self.overdue_of_gone
    }

    pub(super) fn count_overdue(&mut self, runtime: RuntimeId) {
        if let Some(known) = self.known.get_mut(&runtime) {
            known.overdue += 1;
        }
    }

    pub(super) fn connection_opened(&mut self, runtime: RuntimeId) {
        if let Some(known) = self.known.get_mut(&runtime) {
            known.connections += 1;
        }
    }

    /// Counts the end of a connection, which perhaps was the end of its runtime. Returns the connections that died with the
    /// runtime, if this was its last one.
    pub(super) fn connection_ended(&mut self, runtime: RuntimeId, suspect: Option<u64>) -> HashSet<u64> {
        let Some(known) = self.known.get_mut(&runtime) else { return HashSet::new() };
        known.connections = known.connections.saturating_sub(1);
        known.suspects.extend(suspect);
        if known.connections == 0 { std::mem::take(&mut known.suspects) } else { HashSet::new() }
    }
}
