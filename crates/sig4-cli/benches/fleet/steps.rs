//! What happens to the fleet during the load.

use crate::callers::UsersFile;
use crate::fleet::{Fleet, RELOAD};
use crate::ledger::Killed;
use crate::load::Shared;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// How long a replica or Redis is away.
const AWAY: Duration = Duration::from_millis(500);

/// What happened.
#[derive(Default)]
pub struct Events {
    /// When replicas were killed.
    pub kills: Vec<Killed>,
    /// The memory of the second replica, in KiB: it runs from the beginning to the end.
    pub memory: Vec<u64>,
    /// Whether the replica that was stopped in order drained.
    pub drained: bool,
}

/// Takes the steps, each when its part of the load was sent.
pub fn take(fleet: &mut Fleet, shared: &Arc<Shared>) -> Events {
    let mut events = Events::default();
    reach(shared, 100);
    measure(fleet, &mut events, "begun");
    reach(shared, 150);
    kill(fleet, &mut events);
    reach(shared, 300);
    measure(fleet, &mut events, "a replica was killed and started again");
    replace_users(fleet, shared);
    reach(shared, 450);
    measure(fleet, &mut events, "the users file was replaced");
    restart_redis(fleet, "-TERM");
    reach(shared, 600);
    measure(fleet, &mut events, "Redis was restarted");
    restart_redis(fleet, "-KILL");
    reach(shared, 700);
    measure(fleet, &mut events, "Redis was killed and started again");
    events.drained = fleet.replicas[0].stop();
    thread::sleep(AWAY);
    fleet.replicas[0].start();
    reach(shared, 800);
    measure(fleet, &mut events, "a replica was drained and started again");
    kill(fleet, &mut events);
    reach(shared, 900);
    measure(fleet, &mut events, "a replica was killed once more");
    shared.steps_done.store(true, Ordering::SeqCst);
    events
}

/// Waits until so many thousandths of the load were sent.
fn reach(shared: &Shared, thousandths: usize) {
    while shared.progress() < thousandths {
        thread::sleep(Duration::from_millis(5));
    }
}

fn measure(fleet: &Fleet, events: &mut Events, what: &str) {
    let kib = fleet.replicas[1].resident_kib().expect("the second replica runs");
    println!("{what}: the replica that runs throughout has {kib} KiB");
    events.memory.push(kib);
}

fn kill(fleet: &mut Fleet, events: &mut Events) {
    let from = Instant::now();
    fleet.replicas[0].kill();
    events.kills.push(Killed { from, to: Instant::now() });
    thread::sleep(AWAY);
    fleet.replicas[0].start();
}

fn replace_users(fleet: &Fleet, shared: &Shared) {
    shared.users.change();
    fleet.write_users(UsersFile::Second);
    // Twice, because reading takes its time on a busy machine.
    thread::sleep(RELOAD * 2 + AWAY);
    shared.users.changed();
}

fn restart_redis(fleet: &mut Fleet, signal: &str) {
    fleet.stop_redis(signal);
    thread::sleep(AWAY);
    fleet.start_redis();
}
