//! The layers: what they let through, what they refuse and how they say so, and what they sign.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod scene;

mod answers;
mod authenticate;
mod bodies;
mod callers;
mod checked;
mod crowd;
mod ends;
mod events;
mod frames;
mod framing;
mod loopback;
mod origins;
mod one_path;
mod paths;
mod owner;
mod policies;
mod redirects;
mod refusals;
mod routers;
#[cfg(feature = "aws-credential-types")]
mod sdk;
mod signed;
mod skew;
mod providers;
mod stores;
mod target;
mod wire;
