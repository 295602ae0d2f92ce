//! What the authorizer adds to a request through Envoy.

use crate::client::Client;
use crate::fleet::{Fleet, Programs, Store};
use crate::plan::{Good, Plan};
use crate::requests::Maker;
use crate::upstream::{self, Arrivals};
use http::StatusCode;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Rounds, each with requests past the authorizer and through it.
const ROUNDS: usize = 11;
/// Requests of each half of a round.
const REQUESTS: usize = 2_000;
const NUMBERS: usize = 1_000_000;

/// The latencies of one half of a round, sorted, and how long it took.
struct Half {
    latencies: Vec<Duration>,
    took: Duration,
    cpu: [Duration; 4],
}

/// Prints latencies through Envoy with and without the authorizer, which take turns, with one and with several connections.
pub async fn measure(programs: &Programs, folder: &Path, store: Store) {
    let (authorized, past) = (Arrivals::new(NUMBERS, true), Arrivals::new(NUMBERS, false));
    let upstreams = [upstream::serve(authorized).await, upstream::serve(past).await];
    let fleet = tokio::task::block_in_place(|| Fleet::start(programs, folder, upstreams, store));
    let (maker, numbers) = (Arc::new(Maker::new()), Arc::new(AtomicUsize::new(0)));
    let before = fleet.totals();
    println!("connections  round  envoy_p50_us  with_p50_us  envoy_p99_us  with_p99_us  envoy_rps  with_rps");
    for connections in [1, 16] {
        let mut sums = Vec::new();
        for round in 0..=ROUNDS {
            let [authorized, plain, _] = fleet.ports;
            let without = half(&fleet, plain, connections, &maker, &numbers).await;
            let with = half(&fleet, authorized, connections, &maker, &numbers).await;
            // The first round warms up.
            if round > 0 {
                println!("{}", row(connections, round, &without, &with));
                sums.push((without, with));
            }
        }
        summarise(connections, &sums);
    }
    each_check(&before, &fleet.totals());
}

async fn half(fleet: &Fleet, port: u16, connections: usize, maker: &Arc<Maker>, numbers: &Arc<AtomicUsize>) -> Half {
    let (begun, before) = (Instant::now(), fleet.cpu());
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(connection(port, Arc::clone(maker), Arc::clone(numbers), REQUESTS / connections)))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.expect("it does not panic"));
    }
    let (took, after) = (begun.elapsed(), fleet.cpu());
    latencies.sort();
    Half { latencies, took, cpu: std::array::from_fn(|at| after[at] - before[at]) }
}

async fn connection(port: u16, maker: Arc<Maker>, numbers: Arc<AtomicUsize>, requests: usize) -> Vec<Duration> {
    let mut client = Client::new(port);
    let mut latencies = Vec::with_capacity(requests);
    for _ in 0..requests {
        let n = numbers.fetch_add(1, Ordering::SeqCst);
        let good = if n.is_multiple_of(2) { Good::Header } else { Good::Body };
        // The caller is that of the plan, because the service compares.
        let request = maker.request(n, Plan::Good(good));
        let answer = client.send(&request).await;
        assert_eq!(answer.status, Some(StatusCode::OK), "a good request was refused");
        latencies.push(answer.answered - answer.sent);
    }
    latencies
}

fn row(connections: usize, round: usize, without: &Half, with: &Half) -> String {
    format!(
        "{connections:>11}  {round:>5}  {:>12}  {:>11}  {:>12}  {:>11}  {:>9.0}  {:>8.0}",
        without.percentile(50).as_micros(),
        with.percentile(50).as_micros(),
        without.percentile(99).as_micros(),
        with.percentile(99).as_micros(),
        without.rate(),
        with.rate(),
    )
}

/// The medians over all rounds.
fn summarise(connections: usize, rounds: &[(Half, Half)]) {
    let added = |percent| {
        let mut added: Vec<_> = rounds
            .iter()
            .map(|(without, with)| with.percentile(percent).saturating_sub(without.percentile(percent)).as_micros())
            .collect();
        added.sort_unstable();
        added[added.len() / 2]
    };
    println!(
        "{connections} connections: the authorizer adds {} us at p50, {} us at p99 (medians)",
        added(50),
        added(99)
    );
    let total = rounds.iter().map(|(_, with)| with.latencies.len()).sum::<usize>();
    let names = ["Envoy", "first replica", "second replica", "Redis"];
    for (at, name) in names.into_iter().enumerate() {
        let [without, with] = [rounds.iter().map(|r| r.0.cpu[at]).sum(), rounds.iter().map(|r| r.1.cpu[at]).sum()];
        println!("  CPU of {name}: {:.1} us a request without, {:.1} us with", each(without, total), each(with, total));
    }
}

/// What each check took of the network, of Redis and of its memory.
fn each_check(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>) {
    let grown = |name| after.get(name).unwrap_or(&0.0) - before.get(name).unwrap_or(&0.0);
    let checks = grown("upstream_rq_total");
    for (name, words) in [
        ("upstream_cx_tx_bytes_total", "bytes from Envoy to a replica"),
        ("upstream_cx_rx_bytes_total", "bytes from a replica to Envoy"),
        ("total_commands_processed", "commands of Redis"),
        ("total_net_input_bytes", "bytes to Redis"),
        ("total_net_output_bytes", "bytes from Redis"),
        ("used_memory", "bytes of memory of Redis"),
        ("aof_current_size", "bytes on the disk of Redis"),
    ] {
        println!("each check: {:.1} {words}", grown(name) / checks);
    }
}

fn each(all: Duration, requests: usize) -> f64 {
    all.as_secs_f64() * 1e6 / count(requests)
}

fn count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

impl Half {
    fn percentile(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }

    fn rate(&self) -> f64 {
        count(self.latencies.len()) / self.took.as_secs_f64()
    }
}
