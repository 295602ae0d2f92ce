//! The cost of the authorizer: the same axum service with and without the layer, called over loopback.
//!
//! `cargo bench -p sig4-iam --bench authorizer` sends signed requests to both in turns, over connections that stay open,
//! and prints how much CPU a request took in each round, client included, and the difference: the layer's.
//!
//! `cargo bench -p sig4-iam --bench authorizer -- --load 1000000` sends a million requests, one in ten of them forged,
//! and prints every tenth of the way what was answered and how much memory the process has. It fails if an answer is wrong.
//!
//! The requests are signed beforehand, for the fixed time of the layer's clock.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a bench may fail by panicking"
)]

mod service;

use sig4_test_support::load::client::{Tally, run};
use sig4_test_support::load::requests::Prepared;
use sig4_test_support::load::{process, requests};
use std::sync::Arc;
use std::time::Instant;

/// How many connections send requests, each one after the other.
const CONNECTIONS: usize = 16;
/// The most CPU that the layer may add to a request, in microseconds.
const TARGET: f64 = 15.0;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let load = arguments.iter().position(|arg| arg == "--load").and_then(|at| arguments.get(at + 1));
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let measures = arguments.iter().any(|arg| arg == "--bench") && !arguments.iter().any(|arg| arg == "--test");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    runtime.block_on(async {
        match (load.map(|count| count.parse().expect("--load takes a number")), measures) {
            (Some(count), _) => forged(count).await,
            (None, true) => added(11, 40_000).await,
            (None, false) => added(1, 200).await,
        }
    });
}

/// Rounds of requests to either service, in turns.
async fn added(rounds: usize, requests: usize) {
    let (plain, authorized) = (service::start(false).await, service::start(true).await);
    let prepared: Arc<[Prepared]> = requests::good().into();
    for address in [plain, authorized] {
        run(address, &prepared, requests / 10, CONNECTIONS).await;
    }
    println!("round  without_us  with_us  added_us");
    let mut differences = Vec::new();
    for round in 1..=rounds {
        let mut took = [0.0; 2];
        // The order alternates, so that neither always runs on the warmer machine.
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for at in order {
            let before = process::cpu();
            let tally = run([plain, authorized][at], &prepared, requests, CONNECTIONS).await;
            took[at] = (process::cpu() - before).as_secs_f64() * 1e6 / count(tally.total());
            assert_eq!(tally.wrong, 0, "a good request was refused");
        }
        println!("{round:>5}  {:>10.2}  {:>7.2}  {:>8.2}", took[0], took[1], took[1] - took[0]);
        differences.push(took[1] - took[0]);
    }
    differences.sort_by(f64::total_cmp);
    let median = differences[differences.len() / 2];
    println!("added by the authorizer: {median:.2} us of CPU a request (median of {rounds}; target {TARGET})");
}

/// Many requests, one in ten of them forged.
async fn forged(requests: usize) {
    let address = service::start(true).await;
    let prepared: Arc<[Prepared]> = requests::one_in_ten_forged().into();
    let (begun, cpu, mut sum) = (Instant::now(), process::cpu(), Tally::default());
    println!("requests  accepted  refused  wrong  rss_kib");
    for _ in 0..10 {
        sum += run(address, &prepared, requests / 10, CONNECTIONS).await;
        let Tally { accepted, refused, wrong } = sum;
        println!("{:>8}  {accepted:>8}  {refused:>7}  {wrong:>5}  {:>7}", sum.total(), process::resident_kib());
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), (process::cpu() - cpu).as_secs_f64());
    let (rate, each) = (count(sum.total()) / seconds, cpu * 1e6 / count(sum.total()));
    println!("{rate:.0} requests a second, {each:.1} us of CPU a request, client included");
    assert_eq!(sum.wrong, 0, "an answer was wrong");
}

fn count(requests: usize) -> f64 {
    u32::try_from(requests).map_or(f64::INFINITY, f64::from)
}
