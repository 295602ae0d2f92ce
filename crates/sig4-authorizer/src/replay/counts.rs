//! The counters of a store of used signatures.

use super::error::{ReplayError, ReplayErrorKind};
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use sig4::verify::Remembered;

/// How often a store gave each answer since it was made.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ReplayCounts {
    /// Signatures that were not used before.
    pub first: u64,
    /// Signatures that were used before.
    pub again: u64,
    /// Signatures of access keys over their quota.
    pub over_quota: u64,
    /// Signatures that are valid for too long.
    pub too_long: u64,
    /// Signatures for which there is no room, or that ended.
    pub full: u64,
    /// Requests that were let through without an answer, because the store fails open.
    pub failed_open: u64,
    /// Questions that were asked again, on a new connection.
    pub retries: u64,
    /// Errors by kind.
    pub errors: Vec<(ReplayErrorKind, u64)>,
    /// The time of all answers together. Divided by their number, it is the mean.
    pub elapsed: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    first: AtomicU64,
    again: AtomicU64,
    over_quota: AtomicU64,
    too_long: AtomicU64,
    full: AtomicU64,
    failed_open: AtomicU64,
    retries: AtomicU64,
    errors: [AtomicU64; ReplayErrorKind::ALL.len()],
    micros: AtomicU64,
}

impl Counters {
    pub(super) fn count(&self, answer: &Result<Remembered, ReplayError>, elapsed: Duration) {
        match answer {
            Ok(Remembered::First) => add(&self.first),
            Ok(Remembered::Again) => add(&self.again),
            Ok(Remembered::OverQuota) => add(&self.over_quota),
            Ok(Remembered::TooLong) => add(&self.too_long),
            Ok(_) => add(&self.full),
            Err(error) => self.count_error(error.kind()),
        }
        self.micros.fetch_add(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn count_error(&self, kind: ReplayErrorKind) {
        let counted = ReplayErrorKind::ALL.iter().zip(&self.errors).find(|(of, _)| **of == kind);
        if let Some((_, counter)) = counted {
            add(counter);
        }
    }

    pub(super) fn count_open(&self) {
        add(&self.failed_open);
    }

    pub(super) fn count_retry(&self) {
        add(&self.retries);
    }

    pub(super) fn read(&self) -> ReplayCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ReplayCounts {
            first: read(&self.first),
            again: read(&self.again),
            over_quota: read(&self.over_quota),
            too_long: read(&self.too_long),
            full: read(&self.full),
            failed_open: read(&self.failed_open),
            retries: read(&self.retries),
            errors: ReplayErrorKind::ALL.into_iter().zip(self.errors.iter().map(read)).collect(),
            elapsed: Duration::from_micros(read(&self.micros)),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
