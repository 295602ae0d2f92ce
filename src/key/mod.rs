//! The signing key.
//!
//! [`Signer`](crate::Signer) and [`Verifier`](crate::Verifier) derive and cache signing keys. A [`SigningKey`] of your own is for
//! processes that sign or verify without the secret.
//!
//! ```text
//! date-key    = HMAC("AWS4" + secret, day)
//! region-key  = HMAC(date-key, region)
//! service-key = HMAC(region-key, service)
//! signing-key = HMAC(service-key, "aws4_request")
//! ```
//!
//! The key of Signature Version 4a is a private key of the curve P-256, of no day and no service: see `PublicKey` of the feature `sigv4a`.
//!
//! Source: "Create a signed AWS API request", step 4.

#[cfg(feature = "sigv4a")]
pub(crate) mod asymmetric;
pub(crate) mod cache;
#[cfg(feature = "sigv4a")]
mod public;
pub(crate) mod scoped;

pub use cache::DEFAULT_CACHED_KEYS;
#[cfg(feature = "sigv4a")]
pub use public::PublicKey;

use crate::algorithm::Algorithm;
use crate::credentials::{AccessKeyId, Credentials};
use crate::crypto::hmac::{Key, Message, Tag, tag_once};
use crate::crypto::secret::on_wiped_stack;
use crate::error::{Error, ErrorKind};
use crate::scope::{Scope, TERMINATOR};
use crate::signature::{Matched, Signature};
use crate::string_to_sign::StringToSign;
use std::fmt;
use zeroize::Zeroizing;

/// The key of one access key id for one day, region and service. It is wiped when it is dropped, and `Debug` does not show it.
///
/// For a scope [without a region](Scope::algorithm) it is the private key of Signature Version 4a, and signs for that day and service alone.
/// Its bytes are of all days, regions and services.
///
/// A central store can derive it once a day and hand its [bytes](Self::to_bytes) to another process. That process signs and
/// verifies with them, and never learns the secret.
///
/// ```
/// use sig4::key::SigningKey;
/// use sig4::{Credentials, scope::Scope, string_to_sign::StringToSign, Timestamp};
///
/// // The worked example of AWS's documentation ("Signature Version 4 signing process", IAM ListUsers).
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let scope = Scope::parse("20150830/us-east-1/iam/aws4_request")?;
/// let request = *b"\xf5\x36\x97\x5d\x06\xc0\x30\x92\x14\xf8\x05\xbb\x90\xcc\xff\x08\x92\x19\xec\xd6\x8b\x25\x77\xef\xef\x23\xed\xd4\x3b\x7e\x1a\x59";
/// let string_to_sign = StringToSign::new(Timestamp::parse("20150830T123600Z")?, &scope, request);
/// let key = SigningKey::derive(&credentials, &scope);
/// let signature = key.sign(&string_to_sign)?;
/// assert_eq!(signature.to_string(), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
///
/// let handed_over = SigningKey::from_bytes("AKIDEXAMPLE".parse()?, scope, &key.to_bytes())?;
/// assert_eq!(handed_over.sign(&string_to_sign)?, signature);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    access_key_id: AccessKeyId,
    scope: Scope,
    ready: ReadyKey,
}

/// A signing key without the access key id and scope that it is for.
#[derive(Clone)]
pub(crate) enum ReadyKey {
    Hmac(HmacKey),
    #[cfg(feature = "sigv4a")]
    Private(asymmetric::PrivateKey),
    /// A key that only verifies.
    #[cfg(feature = "sigv4a")]
    Public(Box<asymmetric::Point>),
}

/// The key of Signature Version 4.
#[derive(Clone)]
pub(crate) struct HmacKey {
    bytes: Box<Zeroizing<[u8; 32]>>,
    key: Key,
}

impl ReadyKey {
    /// Derives the key for the algorithm of `scope`.
    pub(crate) fn derive(credentials: &Credentials, scope: &Scope) -> Self {
        match scope.algorithm() {
            #[cfg(feature = "sigv4a")]
            Algorithm::EcdsaP256Sha256 => Self::Private(asymmetric::derive(credentials)),
            _ => Self::Hmac(HmacKey::derive(credentials, scope)),
        }
    }

