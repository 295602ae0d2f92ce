//! The pipeline of a check, asked directly.

mod apis;
mod answers;
mod bodies;
mod exemptions;
mod headers;
mod paths;
mod policies;
mod properties;
mod records;
mod scene;
mod stores;
mod upstream;
