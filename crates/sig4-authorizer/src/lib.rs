#![doc = include_str!("../README.md")]
//!
//! # The way of a request
//!
//! | Step | Module |
//! |---|---|
//! | a proxy asks about a request | `envoy` over gRPC, `forward` over HTTP |
//! | the request as the client sent it | [`CheckRequest`] |
//! | its API, path, signature, policies and earlier uses | [`Authorizer`] |
//! | the answer | [`Verdict`] |
//! | log and metrics | [`CheckRecord`], `observe` |
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

pub(crate) mod error;
pub(crate) mod regular_file;
pub(crate) mod check;
pub mod keys;
pub mod replay;
pub(crate) mod observe;
pub(crate) mod envoy;
pub(crate) mod forward;
pub mod config;
pub(crate) mod server;

pub use check::answers::AnswerProfile;
pub use check::api::Api;
pub use check::authorizer::Authorizer;
pub use check::record::{CheckOutcome, CheckRecord, Observe};
pub use check::request::{CheckBody, CheckRequest};
pub use check::upstream_headers::UpstreamHeaders;
pub use check::verdict::{Allowed, Denied, Verdict};
pub use error::{Error, ErrorKind};
pub use server::{Assembly, Server, initialize_replay_store};
