//! A cache of the signing keys of one region and service.
//!
//! Deriving a key costs four HMACs, about as much as the rest of a signature.
//!
//! **A hit** writes to no memory that another thread writes to. Each thread has a stripe, a table of the keys that it used, and reads
//! it under the stripe's lock. Only a miss that drops a key writes to the stripes that have the key.
//!
//! **A miss** takes the lock of the whole cache twice for a moment: to look for a key of another thread, and to keep the derived key.
//! Its cost does not depend on the number of keys.
//!
//! **A full cache** is a clock: a hand goes round the keys. It drops a key that was not used, or not since the hand's last three visits.
//! It is moved by about every fourth miss; the other keys are derived and not kept. Therefore, requests for twice as many keys as there
//! is room for, one after the other, find half of them: without the pause, the hand is round before a key is used again, and no request
//! finds a key. For the same reason, ten times as many keys that are used once do not drive out the keys in use. The price: callers
//! who all change derive their keys about ten times before these are kept.
//!
//! **Days.** A signer drops the keys of earlier days when the first key of a later day is added, because it has no clock. A verifier
//! keeps them for as long as a presigned URL of their day can be valid. Keys are listed by day, so that only dropped keys are visited.
//!
//! **Wiping.** A dropped key is wiped. A crate without `unsafe` cannot wipe copies that the compiler leaves on the stack when it moves
//! a key.
//!
//! A key takes at most 600 bytes if sixteen threads use it, and about 240 if one does (`cargo bench --bench keys`).

use super::ReadyKey;
use crate::credentials::{Credentials, Fingerprint};
use crate::scope::Scope;
use crate::time::Day;
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::ops::Bound;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The default number of keys that a signer keeps.
pub const DEFAULT_CACHED_KEYS: usize = 1024;

/// Threads beyond this number share stripes.
const STRIPES: usize = 16;

/// How many visits of the hand a key survives after it was used.
const VISITS: u8 = 3;

/// The keys of a signer and its clones.
pub(crate) struct KeyCache {
    capacity: usize,
    retention: KeyRetention,
    stripes: [Stripe; STRIPES],
    kept: Mutex<Kept>,
}

/// How long a key is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyRetention {
    /// Until there is a key of a later day.
    ToLaterDay,
    /// Until there is a key of a later day, by which every presigned URL of the key's day has expired.
    ToExpiry,
}

impl KeyRetention {
    /// Whether a key of `day` is kept when there is a key of `other`.
    fn keeps(self, day: Day, other: Day) -> bool {
        match self {
            _ if day >= other => true,
            Self::ToLaterDay => false,
            // Seven days, which touch eight calendar days, and one for the difference between clocks.
            Self::ToExpiry => other.number() - day.number() <= 8,
        }
    }
}

type Table = HashSet<Filed, BuildHasherDefault<AsIs>>;

/// The keys that some threads used, on a cache line of its own (two, for the processors that fetch them in pairs).
#[derive(Default)]
#[repr(align(128))]
struct Stripe(RwLock<Table>);

struct Entry {
    /// Where the tables file the key: as good as random, and equal for equal keys.
    place: u64,
    fingerprint: Fingerprint,
    day: Day,
    key: ReadyKey,
    /// How many visits of the hand the key survives.
    visits: AtomicU8,
    /// The stripes that have the key, a bit each. It changes under the lock of the whole cache.
    stripes: AtomicU16,
}

impl Entry {
    #[inline]
    fn is_of(&self, credentials: &Credentials, day: Day) -> bool {
        self.fingerprint == *credentials.fingerprint() && self.day == day
    }

    /// Notes that the key is used. It writes once after a visit of the hand, so that threads share the cache line.
    #[inline]
    fn note_use(&self) {
        if self.visits.load(Ordering::Relaxed) != VISITS {
            self.visits.store(VISITS, Ordering::Relaxed);
        }
    }

    /// Whether the key survives a visit of the hand.
    fn survives(&self) -> bool {
        let visits = self.visits.load(Ordering::Relaxed);
        self.visits.store(visits.saturating_sub(1), Ordering::Relaxed);
        visits > 0
    }
}

/// All keys.
struct Kept {
    table: Table,
    /// The same keys by their day.
    days: BTreeMap<Day, Vec<Arc<Entry>>>,
    /// The day and the index of the key that the hand visits next.
    hand: (Day, usize),
    /// The state of a linear congruential generator.
    random: u64,
}