    /// Signs a string of the key's scope.
    #[inline]
    pub(crate) fn sign(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        match self {
            Self::Hmac(key) => key.sign(string_to_sign),
            #[cfg(feature = "sigv4a")]
            Self::Private(key) => asymmetric::sign(key, &asymmetric::digest_of(string_to_sign)),
            #[cfg(feature = "sigv4a")]
            Self::Public(_) => unreachable!("a key of a verifier signs nothing"),
        }
    }

    /// Compares a claimed signature with the key's tag, in constant time. A signature of another algorithm never matches.
    #[inline]
    pub(crate) fn compare(&self, string_to_sign: &StringToSign<'_>, claimed: &Signature) -> Option<Matched> {
        match self {
            Self::Hmac(key) => key.compare(string_to_sign, claimed),
            #[cfg(feature = "sigv4a")]
            Self::Private(key) => Matched::verify(&key.public(), &asymmetric::digest_of(string_to_sign), claimed),
            #[cfg(feature = "sigv4a")]
            Self::Public(key) => Matched::verify(key, &asymmetric::digest_of(string_to_sign), claimed),
        }
    }

    /// The key of `scope` from its bytes.
    fn from_bytes(scope: &Scope, bytes: &[u8; 32]) -> Option<Self> {
        match scope.algorithm() {
            #[cfg(feature = "sigv4a")]
            Algorithm::EcdsaP256Sha256 => asymmetric::PrivateKey::from_bytes(bytes).map(Self::Private),
            _ => Some(Self::Hmac(HmacKey::new(bytes))),
        }
    }

    fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        match self {
            Self::Hmac(key) => Zeroizing::clone(&key.bytes),
            #[cfg(feature = "sigv4a")]
            Self::Private(key) => key.to_bytes(),
            #[cfg(feature = "sigv4a")]
            Self::Public(_) => unreachable!("a signing key is private"),
        }
    }
}

impl HmacKey {
    fn new(bytes: &[u8; 32]) -> Self {
        Self { bytes: Box::new(Zeroizing::new(*bytes)), key: Key::new(bytes) }
    }

    /// Derives the key with four HMACs. Their intermediate results are wiped, and so is the stack that they used.
    fn derive(credentials: &Credentials, scope: &Scope) -> Self {
        on_wiped_stack(|| Self::derive_in_place(credentials, scope))
    }

    fn derive_in_place(credentials: &Credentials, scope: &Scope) -> Self {
        let secret = credentials.secret_key().as_bytes();
        let prefix = Algorithm::HmacSha256.secret_prefix();
        let mut first = Zeroizing::new(Vec::with_capacity(prefix.len() + secret.len()));
        first.extend_from_slice(prefix);
        first.extend_from_slice(secret);
        let date_key = tag_once(&first, scope.day().as_bytes());
        let region_key = tag_once(date_key.as_secret(), scope.region().as_bytes());
        let service_key = tag_once(region_key.as_secret(), scope.service().as_bytes());
        Self::new(tag_once(service_key.as_secret(), TERMINATOR.as_bytes()).as_secret())
    }

    #[inline]
    fn tag(&self, string_to_sign: &StringToSign<'_>) -> Tag {
        self.key.tag(|message| string_to_sign.write_as(Algorithm::HmacSha256, message))
    }

    #[inline]
    fn sign(&self, string_to_sign: &StringToSign<'_>) -> Signature {
        Signature::new(self.tag(string_to_sign).publish())
    }

    #[inline]
    fn compare(&self, string_to_sign: &StringToSign<'_>, claimed: &Signature) -> Option<Matched> {
        Matched::compare(self.tag(string_to_sign), claimed)
    }
}

impl ReadyKey {
    /// Signs the message that `write` writes: the string to sign of a chunk, a trailer or an event, or the policy of a form.
    pub(crate) fn sign_message(&self, write: impl FnOnce(&mut Message)) -> Signature {
        match self {
            Self::Hmac(key) => Signature::new(key.key.tag(write).publish()),
            #[cfg(feature = "sigv4a")]
            Self::Private(key) => asymmetric::sign(key, &asymmetric::digest(write)),
            #[cfg(feature = "sigv4a")]
            Self::Public(_) => unreachable!("a key of a verifier signs nothing"),
        }
    }

