//! The HTTP API under load, with slow, broken and oversized clients, with integrations that die or hang, and during a shutdown.
//!
//! `cargo bench -p sig4-gateway --bench robustness` prints one line for each, and fails if an answer is wrong or a request
//! that was accepted is lost. `-- --load 1000000` sends as many signed requests, one in ten of them forged.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a bench may fail by panicking"
)]

mod api;
mod flood;
mod hostile;
mod peak;

use sig4_test_support::load::client::{Tally, run};
use sig4_test_support::load::requests::Prepared;
use sig4_test_support::load::{process, requests};
use std::sync::Arc;
use std::time::Instant;

/// The number of connections that send requests, each one after the other.
const CONNECTIONS: usize = 16;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let load = arguments.iter().position(|arg| arg == "--load").and_then(|at| arguments.get(at + 1));
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let measures = arguments.iter().any(|arg| arg == "--bench") && !arguments.iter().any(|arg| arg == "--test");
    let default = if measures { 100_000 } else { 500 };
    let requests = load.map_or(default, |count| count.parse().expect("--load takes a number"));
    let (held, rounds) = if measures { (1_000, 20) } else { (20, 1) };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    runtime.block_on(async {
        forged(requests).await;
        broken(held).await;
        statuses(held).await;
        shutdowns(rounds).await;
        // Last, because the allocator keeps the memory of the bodies, which would distort the other figures.
        bodies(if measures { 200 } else { 20 }).await;
    });
}

/// The most memory of the process, clients included, while all send the longest body that there is.
const MAX_PEAK_KIB: u64 = 400_000_000 / 1024;

/// The number of connections, each with a body of the maximum length, at the same time.
async fn bodies(connections: usize) {
    let api = api::patient().await;
    for flood in flood::all() {
        peak::forget();
        let heard = flood::send(api.addr(), &flood, connections).await;
        let peak = peak::kib();
        println!("{connections} connections with bodies of 10 MiB {}: {heard:?}, at most {peak} KiB", flood.name);
        assert!(heard.keys().all(|status| flood.statuses.contains(status)), "an answer was wrong");
        assert!(peak < MAX_PEAK_KIB, "the bodies took more memory than they may");
    }
    api.shutdown().await;
}

/// Signed requests, one in ten of them forged, with an access log that explains.
async fn forged(requests: usize) {
    let api = api::start().await;
    let prepared: Arc<[Prepared]> = requests::one_in_ten_forged().into();
    let (begun, cpu, mut sum) = (Instant::now(), process::cpu(), Tally::default());
    println!("requests  accepted  refused  wrong  rss_kib");
    for _ in 0..10 {
        sum += run(api.addr(), &prepared, requests / 10, CONNECTIONS).await;
        let Tally { accepted, refused, wrong } = sum;
        println!("{:>8}  {accepted:>8}  {refused:>7}  {wrong:>5}  {:>7}", sum.total(), process::resident_kib());
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), (process::cpu() - cpu).as_secs_f64());
    let total = u32::try_from(sum.total()).map_or(f64::INFINITY, f64::from);
    println!("{:.0} requests a second, {:.1} us of CPU a request, client included", total / seconds, cpu * 1e6 / total);
    assert_eq!(sum.wrong, 0, "an answer was wrong");
    api.shutdown().await;
}

/// Good requests while slow and broken connections are held open.
async fn broken(held: usize) {
    let api = api::start().await;
    let connections = hostile::hold(api.addr(), held).await;
    let prepared: Arc<[Prepared]> = requests::good().into();
    let tally = run(api.addr(), &prepared, held * 10, CONNECTIONS).await;
    println!(
        "{held} slow or broken connections held: {} good requests answered, {} refused; {} KiB",
        tally.accepted,
        tally.refused,
        process::resident_kib()
    );
    assert_eq!((tally.accepted, tally.wrong), (held * 10, 0), "a good request was kept out");
    drop(connections);
    api.shutdown().await;
}

/// The responses to oversized requests and from failing integrations.
async fn statuses(count: usize) {
    let api = api::start().await;
    for case in hostile::CASES {
        let mut answered = 0;
        for _ in 0..count.min(100) {
            let status = hostile::status(api.addr(), case).await;
            assert_eq!(status, Some(case.status), "{}", case.name);
            answered += 1;
        }
        println!("{}: {answered} of {answered} answered with {}", case.name, case.status);
    }
    api.shutdown().await;
}

/// Shuts servers down during requests.
async fn shutdowns(rounds: usize) {
    let (mut accepted, mut answered) = (0, 0);
    for _ in 0..rounds {
        let (api, entered) = api::counting().await;
        let clients: Vec<_> = (0..64).map(|_| tokio::spawn(hostile::until_refused(api.addr()))).collect();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        api.shutdown().await;
        for client in clients {
            answered += client.await.expect("it does not panic");
        }
        accepted += entered.load(std::sync::atomic::Ordering::SeqCst);
    }
    println!("{rounds} shutdowns under load: {accepted} requests accepted, {answered} answered");
    assert_eq!(accepted, answered, "a request that was accepted was lost");
}
