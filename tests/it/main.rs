//! What sig4 promises, one file a promise.

mod cache;
mod corpus;
mod differences;
mod documented;
mod errors;
mod layering;
mod resigning;
mod suite;
mod support;
