//! The limit on the steps of an evaluation.

use crate::limits::MAX_STEPS;
use crate::truth::Truth;

/// How many bytes are compared in one step.
const BYTES_PER_STEP: usize = 16;

/// The steps that are left.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self { left: MAX_STEPS }
    }

    /// Takes some of the steps. Returns `false`, from then on always, if too few are left.
    pub(crate) const fn spend(&mut self, steps: usize) -> bool {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => self.left = 0,
        }
        self.left > 0
    }

    /// Takes the steps for reading or comparing this many bytes, except the first step.
    pub(crate) const fn spend_on_bytes(&mut self, bytes: usize) -> bool {
        self.spend(bytes / BYTES_PER_STEP)
    }

    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Whether at least one holds. Each takes one step more than `holds` takes.
    pub(crate) fn any<T>(
        &mut self,
        of: impl IntoIterator<Item = T>,
        holds: impl FnMut(T, &mut Self) -> Truth,
    ) -> Truth {
        Truth::any(self.each(of, holds))
    }

    /// Whether all hold. Each takes one step more than `holds` takes.
    pub(crate) fn all<T>(
        &mut self,
        of: impl IntoIterator<Item = T>,
        holds: impl FnMut(T, &mut Self) -> Truth,
    ) -> Truth {
        Truth::all(self.each(of, holds))
    }

    /// The results up to the point where no steps are left. Later results are unknown.
    fn each<T>(
        &mut self,
        of: impl IntoIterator<Item = T>,
        mut holds: impl FnMut(T, &mut Self) -> Truth,
    ) -> impl Iterator<Item = Truth> {
        let mut items = of.into_iter();
        let mut ended = false;
        std::iter::from_fn(move || {
            if ended {
                return None;
            }
            let item = items.next()?;
            if !self.spend(1) {
                ended = true;
                return Some(Truth::Unknown);
            }
            Some(holds(item, self))
        })
    }

    #[cfg(test)]
    pub(crate) const fn used(&self) -> usize {
        MAX_STEPS - self.left
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use crate::limits::MAX_STEPS;
    use crate::truth::Truth;

    #[test]
    fn what_is_left_is_looked_at_no_further_than_the_steps_last() {
        let (mut budget, mut seen) = (Budget::new(), 0_usize);
        let truth = budget.any(0..usize::MAX, |_, _| {
            seen += 1;
            Truth::No
        });
        assert!(truth == Truth::Unknown && budget.is_spent() && seen < MAX_STEPS);
        assert_eq!(budget.all([1, 2], |_, _| Truth::Yes), Truth::Unknown);
        assert_eq!(Budget::new().all([1, 2], |n, _| Truth::from(n < 2)), Truth::No);
    }
}
