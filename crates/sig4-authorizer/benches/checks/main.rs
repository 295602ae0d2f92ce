//! What a check costs: alone, over gRPC and over HTTP, with secrets and with day keys, and with many tenants and policies.
//!
//! `cargo bench -p sig4-authorizer --bench checks` prints times, allocations and bytes. Rows of a table take turns, and each time is the
//! median of its rounds. `docs/scaling.md` calculates with them.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench may fail by panicking")]

mod alone;
mod setting;
mod store;
mod tenants;
mod traffic;
mod wire;

use sig4_test_support::allocations::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|arg| arg == name);
    // `cargo test --benches` and `cargo bench -- --test` only want to see it run.
    let size = if has("--bench") && !has("--test") { Size::Full } else { Size::Short };
    alone::measure(size);
    tenants::measure(size);
    wire::measure(size);
    store::measure(size);
}

/// How long the bench measures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Size {
    Full,
    Short,
}

impl Size {
    /// One of two numbers.
    const fn pick(self, full: usize, short: usize) -> usize {
        match self {
            Self::Full => full,
            Self::Short => short,
        }
    }
}

/// The middle one of some numbers.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A count as a number to divide by.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
