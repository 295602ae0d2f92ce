//! A store of signatures in memory.
//!
//! Signatures are filed by the minute in which they end. An expired signature stays until its room is needed. The store records the
//! minutes that it drops and refuses signatures that end in one of them, because it cannot tell whether they were used. If a clock
//! jumps forward and back, the store therefore forgets nothing while it has room, and otherwise loses single minutes.
//!
//! A clock that runs ahead accepts signatures that end later than any signature can by the right clock. They are dropped, too,
//! once their room is needed.

use super::minutes::Minutes;
use super::replay::{Remembered, ReplayFuture, ReplayStore, SignatureUse};
use crate::time::Moment;
use std::collections::btree_map::{BTreeMap, OccupiedEntry};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// The default for the longest remaining lifetime of a signature: 1 hour. A header-signed request is valid for 30 minutes at most,
/// with a window of 15 minutes in both directions.
pub const DEFAULT_REPLAY_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The share of the capacity that one access key id has by default: a quarter.
const QUOTA_SHARE: usize = 4;

/// A [`ReplayStore`] in memory. Each signature takes about 120 bytes. One lock guards all of them.
///
/// - One access key id may have a quarter of the capacity; [`with_key_quota`](Self::with_key_quota) sets another quota.
/// - A signature that is valid for more than [an hour](DEFAULT_REPLAY_LIFETIME) is refused;
///   [`with_max_lifetime`](Self::with_max_lifetime) sets another limit.
///
/// With these defaults four keys together can fill the store. It then refuses all new signatures until some of theirs end, after an
/// hour at most. Choose a smaller quota if one party has many keys, and a shorter lifetime for a service without presigned URLs.
///
/// ```
/// use sig4::signature::Signature;
/// use sig4::verify::{Remembered, SeenSignatures, SignatureUse};
/// use std::time::Duration;
///
/// let seen = SeenSignatures::new(100_000);
/// let signature = Signature::parse(&"5d".repeat(32))?;
/// let now = time::OffsetDateTime::UNIX_EPOCH;
/// let used = SignatureUse::new("AKIDEXAMPLE", &signature, now + Duration::from_secs(300));
/// assert_eq!(seen.insert(used, now), Remembered::First);
/// assert_eq!(seen.insert(used, now), Remembered::Again);
///
/// let week = SignatureUse::new("AKIDEXAMPLE", &signature, now + Duration::from_secs(604_800));
/// assert_eq!(SeenSignatures::new(100_000).insert(week, now), Remembered::TooLong);
/// # Ok::<(), sig4::Error>(())
/// ```
pub struct SeenSignatures {
    capacity: usize,
    key_quota: usize,
    max_lifetime: Duration,
    seen: Mutex<Seen>,
}

type Bytes = [u8; 32];
type ByMinute = BTreeMap<i64, Vec<(Bytes, Arc<str>)>>;

#[derive(Default)]
struct Seen {
    signatures: HashSet<Bytes>,
    /// The signatures by the minute in which they end, each with its key.
    minutes: ByMinute,
    /// The number of signatures of each access key id.
    keys: HashMap<Arc<str>, usize>,
    /// The forgotten minutes: signatures that end in them may have been here.
    forgotten: Minutes,
}

impl SeenSignatures {
    /// A store of at most `capacity` signatures.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            key_quota: capacity.div_ceil(QUOTA_SHARE),
            max_lifetime: DEFAULT_REPLAY_LIFETIME,
            seen: Mutex::new(Seen::default()),
        }
    }

    /// Sets the most signatures of one access key id, a quarter of the capacity by default.
    ///
    /// ```
    /// use sig4::signature::Signature;
    /// use sig4::verify::{Remembered, SeenSignatures, SignatureUse};
    ///
    /// let seen = SeenSignatures::new(100).with_key_quota(1);
    /// let [first, second] = ["5d", "5e"].map(|digits| Signature::parse(&digits.repeat(32)));
    /// let (first, second) = (first?, second?);
    /// let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let end = now + time::Duration::minutes(5);
    /// assert_eq!(seen.insert(SignatureUse::new("AKIDALICE", &first, end), now), Remembered::First);
    /// assert_eq!(seen.insert(SignatureUse::new("AKIDALICE", &second, end), now), Remembered::OverQuota);
    /// assert_eq!(seen.insert(SignatureUse::new("AKIDBOB", &second, end), now), Remembered::First);
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub const fn with_key_quota(mut self, quota: usize) -> Self {
        self.key_quota = quota;
        self
    }

    /// Sets the longest remaining lifetime of a signature, [an hour](DEFAULT_REPLAY_LIFETIME) by default. A presigned URL with a longer
    /// lifetime is refused.
    #[must_use]
    pub const fn with_max_lifetime(mut self, longest: Duration) -> Self {
        self.max_lifetime = longest;
        self
    }

    /// Remembers the use of a signature. `now` is the time of the request. A time outside the range of [`OffsetDateTime`] is refused as
    /// [`Remembered::Full`].
    #[must_use]
    pub fn insert(&self, used: SignatureUse<'_>, now: impl Moment) -> Remembered {
        now.into_datetime().map_or(Remembered::Full, |now| self.insert_at(used, now))
    }

    fn insert_at(&self, used: SignatureUse<'_>, now: OffsetDateTime) -> Remembered {
        let (signature, end, now_minute) = (used.signature().identity(), minute(used.end()), minute(now));
        let mut seen = self.lock();
        if seen.signatures.contains(&signature) {
            return Remembered::Again;
        }
        if used.remaining(now) > self.max_lifetime {
            return Remembered::TooLong;
        }
        let latest = minute(now.saturating_add(self.max_lifetime.try_into().unwrap_or(time::Duration::MAX)));
        let has_room = |seen: &Seen| seen.signatures.len() < self.capacity;
        let in_quota = |seen: &Seen| seen.of_key(used.access_key_id()) < self.key_quota;
        while !(has_room(&seen) && in_quota(&seen)) && seen.forget_one(now_minute, latest) {}
        if !in_quota(&seen) {
            return Remembered::OverQuota;
        }
        // Making room may have forgotten the minute itself.
        if !has_room(&seen) || seen.forgotten.contains(end) {
            return Remembered::Full;
        }
        seen.add(signature, end, used.access_key_id());
        Remembered::First
    }

    /// The number of remembered signatures, including expired signatures whose room was not needed yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().signatures.len()
    }

    /// Whether the store is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReplayStore for SeenSignatures {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(future::ready(Ok(self.insert(used, now))))
    }
}

