//! Verifying: parse the claim, look up its key, compare the signature, get the caller.
//!
//! Start with [`Verifier`]. It makes a [`Claim`] of a request, and [`Claim::verify`] makes a [`Caller`] of the claim, with the
//! [`StoredKey`] that you look up in between. Only the layers of the feature `tower` need a [`KeyStore`].

#[cfg(feature = "sigv4a")]
pub(crate) mod asymmetric;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod claim;
pub(crate) mod claimant;
#[cfg(feature = "stream")]
pub(crate) mod head;
pub(crate) mod parsed_claim;
pub(crate) mod validity_window;
pub(crate) mod key_store;
mod minutes;
pub(crate) mod options;
pub(crate) mod received_headers;
pub(crate) mod replay;
pub(crate) mod seen;
pub(crate) mod s3_messages;
pub(crate) mod signed_headers;
pub(crate) mod stored_key;
pub(crate) mod stream;
pub(crate) mod target;
mod verifier;

pub use body::Body;
pub use caller::Caller;
pub use claim::Claim;
pub use key_store::{AccessKey, KeyFuture, KeyStore, KeyStoreError};
pub use options::PresignedBody;
#[cfg(feature = "stream")]
pub use options::{DEFAULT_MAX_SIGNED_CHUNK_LEN, MAX_SIGNED_CHUNK_LEN};
pub use replay::{Remembered, ReplayFuture, ReplayStore, ReplayStoreError, SignatureUse};
pub use seen::{DEFAULT_REPLAY_LIFETIME, SeenSignatures};
pub use stored_key::StoredKey;
pub use stream::StreamingBody;
pub use verifier::Verifier;
#[cfg(feature = "tower")]
pub(crate) use verifier::is_same_host;
