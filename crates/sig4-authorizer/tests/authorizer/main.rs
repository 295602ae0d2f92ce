//! The authorizer, asked over the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod check;
mod config;
mod envoy;
mod forward;
mod keys;
mod replay;
mod server;
