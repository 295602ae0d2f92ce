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
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Algorithm {
    /// Signature Version 4: HMAC-SHA-256 with a key that is derived for one day, region and service.
    HmacSha256,
}

impl Algorithm {
    /// Reads a name. It is case-sensitive.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedAlgorithm`] for any other name; [`ErrorKind::AsymmetricSignature`] for that of Signature Version 4a.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match Named::of(text.as_bytes()) {
            Named::Supported(algorithm) => Ok(algorithm),
            Named::Asymmetric => Err(Error::new(ErrorKind::AsymmetricSignature, "expected AWS4-HMAC-SHA256")),
            Named::Other => Err(Error::new(ErrorKind::UnsupportedAlgorithm, "expected AWS4-HMAC-SHA256")),
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "AWS4-HMAC-SHA256",
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

/// The name of Signature Version 4a, which is recognised so that it is never taken for Signature Version 4.
const ASYMMETRIC: &str = "AWS4-ECDSA-P256-SHA256";

/// The algorithm that a request names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Named {
    Supported(Algorithm),
    Asymmetric,
    Other,
}

impl Named {
    /// Finds the algorithm of a name. It is case-sensitive.
    pub(crate) fn of(name: &[u8]) -> Self {
        match name {
            name if name == Algorithm::HmacSha256.as_str().as_bytes() => Self::Supported(Algorithm::HmacSha256),
            name if name == ASYMMETRIC.as_bytes() => Self::Asymmetric,
            _ => Self::Other,
        }
    }
}
