//! SignLayer, its providers of credentials, and AuthenticateLayer.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod scene;

mod authenticate;
mod bodies;
mod checked;
mod chunked;
mod ends;
mod events;
mod frames;
mod extractor;
mod framing;
mod hooks;
mod loopback;
mod origins;
mod redirects;
mod refusals;
mod reqwest;
mod sdk;
mod services;
mod signed;
mod skew;
mod streamed;
mod plugged;
mod providers;
mod target;
mod testing;
mod unread;
mod transcribe;
mod uploads;
mod wire;
