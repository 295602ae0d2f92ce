//! The checksums of S3, computed while a body passes.
//!
//! Source: "Checking object integrity for data uploads in Amazon S3", and the header names of `PutObject`.

use crate::bytes::base64;
use crate::bytes::write::Write;
use crate::crypto::sha256::Sha256;
use crc_fast::{CrcAlgorithm, Digest as Crc};
use sha1::{Digest, Sha1};
use std::fmt;

/// A checksum of S3.
///
/// ```
/// use sig4::stream::ChecksumAlgorithm;
///
/// assert_eq!(ChecksumAlgorithm::Crc32c.header(), "x-amz-checksum-crc32c");
/// assert_eq!(ChecksumAlgorithm::of_header("X-Amz-Checksum-Crc32c"), Some(ChecksumAlgorithm::Crc32c));
/// assert_eq!(ChecksumAlgorithm::Crc32c.to_string(), "CRC32C");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ChecksumAlgorithm {
    /// CRC-32 (ISO-HDLC): 4 bytes.
    Crc32,
    /// CRC-32C (iSCSI): 4 bytes.
    Crc32c,
    /// CRC-64/NVME: 8 bytes. S3 computes it itself for an upload that states no checksum.
    Crc64Nvme,
    /// SHA-1: 20 bytes.
    Sha1,
    /// SHA-256: 32 bytes.
    Sha256,
}

/// The room for a checksum in bytes: SHA-256 takes all of it.
const ROOM: usize = 32;

impl ChecksumAlgorithm {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// The name of the header, or of the trailer's field, that carries the checksum. It is in lower case.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The algorithm whose checksum the header of this name (case-insensitive) carries.
    #[must_use]
    pub fn of_header(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.header().eq_ignore_ascii_case(name))
    }

    /// The value of `x-amz-sdk-checksum-algorithm`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// The length of the checksum in bytes. Base 64 takes four characters for each three that are begun.
    const fn len(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => ROOM,
        }
    }

    /// The length of the checksum in base 64.
    pub(crate) const fn text_len(self) -> usize {
        4 * self.len().div_ceil(3)
    }
}

impl fmt::Display for ChecksumAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Computes a checksum of bytes that arrive in pieces. Updating it allocates nothing.
///
/// ```
/// use sig4::stream::{Checksum, ChecksumAlgorithm};
///
/// let mut checksum = Checksum::new(ChecksumAlgorithm::Crc64Nvme);
/// checksum.update(b"1234");
/// checksum.update(b"56789");
/// assert_eq!(checksum.finish().to_string(), "rosUhgp5mIg=");
/// ```
#[derive(Clone)]
pub struct Checksum {
    algorithm: ChecksumAlgorithm,
    state: State,
}

#[derive(Clone)]
enum State {
    Crc(Crc),
    Sha1(Sha1),
    Sha256(Box<Sha256>),
}

impl Checksum {
    /// A checksum of no bytes so far.
    #[must_use]
    pub fn new(algorithm: ChecksumAlgorithm) -> Self {
        let crc = |algorithm| State::Crc(Crc::new(algorithm));
        let state = match algorithm {
            ChecksumAlgorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            ChecksumAlgorithm::Crc32c => crc(CrcAlgorithm::Crc32Iscsi),
            ChecksumAlgorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme),
            ChecksumAlgorithm::Sha1 => State::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => State::Sha256(Box::default()),
        };
        Self { algorithm, state }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// Takes the next piece.
    #[inline]
    pub fn update(&mut self, piece: &[u8]) {
        match &mut self.state {
            State::Crc(crc) => crc.update(piece),
            State::Sha1(sha1) => sha1.update(piece),
            State::Sha256(sha256) => sha256.put(piece),
        }
    }

    /// The checksum of all pieces.
    #[must_use]
    pub fn finish(self) -> ChecksumValue {
        let mut bytes = [0; ROOM];
        match self.state {
            // The checksum is the end of eight bytes, most significant byte first.
            State::Crc(crc) => set(&mut bytes, crc.finalize().to_be_bytes().split_at(8 - self.algorithm.len()).1),
            State::Sha1(sha1) => set(&mut bytes, &sha1.finalize()),
            State::Sha256(mut sha256) => bytes = sha256.finish(),
        }
        ChecksumValue { algorithm: self.algorithm, bytes }
    }
}

/// Sets the beginning of `bytes`.
fn set(bytes: &mut [u8; ROOM], beginning: &[u8]) {
    bytes.iter_mut().zip(beginning).for_each(|(place, byte)| *place = *byte);
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checksum").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// A checksum. `Display` writes it in base 64, as headers carry it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ChecksumValue {
    algorithm: ChecksumAlgorithm,
    /// Zero from the algorithm's length on.
    bytes: [u8; ROOM],
}

impl ChecksumValue {
    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }

    /// The bytes, most significant first: 4, 8, 20 or 32.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        let (bytes, _) = self.bytes.split_at(self.algorithm.len());
        bytes
    }

    /// Calls `with` with the checksum in base 64.
    pub(crate) fn with_text<R>(&self, with: impl FnOnce(&[u8]) -> R) -> R {
        let mut text = [b'='; 4 * ROOM.div_ceil(3)];
        let (text, _) = text.split_at_mut(self.algorithm.text_len());
        base64::write(self.as_bytes(), text);
        with(text)
    }

    /// Whether `text` is the checksum in base 64.
    ///
    /// ```
    /// use sig4::stream::{Checksum, ChecksumAlgorithm};
    ///
    /// let checksum = Checksum::new(ChecksumAlgorithm::Crc32).finish();
    /// assert!(checksum.is_written(b"AAAAAA=="));
    /// assert!(!checksum.is_written(b"AAAAAA"));
    /// ```
    #[must_use]
    pub fn is_written(&self, text: &[u8]) -> bool {
        self.with_text(|own| own == text)
    }
}

impl fmt::Display for ChecksumValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.write_str(&String::from_utf8_lossy(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Checksum, ChecksumAlgorithm};

    fn in_pieces(algorithm: ChecksumAlgorithm, bytes: &[u8], len: usize) -> String {
        let mut checksum = Checksum::new(algorithm);
        bytes.chunks(len).for_each(|piece| checksum.update(piece));
        checksum.finish().to_string()
    }

    /// The check values of the catalogue of parametrised CRC algorithms and of `sha1sum` and `sha256sum`, in base 64.
    #[test]
    fn the_check_values() {
        let expected = [
            (ChecksumAlgorithm::Crc32, "y/Q5Jg=="),
            (ChecksumAlgorithm::Crc32c, "4waSgw=="),
            (ChecksumAlgorithm::Crc64Nvme, "rosUhgp5mIg="),
            (ChecksumAlgorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
            (ChecksumAlgorithm::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ];
        for (algorithm, text) in expected {
            assert_eq!(in_pieces(algorithm, b"123456789", 9), text, "{algorithm}");
            assert_eq!(text.len(), algorithm.text_len());
        }
    }

    #[test]
    fn pieces_of_any_length_have_one_checksum() {
        let bytes: Vec<u8> = (0..=255).cycle().take(3000).collect();
        for algorithm in ChecksumAlgorithm::ALL {
            let whole = in_pieces(algorithm, &bytes, bytes.len());
            for len in [1, 3, 64, 511, 512, 513, 2999] {
                assert_eq!(in_pieces(algorithm, &bytes, len), whole, "{algorithm} in pieces of {len}");
            }
        }
    }
}
