//! What sig4 promises, one file a promise.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

mod authorities;
mod bodies;
mod cache;
mod chunked;
mod client_examples;
mod corpus;
mod differences;
mod documented;
mod errors;
mod events;
mod expiration;
mod four_ways;
mod hosts;
mod layering;
mod limits;
mod mistaken;
mod post_policy;
mod properties;
mod redirects;
mod resigning;
mod s3_control;
mod s3_session;
mod sdk_traffic;
mod service_profiles;
mod signing_keys;
mod sigv4a;
mod stream;
mod suite;
mod token;
mod vector;
mod verifier;

use sig4_test_support::suite as support;