impl Kept {
    /// Moves the hand at about every fourth call, and takes the key that it visits out of the list if the key does not survive.
    ///
    /// At random, because requests in a fixed order could keep one of their keys out for ever.
    fn unused(&mut self) -> Option<Arc<Entry>> {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if self.random >> 62 != 0 {
            return None;
        }
        let (day, at) = self.hand_on_a_key()?;
        let keys = self.days.get_mut(&day)?;
        self.hand = (day, at + 1);
        if keys.get(at)?.survives() {
            return None;
        }
        // The day's newest key moves to this place, behind the hand.
        let unused = keys.swap_remove(at);
        if keys.is_empty() {
            self.days.remove(&day);
        }
        Some(unused)
    }

    /// The hand, or the start of the next day if it is beyond the keys of its own.
    fn hand_on_a_key(&self) -> Option<(Day, usize)> {
        let (day, at) = self.hand;
        if self.days.get(&day).is_some_and(|keys| at < keys.len()) {
            return Some(self.hand);
        }
        let mut later = self.days.range((Bound::Excluded(day), Bound::Unbounded));
        later.next().or_else(|| self.days.first_key_value()).map(|(day, _)| (*day, 0))
    }

    /// Takes the keys of the earliest day out of the list if a key of `day` ends their time.
    fn stale(&mut self, retention: KeyRetention, day: Day) -> Option<Vec<Arc<Entry>>> {
        let earliest = self.days.first_entry().filter(|earliest| !retention.keeps(*earliest.key(), day))?;
        Some(earliest.remove())
    }
}

impl KeyCache {
    pub(crate) fn new(capacity: usize, retention: KeyRetention) -> Self {
        let stripes = std::array::from_fn(|_| Stripe::default());
        let kept = Kept { table: Table::default(), days: BTreeMap::new(), hand: (Day::FIRST, 0), random: 0 };
        Self { capacity, retention, stripes, kept: Mutex::new(kept) }
    }

    /// Calls `with` with the key of `credentials` for `scope` on `day`, which is derived if it is absent. The region and service are
    /// the same in every call.
    #[inline]
    pub(crate) fn with_key<R>(
        &self,
        credentials: &Credentials,
        scope: &Scope,
        day: Day,
        with: impl FnOnce(&ReadyKey) -> R,
    ) -> R {
        let place = credentials.fingerprint().short() ^ day_hash(day);
        {
            let stripe = self.stripe(own_stripe()).0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(Filed(entry)) = stripe.get(&place).filter(|filed| filed.0.is_of(credentials, day)) {
                entry.note_use();
                return with(&entry.key);
            }
        }
        with(&self.find_or_derive(credentials, scope, day, place).key)
    }

    /// The number of keys.
    pub(crate) fn len(&self) -> usize {
        self.kept().table.len()
    }

    #[cold]
    fn find_or_derive(&self, credentials: &Credentials, scope: &Scope, day: Day, place: u64) -> Arc<Entry> {
        if let Some(entry) = self.find(credentials, day, place) {
            return entry;
        }
        let entry = Arc::new(Entry {
            place,
            fingerprint: credentials.fingerprint().clone(),
            day,
            key: ReadyKey::derive(credentials, &scope.on(day)),
            visits: AtomicU8::new(0),
            stripes: AtomicU16::new(0),
        });
        if self.capacity > 0 {
            self.keep(&entry);
        }
        entry
    }

    /// The key that another thread's stripe has. This thread's has it from now on.
    fn find(&self, credentials: &Credentials, day: Day, place: u64) -> Option<Arc<Entry>> {
        let kept = self.kept();
        let Filed(entry) = kept.table.get(&place).filter(|filed| filed.0.is_of(credentials, day))?;
        entry.note_use();
        self.file(entry);
        Some(Arc::clone(entry))
    }

    /// Keeps a key, unless there is no room for it. Drops the keys of earlier days.
    fn keep(&self, entry: &Arc<Entry>) {
        let mut kept = self.kept();
        while let Some(stale) = kept.stale(self.retention, entry.day) {
            stale.iter().for_each(|old| self.unfile(&mut kept, old));
        }
        if kept.table.contains(&entry.place) {
            return; // Another thread derived it in the meantime.
        }
        if kept.table.len() >= self.capacity {
            // A key of an earlier day must not replace a key of today.
            let is_late = self.retention == KeyRetention::ToLaterDay
                && kept.days.last_key_value().is_some_and(|(last, _)| *last > entry.day);
            let Some(unused) = (!is_late).then(|| kept.unused()).flatten() else { return };
            self.unfile(&mut kept, &unused);
        }
        kept.table.insert(Filed(Arc::clone(entry)));
        kept.days.entry(entry.day).or_default().push(Arc::clone(entry));
        self.file(entry);
    }

