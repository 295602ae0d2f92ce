//! Timing everything in turns, and counting its allocations.

use crate::alloc;
use crate::case::{Case, Request};
use crate::peer::Peer;
use std::hint::black_box;
use std::time::Instant;

/// How often allocations are counted; the mean is printed.
const COUNTED: u32 = 100;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// The rounds, of which the median counts.
    pub(crate) rounds: usize,
    /// The calls of everything in a round.
    pub(crate) iterations: u32,
}

impl Effort {
    /// Enough for figures to go by.
    pub(crate) const FULL: Self = Self { rounds: 200, iterations: 500 };
    /// Enough to see that everything runs.
    pub(crate) const QUICK: Self = Self { rounds: 10, iterations: 50 };
}

/// A request, and everything that is measured on it.
pub(crate) struct Group {
    /// What the table calls the request.
    pub(crate) name: &'static str,
    /// The request.
    pub(crate) request: Request,
    /// The entries that are called with clones of it.
    pub(crate) entries: Vec<Entry>,
    /// How many times fewer calls make a turn, at least one. A turn of long calls would be interrupted by other programs.
    pub(crate) fewer: u32,
}

/// A peer on one request, and what was measured of it.
pub(crate) struct Entry {
    /// The peer's name.
    pub(crate) name: &'static str,
    /// The peer's version.
    pub(crate) version: &'static str,
    /// What a reader of the table has to know.
    pub(crate) note: &'static str,
    /// The peer, prepared.
    work: Box<dyn Fn(Request)>,
    /// Nanoseconds per call, one for each round.
    times: Vec<f64>,
    /// Allocations per call.
    allocations: f64,
}

/// Time and allocations of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Nanoseconds.
    pub(crate) time: f64,
    /// Calls of the allocator.
    pub(crate) allocations: f64,
}

impl Entry {
    /// Something to be called with clones of a request.
    pub(crate) fn new(
        name: &'static str,
        version: &'static str,
        note: &'static str,
        work: impl Fn(Request) + 'static,
    ) -> Self {
        Self { name, version, note, work: Box::new(work), times: Vec::new(), allocations: 0.0 }
    }

    /// The peer signing this case, if it can.
    pub(crate) fn of_signing(peer: Peer, case: &Case) -> Option<Self> {
        let sign = (peer.prepare)(case)?;
        let note = sign.note();
        let work = move |request| drop(black_box(sign.sign(request)));
        Some(Self::new(peer.name, peer.version, note, work))
    }

    /// Calls it `times` times, each with a clone of the request.
    fn run(&self, request: &Request, times: u32) {
        for _ in 0..times {
            (self.work)(black_box(request).clone());
        }
    }

    /// Times one round.
    fn time(&mut self, request: &Request, iterations: u32) {
        let start = Instant::now();
        self.run(request, iterations);
        self.times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(iterations));
    }

    /// Counts its allocations.
    fn count(&mut self, request: &Request) {
        self.run(request, 1);
        let calls = alloc::count(|| self.run(request, COUNTED));
        self.allocations = calls as f64 / f64::from(COUNTED);
    }

    /// The median of the rounds, with the clone of the request in it.
    pub(crate) fn cost(&self) -> Cost {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let middle = times.len() / 2;
        Cost { time: times.get(middle).copied().unwrap_or(f64::NAN), allocations: self.allocations }
    }
}

/// Measures everything: each round runs every entry of every group once, and begins one entry later than the last.
pub(crate) fn measure(groups: &mut [Group], effort: Effort) {
    for Group { request, entries, .. } in groups.iter_mut() {
        for entry in entries {
            entry.count(request);
        }
    }
    for round in 0..effort.rounds {
        for Group { request, entries, fewer, .. } in groups.iter_mut() {
            let iterations = (effort.iterations / *fewer).max(1);
            let first = round % entries.len().max(1);
            let (before, after) = entries.split_at_mut(first);
            for entry in after.iter_mut().chain(before) {
                entry.time(request, iterations);
            }
        }
    }
}
