#![doc = include_str!("../README.md")]

// The layers, lowest first. A file imports only from those before it; `tests/layering.rs` holds it to that.
pub(crate) mod bytes;
pub(crate) mod crypto;

pub(crate) mod algorithm;
pub(crate) mod credentials;
pub(crate) mod error;
pub(crate) mod expires;
pub(crate) mod name;
pub(crate) mod payload;
pub(crate) mod request;
pub(crate) mod scope;
pub(crate) mod settings;
pub(crate) mod signature;
pub(crate) mod time;

pub(crate) mod auth;
pub(crate) mod canonical;
pub(crate) mod fields;
pub(crate) mod key;
pub(crate) mod string_to_sign;

pub(crate) mod presign;
pub(crate) mod sign;

pub(crate) mod adapter;

pub use crate::algorithm::Algorithm;
pub use crate::bytes::percent::Plus;
pub use crate::bytes::sink::Sink;
pub use crate::canonical::CanonicalRequest;
pub use crate::canonical::query::MAX_QUERY_PAIRS;
pub use crate::credentials::{Credentials, MAX_ACCESS_KEY_ID_LEN, SecretKey};
pub use crate::error::{Error, ErrorKind};
pub use crate::expires::Expires;
pub use crate::key::SigningKey;
pub use crate::key::cache::DEFAULT_CACHED_KEYS;
pub use crate::payload::{ContentSha256, Payload, Streaming};
pub use crate::presign::Presigned;
pub use crate::request::{Headers, MAX_HEADERS, RequestView};
pub use crate::scope::{MAX_NAME_LEN, Region, Scope, Service};
pub use crate::settings::{ContentSha256Header, PathEncoding, SessionToken};
pub use crate::sign::{Signed, Signer};
pub use crate::signature::Signature;
pub use crate::string_to_sign::StringToSign;
pub use crate::time::{Day, Timestamp};
