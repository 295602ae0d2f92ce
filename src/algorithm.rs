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
