//! The cases, their judgement, and the ledger.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "these are tests, and their helpers"
)]

mod cases;
mod library;
