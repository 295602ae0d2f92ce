//! The bytes that come out of a decoder.

/// Bytes of a body, and whether their signature matched.
///
/// ```
/// use sig4::stream::Decoded;
///
/// let signed = Decoded::Verified(b"hello".as_slice());
/// assert_eq!(signed.verified(), Some(b"hello".as_slice()));
/// let unsigned = Decoded::Unverified(b"hello".as_slice());
/// assert_eq!(unsigned.verified(), None);
/// assert_eq!(unsigned.even_unverified(), b"hello");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third case, and a match on both cannot overlook one")]
pub enum Decoded<B> {
    /// Bytes of a chunk whose signature matched.
    Verified(B),
    /// Bytes of a chunk that is not signed. Anybody on the way may have changed them. [`ChunkDecoder::finish`](super::ChunkDecoder::finish) tells
    /// whether the trailer's checksum holds.
    Unverified(B),
}

impl<B> Decoded<B> {
    /// The bytes, if their signature matched.
    #[must_use]
    pub fn verified(self) -> Option<B> {
        match self {
            Self::Verified(bytes) => Some(bytes),
            Self::Unverified(_) => None,
        }
    }

    /// The bytes, even if they are not signed.
    #[must_use]
    pub fn even_unverified(self) -> B {
        match self {
            Self::Verified(bytes) | Self::Unverified(bytes) => bytes,
        }
    }

    /// The same with other bytes.
    pub(super) fn with<C>(is_verified: bool, bytes: C) -> Decoded<C> {
        if is_verified { Decoded::Verified(bytes) } else { Decoded::Unverified(bytes) }
    }
}
