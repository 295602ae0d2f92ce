//! The server that proxies ask.

mod admin;
mod assembly;
mod condition;
mod gate;
mod listener;
mod phase;
mod running;
mod tls;

pub use assembly::Assembly;
pub use running::Server;
