//! The signature, and its comparison in constant time.

use crate::bytes::from_text::from_text;
use crate::bytes::hex;
use crate::crypto::hmac::Tag;
use crate::crypto::secret;
use crate::error::{Error, ErrorKind};
use std::fmt;

/// A Signature Version 4 signature: 32 bytes, written as 64 lower-case hexadecimal digits.
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
pub struct Signature([u8; 32]);

impl Signature {
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSignature`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidSignature, "expected 64 lower-case hexadecimal digits");
        hex::decode(text.as_bytes()).map(Self).ok_or_else(invalid)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 digits.
    #[inline]
    pub(crate) fn to_hex(self) -> [u8; 64] {
        hex::encode(&self.0)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&::hex::encode(self.0))
    }
}

impl From<[u8; 32]> for Signature {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

from_text!(Error: Signature);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

/// The receipt of a comparison that matched. Only [`compare`](Self::compare) makes one, and every authentication needs one.
#[derive(Debug)]
#[must_use]
pub(crate) struct Matched(Signature);

impl Matched {
    /// Compares all 32 bytes in constant time.
    #[inline]
    pub(crate) fn compare(computed: Tag, claimed: &Signature) -> Option<Self> {
        secret::same(&computed.publish(), &claimed.0).then_some(Self(*claimed))
    }

    /// The signature that matched.
    pub(crate) const fn signature(&self) -> &Signature {
        &self.0
    }
}
