//! The server that proxies ask.

mod admin;
mod assembly;
mod condition;
mod drain;
mod gate;
mod listener;
mod phase;
mod running;
mod tls;
mod used_signatures;
mod watched_keys;

pub use assembly::Assembly;
pub use running::Server;
pub use used_signatures::initialize_replay_store;
