//! The server over TLS: handshakes, HTTP/2 and HTTP/1.1.

mod client;
mod ending;
mod handshake;
mod heads;
mod refusals;
mod replaced;
mod requests;
mod rest;
mod slow;
mod unfinished;
