//! The signing algorithm's name, which opens the `Authorization` header and the string to sign.

/// A signing algorithm.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Algorithm {
    /// Signature Version 4: HMAC-SHA-256 with a key derived for one day, region and service.
    HmacSha256,
}

impl Algorithm {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "AWS4-HMAC-SHA256",
        }
    }
}

/// What every Signature Version 4 algorithm's name begins with; an `Authorization` value that begins so was signed before.
pub(crate) const FAMILY: &str = "AWS4-";

/// The name of Signature Version 4a, which is recognised so that it is never taken for Signature Version 4.
const ASYMMETRIC: &str = "AWS4-ECDSA-P256-SHA256";

/// What a request says it is signed with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Named {
    Supported(Algorithm),
    Asymmetric,
    Other,
}

impl Named {
    /// Every name there is falls into one of the three; case counts.
    pub(crate) fn of(name: &[u8]) -> Self {
        match name {
            name if name == Algorithm::HmacSha256.as_str().as_bytes() => Self::Supported(Algorithm::HmacSha256),
            name if name == ASYMMETRIC.as_bytes() => Self::Asymmetric,
            _ => Self::Other,
        }
    }
}
