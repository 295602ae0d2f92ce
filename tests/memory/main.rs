//! What sig4 does with memory: how often it allocates, how much it keeps, and that it leaves no secret behind. All count in the allocator.

#![allow(clippy::as_conversions, clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod allocations;
mod decoding;
mod keys;
#[cfg(feature = "sigv4a")]
mod v4a;
mod wipe;

#[global_allocator]
static ALLOCATOR: wipe::Watching = wipe::Watching;
