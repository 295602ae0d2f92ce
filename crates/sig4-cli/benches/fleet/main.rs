//! A fleet under load: two replicas of `sig4 authorize` behind Envoy, with Redis as the store of used signatures.
//!
//! `cargo bench -p sig4-cli --bench fleet -- --requests 300000` sends as many requests, one in ten of them forged and one in a hundred
//! a replay, while a replica is killed and started again, the users file is replaced, Redis is restarted, Redis is killed, and a replica
//! drains. It fails if a forged or replayed request reaches the service, if a good one is refused other than those that were under way on
//! a killed replica, or if the memory of a replica grows.
//!
//! `-- --figures` measures instead what the authorizer adds to a request through Envoy; with `--memory`, without Redis.
//!
//! It needs `redis-server`, and Envoy, which it installs into a folder of the build. Without them it is skipped, as tests are.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench may fail by panicking")]

mod callers;
mod client;
mod figures;
mod fleet;
mod ledger;
mod load;
mod plan;
mod report;
mod requests;
mod steps;
mod upstream;

use crate::fleet::{Fleet, Programs, Store};
use crate::load::Shared;
use crate::upstream::Arrivals;
use std::process::ExitCode;
use std::time::Duration;

/// The number of requests that are sent at a time.
const CONNECTIONS: usize = 32;
/// A load takes at least this long, so that every step of the fleet falls into it.
const SHORTEST: Duration = Duration::from_secs(25);
/// Requests to the service past the authorizer have numbers too.
const NUMBERS_PAST: usize = 1_000_000;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|arg| arg == name);
    let requests = arguments.iter().position(|arg| arg == "--requests").and_then(|at| arguments.get(at + 1));
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let measures = has("--bench") && !has("--test");
    let default = if measures { 300_000 } else { 2_000 };
    let requests = requests.map_or(default, |count| count.parse().expect("--requests takes a number"));
    let Some(programs) = Programs::find() else { return ExitCode::SUCCESS };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    let folder = tempfile::tempdir().expect("a folder can be made");
    if has("--figures") {
        let store = if has("--memory") { Store::Memory } else { Store::Redis };
        runtime.block_on(figures::measure(&programs, folder.path(), store));
        return ExitCode::SUCCESS;
    }
    let is_well = runtime.block_on(prove(&programs, folder.path(), requests));
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sends the load during the steps, and says whether all went well.
async fn prove(programs: &Programs, folder: &std::path::Path, requests: usize) -> bool {
    let arrivals = Arrivals::new(requests, true);
    let past = Arrivals::new(NUMBERS_PAST, false);
    let upstreams = [upstream::serve(arrivals.clone()).await, upstream::serve(past).await];
    let mut fleet = tokio::task::block_in_place(|| Fleet::start(programs, folder, upstreams, Store::Redis));
    let shared = Shared::new(fleet.ports[0], requests, SHORTEST);
    let during = shared.clone();
    let steps = tokio::task::spawn_blocking(move || (steps::take(&mut fleet, &during), fleet));
    load::run(&shared, CONNECTIONS).await;
    let (events, fleet) = steps.await.expect("the steps do not panic");
    let shared = std::sync::Arc::into_inner(shared).expect("the load has ended");
    report::report(&fleet, shared.finish(&events.kills), &events, &arrivals, requests)
}
