//! A cache of signing keys.
//!
//! Deriving a key costs four HMACs, about three times as much as the rest of a signature. A key serves one secret, day,
//! region and service, so a signer needs few of them.
//!
//! A signer drops the keys of earlier days when the first key of a later day is added, because it has no clock. A verifier
//! keeps them for as long as a presigned URL of their day can be valid.
//!
//! A dropped key is wiped. A crate without `unsafe` cannot wipe copies that the compiler leaves on the stack when it moves a
//! key.
//!
//! A hit writes to no memory that another thread writes to: each thread has its own stripe, and all stripes hold the same
//! keys. Only a miss takes the lock that orders changes and then, briefly, the lock of every stripe.

use super::SigningKey;
use crate::credentials::{Credentials, Fingerprint};
use crate::scope::Scope;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The default number of keys that a signer keeps.
pub const DEFAULT_CACHED_KEYS: usize = 1024;

/// Threads beyond this number share stripes.
const STRIPES: usize = 16;

/// The keys of a signer and its clones.
pub(crate) struct KeyCache {
    capacity: usize,
    retention: KeyRetention,
    stripes: [Stripe; STRIPES],
    /// The keys of every stripe, oldest first.
    order: Mutex<Order>,
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
    /// The number of days that a key is kept after its own.
    const fn days(self) -> i32 {
        match self {
            Self::ToLaterDay => 0,
            // Seven days, which touch eight calendar days, and one for the difference between clocks.
            Self::ToExpiry => 8,
        }
    }
}

/// On a cache line of its own (two, for the processors that fetch them in pairs).
#[derive(Default)]
#[repr(align(128))]
struct Stripe(RwLock<HashMap<u64, Arc<Entry>, BuildHasherDefault<AsIs>>>);

struct Entry {
    place: u64,
    fingerprint: Fingerprint,
    /// The day of the key's scope, counted.
    day: i32,
    key: SigningKey,
}

/// The keys in the order in which they came.
struct Order {
    entries: VecDeque<Arc<Entry>>,
    /// Every key's day is in this range. There need not be a key of the first or last day.
    first_day: i32,
    last_day: i32,
}

impl Order {
    /// Whether a key is of a later day.
    fn is_after(&self, day: i32) -> bool {
        self.last_day > day && self.entries.iter().any(|entry| entry.day > day)
    }

    fn push(&mut self, entry: Arc<Entry>) {
        (self.first_day, self.last_day) = (self.first_day.min(entry.day), self.last_day.max(entry.day));
        self.entries.push_back(entry);
    }

    /// Drops the keys that `stays` rejects, and returns their places.
    fn retain(&mut self, stays: impl Fn(&Entry) -> bool) -> Vec<u64> {
        let dropped = self.entries.iter().filter(|entry| !stays(entry)).map(|entry| entry.place).collect();
        self.entries.retain(|entry| stays(entry));
        let days = || self.entries.iter().map(|entry| entry.day);
        (self.first_day, self.last_day) = (days().min().unwrap_or(i32::MAX), days().max().unwrap_or(i32::MIN));
        dropped
    }
}

impl KeyCache {
    pub(crate) fn new(capacity: usize, retention: KeyRetention) -> Self {
        Self {
            capacity,
            retention,
            stripes: std::array::from_fn(|_| Stripe::default()),
            order: Mutex::new(Order { entries: VecDeque::new(), first_day: i32::MAX, last_day: i32::MIN }),
        }
    }

    /// Calls `with` with the key of `credentials` for `scope`, which is derived if it is absent.
    ///
    /// `salt` tells the scope's region and service apart in the hash table. The entry is compared in full.
    #[inline]
    pub(crate) fn with_key<R>(
        &self,
        credentials: &Credentials,
        scope: &Scope,
        salt: u64,
        with: impl FnOnce(&SigningKey) -> R,
    ) -> R {
        let place = credentials.fingerprint().short() ^ salt ^ day_hash(scope);
        {
            let stripe = self.own_stripe().0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = stripe.get(&place).filter(|e| e.is_of(credentials, scope)) {
                return with(&entry.key);
            }
        }
        let key = SigningKey::derive(credentials, scope);
        let done = with(&key);
        let (fingerprint, day) = (credentials.fingerprint().clone(), scope.day().number());
        self.insert(Entry { place, fingerprint, day, key });
        done
    }

    /// The number of keys.
    pub(crate) fn len(&self) -> usize {
        self.order.lock().unwrap_or_else(PoisonError::into_inner).entries.len()
    }

