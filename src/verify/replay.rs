//! Signatures that were seen before.
//!
//! A signature is good for as many requests as fit into its lifetime: whoever records one can send it again. Remembering
//! signatures closes that, and costs 32 bytes and a hash-table entry (about 60 bytes in all) for each request of the last
//! minutes, or days where presigned URLs are accepted, one lock around the store, and a client's own retries: it has to sign
//! each of them anew. Requests signed in the same second with the same content have the same signature, too.

use crate::signature::Signature;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use time::OffsetDateTime;

/// Remembers signatures for as long as they are valid. A store that several servers share implements it.
pub trait ReplayStore: Send + Sync {
    /// Remembers `signature` until `end`, after which it is no longer valid. `now` is the time of the request.
    fn remember(&self, signature: &Signature, end: OffsetDateTime, now: OffsetDateTime) -> Remembered;
}

/// What a [`ReplayStore`] says of a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Remembered {
    /// It was not seen before, and will be recognised from now on.
    First,
    /// It was seen before.
    Again,
    /// It cannot be remembered. The request is refused: who floods the store must not open it to replays.
    Full,
}

/// A [`ReplayStore`] in memory.
///
/// Signatures are filed by the minute in which they end; minutes that are over are dropped whole.
///
/// ```
/// use sig4::{Remembered, ReplayStore, SeenSignatures, Signature};
/// use std::time::Duration;
///
/// let seen = SeenSignatures::new(100_000);
/// let signature = Signature::parse(&"5d".repeat(32))?;
/// let now = time::OffsetDateTime::UNIX_EPOCH;
/// let end = now + Duration::from_secs(300);
/// assert_eq!(seen.remember(&signature, end, now), Remembered::First);
/// assert_eq!(seen.remember(&signature, end, now), Remembered::Again);
/// # Ok::<(), sig4::Error>(())
/// ```
pub struct SeenSignatures {
    capacity: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    count: usize,
    minutes: BTreeMap<i64, HashSet<[u8; 32]>>,
}

impl SeenSignatures {
    /// A store of at most `capacity` signatures.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, seen: Mutex::new(Seen::default()) }
    }

    /// How many signatures are remembered at the moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReplayStore for SeenSignatures {
    fn remember(&self, signature: &Signature, end: OffsetDateTime, now: OffsetDateTime) -> Remembered {
        let minute = |moment: OffsetDateTime| moment.unix_timestamp().div_euclid(60);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.drop_before(minute(now));
        let known = seen.minutes.get(&minute(end)).is_some_and(|minute| minute.contains(signature.as_bytes()));
        if known {
            return Remembered::Again;
        }
        if seen.count >= self.capacity {
            return Remembered::Full;
        }
        seen.minutes.entry(minute(end)).or_default().insert(*signature.as_bytes());
        seen.count += 1;
        Remembered::First
    }
}

impl Seen {
    /// Drops the minutes that are over, each in one piece.
    fn drop_before(&mut self, minute: i64) {
        while let Some(oldest) = self.minutes.first_entry().filter(|oldest| *oldest.key() < minute) {
            self.count -= oldest.remove().len();
        }
    }
}

impl fmt::Debug for SeenSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenSignatures").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
