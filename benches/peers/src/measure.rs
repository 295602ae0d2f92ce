//! Timing everything in turns, and counting its allocations.

use crate::alloc;
use crate::case::{Case, Request};
use crate::peer::{Peer, Sign};
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

/// A peer on one case, and what was measured of it.
pub(crate) struct Entry {
    /// The peer.
    pub(crate) peer: Peer,
    /// The peer, prepared.
    pub(crate) sign: Box<dyn Sign>,
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
    /// The peer on this case, if it can sign it.
    pub(crate) fn new(peer: Peer, case: &Case) -> Option<Self> {
        Some(Self { peer, sign: (peer.prepare)(case)?, times: Vec::new(), allocations: 0.0 })
    }

    /// Calls it `times` times, each with a clone of the request.
    fn run(&self, request: &Request, times: u32) {
        for _ in 0..times {
            black_box(self.sign.sign(black_box(request).clone()));
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

/// Measures everything: each round runs every entry of every case once, and begins one entry later than the last.
pub(crate) fn measure(cases: &[Case], entries: &mut [Vec<Entry>], effort: Effort) {
    for (case, entries) in cases.iter().zip(entries.iter_mut()) {
        for entry in entries {
            entry.count(&case.request);
        }
    }
    for round in 0..effort.rounds {
        for (case, entries) in cases.iter().zip(entries.iter_mut()) {
            let first = round % entries.len().max(1);
            let (before, after) = entries.split_at_mut(first);
            for entry in after.iter_mut().chain(before) {
                entry.time(&case.request, effort.iterations);
            }
        }
    }
}
