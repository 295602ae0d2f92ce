//! A simulation of 1,000 replicas that hold day keys instead of secrets, over four days of a simulated clock.
//!
//! ```text
//! cargo run --release -p sig4-authorizer --example fleet_simulation
//! ```
//!
//! A publisher derives the keys of each day from the secrets, and writes them into a file. Each replica reads the file some time after it
//! was written: most of them within two minutes, one in fifty after hours. Replicas die and start again, access keys are rotated, and one
//! is revoked. Clients whose clocks differ sign all the time, most of all around midnight. Each request goes to some replica, which
//! verifies it with the code and the key files that a real replica has.
//!
//! A line for each scenario says how many good requests were refused, and how long the revoked key was accepted. The first scenarios have
//! the settings that `docs/scaling.md` recommends, and refuse none. The others are controls: each has one setting that is too short, and
//! shows what goes wrong then.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "an example may fail by panicking")]

mod bundle;
mod chance;
mod clients;
mod clock;
mod events;
mod fleet;
mod outcome;
mod publisher;
mod scenario;
mod simulation;

use scenario::Scenario;

fn main() {
    println!("{}", outcome::HEADING);
    let scenarios = Scenario::all();
    std::thread::scope(|scope| {
        let running: Vec<_> = scenarios.iter().map(|scenario| scope.spawn(|| simulation::run(scenario))).collect();
        for (scenario, running) in scenarios.iter().zip(running) {
            let outcome = running.join().expect("a simulation does not panic");
            println!("{}", outcome.row(scenario));
            outcome.check(scenario);
        }
    });
    println!("every claim holds");
}
