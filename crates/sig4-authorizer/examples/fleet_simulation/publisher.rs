//! The publisher: it has the secrets, and writes the files of the replicas.

use crate::bundle::Bundle;
use crate::clock::{DAY, HOUR, Seconds};
use crate::scenario::Scenario;
use sig4::Credentials;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How long the simulation lasts.
pub const END: Seconds = 4 * DAY;
/// The number of clients.
pub const CLIENTS: usize = 40;
/// One client in so many changes its access key.
const ROTATE_EVERY: usize = 4;
/// The client whose access key is revoked, and when.
pub const REVOKED: usize = 1;
pub const REVOKED_AT: Seconds = 30 * HOUR;

/// An access key, and when the publisher knows it.
pub struct Key {
    pub credentials: Credentials,
    pub client: usize,
    /// When the publisher adds it.
    pub added: Seconds,
    /// From when to when the client signs with it.
    pub used: (Seconds, Seconds),
    /// When the publisher removes it.
    pub removed: Seconds,
}

impl Key {
    /// Whether the client signs with it at a moment.
    pub const fn is_used(&self, at: Seconds) -> bool {
        self.used.0 <= at && at < self.used.1
    }
}

/// Every access key of the simulation. A presigned URL of a removed key is not expected to work.
pub fn keys(scenario: &Scenario) -> Vec<Key> {
    (0..CLIENTS).flat_map(|client| keys_of(client, scenario)).collect()
}

fn keys_of(client: usize, scenario: &Scenario) -> Vec<Key> {
    let (always, never) = (-30 * DAY, 30 * DAY);
    let key =
        |n: usize, added, used, removed| Key { credentials: credentials(client, n), client, added, used, removed };
    if client == REVOKED {
        // Its thief goes on signing.
        return vec![key(0, always, (always, never), REVOKED_AT)];
    }
    if !client.is_multiple_of(ROTATE_EVERY) {
        return vec![key(0, always, (always, never), never)];
    }
    let change = 36 * HOUR + HOUR / 4 * i64::try_from(client).expect("it is small");
    let (added, removed) = (change - scenario.overlap, change + scenario.overlap.max(HOUR / 2));
    vec![key(0, always, (always, change), removed), key(1, added, (change, never), never)]
}

fn credentials(client: usize, n: usize) -> Credentials {
    Credentials::new(format!("AKIA{client:08}{n:08}"), format!("secret {n} of client {client:030}"))
        .expect("they are valid")
}

/// The files, each from the moment on at which it is published.
pub fn bundles(scenario: &Scenario, keys: &[Key]) -> Vec<(Seconds, Arc<Bundle>)> {
    let mut moments = BTreeSet::from([-DAY]);
    for day in -9..=5 {
        moments.extend([day * DAY - scenario.lead, (day + 1) * DAY + scenario.linger]);
    }
    moments.extend(keys.iter().flat_map(|key| [key.added, key.removed]));
    let moments = moments.into_iter().filter(|at| (-DAY..END).contains(at));
    moments.map(|at| (at, Arc::new(bundle(at, scenario, keys)))).collect()
}

/// The file that is published at a moment.
fn bundle(at: Seconds, scenario: &Scenario, keys: &[Key]) -> Bundle {
    let is_held = |day: &i64| day * DAY - scenario.lead <= at && at < (day + 1) * DAY + scenario.linger;
    let days: Vec<_> = (-10..=6).filter(is_held).collect();
    let known = keys.iter().filter(|key| key.added <= at && at < key.removed);
    Bundle::derive(known.map(|key| &key.credentials), &days)
}
