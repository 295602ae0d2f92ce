#![doc = include_str!("../README.md")]
//!
//! # The modules, lowest layer first
//!
//! | module | what it is |
//! |---|---|
//! | [`printable`], [`authority`] | text fit for a terminal line; whether every client sends a host as it is spelled |
//! | [`error`] | [`Error`], [`ErrorKind`], [`Rejection`] |
//! | [`algorithm`], [`name`], [`endpoint`] | names of the wire; regions, services and partitions of AWS's hosts |
//! | [`time`], [`scope`], [`credentials`], [`expires`], [`payload`], [`signature`] | the nouns of the wire: each reads, writes and checks itself |
//! | [`request`], [`settings`] | a borrowed request; what a signer and a verifier may be told to do otherwise |
//! | [`canonical`], [`string_to_sign`], [`key`], [`auth`] | the steps of the specification |
//! | [`sign`], [`verify`] | the two operations |
//!
//! Signing, presigning and verifying take their arguments in one order: the request, its payload, the credentials or the key,
//! how long it lasts, and `now` last. Nothing reads a clock, a file or the environment.
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

// The layers, lowest first: a file imports only from those before it, and `tests/it/layering.rs` holds it to that.

// Bytes in, bytes out.
pub(crate) mod bytes;
pub(crate) mod crypto;
pub mod printable;
pub mod authority;

// The vocabulary: one fact of the wire a file.
pub mod error;
#[cfg(any(feature = "explain", feature = "tower"))]
pub(crate) mod service_error;
pub mod algorithm;
pub mod name;
pub mod endpoint;
pub mod time;
pub mod scope;
pub mod credentials;
pub mod expires;
pub mod payload;
pub mod request;
pub mod settings;
pub mod signature;

// The pipeline: the specification's steps.
pub mod canonical;
pub mod string_to_sign;
pub mod key;
pub mod auth;

// The operations.
pub mod sign;
pub mod verify;

// The features.
#[cfg(feature = "explain")]
pub mod redact;
#[cfg(feature = "explain")]
pub mod explain;

// The rim.
#[cfg(feature = "config-files")]
pub mod config_files;
#[cfg(feature = "tower")]
pub mod tower;

pub use crate::credentials::{AccessKeyId, Credentials};
pub use crate::error::{Error, ErrorKind, Rejection};
pub use crate::expires::Expires;
pub use crate::payload::Payload;
pub use crate::scope::{Region, Service};
pub use crate::sign::{Signed, Signer};
pub use crate::time::Timestamp;
pub use crate::verify::{Caller, Claim, StoredKey, Verifier};
