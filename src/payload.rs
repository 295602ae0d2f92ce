//! The payload: the last line of the canonical request, and the value of `x-amz-content-sha256`.
//!
//! Source: "Create a signed AWS API request", HashedPayload; "Signature calculations: transferring payload in multiple
//! chunks" for the streaming markers.

use crate::bytes::from_text::from_text;
use crate::bytes::{base64, hex};
use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use std::fmt;

/// How the signature covers the body of a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The body's bytes, which are hashed.
    Bytes(&'a [u8]),
    /// The body's SHA-256.
    Sha256([u8; 32]),
    /// The body is signed in chunks, or only its trailer is signed. A marker takes the place of the hash.
    Streaming(Streaming),
    /// The body is not signed: `UNSIGNED-PAYLOAD`.
    Unsigned,
}

/// The markers of bodies in the `aws-chunked` and event-stream encodings.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Streaming {
    /// `STREAMING-AWS4-HMAC-SHA256-EVENTS`: signed events.
    Events,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: signed chunks.
    Signed,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: signed chunks and a signed trailer.
    SignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: unsigned chunks and a trailer, whatever signs the request.
    UnsignedTrailer,
    /// `STREAMING-AWS4-ECDSA-P256-SHA256-EVENTS`: events, signed with Signature Version 4a.
    AsymmetricEvents,
    /// `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD`: chunks, signed with Signature Version 4a.
    AsymmetricSigned,
    /// `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER`: chunks and a trailer, signed with Signature Version 4a.
    AsymmetricSignedTrailer,
}

impl Streaming {
    const ALL: [Self; 7] = [
        Self::Events,
        Self::Signed,
        Self::SignedTrailer,
        Self::UnsignedTrailer,
        Self::AsymmetricEvents,
        Self::AsymmetricSigned,
        Self::AsymmetricSignedTrailer,
    ];

    /// Reads a marker.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPayload`] if `text` is not one of the seven.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::find(text.as_bytes()).ok_or_else(|| Error::new(ErrorKind::InvalidPayload, "expected a STREAMING- marker"))
    }

    fn find(text: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|marker| marker.as_str().as_bytes() == text)
    }

    /// The marker on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "STREAMING-AWS4-HMAC-SHA256-EVENTS",
            Self::Signed => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::SignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Self::UnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Self::AsymmetricEvents => "STREAMING-AWS4-ECDSA-P256-SHA256-EVENTS",
            Self::AsymmetricSigned => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
            Self::AsymmetricSignedTrailer => "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        }
    }

    /// Whether the body is a stream of events. Other bodies are `aws-chunked`.
    #[must_use]
    pub const fn is_events(self) -> bool {
        matches!(self, Self::Events | Self::AsymmetricEvents)
    }

    /// Whether each chunk or event is signed.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::UnsignedTrailer)
    }

    /// Whether a trailer follows the last chunk.
    #[must_use]
    pub const fn has_trailer(self) -> bool {
        matches!(self, Self::SignedTrailer | Self::UnsignedTrailer | Self::AsymmetricSignedTrailer)
    }

    /// Whether chunks or events are signed with Signature Version 4a.
    #[must_use]
    pub const fn is_asymmetric(self) -> bool {
        matches!(self, Self::AsymmetricEvents | Self::AsymmetricSigned | Self::AsymmetricSignedTrailer)
    }

    /// The same form for Signature Version 4a.
    ///
    /// ```
    /// use sig4::payload::Streaming;
    ///
    /// assert_eq!(Streaming::Signed.asymmetric(), Streaming::AsymmetricSigned);
    /// assert_eq!(Streaming::UnsignedTrailer.asymmetric(), Streaming::UnsignedTrailer, "it is the same for both");
    /// ```
    #[must_use]
    pub const fn asymmetric(self) -> Self {
        match self {
            Self::Events => Self::AsymmetricEvents,
            Self::Signed => Self::AsymmetricSigned,
            Self::SignedTrailer => Self::AsymmetricSignedTrailer,
            other => other,
        }
    }
}

impl fmt::Display for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

from_text!(Error: Streaming, ContentSha256);

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A value of `x-amz-content-sha256`: 64 lower-case hexadecimal digits, or a marker.
///
/// ```
/// use sig4::payload::ContentSha256;
/// use sig4::Payload;
///
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(ContentSha256::of(&Payload::Bytes(b"")).to_string(), empty);
/// assert_eq!(ContentSha256::parse("UNSIGNED-PAYLOAD")?.to_string(), "UNSIGNED-PAYLOAD");
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ContentSha256(Form);

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Form {
    Digits([u8; 64]),
    /// The hash in base 64, which a few clients send. It is read and never written.
    Base64([u8; 44]),
    Streaming(Streaming),
    Unsigned,
}

