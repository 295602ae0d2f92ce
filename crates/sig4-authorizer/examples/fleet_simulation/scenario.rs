//! The settings of a simulation, and what must come of them.

use crate::clock::{DAY, HOUR, MINUTE, Seconds};

/// Settings, and what is claimed about them.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: &'static str,
    /// How long before its midnight the key of a day is published.
    pub lead: Seconds,
    /// How long after its last midnight the key of a day is kept.
    pub linger: Seconds,
    /// How long a new access key is known before its client uses it, and an old one after.
    pub overlap: Seconds,
    /// The longest time after which a replica has read a file that was published: most of them, and one in fifty.
    pub delay: Seconds,
    pub straggler_delay: Seconds,
    /// Whether one replica in a hundred never reads a file again after its first.
    pub cut_off: bool,
    /// The longest lifetime of presigned URLs. 0 stands for no presigned URLs.
    pub url_lifetime: Seconds,
    pub claim: Claim,
}

/// What is claimed about the good requests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Claim {
    /// None is refused.
    NoneRefused,
    /// Some are refused, because a setting is too short.
    SomeRefused,
    /// Only replicas that are cut off refuse some, because their keys have run out.
    CutOffRefuse,
}

/// The recommended settings.
const RECOMMENDED: Scenario = Scenario {
    name: "recommended, for presigned URLs of a week",
    lead: 12 * HOUR,
    linger: 7 * DAY + 10 * MINUTE,
    overlap: 12 * HOUR,
    delay: 2 * MINUTE,
    straggler_delay: 8 * HOUR,
    cut_off: false,
    url_lifetime: 7 * DAY,
    claim: Claim::NoneRefused,
};

impl Scenario {
    /// All scenarios, the controls last.
    pub fn all() -> Vec<Self> {
        let without_urls = Self { linger: 10 * MINUTE, url_lifetime: 0, ..RECOMMENDED };
        let control = Self { claim: Claim::SomeRefused, ..without_urls.clone() };
        vec![
            RECOMMENDED,
            Self { name: "recommended, without presigned URLs", ..without_urls.clone() },
            Self { name: "no stragglers", straggler_delay: 2 * MINUTE, ..without_urls.clone() },
            Self { name: "one replica in 100 cut off", cut_off: true, claim: Claim::CutOffRefuse, ..without_urls },
            Self { name: "control: next day 1 min ahead", lead: MINUTE, ..control.clone() },
            Self { name: "control: next day 1 h ahead", lead: HOUR, ..control.clone() },
            Self { name: "control: day dropped at midnight", linger: 0, ..control.clone() },
            Self { name: "control: new access key at once", overlap: 0, ..control.clone() },
            Self { name: "control: URLs of a week, 10 min kept", url_lifetime: 7 * DAY, ..control },
        ]
    }

    /// The longest time from a revocation to the last replica that knows it.
    pub fn longest_delay(&self) -> Seconds {
        self.delay.max(self.straggler_delay)
    }
}
