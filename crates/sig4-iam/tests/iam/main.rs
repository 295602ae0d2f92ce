//! IAM: documents, evaluation, and the directory of principals.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "these are tests, and their helpers"
)]

mod accepted;
mod allocated;
mod anonymous;
mod call;
mod day_keys;
mod directory;
mod documented;
mod documented_conditions;
mod elements;
mod glob;
mod global_keys;
mod hostile;
mod operators;
mod order;
mod other_evaluators;
mod owner;
mod places;
mod principals;
mod properties;
mod second_opinion;
mod steps;
mod unknowns;
mod variables;

#[global_allocator]
static ALLOCATOR: sig4_test_support::allocations::Counting = sig4_test_support::allocations::Counting;
