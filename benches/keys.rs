//! What the cache of signing keys saves and costs, with many callers.
//!
//! `cargo bench --bench keys` prints lines of two columns to compare and their ratio. Both take turns, and the best of each is printed.
//! `cargo run --release -p sig4-bench-support` counts the instructions of the same misses.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may fail by panicking"
)]

use sig4::{Credentials, Signer};
use sig4_bench_support::keys::{ask, callers, day, signer};
use sig4_bench_support::requests::{Body, now, post};
use sig4_test_support::allocations::{self, bytes_kept_by};
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// The callers of a service that has many.
const TENANTS: usize = 10_000;

/// The room for the keys of all of them.
const ROOM: usize = 16_384;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let is_measured = std::env::args().any(|arg| arg == "--bench") && !std::env::args().any(|arg| arg == "--test");
    let rounds = if is_measured { 15 } else { 1 };
    let (all, new) = (callers("OLD", ROOM), callers("NEW", 1000));
    let tenants = &all[..TENANTS];

    println!("{:<52} {:>8} {:>8} {:>6}", "nanoseconds a signature of", "first", "second", "ratio");
    let uncached = signer(0);
    let cold = |room| move || sign_all(&signer(room), tenants);
    let without = || sign_all(&uncached, tenants);
    compare("10,000 new callers | no cache", rounds, cold(ROOM), without);
    compare("10,000 callers by turns, room for 1,024 | no cache", rounds, by_turns(1024, tenants), without);

    let (full, one) = (signer(ROOM), vec![all[0].clone(); 1000]);
    sign_all(&full, &all);
    assert_eq!(full.cached_keys(), ROOM);
    compare(
        "16,384 callers by turns, all cached | one caller",
        rounds,
        || sign_all(&full, &all),
        || sign_all(&full, &one),
    );

    for (room, name) in [
        (16, "new callers, 16 others cached | no cache"),
        (1024, "new callers, 1,024 others cached | no cache"),
        (9000, "new callers, 9,000 others cached | no cache"),
    ] {
        let miss = || {
            let signer = signer(room);
            ask(&signer, &all[..room], day(30));
            sign_all(&signer, &new)
        };
        compare(name, rounds, miss, || sign_all(&uncached, &new));
    }

    compare("2,048 callers by turns, room for 1,024 | no cache", rounds, by_turns(1024, &all[..2048]), || {
        sign_all(&uncached, &all[..2048])
    });

    println!();
    hit_rate(&all[..2048]);
    two_threads("one key", rounds, &all[..1]);
    two_threads("10,000 keys", rounds, tenants);
    for threads in [2, 16] {
        println!("a cached key takes {} bytes if {threads} threads use it", bytes_a_key(&all[..1024], threads));
    }
}

/// Nanoseconds of a signature of each caller, a hundred callers at a time.
fn sign_all(signer: &Signer, callers: &[Credentials]) -> Vec<f64> {
    let mut request = post();
    let sign = |some: &[Credentials]| {
        let start = Instant::now();
        some.iter().for_each(|caller| sign_one(signer, caller, &mut request));
        start.elapsed().as_nanos() as f64 / some.len() as f64
    };
    callers.chunks(100).map(sign).collect()
}

fn sign_one(signer: &Signer, caller: &Credentials, request: &mut http::Request<Body>) {
    black_box(signer.sign(black_box(request), black_box(caller), now()).expect("it signs"));
}

/// The same of callers who have all signed a few times.
fn by_turns(room: usize, callers: &[Credentials]) -> impl FnMut() -> Vec<f64> {
    let signer = signer(room);
    (0..5).for_each(|_| drop(sign_all(&signer, callers)));
    move || sign_all(&signer, callers)
}

/// Prints the mean of both and their ratio. Each hundred counts with its median of all rounds: other processes disturb some of them.
fn compare(name: &str, rounds: usize, mut first: impl FnMut() -> Vec<f64>, mut second: impl FnMut() -> Vec<f64>) {
    let (first, second): (Vec<_>, Vec<_>) = (0..rounds).map(|_| (first(), second())).unzip();
    let mean = |rounds: Vec<Vec<f64>>| {
        let medians = (0..rounds[0].len()).map(|hundred| {
            let mut all: Vec<f64> = rounds.iter().map(|round| round[hundred]).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        });
        medians.sum::<f64>() / rounds[0].len() as f64
    };
    let (first, second) = (mean(first), mean(second));
    println!("{name:<52} {first:>8.0} {second:>8.0} {:>6.2}", first / second);
}

/// Prints how many of the keys are found if there is room for half of them: a signature whose key is found allocates less.
fn hit_rate(callers: &[Credentials]) {
    let allocations = |signer: &Signer| {
        let mut request = post();
        let mut sign = || callers.iter().for_each(|caller| sign_one(signer, caller, &mut request));
        (0..5).for_each(|_| sign());
        allocations::during(sign).0 as f64
    };
    let [none, half, all] = [0, callers.len() / 2, callers.len()].map(|room| allocations(&signer(room)));
    let found = 100.0 * (none - half) / (none - all);
    println!("of twice as many keys as there is room for, by turns, {found:.0} % are found");
}

/// Prints the best throughput of two threads with the keys of the same callers, as a multiple of one thread's.
fn two_threads(name: &str, rounds: usize, callers: &[Credentials]) {
    let signer = signer(ROOM);
    let [one, two] = [1, 2].map(|threads| best_throughput(&signer, callers, threads, 100 * rounds));
    println!("two threads with {name} sign {:.2} times as much as one", two / one);
}

/// Signatures a nanosecond in the best of many short rounds, so that other processes disturb some of them only.
fn best_throughput(signer: &Signer, callers: &[Credentials], threads: usize, rounds: usize) -> f64 {
    const EACH: usize = 1000;
    let barrier = Barrier::new(threads);
    let work = || {
        // Each thread has its own credentials, as tasks have that fetch them.
        let (callers, mut request) = (callers.to_vec(), post());
        sign_all(signer, &callers);
        let mut by_turns = callers.iter().cycle();
        let round = |_| {
            barrier.wait();
            let start = Instant::now();
            by_turns.by_ref().take(EACH).for_each(|caller| sign_one(signer, caller, &mut request));
            start.elapsed().as_nanos() as f64
        };
        (0..rounds).map(round).collect::<Vec<_>>()
    };
    let spans: Vec<Vec<f64>> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    let slowest = |round: usize| spans.iter().map(|spans| spans[round]).fold(0.0, f64::max);
    (threads * EACH) as f64 / (0..rounds).map(slowest).fold(f64::INFINITY, f64::min)
}

/// The bytes that a cache takes for a key that so many threads use.
fn bytes_a_key(callers: &[Credentials], threads: usize) -> isize {
    let (signer, today) = (signer(callers.len()), day(30));
    let on_a_thread = || {
        let used = || bytes_kept_by(|| ask(&signer, callers, today));
        thread::scope(|scope| scope.spawn(used).join().expect("it ends"))
    };
    (0..threads).map(|_| on_a_thread()).sum::<isize>() / callers.len().cast_signed()
}
