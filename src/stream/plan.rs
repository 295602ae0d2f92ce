//! The plan of a body in chunks: everything that is known before its first byte.

use super::checksum::ChecksumAlgorithm;
use super::trailer::{Trailer, field_len};
use super::wire::{AWS_CHUNKED, CHUNK_SIGNATURE, LINE_END, TRAILER_SIGNATURE};
use crate::algorithm::Algorithm;
use crate::bytes::count::count;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::payload::Streaming;
use crate::signature::Signature;
use http::HeaderName;

/// The smallest size of the chunks of a body, in bytes. S3 takes no smaller chunk but the last.
pub const MIN_CHUNK_SIZE: usize = 8192;

/// The size of the chunks of a body unless [`ChunkPlan::with_chunk_size`] sets another, in bytes.
pub const DEFAULT_CHUNK_SIZE: usize = 65_536;

/// The largest size of the chunks of a body, in bytes. A signed chunk is kept until all of it is there.
pub const MAX_CHUNK_SIZE: usize = 16_777_216;

/// How a body is sent in chunks: its length, the size of its chunks, and its trailer.
///
/// Choose [`signed`](Self::signed) chunks over plain HTTP, and where every byte has to be authenticated. Choose
/// [`unsigned`](Self::unsigned) chunks with a checksum over TLS: AWS's SDKs do, and it costs no hashing with SHA-256.
///
/// ```
/// use sig4::payload::Streaming;
/// use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
///
/// let plan = ChunkPlan::signed(66_560);
/// assert_eq!((plan.marker(), plan.encoded_len()), (Streaming::Signed, 66_824));
///
/// let plan = plan.with_checksum(ChecksumAlgorithm::Crc32c)?;
/// assert_eq!((plan.marker(), plan.trailer_names().as_deref()), (Streaming::SignedTrailer, Some("x-amz-checksum-crc32c")));
///
/// let plan = ChunkPlan::unsigned(66_560, ChecksumAlgorithm::Crc64Nvme);
/// assert_eq!((plan.marker(), plan.encoded_len()), (Streaming::UnsignedTrailer, 66_620));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChunkPlan {
    algorithm: Algorithm,
    signed: bool,
    decoded_len: u64,
    chunk_size: usize,
    checksum: Option<ChecksumAlgorithm>,
    trailer: Trailer,
}

impl ChunkPlan {
    /// Signed chunks of a body of `decoded_len` bytes.
    #[must_use]
    pub fn signed(decoded_len: u64) -> Self {
        let trailer = Trailer::default();
        let algorithm = Algorithm::HmacSha256;
        Self { algorithm, signed: true, decoded_len, chunk_size: DEFAULT_CHUNK_SIZE, checksum: None, trailer }
    }

    /// Unsigned chunks of a body of `decoded_len` bytes, with its checksum in the trailer.
    #[must_use]
    pub fn unsigned(decoded_len: u64, checksum: ChecksumAlgorithm) -> Self {
        Self { signed: false, checksum: Some(checksum), ..Self::signed(decoded_len) }
    }

