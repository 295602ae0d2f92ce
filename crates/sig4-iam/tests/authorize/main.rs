//! AuthorizeLayer: what it lets through, what it refuses and how it says so.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod scene;

mod anonymous;
mod answers;
mod bodies;
mod callers;
mod crowd;
mod by_hand;
mod events;
mod nested_over_the_wire;
mod one_path;
mod owner;
mod paths;
mod policies;
mod routers;
mod stores;
mod streams;
mod testing;
