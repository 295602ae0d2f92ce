//! What the `sig4` command prints: no secret beside what it is for, and nothing that a terminal acts on.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]

mod called;
mod controls;
mod planted;
mod received;
mod run;
mod served;
mod signed;
mod terminal;
mod usage;
