//! What the layers cost: CPU time, instructions and allocations of one request that passes.
//!
//! `cargo run --profile bench -p sig4-bench-layers` prints a line a row: nanoseconds of CPU in rounds that take turns, instructions
//! outside SHA-256's compression function (counted by valgrind, so the same on every machine), and allocations. It fails if a row is
//! above its gate. With `--quick` it times nothing. With the name of a row it prints the functions that take most instead.
//!
//! The requests are prepared beforehand, and nothing leaves the process.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a benchmark that cannot go on fails")]

mod rows;
mod subscriber;

use rows::{Row, rows};
use sig4_bench_support::count::{self, Count, Whose};
use sig4_bench_support::operation::Operation;
use sig4_test_support::allocations;
use sig4_test_support::need::Need;
use std::collections::HashMap;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// The requests that are timed together.
const TIMED: u32 = 1_000;
const ROUNDS: usize = 31;

fn main() {
    if let Some((name, _)) = count::case_of_worker() {
        let row = rows().into_iter().find(|row| row.name == name).expect("the row exists");
        return count::count(&row.operation);
    }
    let argument = std::env::args().nth(1);
    let counts = Need::Valgrind.runs("the instructions of the layers are not counted");
    if let Some(name) = argument.as_deref().filter(|argument| *argument != "--quick") {
        return most(name);
    }
    let rows = rows();
    let nanos = if argument.is_none() { nanos(&rows) } else { Vec::new() };
    println!("{:<27} {:>6} {:>12} {:>11}", "row", "ns", "instructions", "allocations");
    let mut costs = HashMap::new();
    let mut above = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let instructions = counts.then(|| Count::new(row.name, Whose::Sig4).total());
        let allocations = allocated(&row.operation);
        let shown = |number: Option<f64>| number.map_or_else(|| "-".to_owned(), |number| format!("{number:.0}"));
        println!("{:<27} {:>6} {:>12} {allocations:>11}", row.name, shown(nanos.get(at).copied()), shown(instructions));
        if let Some(gate) = &row.gate {
            let (plain_instructions, plain_allocations) = costs[gate.over];
            let is_above =
                instructions.zip(plain_instructions).is_some_and(|(own, plain)| own - plain > gate.instructions);
            if is_above || allocations > plain_allocations + gate.allocations {
                above.push(row.name);
            }
        }
        costs.insert(row.name, (instructions, allocations));
    }
    assert!(above.is_empty(), "above their gates: {above:?}");
}

/// The median CPU time of a request of each row, in nanoseconds.
fn nanos(rows: &[Row]) -> Vec<f64> {
    let mut took = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for (row, took) in rows.iter().zip(&mut took) {
            (row.operation)(usize::try_from(TIMED).expect("it fits"), &mut |work| {
                let before = cpu();
                work();
                took.push((cpu() - before).as_secs_f64() * 1e9 / f64::from(TIMED));
            });
        }
    }
    let median = |mut took: Vec<f64>| {
        took.sort_by(f64::total_cmp);
        took[took.len() / 2]
    };
    took.into_iter().map(median).collect()
}

/// The CPU time of this thread.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("it is not negative")
}

/// The allocations of one request, once the caches are filled.
fn allocated(operation: &Operation) -> u64 {
    let mut count = 0;
    for _ in 0..2 {
        operation(1, &mut |work| count = allocations::during(work).0);
    }
    count
}

/// Prints the functions of a row that take most.
fn most(name: &str) {
    Count::new(name, Whose::Sig4).print(50);
}
