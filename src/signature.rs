//! The signature, and its comparison in constant time.

use crate::algorithm::Algorithm;
use crate::bytes::from_text::from_text;
use crate::bytes::hex;
use crate::bytes::write::Write;
#[cfg(feature = "sigv4a")]
use crate::crypto::ecdsa::{Der, PublicKey};
use crate::crypto::hmac::Tag;
use crate::crypto::secret;
use crate::error::{Error, ErrorKind};
use std::fmt;

/// The most hexadecimal digits of a Signature Version 4a signature: its DER form has at most 72 bytes.
pub const MAX_V4A_DIGITS: usize = 144;

#[cfg(feature = "sigv4a")]
const _: () = assert!(MAX_V4A_DIGITS == 2 * crate::crypto::ecdsa::MAX_DER_LEN);

/// A signature, written in lower-case hexadecimal digits: the 32 bytes of Signature Version 4, or the DER form of Signature Version 4a.
///
/// A `Signature` is public: it was sent or received. `==` between two is an ordinary comparison, for tests and tables. It does
/// not authenticate a request: a [`Verifier`](crate::Verifier) compares a received signature with its computed tag in
/// constant time, and never turns the tag into a `Signature`.
///
/// ```
/// let text = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
/// let signature: sig4::signature::Signature = text.parse()?;
/// assert_eq!(signature.to_string(), text);
/// assert_eq!(signature.as_bytes()[..2], [0x5d, 0x67]);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Signature(Form);

#[derive(Clone, Copy, Eq, Hash, PartialEq)]
enum Form {
    Hmac([u8; 32]),
    #[cfg(feature = "sigv4a")]
    Ecdsa(Der),
}

impl Signature {
    #[inline]
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(Form::Hmac(bytes))
    }

    #[cfg(feature = "sigv4a")]
    pub(crate) const fn of_der(der: Der) -> Self {
        Self(Form::Ecdsa(der))
    }

    /// Reads 64 lower-case hexadecimal digits. With the feature `sigv4a` it also reads up to [`MAX_V4A_DIGITS`] digits of a strict DER form:
    /// a sequence of two integers from 1 to less than the order of the curve P-256.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let algorithm = if text.len() == 64 { Algorithm::HmacSha256 } else { Algorithm::EcdsaP256Sha256 };
        let invalid = || Error::new(ErrorKind::InvalidSignature, "expected 64 lower-case hexadecimal digits");
        Self::parse_as(algorithm, text).ok_or_else(invalid)
    }

    /// Reads a signature of `algorithm`.
    #[inline]
    pub(crate) fn parse_as(algorithm: Algorithm, text: &str) -> Option<Self> {
        match algorithm {
            Algorithm::HmacSha256 => hex::decode(text.as_bytes()).map(Self::new),
            Algorithm::EcdsaP256Sha256 => Self::parse_der(text),
        }
    }

    #[cfg(feature = "sigv4a")]
    #[cold]
    fn parse_der(text: &str) -> Option<Self> {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let mut bytes = [0; MAX_V4A_DIGITS / 2];
        let bytes = bytes.get_mut(..text.len() / 2).filter(|_| text.bytes().all(is_digit))?;
        ::hex::decode_to_slice(text, bytes).ok()?;
        Der::parse(bytes).map(Self::of_der)
    }

    #[cfg(not(feature = "sigv4a"))]
    const fn parse_der(_text: &str) -> Option<Self> {
        None
    }

    /// The signature of `algorithm` with these [bytes](Self::as_bytes).
    #[cfg(feature = "stream")]
    pub(crate) fn of_bytes(algorithm: Algorithm, bytes: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::HmacSha256 => bytes.try_into().ok().map(Self::new),
            #[cfg(feature = "sigv4a")]
            Algorithm::EcdsaP256Sha256 => Der::parse(bytes).map(Self::of_der),
            #[cfg(not(feature = "sigv4a"))]
            Algorithm::EcdsaP256Sha256 => None,
        }
    }

    /// The algorithm that made it.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Form::Hmac(_) => Algorithm::HmacSha256,
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(_) => Algorithm::EcdsaP256Sha256,
        }
    }

    /// The 32 bytes of Signature Version 4, or the DER form of Signature Version 4a.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Hmac(bytes) => bytes,
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(der) => der.as_bytes(),
        }
    }

    /// The most digits of a signature of `algorithm`.
    #[inline]
    pub(crate) const fn max_digits(algorithm: Algorithm) -> usize {
        match algorithm {
            Algorithm::HmacSha256 => 64,
            Algorithm::EcdsaP256Sha256 => MAX_V4A_DIGITS,
        }
    }

    /// Writes the digits.
    #[inline(always)]
    pub(crate) fn write_hex(&self, sink: &mut impl Write) {
        match &self.0 {
            Form::Hmac(bytes) => sink.put(&hex::encode(bytes)),
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(der) => der.as_bytes().iter().for_each(|byte| sink.put(&hex::pair(*byte))),
        }
    }

    /// The form that a store of used signatures remembers. A Signature Version 4a signature has two forms, of which anybody can make the one
    /// from the other.
    pub(crate) fn of_use(&self) -> Self {
        match &self.0 {
            Form::Hmac(_) => *self,
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(der) => Self::of_der(der.with_low_s()),
        }
    }

    /// The DER form, if it is a Signature Version 4a signature.
    #[cfg(all(feature = "explain", feature = "sigv4a"))]
    pub(crate) const fn der(&self) -> Option<&Der> {
        match &self.0 {
            Form::Hmac(_) => None,
            Form::Ecdsa(der) => Some(der),
        }
    }

    /// 32 bytes that no other signature has.
    pub(crate) fn identity(&self) -> [u8; 32] {
        match &self.0 {
            Form::Hmac(bytes) => *bytes,
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(der) => crate::crypto::sha256::digest(der.as_bytes()),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&::hex::encode(self.as_bytes()))
    }
}

impl From<[u8; 32]> for Signature {
    fn from(bytes: [u8; 32]) -> Self {
        Self::new(bytes)
    }
}

from_text!(Error: Signature);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

/// The receipt of a comparison that matched. Only [`compare`](Self::compare) and `verify` make one, and every authentication needs one.
#[derive(Debug)]
#[must_use]
pub(crate) struct Matched(Signature);

impl Matched {
    /// Compares all 32 bytes in constant time.
    #[inline]
    pub(crate) fn compare(computed: Tag, claimed: &Signature) -> Option<Self> {
        match &claimed.0 {
            Form::Hmac(bytes) => secret::same(&computed.publish(), bytes).then_some(Self(*claimed)),
            #[cfg(feature = "sigv4a")]
            Form::Ecdsa(_) => None,
        }
    }

    /// Verifies a signature of the message with this SHA-256.
    #[cfg(feature = "sigv4a")]
    #[cold]
    pub(crate) fn verify(key: &PublicKey, digest: &[u8; 32], claimed: &Signature) -> Option<Self> {
        match &claimed.0 {
            Form::Ecdsa(der) => key.verifies(digest, der).then_some(Self(*claimed)),
            Form::Hmac(_) => None,
        }
    }

    /// The signature that matched.
    pub(crate) const fn signature(&self) -> &Signature {
        &self.0
    }
}
