//! The `sig4` command, run as a user runs it.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod authorize;
mod conformance;
mod generated;
mod grammar;
mod jsonl;
mod jsonl_pieces;
mod keys;
mod listen;
mod looked;
mod output;
mod pages;
mod pasted;
mod profiles;
mod scaling;
mod serve;
mod sign;
mod token;
mod token_redshift;
mod verify;

/// The worker of the tests in `scaling`, which run it under valgrind. Alone it does nothing.
#[test]
fn worker() {
    if let Ok(case) = std::env::var(sig4_test_support::counted::CASE) {
        scaling::work(&case);
    }
}
