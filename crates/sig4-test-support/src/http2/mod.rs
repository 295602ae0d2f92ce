//! HTTP/2 over TLS: a client of frames, which can send what no library sends, and one that behaves.

pub mod certified;
pub mod client;
pub mod fields;
pub mod frames;
pub mod peer;
