//! What the benchmarks under load share: requests that are ready made, a client, and what the process uses.

pub mod client;
pub mod process;
pub mod requests;
