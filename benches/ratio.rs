//! How much an operation costs above the hashing that no signer can do without, and above code that is written by hand.
//!
//! `cargo bench --bench ratio` prints a line a row: `name floor_ns limit_ns sig4_ns x_floor x_limit allocs instructions`.
//!
//! - The floor is the SHA-256 of the body, the SHA-256 of the canonical request's bytes, and one HMAC with a ready key over the
//!   string to sign, with the same crates.
//! - The limit is a signer, presigner or verifier for this one shape of request, with the types of `http` and the key at hand.
//! - Of a chunk, and of a signature of Signature Version 4a, both are what no code can do without: the hash or the checksum, and the crate
//!   `p256`. The latter rows need `--features sig4-bench-support/sigv4a`.
//! - The instructions are those outside the compression function, counted by valgrind if that is installed.
//!
//! Floor, limit and sig4 take turns within each round; the medians over all rounds are printed. The last line is the best throughput
//! of two threads with one signer and one key, as a multiple of one thread's.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may fail by panicking"
)]

use sig4::Signer;
use sig4_bench_support::count::{self, Count, Whose};
use sig4_bench_support::operation::{Operation, Row};
use sig4_bench_support::requests::{credentials, now, post};
use sig4_bench_support::row;
use sig4_test_support::allocations;
use sig4_test_support::need::Need;
use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() {
    count::work_if_worker();
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let in_full = std::env::args().any(|arg| arg == "--bench") && !std::env::args().any(|arg| arg == "--test");
    let rounds = if in_full { 400 } else { 3 };
    let counted = in_full && Need::Valgrind.runs("no instructions were counted");
    println!("name           floor_ns limit_ns  sig4_ns x_floor x_limit allocs instructions");
    for (name, make) in row::timed() {
        // Valgrind would hash a mebibyte for minutes.
        let instructions = (counted && !name.ends_with("1MiB")).then(|| Count::new(name, Whose::Sig4).total());
        measure(name, &make(), instructions, if name.ends_with("1MiB") { (1, rounds.min(30)) } else { (32, rounds) });
    }
    two_threads(rounds);
}

/// Lets the floor, the limit and sig4 take turns, and prints the medians.
fn measure(name: &str, row: &Row, instructions: Option<f64>, (batch, rounds): (usize, usize)) {
    let floor = row.floor.as_ref().expect("each of these rows has a floor");
    let limit = row.limit.as_ref();
    let round =
        |_| (nanoseconds(floor, batch), limit.map(|limit| nanoseconds(limit, batch)), nanoseconds(&row.sig4, batch));
    let allocs = allocations(&row.sig4);
    let times: Vec<_> = (0..rounds).map(round).collect();
    let floor = median(times.iter().map(|time| Some(time.0)));
    let limit = median(times.iter().map(|time| time.1));
    let sig4 = median(times.iter().map(|time| Some(time.2)));
    let x_floor = median(times.iter().map(|time| Some(time.2 / time.0)));
    let x_limit = median(times.iter().map(|time| Some(time.2 / time.1?)));
    let or_dash =
        |value: Option<f64>, digits| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"));
    println!(
        "{name:<14} {:>8} {:>8} {:>8} {:>7} {:>7} {allocs:>6} {:>12}",
        or_dash(floor, 0),
        or_dash(limit, 0),
        or_dash(sig4, 0),
        or_dash(x_floor, 2),
        or_dash(x_limit, 2),
        or_dash(instructions, 0)
    );
}

/// The time of one of `batch` operations.
fn nanoseconds(operation: &Operation, batch: usize) -> f64 {
    let mut time = 0.0;
    operation(batch, &mut |work| time = elapsed(work));
    time / batch as f64
}

fn elapsed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64
}

/// The allocations of an operation whose key is in the cache.
fn allocations(operation: &Operation) -> u64 {
    let mut count = 0;
    operation(1, &mut |work| work());
    operation(1, &mut |work| count = allocations::during(work).0);
    count
}

/// `None` if there are no values.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut values = values.collect::<Option<Vec<_>>>()?;
    values.sort_by(f64::total_cmp);
    Some(values[values.len() / 2])
}

/// One signer and one cached key, on one thread and on two: the best of several runs each, since what disturbs a run
/// only ever slows it down.
fn two_threads(rounds: usize) {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let best = |threads| (0..rounds.min(20)).map(|_| throughput(&signer, threads)).fold(0.0, f64::max);
    println!("two threads sign {:.2} times as much as one", best(2) / best(1));
}

/// Signatures a nanosecond.
fn throughput(signer: &Signer, threads: usize) -> f64 {
    const EACH: usize = 10_000;
    let now = now();
    let barrier = Barrier::new(threads);
    let spans: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let (credentials, mut request) = (credentials(), post());
            signer.sign(&mut request, &credentials, now).expect("it signs");
            barrier.wait();
            elapsed(|| {
                for _ in 0..EACH {
                    black_box(signer.sign(black_box(&mut request), &credentials, now).expect("it signs"));
                }
            })
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    (threads * EACH) as f64 / spans.into_iter().fold(0.0, f64::max)
}