impl ContentSha256 {
    /// The value for `payload`.
    #[must_use]
    #[inline]
    pub fn of(payload: &Payload<'_>) -> Self {
        Self(match payload {
            Payload::Bytes(body) => Form::Digits(hex::encode(&sha256::digest(body))),
            Payload::Sha256(digest) => Form::Digits(hex::encode(digest)),
            Payload::Streaming(marker) => Form::Streaming(*marker),
            Payload::Unsigned => Form::Unsigned,
        })
    }

    /// Reads a header's value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPayload`] if it is neither 64 lower-case hexadecimal digits nor a marker.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_bytes(text.as_bytes())
    }

    fn parse_bytes(text: &[u8]) -> Result<Self, Error> {
        if text == UNSIGNED.as_bytes() {
            return Ok(Self(Form::Unsigned));
        }
        match <[u8; 64]>::try_from(text) {
            Ok(digits) if hex::decode(&digits).is_some() => Ok(Self(Form::Digits(digits))),
            _ => Streaming::find(text).map(Form::Streaming).map(Self).ok_or_else(|| {
                let detail = "expected 64 lower-case hexadecimal digits, UNSIGNED-PAYLOAD or a STREAMING- marker";
                Error::new(ErrorKind::InvalidPayload, detail)
            }),
        }
    }

    /// Reads the value of a received header: what [`parse`](Self::parse) reads, or a hash in base 64. A few clients write base 64, and
    /// sign it so.
    pub(crate) fn parse_received(value: &[u8]) -> Result<Self, Error> {
        let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        match <[u8; 44]>::try_from(value) {
            Ok(form @ [digits @ .., b'=']) if digits.iter().all(is_base64) => Ok(Self(Form::Base64(form))),
            _ => Self::parse_bytes(value),
        }
    }

    /// Whether it is the hash of a body with this SHA-256.
    pub(crate) fn is_of(&self, digest: &[u8; 32]) -> bool {
        match self.0 {
            Form::Digits(digits) => digits == hex::encode(digest),
            Form::Base64(digits) => digits == base64::encode(digest),
            Form::Streaming(_) | Form::Unsigned => false,
        }
    }

    /// The SHA-256 that a body must have. `None` for a marker, and for a text in base 64 that is not that of 32 bytes.
    #[cfg(feature = "tower")]
    pub(crate) fn digest(&self) -> Option<[u8; 32]> {
        match &self.0 {
            Form::Digits(digits) => hex::decode(digits),
            Form::Base64(digits) => base64::decode_padded(std::str::from_utf8(digits).ok()?)?.try_into().ok(),
            Form::Streaming(_) | Form::Unsigned => None,
        }
    }

    /// Whether the body is not signed at all.
    pub(crate) const fn is_unsigned(&self) -> bool {
        matches!(self.0, Form::Unsigned)
    }

    /// The marker of a body that is signed in pieces.
    pub(crate) const fn streaming(&self) -> Option<Streaming> {
        match self.0 {
            Form::Streaming(marker) => Some(marker),
            _ => None,
        }
    }

    /// Whether it is a hash of the whole body, which a server can compute itself.
    pub(crate) const fn is_digest(&self) -> bool {
        matches!(self.0, Form::Digits(_) | Form::Base64(_))
    }

    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Digits(digits) => digits,
            Form::Base64(digits) => digits,
            Form::Streaming(marker) => marker.as_str().as_bytes(),
            Form::Unsigned => UNSIGNED.as_bytes(),
        }
    }
}

impl fmt::Display for ContentSha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentSha256, Payload, Streaming};

    #[cfg(feature = "tower")]
    #[test]
    fn a_hash_is_the_same_in_both_spellings() {
        let hello = crate::crypto::sha256::digest(b"hello");
        let in_base64 = ContentSha256::parse_received(b"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=").unwrap();
        assert_eq!(in_base64.digest(), Some(hello));
        assert_eq!(ContentSha256::of(&Payload::Bytes(b"hello")).digest(), Some(hello));
        // The last digit has bits that belong to no byte.
        let unclean = ContentSha256::parse_received(b"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR=").unwrap();
        assert_eq!(unclean.digest(), None);
        assert_eq!(ContentSha256::of(&Payload::Unsigned).digest(), None);
    }

    #[test]
    fn every_marker_is_read_back() {
        for marker in Streaming::ALL {
            let value = ContentSha256::of(&Payload::Streaming(marker));
            assert_eq!(ContentSha256::parse(marker.as_str()).unwrap(), value);
        }
        assert!(ContentSha256::parse("STREAMING").is_err());
        assert!(ContentSha256::parse(&"A".repeat(64)).is_err());
    }
}
