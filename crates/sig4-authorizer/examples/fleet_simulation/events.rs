//! What happens, in order of time.

use crate::clock::Seconds;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens at a moment.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Event {
    /// A replica starts again.
    Start(usize),
    /// A replica dies.
    Die(usize),
    /// The publisher writes the file with this number.
    Publish(usize),
    /// A replica has read the file with this number.
    Read { replica: usize, file: usize },
    /// Some client sends a request.
    Request,
    /// The client with this number sends a request.
    RequestOf(usize),
}

/// Events that are still to come.
#[derive(Default)]
pub struct Events(BinaryHeap<Reverse<(Seconds, Event)>>);

impl Events {
    pub fn add(&mut self, at: Seconds, event: Event) {
        self.0.push(Reverse((at, event)));
    }

    /// The next event, and its time.
    pub fn next(&mut self) -> Option<(Seconds, Event)> {
        self.0.pop().map(|Reverse(next)| next)
    }
}