impl Seen {
    fn of_key(&self, access_key_id: &str) -> usize {
        self.keys.get(access_key_id).copied().unwrap_or(0)
    }

    fn add(&mut self, signature: Bytes, end: i64, access_key_id: &str) {
        let key =
            self.keys.get_key_value(access_key_id).map_or_else(|| access_key_id.into(), |(key, _)| Arc::clone(key));
        *self.keys.entry(Arc::clone(&key)).or_default() += 1;
        self.signatures.insert(signature);
        self.minutes.entry(end).or_default().push((signature, key));
    }

    /// Forgets the oldest minute if it ended before `now`, or else the last minute if it ends after `latest`. Returns whether it forgot
    /// one.
    fn forget_one(&mut self, now: i64, latest: i64) -> bool {
        let oldest = self.minutes.first_entry().filter(|minute| *minute.key() < now).map(OccupiedEntry::remove_entry);
        let farthest = |minutes: &mut ByMinute| {
            minutes.last_entry().filter(|minute| *minute.key() > latest).map(OccupiedEntry::remove_entry)
        };
        let Some((end, signatures)) = oldest.or_else(|| farthest(&mut self.minutes)) else { return false };
        self.forgotten.insert(end);
        self.drop_all(signatures);
        true
    }

    fn drop_all(&mut self, signatures: Vec<(Bytes, Arc<str>)>) {
        for (signature, key) in signatures {
            self.signatures.remove(&signature);
            if let Some(count) = self.keys.get_mut(&key) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.keys.remove(&key);
                }
            }
        }
    }
}

fn minute(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp().div_euclid(60)
}

impl fmt::Debug for SeenSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenSignatures")
            .field("capacity", &self.capacity)
            .field("key_quota", &self.key_quota)
            .field("max_lifetime", &self.max_lifetime)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Remembered, SeenSignatures, SignatureUse};
    use crate::signature::Signature;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use std::time::Duration;
    use time::OffsetDateTime;

    fn at(minute: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::minutes(minute)
    }

    /// When each of a few signatures ends.
    fn ends() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(prop_oneof![0..40_i64, 1_400..1_440_i64, -1_440..-1_400_i64], 12)
    }

    /// Which signature is used, and how many minutes before its end.
    fn uses() -> impl Strategy<Value = Vec<(usize, i64)>> {
        prop::collection::vec((0..12_usize, prop_oneof![0..10_i64, 0..100_i64]), 0..60)
    }

    proptest! {
        /// However the clock runs and however little room there is, no signature is the first twice, and the limits hold.
        #[test]
        fn a_signature_is_the_first_once(ends in ends(), uses in uses(), capacity in 0..8_usize, quota in 0..8_usize) {
            let seen = SeenSignatures::new(capacity).with_key_quota(quota).with_max_lifetime(Duration::from_secs(3_600));
            let mut first = HashSet::new();
            for (n, before) in uses {
                let signature = Signature::new([u8::try_from(n).unwrap(); 32]);
                let key = ["a", "b", "c"][n % 3];
                let said = seen.insert(SignatureUse::new(key, &signature, at(ends[n])), at(ends[n] - before));
                prop_assert!(said != Remembered::First || first.insert(n), "{n} again");
                prop_assert!(said != Remembered::First || before <= 60);
                let state = seen.lock();
                prop_assert!(state.signatures.len() <= capacity && state.keys.values().all(|of_key| *of_key <= quota));
                let by_minute: usize = state.minutes.values().map(Vec::len).sum();
                prop_assert_eq!((by_minute, state.keys.values().sum::<usize>()), (state.signatures.len(), by_minute));
            }
        }
    }
}
