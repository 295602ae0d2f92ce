//! The number of refusals that may still be explained.

use crate::tower::clock::Stopwatch;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The most refusals that are explained at once after a pause.
const MAX_BURST: u32 = 8;
/// The time after which one more refusal may be explained.
const REFILL: Duration = Duration::from_millis(250);

/// The number of refusals that may still be explained. The layer and `sig4-gateway` use it.
///
/// Explaining a signature repeats thousands of mistakes, which takes up to 50 ms. A client that sends forged signatures with a known
/// access key id must not make a server do that for each, so a server explains a few refusals a second.
#[derive(Debug)]
pub struct ExplainBudget {
    started: Stopwatch,
    state: Mutex<Left>,
}

#[derive(Debug)]
struct Left {
    left: u32,
    /// When the budget was last filled, counted from its start.
    filled: Duration,
}

impl ExplainBudget {
    /// What a report says of a refusal that was not explained for want of budget.
    pub const SPENT: &str = "nothing was searched, because too many refusals are explained at present";

    /// A full budget.
    #[must_use]
    pub fn new() -> Self {
        Self { started: Stopwatch::start(), state: Mutex::new(Left { left: MAX_BURST, filled: Duration::ZERO }) }
    }

    /// Takes one explanation. Returns `false` if no explanation is left.
    #[must_use]
    pub fn spend(&self) -> bool {
        let now = self.started.elapsed();
        self.state.lock().unwrap_or_else(PoisonError::into_inner).spend(now)
    }
}

impl Default for ExplainBudget {
    fn default() -> Self {
        Self::new()
    }
}

impl Left {
    fn spend(&mut self, now: Duration) -> bool {
        while self.left < MAX_BURST && now.saturating_sub(self.filled) >= REFILL {
            self.left += 1;
            self.filled += REFILL;
        }
        if self.left == MAX_BURST {
            self.filled = now;
        }
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, MAX_BURST, REFILL};
    use std::time::Duration;

    #[test]
    fn no_more_is_explained_than_the_budget_has() {
        let mut left = Left { left: MAX_BURST, filled: Duration::ZERO };
        let spent = |left: &mut Left, at| (0..100_u32).map(|_| u32::from(left.spend(at))).sum::<u32>();
        assert_eq!(spent(&mut left, Duration::ZERO), MAX_BURST);
        assert_eq!(spent(&mut left, REFILL * 3), 3);
        assert_eq!(spent(&mut left, REFILL * 1000), MAX_BURST, "a pause saves up no more than a burst");
    }
}
