//! The body that a request must have, as an authorizer tells the server behind it.
//!
//! The grammar of the value of the header:
//!
//! ```text
//! expected  =  64 lower-case hexadecimal digits  /  "verified"  /  "unsigned"
//! ```

use crate::bytes::hex;
use crate::crypto::sha256;
use std::fmt;
use std::str::FromStr;

const VERIFIED: &str = "verified";
const UNSIGNED: &str = "unsigned";

/// The body that a request must have, as an authorizer tells the server behind it in a header.
///
/// [`Authenticator::authenticate_unread`](super::Authenticator::authenticate_unread) returns one, and
/// [`BodyCheckLayer`](super::BodyCheckLayer) compares the body with it. Its text is 64 lower-case hexadecimal digits, `verified` or
/// `unsigned`.
///
/// ```
/// use sig4::tower::ExpectedBody;
///
/// let expected: ExpectedBody = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824".parse()?;
/// assert!(expected.allows(b"hello") && !expected.allows(b"hullo"));
/// assert_eq!("verified".parse(), Ok(ExpectedBody::Verified));
/// assert!("VERIFIED".parse::<ExpectedBody>().is_err());
/// # Ok::<(), sig4::tower::InvalidExpectedBody>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ExpectedBody {
    /// A body with this SHA-256, which the signature covers.
    Sha256([u8; 32]),
    /// Any body: the authorizer saw all of it, and the signature covers it.
    Verified,
    /// Any body: nothing is known about it, because the signature does not cover it or the request is not signed.
    Unsigned,
}

impl ExpectedBody {
    /// A body without bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self::Sha256(sha256::digest(b""))
    }

    /// Whether a request may have this body.
    #[must_use]
    pub fn allows(&self, body: &[u8]) -> bool {
        match self {
            Self::Sha256(expected) => *expected == sha256::digest(body),
            Self::Verified | Self::Unsigned => true,
        }
    }
}

impl fmt::Display for ExpectedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(expected) => {
                hex::encode(expected).iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
            }
            Self::Verified => f.write_str(VERIFIED),
            Self::Unsigned => f.write_str(UNSIGNED),
        }
    }
}

impl FromStr for ExpectedBody {
    type Err = InvalidExpectedBody;

    fn from_str(text: &str) -> Result<Self, InvalidExpectedBody> {
        match text {
            VERIFIED => Ok(Self::Verified),
            UNSIGNED => Ok(Self::Unsigned),
            digits => hex::decode(digits.as_bytes()).map(Self::Sha256).ok_or(InvalidExpectedBody(())),
        }
    }
}

/// The error for a text that is not an [`ExpectedBody`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidExpectedBody(());

impl fmt::Display for InvalidExpectedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected 64 lower-case hexadecimal digits, `{VERIFIED}` or `{UNSIGNED}`")
    }
}

impl std::error::Error for InvalidExpectedBody {}

#[cfg(test)]
mod tests {
    use super::ExpectedBody;

    #[test]
    fn every_value_is_read_back() {
        for value in
            [ExpectedBody::Sha256([0xa5; 32]), ExpectedBody::empty(), ExpectedBody::Verified, ExpectedBody::Unsigned]
        {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "Verified", " verified", "verified ", "none", &"A".repeat(64), &"a".repeat(63), &"a".repeat(65)]
        {
            assert!(text.parse::<ExpectedBody>().is_err(), "{text}");
        }
    }
}
