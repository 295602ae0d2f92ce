//! SHA-256 and HMAC-SHA-256, as this crate uses them: over sinks, with secrets that wipe themselves.
//!
//! # What is wiped
//!
//! | what | by |
//! |---|---|
//! | states of keys and hashes, padded keys, the inner digest, tags | [`Wiped`](secret::Wiped), when they are dropped; they are written to their places and not moved |
//! | what a derivation, and the hash that a cached key is filed under, leave in their frames and in those of `hmac` and `sha2` | `on_wiped_stack` |
//!
//! The `zeroize` features of `hmac` and `sha2` wipe the states and the block buffer of their types. They do not wipe `hmac`'s padded key, its
//! inner digest, or the words of the block in `sha2`'s compression function. Without SHA instructions, a signature leaves the inner digest there.
//!
//! Bodies and canonical requests are not wiped. They are public but for a session token, which the request's own headers or URL have too.
//! Registers are not wiped, and neither are the copies that a program leaves where it moves a key.

#[cfg(feature = "sigv4a")]
pub(crate) mod ecdsa;
#[cfg(all(feature = "explain", feature = "sigv4a"))]
pub(crate) mod ecdsa_candidates;
pub(crate) mod hmac;
pub(crate) mod secret;
pub(crate) mod sha256;
