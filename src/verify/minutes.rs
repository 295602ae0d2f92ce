//! A set of minutes, kept as ranges.

use std::collections::BTreeMap;

/// The most ranges. Beyond it the two closest ranges merge, together with the minutes between them.
const MAX_RANGES: usize = 1024;

/// Minutes since 1970.
#[derive(Debug, Default)]
pub(super) struct Minutes {
    /// The first and the last minute of each range. No two ranges touch.
    ranges: BTreeMap<i64, i64>,
}

impl Minutes {
    pub(super) fn contains(&self, minute: i64) -> bool {
        self.ranges.range(..=minute).next_back().is_some_and(|(_, last)| minute <= *last)
    }

    pub(super) fn insert(&mut self, minute: i64) {
        if self.contains(minute) {
            return;
        }
        let before = self.ranges.range(..minute).next_back().map(|(first, last)| (*first, *last));
        let first = match before {
            Some((first, last)) if last.saturating_add(1) == minute => first,
            _ => minute,
        };
        let last = self.ranges.remove(&minute.saturating_add(1)).unwrap_or(minute);
        self.ranges.insert(first, last);
        if self.ranges.len() > MAX_RANGES {
            self.join_closest();
        }
    }

    #[cold]
    fn join_closest(&mut self) {
        let pairs = self.ranges.iter().zip(self.ranges.iter().skip(1));
        let closest = pairs.min_by_key(|((_, last), (next, _))| next.saturating_sub(**last));
        let Some((first, next, last)) = closest.map(|((first, _), (next, last))| (*first, *next, *last)) else {
            return;
        };
        self.ranges.remove(&next);
        self.ranges.insert(first, last);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_RANGES, Minutes};

    #[test]
    fn minutes_that_touch_are_one_range() {
        let mut minutes = Minutes::default();
        for minute in [5, 7, 6, 6, 1, i64::MAX, i64::MIN, i64::MAX - 1] {
            minutes.insert(minute);
            assert!(minutes.contains(minute));
        }
        let held: Vec<_> = (0..10).filter(|minute| minutes.contains(*minute)).collect();
        assert_eq!(held, [1, 5, 6, 7]);
        assert_eq!(minutes.ranges.len(), 4, "{minutes:?}");
    }

    #[test]
    fn however_many_ranges_are_put_in_few_are_kept_and_the_widest_gap_stays() {
        let mut minutes = Minutes::default();
        let far = 1_000_000;
        for n in 0..i64::try_from(3 * MAX_RANGES).unwrap() {
            minutes.insert(2 * n);
            minutes.insert(far + 3 * n);
        }
        assert!(minutes.ranges.len() <= MAX_RANGES);
        assert!((0..3 * 1024).all(|n| minutes.contains(2 * n) && minutes.contains(far + 3 * n)), "none is lost");
        assert!(!minutes.contains(far / 2), "between them nothing was put in");
    }
}
