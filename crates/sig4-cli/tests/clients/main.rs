//! Real clients against an HTTP API of API Gateway on this machine: each good call, and each thing that can be wrong.
//!
//! Clients that are programs read a job a line from their standard input, a JSON object of `job.rs`, and write an answer
//! a line. What is not there is installed into a folder of the build; where that cannot be, the client is skipped.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod api;
mod authorizer;
mod callers;
mod case;
mod client;
mod conformance;
mod curl;
mod examples;
mod found;
mod function;
mod inspected;
mod install;
mod job;
mod matrix;
mod page;
mod rest;
mod rest_stack;
mod retries;
mod secure;
mod service;
mod stack;
mod story;
mod table;
mod tamper;
mod tokens;
mod trial;
mod trust;
