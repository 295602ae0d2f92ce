//! Shared code of the load benchmarks: prepared requests, clients, and the resource usage of the process.

pub mod client;
#[cfg(feature = "http2")]
pub mod http2;
pub mod process;
pub mod requests;
