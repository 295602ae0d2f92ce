//! The name of the signing algorithm, the first word of the `Authorization` header and of the string to sign.

use crate::bytes::from_text::from_text;
use crate::error::{Error, ErrorKind};
use std::fmt;

/// A signing algorithm.
///
/// ```
/// use sig4::algorithm::Algorithm;
///
/// let algorithm: Algorithm = "AWS4-HMAC-SHA256".parse()?;
/// assert_eq!(algorithm, Algorithm::HmacSha256);
/// assert_eq!(algorithm.to_string(), "AWS4-HMAC-SHA256");
/// assert_eq!(Algorithm::EcdsaP256Sha256.as_str(), "AWS4-ECDSA-P256-SHA256");
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Signature calculation for SigV4a" in "AWS Signature Version 4 for API requests".
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Algorithm {
    /// Signature Version 4: HMAC-SHA-256 with a key that is derived for one day, region and service.
    #[default]
    HmacSha256,
    /// Signature Version 4a: ECDSA on the curve P-256 with SHA-256, and a key pair that is derived from the secret. One signature is valid
    /// in all regions of a set.
    ///
    /// The name is known without the feature `sigv4a` too, so that it is never taken for Signature Version 4.
    EcdsaP256Sha256,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 2] = [Self::HmacSha256, Self::EcdsaP256Sha256];

    /// Reads a name. It is case-sensitive.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedAlgorithm`] for any other name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let unsupported = || {
            let [hmac, ecdsa] = Self::ALL.map(Self::as_str);
            Error::new(ErrorKind::UnsupportedAlgorithm, format!("expected {hmac} or {ecdsa}"))
        };
        Self::find(text.as_bytes()).ok_or_else(unsupported)
    }

    /// The algorithm of a name. It is case-sensitive.
    pub(crate) fn find(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str().as_bytes() == name)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "AWS4-HMAC-SHA256",
            Self::EcdsaP256Sha256 => "AWS4-ECDSA-P256-SHA256",
        }
    }

    /// What stands before the secret when a key is derived.
    pub(crate) const fn secret_prefix(self) -> &'static [u8] {
        match self {
            Self::HmacSha256 => b"AWS4",
            Self::EcdsaP256Sha256 => b"AWS4A",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

from_text!(Error: Algorithm);

/// The prefix of the names of Signature Version 4 algorithms. An `Authorization` value with this prefix is a signature.
pub(crate) const FAMILY: &str = "AWS4-";

/// The algorithms that a verifier accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Accepted {
    hmac: bool,
    ecdsa: bool,
}

impl Accepted {
    /// Signature Version 4 alone.
    pub(crate) const V4: Self = Self { hmac: true, ecdsa: false };

    #[cfg(feature = "sigv4a")]
    pub(crate) fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let mut accepted = Self { hmac: false, ecdsa: false };
        for algorithm in algorithms {
            match algorithm {
                Algorithm::HmacSha256 => accepted.hmac = true,
                Algorithm::EcdsaP256Sha256 => accepted.ecdsa = true,
            }
        }
        accepted
    }

    /// The same with Signature Version 4.
    #[cfg(feature = "explain")]
    pub(crate) const fn and_hmac(self) -> Self {
        Self { hmac: true, ..self }
    }

    /// Whether `algorithm` is accepted.
    #[inline]
    pub(crate) const fn has(self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::HmacSha256 => self.hmac,
            Algorithm::EcdsaP256Sha256 => self.ecdsa,
        }
    }

    /// The accepted algorithm of a name.
    ///
    /// # Errors
    ///
    /// The kind of the refusal: [`ErrorKind::AsymmetricSignature`] for Signature Version 4a where it is not accepted, and
    /// [`ErrorKind::UnsupportedAlgorithm`] for any other name.
    pub(crate) fn find(self, name: &[u8]) -> Result<Algorithm, ErrorKind> {
        match Algorithm::find(name) {
            Some(algorithm) if self.has(algorithm) => Ok(algorithm),
            Some(Algorithm::EcdsaP256Sha256) => Err(ErrorKind::AsymmetricSignature),
            Some(Algorithm::HmacSha256) | None => Err(ErrorKind::UnsupportedAlgorithm),
        }
    }
}
