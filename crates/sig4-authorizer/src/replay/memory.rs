//! The store of one replica: in its own memory.

use super::counts::Counters;
use super::error::{ReplayError, ReplayErrorKind};
use super::status::ReplayStatus;
use core::time::Duration;
use sig4::verify::{ReplayFuture, ReplayStore, SeenSignatures, SignatureUse};
use time::OffsetDateTime;

/// The default for the number of signatures in memory: 1,000,000, which take about 120 MB.
pub const DEFAULT_MEMORY_SIGNATURES: usize = 1_000_000;

/// Signatures in memory: [`SeenSignatures`] with counters. For one replica: two of them would not see each other's signatures, and a
/// replica that restarts has forgotten them.
///
/// ```
/// use sig4_authorizer::replay::MemoryReplayStore;
///
/// let store = MemoryReplayStore::default();
/// assert!(store.status().is_connected());
/// assert_eq!(store.status().counts.first, 0);
/// ```
#[derive(Debug)]
pub struct MemoryReplayStore {
    seen: SeenSignatures,
    begin: OffsetDateTime,
    counters: Counters,
}

impl MemoryReplayStore {
    /// A store with the capacity, the quota and the longest lifetime of `seen`.
    #[must_use]
    pub fn new(seen: SeenSignatures) -> Self {
        Self { seen, begin: OffsetDateTime::UNIX_EPOCH, counters: Counters::default() }
    }

    /// Refuses signatures that were valid before `begin`, because an earlier process may have seen them. Without it, a replica that
    /// restarts lets the signatures of the last minutes through once more; with it, it refuses good requests for as long as a
    /// signature is valid.
    ///
    /// ```
    /// use sig4_authorizer::replay::MemoryReplayStore;
    /// use time::OffsetDateTime;
    ///
    /// let now = OffsetDateTime::now_utc();
    /// assert_eq!(MemoryReplayStore::default().status().complete_since, None);
    /// assert_eq!(MemoryReplayStore::default().with_begin(now).status().complete_since, Some(now));
    /// ```
    #[must_use]
    pub fn with_begin(self, begin: OffsetDateTime) -> Self {
        Self { begin, ..self }
    }

    /// Its counters.
    #[must_use]
    pub fn status(&self) -> ReplayStatus {
        ReplayStatus {
            servers: Vec::new(),
            in_flight: 0,
            complete_since: self.complete_since(),
            counts: self.counters.read(),
        }
    }

    fn complete_since(&self) -> Option<OffsetDateTime> {
        Some(self.begin).filter(|begin| *begin > OffsetDateTime::UNIX_EPOCH)
    }
}

impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(SeenSignatures::new(DEFAULT_MEMORY_SIGNATURES))
    }
}

impl ReplayStore for MemoryReplayStore {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        let answer = if used.start() < self.begin {
            Err(ReplayError::new(ReplayErrorKind::Lost, "it was valid before this process began"))
        } else {
            Ok(self.seen.insert(used, now))
        };
        self.counters.count(&answer, Duration::ZERO);
        Box::pin(core::future::ready(answer.map_err(Into::into)))
    }
}
