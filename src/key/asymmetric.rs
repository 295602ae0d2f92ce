//! The private key of Signature Version 4a, and what it signs.
//!
//! ```text
//! candidate   = HMAC("AWS4A" + secret, 00000001 label 00 access-key-id attempt 00000100)
//! private-key = candidate + 1, for the first attempt whose candidate is at most n - 2
//! ```
//!
//! `label` is the name of the algorithm, `attempt` a byte from 1 on, and `n` the order of the curve P-256.
//!
//! Sources: NIST SP 800-108, section 4.1; `source/key_derivation.c` of awslabs/aws-c-auth, and the test vectors beside it.

pub(crate) use crate::crypto::ecdsa::{PrivateKey, PublicKey as Point};

use crate::algorithm::Algorithm;
use crate::credentials::Credentials;
use crate::crypto::hmac::Message;
use crate::signature::Signature;
use crate::string_to_sign::StringToSign;
use zeroize::Zeroizing;

/// Derives the private key of `credentials`.
pub(super) fn derive(credentials: &Credentials) -> PrivateKey {
    let (prefix, secret) = (Algorithm::EcdsaP256Sha256.secret_prefix(), credentials.secret_key().as_bytes());
    let mut prefixed = Zeroizing::new(Vec::with_capacity(prefix.len() + secret.len()));
    prefixed.extend_from_slice(prefix);
    prefixed.extend_from_slice(secret);
    derive_of(&prefixed, credentials.access_key_id())
}

/// Derives the private key of a secret with its prefix.
pub(crate) fn derive_of(prefixed: &[u8], access_key_id: &str) -> PrivateKey {
    let label = Algorithm::EcdsaP256Sha256.as_str().as_bytes();
    PrivateKey::derive(prefixed, label, access_key_id.as_bytes())
}

#[cold]
pub(super) fn sign(key: &PrivateKey, digest: &[u8; 32]) -> Signature {
    Signature::of_der(key.sign(digest))
}

/// The SHA-256 of a string to sign.
#[cold]
pub(super) fn digest_of(string_to_sign: &StringToSign<'_>) -> [u8; 32] {
    digest(|message| string_to_sign.write_as(Algorithm::EcdsaP256Sha256, message))
}

/// The SHA-256 of the message that `write` writes.
pub(super) fn digest(write: impl FnOnce(&mut Message)) -> [u8; 32] {
    let mut message = Message::default();
    write(&mut message);
    message.finish()
}