    /// Adds a key to this thread's stripe, under the lock of the whole cache.
    fn file(&self, entry: &Arc<Entry>) {
        let own = own_stripe();
        entry.stripes.fetch_or(1 << own, Ordering::Relaxed);
        self.stripe(own).0.write().unwrap_or_else(PoisonError::into_inner).insert(Filed(Arc::clone(entry)));
    }

    /// Removes a key from the tables.
    fn unfile(&self, kept: &mut Kept, entry: &Entry) {
        kept.table.remove(&entry.place);
        let having = entry.stripes.load(Ordering::Relaxed);
        for (_, stripe) in self.stripes.iter().enumerate().filter(|(n, _)| having >> n & 1 == 1) {
            stripe.0.write().unwrap_or_else(PoisonError::into_inner).remove(&entry.place);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn stripe(&self, n: usize) -> &Stripe {
        let [first, ..] = &self.stripes;
        self.stripes.get(n).unwrap_or(first)
    }
}

/// The number of this thread's stripe.
#[inline]
fn own_stripe() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES;
    }
    // When a thread ends and its locals are gone, any stripe serves.
    OWN.try_with(|own| *own).unwrap_or(0)
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[inline]
const fn day_hash(day: Day) -> u64 {
    u64::from_le_bytes(*day.as_bytes()).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A key in a table, which finds it by its place.
struct Filed(Arc<Entry>);

impl Borrow<u64> for Filed {
    fn borrow(&self) -> &u64 {
        &self.0.place
    }
}

impl PartialEq for Filed {
    fn eq(&self, other: &Self) -> bool {
        self.0.place == other.0.place
    }
}

impl Eq for Filed {}

impl Hash for Filed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.place.hash(state);
    }
}

