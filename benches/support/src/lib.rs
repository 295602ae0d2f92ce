//! The operations that the benchmarks time and the instruction test counts.
#![allow(
    missing_debug_implementations,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on fails"
)]

pub mod count;
mod floor;
pub mod gate;
pub mod keys;
pub mod limit;
pub mod operation;
pub mod requests;
pub mod row;
mod stream;
mod stream_body;
pub mod stream_rows;
#[cfg(feature = "sigv4a")]
pub mod v4a;
