//! The end of a decoded body.

use super::trailers::Trailers;
use crate::stream::checksum::ChecksumAlgorithm;
use std::fmt;

/// The proof of a body that has come to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BodyProof {
    /// Each chunk is signed, and so is the trailer, if there is one.
    Signed,
    /// No chunk is signed. The body has the checksum of its trailer, which is not signed either: a fault on the way shows, and a change on
    /// purpose does not.
    Checksum,
    /// No chunk is signed, and there is no checksum. Only the length is known to be right.
    Length,
}

/// The end of a decoded body. [`ChunkDecoder::finish`](super::ChunkDecoder::finish) returns it once every check passed.
pub struct BodyEnd {
    proof: BodyProof,
    decoded_len: u64,
    trailers: Trailers,
}

impl BodyEnd {
    pub(super) fn new(is_signed: bool, decoded_len: u64, trailers: Trailers) -> Self {
        let proof = match (is_signed, trailers.checksums().next()) {
            (true, _) => BodyProof::Signed,
            (false, Some(_)) => BodyProof::Checksum,
            (false, None) => BodyProof::Length,
        };
        Self { proof, decoded_len, trailers }
    }

    /// The proof of the body.
    #[must_use]
    pub const fn proof(&self) -> BodyProof {
        self.proof
    }

    /// The length of the decoded body in bytes.
    #[must_use]
    pub const fn decoded_len(&self) -> u64 {
        self.decoded_len
    }

    /// The checksums of the trailer. The body has each of them.
    pub fn checksums(&self) -> impl Iterator<Item = ChecksumAlgorithm> {
        self.trailers.checksums()
    }

    /// The fields of the trailer: names in lower case, and values. They are signed if the [proof](Self::proof) is [`BodyProof::Signed`].
    pub fn trailers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.trailers.fields()
    }
}

impl fmt::Debug for BodyEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyEnd")
            .field("proof", &self.proof)
            .field("decoded_len", &self.decoded_len)
            .finish_non_exhaustive()
    }
}