    /// Sets the algorithm of the signer, which decides on the marker and on the length of the signatures. The default is
    /// [`Algorithm::HmacSha256`]. [`Signer::sign_chunked`](crate::Signer::sign_chunked) sets it itself.
    ///
    /// ```
    /// use sig4::algorithm::Algorithm;
    /// use sig4::payload::Streaming;
    /// use sig4::stream::ChunkPlan;
    ///
    /// let plan = ChunkPlan::signed(66_560).with_algorithm(Algorithm::EcdsaP256Sha256);
    /// assert_eq!((plan.marker(), plan.encoded_len()), (Streaming::AsymmetricSigned, 67_064));
    /// ```
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the size of the chunks in bytes; the last may be smaller.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidChunkSize`] if it is not within [`MIN_CHUNK_SIZE`] to [`MAX_CHUNK_SIZE`].
    pub fn with_chunk_size(self, chunk_size: usize) -> Result<Self, Error> {
        if (MIN_CHUNK_SIZE..=MAX_CHUNK_SIZE).contains(&chunk_size) {
            return Ok(Self { chunk_size, ..self });
        }
        let detail = format!("{chunk_size} is not within {MIN_CHUNK_SIZE} to {MAX_CHUNK_SIZE} bytes");
        Err(Error::new(ErrorKind::InvalidChunkSize, detail))
    }

    /// Sets the checksum of the trailer. It is computed while the body passes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTrailer`] if the trailer has a field of its name.
    pub fn with_checksum(self, checksum: ChecksumAlgorithm) -> Result<Self, Error> {
        let plan = Self { checksum: Some(checksum), ..self };
        if plan.trailer.has(&checksum_name(checksum)) { Err(there_twice(checksum)) } else { Ok(plan) }
    }

    /// Adds a field whose value is known now to the trailer. White space around the value is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTrailer`] if the name is not a token of HTTP, if the value holds a control character, or if there is a field
    /// of this name.
    pub fn with_trailer(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.trailer.add(name, value)?;
        match self.checksum {
            Some(checksum) if self.trailer.has(&checksum_name(checksum)) => Err(there_twice(checksum)),
            _ => Ok(self),
        }
    }

    /// The marker, which is the value of `x-amz-content-sha256`.
    #[must_use]
    pub fn marker(&self) -> Streaming {
        let marker = match (self.signed, self.has_trailer()) {
            (false, _) => Streaming::UnsignedTrailer,
            (true, false) => Streaming::Signed,
            (true, true) => Streaming::SignedTrailer,
        };
        match self.algorithm {
            Algorithm::HmacSha256 => marker,
            Algorithm::EcdsaP256Sha256 => marker.asymmetric(),
        }
    }

    /// The length of the body before its encoding, in bytes: the value of `x-amz-decoded-content-length`.
    #[must_use]
    pub const fn decoded_len(&self) -> u64 {
        self.decoded_len
    }

    /// The size of all chunks but the last, in bytes.
    #[must_use]
    pub const fn chunk_size(&self) -> usize {
        self.chunk_size
    }

    /// The checksum of the trailer.
    #[must_use]
    pub const fn checksum(&self) -> Option<ChecksumAlgorithm> {
        self.checksum
    }

    /// The names of the trailer's fields, sorted and joined with `,`: the value of `x-amz-trailer`. `None` if there is no trailer.
    #[must_use]
    pub fn trailer_names(&self) -> Option<String> {
        let mut names: Vec<_> = self.names().collect();
        names.sort_unstable();
        (!names.is_empty()).then(|| names.join(","))
    }

    /// The length of the encoded body in bytes: the value of `content-length`. `u64::MAX` if it is longer; no such body is signed.
    #[must_use]
    pub fn encoded_len(&self) -> u64 {
        self.checked_encoded_len().unwrap_or(u64::MAX)
    }

    /// The headers to set in a request whose types are not of the `http` crate. They are signed with the request.
    ///
    /// They replace all headers of their names, except that `aws-chunked` is appended to a `content-encoding` that is there, after a
    /// comma.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        [
            Some((CONTENT_ENCODING_NAME, AWS_CHUNKED.to_owned())),
            Some((CONTENT_LENGTH_NAME, self.encoded_len().to_string())),
            Some((name::DECODED_LENGTH_HEADER, self.decoded_len.to_string())),
            self.trailer_names().map(|names| (name::TRAILER_HEADER, names)),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether the chunks are signed.
    pub(super) const fn is_signed(&self) -> bool {
        self.signed
    }

    /// The fields of the trailer that are known now.
    pub(super) const fn trailer(&self) -> &Trailer {
        &self.trailer
    }

    pub(super) fn has_trailer(&self) -> bool {
        self.checksum.is_some() || self.trailer.names().next().is_some()
    }

    /// The names of the trailer's fields, in any order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.trailer.names().chain(self.checksum.map(ChecksumAlgorithm::header))
    }

    /// The length of the encoded body. `None` if it is no number of 64 bits.
    pub(super) fn checked_encoded_len(&self) -> Option<u64> {
        let size = count(self.chunk_size);
        let (whole, rest) = (self.decoded_len / size, self.decoded_len % size);
        let last = if rest == 0 { 0 } else { self.framed_len(rest) };
        whole.checked_mul(self.framed_len(size))?.checked_add(last)?.checked_add(count(self.end_len()))
    }

    /// The length of each signature on the wire, in bytes.
    const fn signature_len(&self) -> usize {
        Signature::max_digits(self.algorithm)
    }

    /// The length of a chunk's header, without the digits of its size.
    const fn header_len(&self) -> usize {
        LINE_END.len() + if self.signed { CHUNK_SIGNATURE.len() + self.signature_len() } else { 0 }
    }

    /// The length of a chunk of `size` bytes with its header.
    fn framed_len(&self, size: u64) -> u64 {
        let digits = u64::from((u64::BITS - size.leading_zeros()).div_ceil(4));
        digits + count(self.header_len()) + size + count(LINE_END.len())
    }

    /// The length of what follows the data: the last chunk and the trailer.
    pub(super) fn end_len(&self) -> usize {
        let checksum = self.checksum.map(|checksum| field_len(checksum.header().len(), checksum.text_len()));
        let is_signed = self.signed && self.has_trailer();
        let signature = if is_signed { field_len(TRAILER_SIGNATURE.len(), self.signature_len()) } else { 0 };
        let fields = self.trailer.encoded_len() + checksum.unwrap_or_default() + signature;
        1 + self.header_len() + fields + LINE_END.len()
    }
}

const CONTENT_ENCODING_NAME: &str = "content-encoding";
const CONTENT_LENGTH_NAME: &str = "content-length";

fn there_twice(checksum: ChecksumAlgorithm) -> Error {
    Error::new(ErrorKind::InvalidTrailer, format!("`{}` is there twice", checksum.header()))
}

/// The name of the field that carries the checksum.
pub(super) const fn checksum_name(checksum: ChecksumAlgorithm) -> HeaderName {
    HeaderName::from_static(checksum.header())
}
