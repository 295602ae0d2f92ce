//! Stores of used signatures on a real server.

mod cluster;
mod example;
mod failure;
mod figures;
mod limits;
mod loss;
mod memory;
mod model;
pub(super) mod server;
mod sharing;
mod tls;
mod uses;
mod valkey;
