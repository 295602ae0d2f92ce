//! The `sig4` command, run as a user runs it.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod conformance;
mod jsonl;
mod listen;
mod output;
mod pages;
mod profiles;
mod serve;
mod sign;
mod verify;
