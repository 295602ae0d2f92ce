//! What `Explainer` says of requests of correct and of wrong signers.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod agreed;
mod answers;
#[cfg(feature = "sigv4a")]
mod asymmetric;
mod bounds;
mod elsewhere;
mod hostile;
mod judged;
mod layout;
mod logs;
mod mistaken;
mod mistakes;
mod recall;
mod refused_first;
mod secrets;
mod spoiled_secrets;
mod traffic;
mod wrong;
