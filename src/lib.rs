#![doc = include_str!("../README.md")]
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
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "iam")]
pub mod iam;

// The rim.
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "gateway")]
pub mod gateway;

pub use crate::algorithm::Algorithm;
pub use crate::auth::SignatureLocation;
pub use crate::auth::header::MAX_AUTHORIZATION_LEN;
pub use crate::bytes::percent::PlusDecoding;
pub use crate::canonical::CanonicalRequest;
pub use crate::canonical::query::MAX_QUERY_PAIRS;
pub use crate::credentials::{AccessKeyId, Credentials, MAX_ACCESS_KEY_ID_LEN, MAX_SESSION_TOKEN_LEN, SecretKey};
pub use crate::error::{Error, ErrorKind, Rejection};
pub use crate::expires::Expires;
pub use crate::key::SigningKey;
pub use crate::key::cache::DEFAULT_CACHED_KEYS;
pub use crate::payload::{ContentSha256, Payload, Streaming};
pub use crate::request::{Headers, MAX_HEADERS, RequestView};
pub use crate::scope::{MAX_NAME_LEN, Region, Scope, Service};
pub use crate::settings::{ContentSha256Header, PathEncoding, SessionTokenPlacement};
pub use crate::sign::Presigned;
pub use crate::sign::{Signed, Signer};
pub use crate::signature::Signature;
pub use crate::string_to_sign::StringToSign;
pub use crate::time::{Day, Timestamp};
pub use crate::verify::Verifier;
pub use crate::verify::body::Body;
pub use crate::verify::caller::Caller;
pub use crate::verify::claim::Claim;
pub use crate::verify::options::PresignedBody;
pub use crate::verify::replay::{Remembered, ReplayFuture, ReplayStore, ReplayStoreError, SignatureUse};
pub use crate::verify::seen::{DEFAULT_REPLAY_LIFETIME, SeenSignatures};
pub use crate::verify::stored_key::StoredKey;
pub use crate::verify::stream::StreamingBody;
