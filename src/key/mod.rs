//! The signing key.
//!
//! ```text
//! date-key    = HMAC("AWS4" + secret, day)
//! region-key  = HMAC(date-key, region)
//! service-key = HMAC(region-key, service)
//! signing-key = HMAC(service-key, "aws4_request")
//! ```
//!
//! Source: "Create a signed AWS API request", step 4.

pub(crate) mod cache;
pub(crate) mod scoped;

pub use cache::DEFAULT_CACHED_KEYS;

use crate::bytes::write::Write;
use crate::credentials::SecretKey;
use crate::crypto::hmac::Key;
use crate::scope::{Scope, TERMINATOR};
use crate::signature::{Matched, Signature};
use crate::string_to_sign::StringToSign;
use zeroize::Zeroizing;

/// What is put before the secret for the first key.
pub(crate) const SECRET_PREFIX: &[u8] = b"AWS4";

/// The key of one secret for one day, region and service, ready to sign. Wiped when dropped; `Debug` shows nothing of it.
///
/// ```
/// use sig4::{Scope, SecretKey, SigningKey, StringToSign, Timestamp};
///
/// // The worked example of AWS's documentation ("Signature Version 4 signing process", IAM ListUsers).
/// let secret = SecretKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let scope = Scope::parse("20150830/us-east-1/iam/aws4_request")?;
/// let request = *b"\xf5\x36\x97\x5d\x06\xc0\x30\x92\x14\xf8\x05\xbb\x90\xcc\xff\x08\x92\x19\xec\xd6\x8b\x25\x77\xef\xef\x23\xed\xd4\x3b\x7e\x1a\x59";
/// let string_to_sign = StringToSign::new(Timestamp::parse("20150830T123600Z")?, &scope, request);
/// let signature = SigningKey::derive(&secret, &scope).sign(&string_to_sign);
/// assert_eq!(signature.to_string(), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SigningKey {
    key: Key,
}

impl SigningKey {
    /// Derives the key: four HMACs, none of whose results outlives the call.
    #[must_use]
    pub fn derive(secret: &SecretKey, scope: &Scope) -> Self {
        let mut first = Zeroizing::new(Vec::with_capacity(SECRET_PREFIX.len() + secret.as_bytes().len()));
        first.extend_from_slice(SECRET_PREFIX);
        first.extend_from_slice(secret.as_bytes());
        let step = |key: Key, input: &[u8]| key.tag(|message| message.put(input)).into_key();
        let date_key = step(Key::new(&first), scope.day().as_bytes());
        let region_key = step(date_key, scope.region().as_bytes());
        let service_key = step(region_key, scope.service().as_bytes());
        Self { key: step(service_key, TERMINATOR.as_bytes()) }
    }

    /// Signs.
    #[must_use]
    #[inline]
    pub fn sign(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        Signature::new(self.key.tag(|message| string_to_sign.write(message)).publish())
    }

    /// Compares in constant time what a request claims to be its signature with what this key gives.
    #[inline]
    pub(crate) fn compare(&self, string_to_sign: &StringToSign<'_>, claimed: &Signature) -> Option<Matched> {
        Matched::compare(self.key.tag(|message| string_to_sign.write(message)), claimed)
    }
}
