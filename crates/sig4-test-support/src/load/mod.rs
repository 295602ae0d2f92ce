//! Shared code of the load benchmarks: prepared requests, a client, and the resource usage of the process.

pub mod client;
pub mod http2;
pub mod process;
pub mod requests;
