//! What sig4 does with memory: how often it allocates, and that it leaves no secret behind. Both count in the allocator.

#![allow(clippy::as_conversions, clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod allocations;
mod wipe;

#[global_allocator]
static ALLOCATOR: wipe::Watching = wipe::Watching;
