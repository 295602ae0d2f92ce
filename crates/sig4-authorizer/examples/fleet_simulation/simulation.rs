//! One simulation.

use crate::bundle::Bundle;
use crate::chance::Chance;
use crate::clients::{self, Sent};
use crate::clock::{HOUR, MINUTE, Seconds, datetime};
use crate::events::{Event, Events};
use crate::fleet::{REPLICAS, Replica, replicas};
use crate::outcome::Outcome;
use crate::publisher::{self, END, Key, REVOKED, REVOKED_AT};
use crate::scenario::Scenario;
use sig4::verify::StoredKey;
use sig4::{Signer, Verifier};
use std::sync::Arc;
use std::time::Instant;

/// Replicas that die in the time of a simulation.
const DEATHS: usize = 400;
/// Requests with the revoked key, and how long after its revocation they are sent.
const THEFTS: usize = 4_000;
const THEFT_TIME: Seconds = 30 * HOUR;
/// Half of them are sent in the first minutes, and so are requests with each new key.
const AFTER_ROTATION: usize = 100;
const SOON: Seconds = 10 * MINUTE;
const SEED: u64 = 17;

struct Simulation<'s> {
    scenario: &'s Scenario,
    keys: Vec<Key>,
    files: Vec<(Seconds, Arc<Bundle>)>,
    replicas: Vec<Replica>,
    events: Events,
    chance: Chance,
    signer: Signer,
    verifier: Verifier,
    outcome: Outcome,
}

/// Runs a scenario to its end.
pub fn run(scenario: &Scenario) -> Outcome {
    let begun = Instant::now();
    let mut simulation = Simulation::new(scenario);
    simulation.plan();
    while let Some((at, event)) = simulation.events.next() {
        simulation.happen(at, event);
    }
    simulation.outcome.took = begun.elapsed();
    simulation.outcome
}

impl<'s> Simulation<'s> {
    fn new(scenario: &'s Scenario) -> Self {
        let keys = publisher::keys(scenario);
        let files = publisher::bundles(scenario, &keys);
        let mut chance = Chance::new(SEED);
        let (_, first) = files.first().expect("one is published first");
        Self {
            scenario,
            replicas: replicas(first, scenario, &mut chance),
            keys,
            files,
            events: Events::default(),
            chance,
            signer: Signer::new("us-east-1", "execute-api").expect("they are valid"),
            verifier: Verifier::new("us-east-1", "execute-api").expect("they are valid"),
            outcome: Outcome::default(),
        }
    }

    fn plan(&mut self) {
        for (file, (at, _)) in self.files.iter().enumerate() {
            self.events.add(*at, Event::Publish(file));
        }
        for _ in 0..DEATHS {
            let (replica, at) = (self.chance.index(REPLICAS), self.chance.below(END));
            self.events.add(at, Event::Die(replica));
            self.events.add(at + self.chance.between(5, HOUR), Event::Start(replica));
        }
        for at in clients::moments(&mut self.chance) {
            self.events.add(at, Event::Request);
        }
        for key in self.keys.iter().filter(|key| key.used.0 >= 0) {
            for _ in 0..AFTER_ROTATION {
                self.events.add(key.used.0 + self.chance.between(0, SOON), Event::RequestOf(key.client));
            }
        }
        for n in 0..THEFTS {
            let longest = if n.is_multiple_of(2) { SOON } else { THEFT_TIME };
            self.events.add(REVOKED_AT + self.chance.between(0, longest), Event::RequestOf(REVOKED));
        }
    }

    fn happen(&mut self, at: Seconds, event: Event) {
        match event {
            Event::Publish(file) => self.publish(at, file),
            Event::Read { replica, file } => self.read(replica, file),
            Event::Die(replica) => self.die(replica),
            Event::Start(replica) => self.start(at, replica),
            Event::Request => self.request(at),
            Event::RequestOf(client) => self.request_of(at, client),
        }
    }

    fn publish(&mut self, at: Seconds, file: usize) {
        for (n, replica) in self.replicas.iter().enumerate() {
            if let Some(read) = replica.reads(at, &mut self.chance) {
                self.events.add(read, Event::Read { replica: n, file });
            }
        }
    }

    fn read(&mut self, replica: usize, file: usize) {
        if let (Some(replica), Some((_, bundle))) = (self.replicas.get_mut(replica), self.files.get(file)) {
            replica.read(file, bundle);
        }
    }

    fn die(&mut self, replica: usize) {
        if let Some(replica) = self.replicas.get_mut(replica) {
            replica.runs = false;
            self.outcome.deaths += 1;
        }
    }

    /// A replica that starts reads the newest file before it is ready.
    fn start(&mut self, at: Seconds, n: usize) {
        let newest = self.files.iter().enumerate().rfind(|(_, (published, _))| *published <= at);
        if let (Some(replica), Some((file, (_, bundle)))) = (self.replicas.get_mut(n), newest) {
            replica.runs = true;
            if replica.reaches(at) {
                replica.read(file, bundle);
            }
        }
    }

    /// A request to some replica that runs.
    fn request(&mut self, at: Seconds) {
        let sent = clients::request(at, &self.keys, &self.signer, self.scenario, &mut self.chance);
        self.outcome.judge(at, &sent, &self.replicas, &self.verifier, &mut self.chance);
    }

    /// A request of a client, with the key that it has then.
    fn request_of(&mut self, at: Seconds, client: usize) {
        let key = self.keys.iter().find(|key| key.client == client && key.is_used(at)).expect("it has a key");
        let sent = clients::signed(at, key, &self.signer, self.scenario, &mut self.chance);
        self.outcome.judge(at, &sent, &self.replicas, &self.verifier, &mut self.chance);
    }
}

/// A replica that runs. The proxy asks no dead one twice.
fn some_replica<'r>(replicas: &'r [Replica], chance: &mut Chance) -> Option<&'r Replica> {
    (0..100).find_map(|_| replicas.get(chance.index(replicas.len())).filter(|replica| replica.runs))
}

/// Whether a replica accepts a request at a moment.
fn accepts(replica: &Replica, verifier: &Verifier, sent: &Sent<'_>, at: Seconds) -> bool {
    let Ok(claim) = verifier.claim(&sent.parts) else { return false };
    let found = replica.held.1.find(claim.access_key_id());
    let key = found.as_ref().map_or(StoredKey::unknown(), |identity| identity.stored_key());
    claim.verify(key, b"", datetime(at + replica.clock)).is_ok()
}

impl Outcome {
    /// Sends a request to some replica, and counts what it says.
    fn judge(&mut self, at: Seconds, sent: &Sent<'_>, replicas: &[Replica], verifier: &Verifier, chance: &mut Chance) {
        let Some(replica) = some_replica(replicas, chance) else { return };
        self.requests += 1;
        self.count(at, sent, replica, accepts(replica, verifier, sent, at));
    }

    fn count(&mut self, at: Seconds, sent: &Sent<'_>, replica: &Replica, accepted: bool) {
        if sent.key.client == REVOKED {
            if accepted && at >= REVOKED_AT {
                self.after_revocation += 1;
                self.longest_after = self.longest_after.max(at - REVOKED_AT);
            }
            return;
        }
        self.good += 1;
        if accepted {
            return;
        }
        if replica.is_cut_off {
            self.refused_by_cut_off += 1;
        } else {
            self.refused += 1;
        }
    }
}
