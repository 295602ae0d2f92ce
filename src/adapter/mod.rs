//! Other crates' requests.

pub(crate) mod http;
