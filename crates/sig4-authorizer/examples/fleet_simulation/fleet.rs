//! The replicas.

use crate::bundle::Bundle;
use crate::chance::Chance;
use crate::clock::{HOUR, Seconds};
use crate::scenario::Scenario;
use std::sync::Arc;

/// The number of replicas.
pub const REPLICAS: usize = 1_000;
/// One replica in so many is late.
const STRAGGLER_EVERY: usize = 50;
/// One replica in so many is cut off, if any is.
const CUT_OFF_EVERY: usize = 100;
/// From when on.
const CUT_OFF_AT: Seconds = 20 * HOUR;
/// The clocks of replicas differ by as much, in either direction.
const CLOCK_DIFFERENCE: Seconds = 2;

/// A replica.
pub struct Replica {
    /// The file that it has read, with its number.
    pub held: (usize, Arc<Bundle>),
    pub runs: bool,
    pub is_cut_off: bool,
    /// How far its clock is ahead.
    pub clock: Seconds,
    delay: Seconds,
}

/// All replicas, which have read the first file.
pub fn replicas(first: &Arc<Bundle>, scenario: &Scenario, chance: &mut Chance) -> Vec<Replica> {
    (0..REPLICAS)
        .map(|n| Replica {
            held: (0, Arc::clone(first)),
            runs: true,
            is_cut_off: scenario.cut_off && n % CUT_OFF_EVERY == 7,
            clock: chance.between(-CLOCK_DIFFERENCE, CLOCK_DIFFERENCE),
            delay: if n % STRAGGLER_EVERY == 3 { scenario.straggler_delay } else { scenario.delay },
        })
        .collect()
}

impl Replica {
    /// When it reads a file that is published at a moment, if it reads any.
    pub fn reads(&self, published: Seconds, chance: &mut Chance) -> Option<Seconds> {
        self.reaches(published).then(|| published + chance.between(1, self.delay))
    }

    /// Whether files reach it at a moment.
    pub const fn reaches(&self, at: Seconds) -> bool {
        !self.is_cut_off || at < CUT_OFF_AT
    }

    /// Reads a file, unless it has a newer one.
    pub fn read(&mut self, number: usize, file: &Arc<Bundle>) {
        if self.runs && number > self.held.0 {
            self.held = (number, Arc::clone(file));
        }
    }
}
