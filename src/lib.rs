#![doc = include_str!("../README.md")]
//!
//! The links to `docs/` and `crates/` in the text above lead to files of the repository. They work there, and not on this page.
//!
//! # The modules, lowest layer first
//!
//! A program that signs starts with [`Signer`] and [`Credentials`], and a program that verifies with [`Verifier`]. Most programs
//! need nothing below them. The modules `explain` and `redact` need the feature `explain`; `stream`, `tower`, `reqwest`, `config_files` and
//! `testing` each need the feature of their name.
//!
//! | module | content |
//! |---|---|
//! | [`printable`] | text of unknown origin, made safe for a terminal line |
//! | [`authority`] | whether every client sends a host unchanged |
//! | [`error`] | [`Error`], [`ErrorKind`], [`Rejection`] |
//! | [`algorithm`] | the name of the signing algorithm |
//! | [`name`] | the names of headers and query parameters |
//! | [`endpoint`] | regions, services and partitions of AWS's host names |
//! | [`time`] | [`Timestamp`], days, and the moments that are accepted as `now` |
//! | [`scope`] | [`Region`], [`Service`] and the credential scope |
//! | `region_set` | the regions of a Signature Version 4a signature (feature `sigv4a`) |
//! | [`session_token`] | the header and the query parameter of a session token |
//! | [`credentials`] | [`Credentials`] and [`AccessKeyId`] |
//! | [`expires`] | [`Expires`], the lifetime of a presigned URL |
//! | [`payload`] | [`Payload`] and `x-amz-content-sha256` |
//! | [`body`] | bodies in memory, whose bytes are hashed |
//! | [`request`] | a borrowed request of any transport |
//! | [`settings`] | the types of the settings of signers and verifiers |
//! | [`signature`] | the signature |
//! | [`canonical`] | the canonical request |
//! | [`string_to_sign`] | the string to sign |
//! | [`key`] | the signing key |
//! | [`auth`] | the `Authorization` header and the query of a presigned URL, read and written |
//! | [`sign`] | [`Signer`], [`Signed`], presigning |
//! | [`s3_session`] | the request for credentials of S3 Express One Zone, and its answer |
//! | [`verify`] | [`Verifier`], [`Claim`], [`Caller`], stores of keys and of used signatures |
//! | [`token`] | tokens made of signatures: RDS, EKS, MSK and others |
//! | `stream` | bodies that are signed in chunks, with a trailer or event by event |
//! | [`post_policy`] | forms with which a browser uploads to S3: made, and checked when they arrive |
//!
//! [`Signer`]'s methods take their arguments in one order: the request, its payload, the credentials, the lifetime, and `now` last. A
//! [`Claim`] is the request already: its methods take the key, the body, and `now` last. The modules above do no IO
//! and read no clock and no environment.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

// The layers, lowest first: a file imports only from those before it, and `tests/it/layering` holds it to that.

// Bytes in, bytes out.
pub(crate) mod bytes;
pub(crate) mod crypto;
pub mod printable;
pub(crate) mod pasted;
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
#[cfg(feature = "sigv4a")]
pub mod region_set;
pub mod session_token;
pub mod credentials;
pub mod expires;
pub mod payload;
pub mod body;
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
pub mod s3_session;
pub mod verify;
pub mod post_policy;
pub mod token;

// The features.
#[cfg(feature = "stream")]
pub mod stream;
#[cfg(feature = "explain")]
pub mod redact;
#[cfg(feature = "explain")]
pub mod explain;

// The rim.
#[cfg(feature = "config-files")]
pub mod config_files;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "reqwest")]
pub mod reqwest;

// For tests.
#[cfg(feature = "testing")]
pub mod testing;

pub use crate::credentials::{AccessKeyId, Credentials};
pub use crate::error::{Error, ErrorKind, Rejection};
pub use crate::expires::Expires;
pub use crate::payload::Payload;
pub use crate::scope::{Region, Service};
pub use crate::sign::{Signed, Signer};
pub use crate::time::Timestamp;
pub use crate::verify::{Caller, Claim, StoredKey, Verifier};
