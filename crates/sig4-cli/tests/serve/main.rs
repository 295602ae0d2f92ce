//! `sig4 serve`, `sig4 call`, and what they read: templates of the CDK and configurations.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod called;
mod config;
mod handlers;
mod intrinsics;
#[cfg(unix)]
mod scratch;
mod sent;
mod served;
mod serving;
mod stacks;
mod template;
mod trust;
#[cfg(unix)]
mod users;
