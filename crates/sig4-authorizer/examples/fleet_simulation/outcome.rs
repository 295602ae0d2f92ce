//! What came of a simulation.

use crate::clock::{DAY, HOUR, MINUTE, Seconds};
use crate::scenario::{Claim, Scenario};

pub const HEADING: &str = "scenario                                    requests  good  refused_good  by_cut_off  after_revocation  \
                           longest_after  deaths  took";

/// Counts.
#[derive(Default)]
pub struct Outcome {
    pub requests: usize,
    /// Requests of keys that are not revoked.
    pub good: usize,
    /// Good requests that a replica refused that reads new files.
    pub refused: usize,
    /// Good requests that a replica refused that is cut off.
    pub refused_by_cut_off: usize,
    /// Requests of the revoked key that were accepted after the revocation, and how long after it the last one was.
    pub after_revocation: usize,
    pub longest_after: Seconds,
    pub deaths: usize,
    pub took: core::time::Duration,
}

impl Outcome {
    /// A line of the table.
    pub fn row(&self, scenario: &Scenario) -> String {
        format!(
            "{:<42}  {:>8}  {:>5}  {:>11}  {:>10}  {:>16}  {:>13}  {:>6}  {:.1} s",
            scenario.name,
            self.requests,
            self.good,
            self.refused,
            self.refused_by_cut_off,
            self.after_revocation,
            shown(self.longest_after),
            self.deaths,
            self.took.as_secs_f64()
        )
    }

    /// Fails if a claim about the scenario does not hold.
    pub fn check(&self, scenario: &Scenario) {
        let name = scenario.name;
        match scenario.claim {
            Claim::NoneRefused => assert_eq!((self.refused, self.refused_by_cut_off), (0, 0), "{name}"),
            Claim::SomeRefused => assert!(self.refused > 0, "{name}: a control that shows nothing"),
            Claim::CutOffRefuse => {
                assert_eq!(self.refused, 0, "{name}");
                assert!(self.refused_by_cut_off > 0, "{name}: its keys must run out");
            }
        }
        // A replica that is cut off has the keys of today and of tomorrow, and no others.
        let bound = if scenario.cut_off { 2 * DAY } else { scenario.longest_delay() };
        assert!(self.after_revocation > 0, "{name}: nobody tried the revoked key");
        assert!(self.longest_after <= bound, "{name}: accepted {} after its revocation", shown(self.longest_after));
    }
}

fn shown(time: Seconds) -> String {
    match time {
        0..=119 => format!("{time} s"),
        120..HOUR => format!("{} min", time / MINUTE),
        _ => format!("{} h {} min", time / HOUR, time % HOUR / MINUTE),
    }
}
