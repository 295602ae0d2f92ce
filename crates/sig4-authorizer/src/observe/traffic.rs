//! What the server counts beside decisions.

use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;

/// Events of the server that lead to no decision.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    overloaded: AtomicU64,
    timed_out: AtomicU64,
    handshakes_failed: AtomicU64,
    connections: AtomicUsize,
}

/// A connection, which counts until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenConnection(Arc<Traffic>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The kinds of these events.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TrafficEvent {
    /// A check that was refused, because too many were in flight.
    Overloaded,
    /// A check that took too long.
    TimedOut,
    /// A TLS handshake that failed, for example of a proxy without a certificate.
    HandshakeFailed,
}

impl Traffic {
    /// Counts an event.
    pub(crate) fn count(&self, event: TrafficEvent) {
        self.counter(event).fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection until the answer is dropped.
    pub(crate) fn opened(self: &Arc<Self>) -> OpenConnection {
        self.connections.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }

    /// Open connections.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How often an event happened.
    pub(super) fn total(&self, event: TrafficEvent) -> u64 {
        self.counter(event).load(Ordering::Relaxed)
    }

    const fn counter(&self, event: TrafficEvent) -> &AtomicU64 {
        match event {
            TrafficEvent::Overloaded => &self.overloaded,
            TrafficEvent::TimedOut => &self.timed_out,
            TrafficEvent::HandshakeFailed => &self.handshakes_failed,
        }
    }
}
