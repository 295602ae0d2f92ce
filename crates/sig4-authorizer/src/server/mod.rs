//! The server that proxies ask.

mod assembly;
mod listener;
mod phase;
mod running;
mod tls;

pub use assembly::Assembly;
pub use running::Server;
