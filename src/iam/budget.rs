//! How many steps an evaluation may still take.

use crate::iam::limits::MAX_STEPS;

/// The steps that are left.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self { left: MAX_STEPS }
    }

    /// Takes some of the steps; `false`, now and for ever, if that many are not left.
    pub(crate) const fn spend(&mut self, steps: usize) -> bool {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => self.left = 0,
        }
        self.left > 0
    }

    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    #[cfg(test)]
    pub(crate) const fn used(&self) -> usize {
        MAX_STEPS - self.left
    }
}
