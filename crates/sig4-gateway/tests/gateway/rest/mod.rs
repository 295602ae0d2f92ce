//! REST APIs, called over the wire.

mod config;
mod mock;
