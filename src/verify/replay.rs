//! Signatures that were seen before.
//!
//! A signature is good for as many requests as fit into its lifetime: whoever records one can send it again. Remembering
//! signatures closes that, and costs twice 32 bytes and a hash-table entry (about 100 bytes in all) for each request of the last
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
    /// It cannot be remembered: there is no room, or requests that ended as late are forgotten already, as with a body that
    /// took longer to come in than its signature lasts. The request is refused: who floods the store must not open it to
    /// replays.
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
    signatures: HashSet<[u8; 32]>,
    /// The same by the minute in which they end.
    minutes: BTreeMap<i64, Vec<[u8; 32]>>,
    /// The latest minute of any request. What ended before it is forgotten.
    latest: i64,
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
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).signatures.len()
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
        let (end, signature) = (minute(end), *signature.as_bytes());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget_before(minute(now));
        if seen.signatures.contains(&signature) {
            return Remembered::Again;
        }
        // A body that came in slowly: its signature may have been here and is forgotten.
        if seen.signatures.len() >= self.capacity || end < seen.latest {
            return Remembered::Full;
        }
        seen.signatures.insert(signature);
        seen.minutes.entry(end).or_default().push(signature);
        Remembered::First
    }
}

impl Seen {
    /// Forgets what ended before `minute`.
    fn forget_before(&mut self, minute: i64) {
        self.latest = self.latest.max(minute);
        while let Some(oldest) = self.minutes.first_entry().filter(|oldest| *oldest.key() < self.latest) {
            for signature in oldest.remove() {
                self.signatures.remove(&signature);
            }
        }
    }
}

impl fmt::Debug for SeenSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenSignatures").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
