//! sig4 uploads to stores of others, in every form that a signature takes, under awkward keys and of awkward lengths. What is
//! stored is what was sent.
//!
//! Forged uploads are refused, so that a store that asks for no signature would be found out.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod client;
mod form;
mod keys;
mod process;
mod s3s_fs;
mod seaweedfs;
mod streamed;
mod trial;
