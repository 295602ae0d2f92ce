//! The events that wait for a runtime, in the order of delivery.
//!
//! Clients give up at any time and in any order, so an event is removed without a scan of the others.

use super::invocation::Invocation;
use std::collections::{BTreeMap, HashMap};

/// Events in order.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// By place; the lowest place is next.
    events: BTreeMap<i64, Invocation>,
    /// The places, by the events' ids.
    places: HashMap<String, i64>,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Adds an event after all others.
    pub(super) fn push_back(&mut self, event: Invocation) {
        let place = self.events.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
        self.insert(place, event);
    }

    /// Adds an event before all others.
    pub(super) fn push_front(&mut self, event: Invocation) {
        let place = self.events.first_key_value().map_or(0, |(first, _)| first.saturating_sub(1));
        self.insert(place, event);
    }

    fn insert(&mut self, place: i64, event: Invocation) {
        self.places.insert(event.delivery.id.clone(), place);
        self.events.insert(place, event);
    }

    /// Removes the first event.
    pub(super) fn pop_front(&mut self) -> Option<Invocation> {
        let (_, event) = self.events.pop_first()?;
        self.places.remove(&event.delivery.id);
        Some(event)
    }

    /// Removes the event with this id.
    pub(super) fn remove(&mut self, id: &str) -> Option<Invocation> {
        let place = self.places.remove(id)?;
        self.events.remove(&place)
    }

    /// All events, in order.
    pub(super) fn into_events(self) -> impl Iterator<Item = Invocation> {
        self.events.into_values()
    }
}

#[cfg(test)]
mod tests {
    use super::Waiting;
    use crate::server::lambda::invocation::{Delivery, Invocation};
    use bytes::Bytes;
    use std::time::Duration;
    use tokio::sync::oneshot;

    fn event(id: &str) -> Invocation {
        let delivery =
            Delivery { id: id.to_owned(), payload: Bytes::new(), deadline: 0, trace_id: "Root=1-2-3".to_owned() };
        Invocation { delivery, answer: oneshot::channel().0, begun: None, limit: Duration::from_secs(1), deliveries: 0 }
    }

    #[test]
    fn events_come_in_order_and_those_that_are_withdrawn_do_not_come() {
        let mut waiting = Waiting::default();
        ["b", "c", "d", "e"].into_iter().for_each(|id| waiting.push_back(event(id)));
        waiting.push_front(event("a"));
        let withdrawn = ["c", "e", "c", "x"].map(|id| waiting.remove(id).is_some());
        assert_eq!((withdrawn, waiting.len()), ([true, true, false, false], 3));
        assert_eq!(waiting.pop_front().unwrap().delivery.id, "a");
        waiting.push_front(event("a"));
        waiting.push_back(event("f"));
        let ids: Vec<_> = waiting.into_events().map(|event| event.delivery.id).collect();
        assert_eq!(ids, ["a", "b", "d", "f"]);
    }

    #[test]
    fn a_queue_that_was_empty_begins_anew() {
        let mut waiting = Waiting::default();
        for _ in 0..3 {
            waiting.push_front(event("a"));
            assert!(waiting.pop_front().is_some() && waiting.pop_front().is_none() && waiting.len() == 0);
            assert!(waiting.remove("a").is_none());
        }
    }
}