/// Uses a number that is as good as random as its own hash.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_CACHED_KEYS, Entry, Filed, KeyCache, KeyRetention, Ordering, Table, VISITS, day_hash};
    use crate::credentials::Credentials;
    use crate::key::SigningKey;
    use crate::scope::Scope;
    use crate::string_to_sign::StringToSign;
    use crate::time::{Day, Timestamp};
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    const TODAY: &str = "20150830";

    fn scope() -> Scope {
        Scope::parse("20150101/us-east-1/iam/aws4_request").unwrap()
    }

    fn credentials(n: usize) -> Credentials {
        Credentials::new(format!("AKID{n}"), "secret").unwrap()
    }

    /// Asks for a key and says whether it was there.
    fn finds(cache: &KeyCache, credentials: &Credentials, day: &str) -> bool {
        let day = Day::parse(day).unwrap();
        let found = cache.kept().table.contains(&(credentials.fingerprint().short() ^ day_hash(day)));
        cache.with_key(credentials, &scope(), day, |_| ());
        found
    }

    /// The part of the requests for the keys of `order` that find them.
    fn hit_rate(cache: &KeyCache, credentials: &[Credentials], order: impl Iterator<Item = usize>) -> f64 {
        let found: Vec<bool> = order.map(|n| finds(cache, &credentials[n], TODAY)).collect();
        f64::from(u32::try_from(found.iter().filter(|found| **found).count()).unwrap())
            / f64::from(u32::try_from(found.len()).unwrap())
    }

    /// Each of two threads, inside a hit on the same key, waits for word from the other, which is inside one, too.
    #[test]
    fn two_threads_do_not_wait_for_one_another_on_a_hit() {
        let (cache, credentials, day) =
            (KeyCache::new(4, KeyRetention::ToLaterDay), credentials(0), Day::parse(TODAY).unwrap());
        cache.with_key(&credentials, &scope(), day, |_| ());
        let meet = |(to_other, from_other): &(Sender<()>, Receiver<()>)| {
            cache.with_key(&credentials, &scope(), day, |_| {
                to_other.send(()).unwrap();
                from_other.recv_timeout(Duration::from_secs(30)).is_ok()
            })
        };
        // The first time, the thread's stripe does not have the key.
        let twice = |channels| [meet(&channels), meet(&channels)];
        let ((a_to_b, b_from_a), (b_to_a, a_from_b)) = (channel(), channel());
        let met = std::thread::scope(|threads| {
            let a = threads.spawn(|| twice((a_to_b, a_from_b)));
            let b = threads.spawn(|| twice((b_to_a, b_from_a)));
            (a.join().unwrap(), b.join().unwrap())
        });
        assert_eq!((met, cache.len()), (([true; 2], [true; 2]), 1));
    }

    /// The lock of the whole cache is held by another thread meanwhile.
    #[test]
    fn a_hit_does_not_wait_for_a_miss() {
        let cache = KeyCache::new(4, KeyRetention::ToLaterDay);
        let day = Day::parse(TODAY).unwrap();
        finds(&cache, &credentials(0), TODAY);
        let ((locked, is_locked), (found, is_found)) = (channel(), channel());
        let (cache, found_in_time) = (&cache, Duration::from_secs(30));
        std::thread::scope(|threads| {
            let holds = threads.spawn(move || {
                let _kept = cache.kept();
                locked.send(()).unwrap();
                is_found.recv_timeout(found_in_time)
            });
            is_locked.recv().unwrap();
            cache.with_key(&credentials(0), &scope(), day, |_| found.send(()).unwrap());
            assert_eq!(holds.join().unwrap(), Ok(()));
        });
    }

    /// New threads use a key until every stripe has it. Their number is open: threads of other tests take stripes in between.
    #[test]
    fn no_stripe_has_a_dropped_key() {
        let cache = KeyCache::new(3, KeyRetention::ToLaterDay);
        let everywhere = |n| {
            let place = credentials(n).fingerprint().short() ^ day_hash(Day::parse(TODAY).unwrap());
            while !cache.stripes.iter().all(|stripe| stripe.0.read().unwrap().contains(&place)) {
                std::thread::scope(|threads| drop(threads.spawn(|| finds(&cache, &credentials(n), TODAY))));
            }
        };
        let places = |table: &Table| {
            let mut places: Vec<u64> = table.iter().map(|filed| filed.0.place).collect();
            places.sort_unstable();
            places
        };
        (0..3).for_each(everywhere);
        let all = places(&cache.kept().table);
        assert_eq!(all.len(), 3);
        assert!(cache.stripes.iter().all(|stripe| places(&stripe.0.read().unwrap()) == all));
        (3..400).for_each(|n| _ = finds(&cache, &credentials(n), TODAY));
        let left = places(&cache.kept().table);
        assert!(left.len() == 3 && left.iter().all(|place| !all.contains(place)), "the first were dropped");
        assert!(cache.stripes.iter().all(|stripe| places(&stripe.0.read().unwrap()).iter().all(|p| left.contains(p))));
    }

    /// The key of another secret or day that has the same place in the tables, here by force.
    #[test]
    fn a_key_of_the_same_place_is_not_taken_for_the_key() {
        let (own, day) = (credentials(1), Day::parse(TODAY).unwrap());
        let timestamp = Timestamp::parse("20150830T123600Z").unwrap();
        let scope = scope().on(day);
        let string = StringToSign::new(timestamp, &scope, [7; 32]);
        let expected = SigningKey::derive(&own, &scope).sign(&string).unwrap();
        for (other, its_day) in [(credentials(2), TODAY), (own.clone(), "20150831")] {
            let cache = KeyCache::new(4, KeyRetention::ToExpiry);
            let its_day = Day::parse(its_day).unwrap();
            cache.with_key(&other, &scope, its_day, |_| ());
            let place = own.fingerprint().short() ^ day_hash(day);
            for table in [&mut cache.kept().table, &mut cache.stripe(super::own_stripe()).0.write().unwrap()] {
                let Filed(entry) = table.drain().next().unwrap();
                let Entry { fingerprint, day, key, .. } = &*entry;
                let (fingerprint, day, key) = (fingerprint.clone(), *day, key.clone());
                let (visits, stripes) = <_>::default();
                table.insert(Filed(Arc::new(Entry { place, fingerprint, day, key, visits, stripes })));
            }
            for _ in 0..2 {
                assert_eq!(cache.with_key(&own, &scope, day, |key| key.sign(&string)), expected);
            }
            cache.stripe(super::own_stripe()).0.write().unwrap().clear();
            assert_eq!(cache.with_key(&own, &scope, day, |key| key.sign(&string)), expected);
        }
    }

    #[test]
    fn a_verifiers_keys_last_as_long_as_a_presigned_url() {
        let cache = KeyCache::new(9, KeyRetention::ToExpiry);
        for (day, kept) in [("20150831", 1), ("20150901", 2), ("20150830", 3), ("20150908", 3), ("20151001", 1)] {
            finds(&cache, &credentials(0), day);
            assert_eq!(cache.len(), kept, "{day}");
        }
    }

    #[test]
    fn keys_by_turns_are_found_although_there_is_room_for_half_of_them() {
        for capacity in [10, 100, 1000] {
            let credentials: Vec<_> = (0..2 * capacity).map(credentials).collect();
            let cache = KeyCache::new(capacity, KeyRetention::ToLaterDay);
            let rate = hit_rate(&cache, &credentials, (0..20 * capacity).map(|n| n % (2 * capacity)));
            println!("{rate:.3} with room for {capacity}");
            assert!(rate >= 0.4, "{rate:.3} with room for {capacity}");
            assert_eq!(cache.len(), capacity);
        }
    }

    #[test]
    fn keys_that_are_used_once_do_not_drive_out_keys_in_use() {
        let credentials: Vec<_> = (0..20_100).map(credentials).collect();
        let cache = KeyCache::new(200, KeyRetention::ToLaterDay);
        assert_eq!(hit_rate(&cache, &credentials, (0..200).map(|n| n % 100)), 0.5);
        // Two keys are used once for each use of a key of a hundred.
        let mut once = 100..20_100;
        let mut found = 0;
        for n in 0..10_000 {
            found += usize::from(finds(&cache, &credentials[n % 100], TODAY));
            once.by_ref().take(2).for_each(|n| assert!(!finds(&cache, &credentials[n], TODAY)));
        }
        assert_eq!(found, 10_000);
    }

    #[test]
    fn ten_times_as_many_keys_in_a_row_do_not_drive_out_keys_in_use() {
        let credentials: Vec<_> = (0..2100).map(credentials).collect();
        let cache = KeyCache::new(200, KeyRetention::ToLaterDay);
        hit_rate(&cache, &credentials, (0..200).map(|n| n % 100));
        assert_eq!(hit_rate(&cache, &credentials, 100..2100), 0.0);
        assert_eq!(hit_rate(&cache, &credentials, 0..100), 1.0);
    }

    /// Everybody leaves and others come.
    #[test]
    fn a_full_cache_takes_up_new_keys() {
        let credentials: Vec<_> = (0..200).map(credentials).collect();
        let cache = KeyCache::new(100, KeyRetention::ToLaterDay);
        hit_rate(&cache, &credentials, (0..1000).map(|n| n % 100));
        hit_rate(&cache, &credentials, (0..3000).map(|n| 100 + n % 100));
        let rate = hit_rate(&cache, &credentials, (0..100).map(|n| 100 + n));
        assert!(rate >= 0.9, "{rate}");
        // One key among others that are never used again, at every place of a pattern of four.
        for n in 0..4 {
            let one = Credentials::new(format!("ONE{n}"), "secret").unwrap();
            let mut others = (0..6000).map(|other| Credentials::new(format!("X{n}-{other}"), "secret").unwrap());
            let found = (0..2000).filter(|_| {
                others.by_ref().take(3).for_each(|other| _ = finds(&cache, &other, TODAY));
                finds(&cache, &one, TODAY)
            });
            assert!(found.count() > 1000);
        }
    }

    #[test]
    fn days_in_any_order_are_kept_within_the_bound() {
        for retention in [KeyRetention::ToLaterDay, KeyRetention::ToExpiry] {
            let cache = KeyCache::new(50, retention);
            for n in 0..5000 {
                let day = format!("201508{:02}", 10 + n * 7 % 8);
                finds(&cache, &credentials(n % 60), &day);
                let kept = cache.kept();
                let listed: Vec<_> = kept.days.values().flatten().collect();
                assert_eq!(listed.len(), kept.table.len());
                assert!(kept.table.len() <= 50 && kept.days.values().all(|keys| !keys.is_empty()));
                assert!(listed.iter().all(|entry| kept.table.contains(&entry.place)));
            }
            let used = cache.kept().table.iter().any(|filed| filed.0.visits.load(Ordering::Relaxed) == VISITS);
            assert!(used, "some were found again");
        }
        assert_eq!(DEFAULT_CACHED_KEYS, 1024);
    }
}