    /// Compares a claimed signature with the tag of the message that `write` writes, in constant time.
    pub(crate) fn compare_message(&self, write: impl FnOnce(&mut Message), claimed: &Signature) -> Option<Matched> {
        match self {
            Self::Hmac(key) => Matched::compare(key.key.tag(write), claimed),
            #[cfg(feature = "sigv4a")]
            Self::Private(key) => Matched::verify(&key.public(), &asymmetric::digest(write), claimed),
            #[cfg(feature = "sigv4a")]
            Self::Public(key) => Matched::verify(key, &asymmetric::digest(write), claimed),
        }
    }
}

impl SigningKey {
    /// Derives the key: with four HMACs, or that of Signature Version 4a with one HMAC and the multiplication of a point. Their intermediate
    /// results are wiped, and so is the stack that they used.
    #[must_use]
    pub fn derive(credentials: &Credentials, scope: &Scope) -> Self {
        Self::of(credentials, *scope, ReadyKey::derive(credentials, scope))
    }

    fn of(credentials: &Credentials, scope: Scope, ready: ReadyKey) -> Self {
        Self { access_key_id: credentials.own_access_key_id().clone(), scope, ready }
    }

    /// The key from the [bytes](Self::to_bytes) of a key of this access key id and scope.
    ///
    /// The bytes tell neither of the two. Send both along as text: [`AccessKeyId`] and [`Scope`] are displayed and parsed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSecretKey`] if the scope is of Signature Version 4a and the bytes are no private key: zero, or not less than the
    /// order of the curve P-256. All other bytes are a key.
    pub fn from_bytes(access_key_id: AccessKeyId, scope: Scope, bytes: &[u8; 32]) -> Result<Self, Error> {
        let no_key = || Error::new(ErrorKind::InvalidSecretKey, "the bytes are not a private key of the curve P-256");
        let ready = ReadyKey::from_bytes(&scope, bytes).ok_or_else(no_key)?;
        Ok(Self { access_key_id, scope, ready })
    }

    /// The key's 32 bytes, a secret. The copy is wiped when it is dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.ready.to_bytes()
    }

    /// The access key id of the secret that the key was derived from.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.access_key_id.as_str()
    }

    /// The day, region and service of the key.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Signs a string.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ScopeMismatch`] if the string to sign is for another day, region or service than the key.
    pub fn sign(&self, string_to_sign: &StringToSign<'_>) -> Result<Signature, Error> {
        if *string_to_sign.scope() == self.scope {
            return Ok(self.ready.sign(string_to_sign));
        }
        let detail = format!("the key is for {}, and the string to sign for {}", self.scope, string_to_sign.scope());
        Err(Error::new(ErrorKind::ScopeMismatch, detail))
    }

    /// The key for strings whose scope is known to be its own.
    pub(crate) const fn ready(&self) -> &ReadyKey {
        &self.ready
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("access_key_id", &self.access_key_id())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::SigningKey;
    use crate::credentials::Credentials;
    use crate::error::ErrorKind;
    use crate::scope::Scope;
    use crate::string_to_sign::StringToSign;
    use crate::time::Timestamp;

    #[test]
    fn a_key_from_bytes_signs_for_its_own_scope_only() {
        let scope = |text: &str| Scope::parse(&format!("{text}/aws4_request")).unwrap();
        let (own, timestamp) = (scope("20150830/us-east-1/iam"), Timestamp::parse("20150830T123600Z").unwrap());
        let key = SigningKey::derive(&Credentials::new("AKID", "secret").unwrap(), &own);
        let copy = SigningKey::from_bytes("AKID".parse().unwrap(), own, &key.to_bytes()).unwrap();
        assert_eq!((copy.access_key_id(), copy.scope()), ("AKID", &own));
        let sign = |key: &SigningKey, scope: &Scope| key.sign(&StringToSign::new(timestamp, scope, [7; 32]));
        assert_eq!(sign(&copy, &own).unwrap(), sign(&key, &own).unwrap());
        for other in ["20150831/us-east-1/iam", "20150830/us-east-2/iam", "20150830/us-east-1/s3"] {
            assert_eq!(sign(&copy, &scope(other)).unwrap_err().kind(), ErrorKind::ScopeMismatch, "{other}");
        }
        let shown = format!("{copy:?}");
        assert!(!shown.contains(&format!("{:?}", key.to_bytes()[0..4].to_vec())), "{shown}");
    }
}