    /// Adds a key. Drops the keys of earlier days, a key with the same place, and the oldest key if there are too many. The keys
    /// are searched only when some may have to be dropped: once a day, and if two threads derive the same key.
    #[cold]
    fn insert(&self, entry: Entry) {
        if self.capacity == 0 {
            return;
        }
        let entry = Arc::new(entry);
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |order: &Order| order.entries.len() >= self.capacity;
        if is_full(&order) && self.retention == KeyRetention::ToLaterDay && order.is_after(entry.day) {
            return; // A key of an earlier day must not replace a key of today.
        }
        let first_day = entry.day.saturating_sub(self.retention.days());
        let mut dropped = if order.first_day < first_day || self.has(entry.place) {
            order.retain(|old| old.day >= first_day && old.place != entry.place)
        } else {
            Vec::new()
        };
        if is_full(&order) {
            dropped.extend(order.entries.pop_front().map(|oldest| oldest.place));
        }
        order.push(Arc::clone(&entry));
        for stripe in &self.stripes {
            let mut stripe = stripe.0.write().unwrap_or_else(PoisonError::into_inner);
            for place in &dropped {
                stripe.remove(place);
            }
            stripe.insert(entry.place, Arc::clone(&entry));
        }
    }

    /// Whether a key has this place: all stripes hold the same keys.
    fn has(&self, place: u64) -> bool {
        let [first, ..] = &self.stripes;
        first.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&place)
    }

    #[inline]
    fn own_stripe(&self) -> &Stripe {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES;
        }
        // When a thread ends and its locals are gone, any stripe serves.
        let own = OWN.try_with(|own| *own).unwrap_or(0);
        let [first, ..] = &self.stripes;
        self.stripes.get(own).unwrap_or(first)
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl Entry {
    #[inline]
    fn is_of(&self, credentials: &Credentials, scope: &Scope) -> bool {
        self.fingerprint == *credentials.fingerprint() && *self.key.scope() == *scope
    }
}

#[inline]
const fn day_hash(scope: &Scope) -> u64 {
    u64::from_le_bytes(*scope.day().as_bytes()).wrapping_mul(0x9E37_79B9_7F4A_7C15)
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
    use super::{KeyCache, KeyRetention};
    use crate::credentials::Credentials;
    use crate::scope::Scope;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    /// Each of two threads, inside a hit on the same key, waits for word from the other, which is inside one, too.
    #[test]
    fn two_threads_do_not_wait_for_one_another_on_a_hit() {
        let (cache, credentials) =
            (KeyCache::new(4, KeyRetention::ToLaterDay), Credentials::new("AKID", "secret").unwrap());
        let scope = Scope::parse("20150830/us-east-1/iam/aws4_request").unwrap();
        cache.with_key(&credentials, &scope, 0, |_| ());
        assert_eq!(cache.len(), 1);
        let meet = |(to_other, from_other): (Sender<()>, Receiver<()>)| {
            cache.with_key(&credentials, &scope, 0, |_| {
                to_other.send(()).unwrap();
                from_other.recv_timeout(Duration::from_secs(30)).is_ok()
            })
        };
        let ((a_to_b, b_from_a), (b_to_a, a_from_b)) = (channel(), channel());
        let met = std::thread::scope(|threads| {
            let a = threads.spawn(|| meet((a_to_b, a_from_b)));
            let b = threads.spawn(|| meet((b_to_a, b_from_a)));
            (a.join().unwrap(), b.join().unwrap())
        });
        assert_eq!(met, (true, true));
    }

    /// More threads than stripes see the same keys, and each holds no more of them than the bound.
    #[test]
    fn every_stripe_holds_the_same_keys() {
        let cache = KeyCache::new(2, KeyRetention::ToLaterDay);
        let scope = Scope::parse("20150830/us-east-1/iam/aws4_request").unwrap();
        for n in 0..5 {
            cache.with_key(&Credentials::new(format!("AKID{n}"), "secret").unwrap(), &scope, 0, |_| ());
        }
        let places = |stripe: &super::Stripe| {
            let mut places: Vec<u64> = stripe.0.read().unwrap().keys().copied().collect();
            places.sort_unstable();
            places
        };
        let first = places(&cache.stripes[0]);
        assert_eq!(first.len(), 2);
        assert!(cache.stripes.iter().all(|stripe| places(stripe) == first));
    }

    #[test]
    fn a_verifiers_keys_last_as_long_as_a_presigned_url() {
        let cache = KeyCache::new(9, KeyRetention::ToExpiry);
        let credentials = Credentials::new("AKID", "secret").unwrap();
        let on = |day: &str| Scope::parse(&format!("{day}/us-east-1/iam/aws4_request")).unwrap();
        for (day, kept) in [("20150831", 1), ("20150901", 2), ("20150830", 3), ("20150908", 3), ("20151001", 1)] {
            cache.with_key(&credentials, &on(day), 0, |_| ());
            assert_eq!(cache.len(), kept, "{day}");
        }
    }
}
