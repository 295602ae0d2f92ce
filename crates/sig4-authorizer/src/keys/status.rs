//! What is loaded, for readiness, metrics and logs.

use super::snapshot::Snapshot;
use crate::error::Error;
use core::time::Duration;
use sig4::time::{Day, Timestamp};
use sig4_iam::Identity;
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// How many access key ids a status names.
const MAX_NAMED: usize = 10;

/// What is loaded, and the last error. It holds no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyStatus {
    /// When the snapshot that is in use was read.
    pub loaded_at: OffsetDateTime,
    /// How long ago the snapshot was last found to be what the files hold. It grows while the files are wrong or cannot be read.
    pub age: Duration,
    /// Why the files that are there now are not in use. `None` if they are.
    pub error: Option<Error>,
    /// How many snapshots were loaded, the first included.
    pub loads: u64,
    /// How many attempts failed.
    pub failures: u64,
    /// The number of access keys.
    pub access_keys: usize,
    /// The number of active access keys that no request of today, in UTC, can be verified with: they have neither a secret nor a key of
    /// today.
    pub without_key_today: usize,
    /// The same for tomorrow.
    pub without_key_tomorrow: usize,
    /// Up to ten access key ids of [`without_key_today`](Self::without_key_today), or else of
    /// [`without_key_tomorrow`](Self::without_key_tomorrow).
    pub named: Vec<String>,
    /// The days of day keys that are held, in order.
    pub days: Vec<Day>,
    /// The number of access key ids with day keys that are not among the users.
    pub unused_day_keys: usize,
}

/// What a store counts beside its snapshot.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) loaded_at: OffsetDateTime,
    pub(super) current_at: OffsetDateTime,
    pub(super) error: Option<Error>,
    pub(super) loads: u64,
    pub(super) failures: u64,
}

impl KeyStatus {
    pub(super) fn new(counts: Counts, snapshot: &Snapshot, now: OffsetDateTime) -> Self {
        let Counts { loaded_at, current_at, error, loads, failures } = counts;
        let day = |time: Option<OffsetDateTime>| time.and_then(|time| Timestamp::new(time).ok()).map(|time| time.day());
        let without = |day: Option<Day>| day.map_or_else(Vec::new, |day| without_key(snapshot, day));
        let today = without(day(Some(now)));
        let tomorrow = without(day(now.checked_add(time::Duration::DAY)));
        let named = if today.is_empty() { &tomorrow } else { &today };
        Self {
            loaded_at,
            age: (now - current_at).try_into().unwrap_or_default(),
            error,
            loads,
            failures,
            access_keys: snapshot.directory.identities().count(),
            without_key_today: today.len(),
            without_key_tomorrow: tomorrow.len(),
            named: named.iter().take(MAX_NAMED).map(|id| (*id).to_owned()).collect(),
            days: days(snapshot),
            unused_day_keys: snapshot.unused_day_keys,
        }
    }
}

fn identities(snapshot: &Snapshot) -> impl Iterator<Item = &Identity> {
    snapshot.directory.identities().map(|identity| &**identity)
}

/// The ids of active access keys that have no key of `day`.
fn without_key(snapshot: &Snapshot, day: Day) -> Vec<&str> {
    let without = identities(snapshot).filter(|identity| identity.is_active() && !identity.has_key_of(day));
    without.map(Identity::access_key_id).collect()
}

fn days(snapshot: &Snapshot) -> Vec<Day> {
    let keys = identities(snapshot).flat_map(Identity::signing_keys);
    keys.map(|key| key.scope().day()).collect::<BTreeSet<_>>().into_iter().collect()
}
