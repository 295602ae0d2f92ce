//! The server: its limits, probes, metrics, TLS, and its end.

pub(super) mod asked;
mod drained;
mod limited;
mod probed;
pub(super) mod secured;
mod stored;
