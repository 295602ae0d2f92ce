//! The server: its limits, probes, metrics, TLS, and its end.

mod asked;
mod drained;
mod limited;
mod probed;
mod secured;
