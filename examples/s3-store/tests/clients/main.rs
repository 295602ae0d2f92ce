//! Real clients of S3 upload to the store, over http and over TLS. The store then has what they sent, byte for byte.
//!
//! Every key has characters that clients encode in different ways, and clients read again what they uploaded.
//!
//! Every upload is repeated through a front that changes one byte of the data after it was signed, or the path where the data is not
//! covered. The client must then report an error, and the store must refuse it with S3's code, and have nothing. Uploads that a client
//! can try again are repeated through a front that cuts the connection in the middle of the data, before a store that fails once.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod aws_sdk_rust;
mod clients;
mod commands;
mod files;
mod front;
mod installed;
mod job;
mod site;
mod store;
mod tls;
mod trial;
