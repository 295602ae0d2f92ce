//! Shared code of the tests and benchmarks of sig4's crates.
#![allow(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

pub mod allocations;
pub mod counted;
pub mod fixtures;
#[cfg(doctest)]
pub mod guide;
#[cfg(feature = "http2")]
pub mod http2;
pub mod install;
pub mod load;
pub mod need;
pub mod packed_cases;
pub mod path_pieces;
pub mod program;
pub mod sdk_traffic;
pub mod suite;
pub mod wire_request;
