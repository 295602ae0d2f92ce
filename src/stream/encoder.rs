//! Encodes a body in chunks while it passes.

use super::framer::Framer;
use super::plan::ChunkPlan;
use super::wire::LINE_END;
use crate::bytes::count::count;
use crate::error::Error;
use std::fmt;

/// Encodes a body that arrives in pieces of any length. [`Signer::sign_chunked`](crate::Signer::sign_chunked) makes it.
///
/// The encoded bytes are handed to a function, in order. Data of the caller's piece are not copied where a whole chunk, or an unsigned
/// one, lies in the piece. A signed chunk that comes in several pieces is kept until it is full, in a buffer that is allocated once.
///
/// ```
/// use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
/// use sig4::{Credentials, Signer, Timestamp};
///
/// let signer = Signer::new("us-east-1", "s3")?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20130524T000000Z")?;
/// let (mut parts, ()) = http::Request::put("https://b.s3.amazonaws.com/a").body(())?.into_parts();
///
/// let plan = ChunkPlan::unsigned(11, ChecksumAlgorithm::Crc32);
/// let mut encoder = signer.sign_chunked(&mut parts, plan, &credentials, now)?;
/// let mut sent = Vec::new();
/// encoder.encode(b"hello ", |bytes| sent.extend_from_slice(bytes))?;
/// encoder.encode(b"world", |bytes| sent.extend_from_slice(bytes))?;
/// encoder.finish(|bytes| sent.extend_from_slice(bytes))?;
/// assert_eq!(sent, b"b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
/// assert_eq!(parts.headers["content-length"], sent.len().to_string());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the body is complete once `finish` is called"]
pub struct ChunkEncoder {
    framer: Framer,
    /// The data of a signed chunk that is not full.
    kept: Vec<u8>,
    /// Whether the header of the current, unsigned chunk was written.
    is_open: bool,
    /// Whether the body was longer than its declared length.
    is_over: bool,
}

impl ChunkEncoder {
    pub(super) const fn new(framer: Framer) -> Self {
        Self { framer, kept: Vec::new(), is_open: false, is_over: false }
    }

    /// The framing of a body that was not begun, for an encoder that shares the memory of its pieces.
    #[cfg(feature = "http-body")]
    pub(super) fn into_framer(self) -> Framer {
        self.framer
    }

    /// How the body is sent.
    #[must_use]
    pub const fn plan(&self) -> &ChunkPlan {
        self.framer.plan()
    }

    /// Encodes the next piece. `out` takes the encoded bytes that are ready, in order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the body is longer than its declared length. Nothing of the piece is encoded then, and nothing
    /// after it.
    pub fn encode(&mut self, mut piece: &[u8], mut out: impl FnMut(&[u8])) -> Result<(), Error> {
        self.is_over |= count(piece.len()) > self.framer.left();
        self.check_length()?;
        while !piece.is_empty() {
            let (data, rest) = piece.split_at(piece.len().min(self.framer.room()));
            self.part(data, &mut out);
            piece = rest;
        }
        Ok(())
    }

    /// Ends the body. `out` takes the last chunk and the trailer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the body is shorter or longer than its declared length.
    pub fn finish(self, out: impl FnOnce(&[u8])) -> Result<(), Error> {
        self.check_length()?;
        out(&self.framer.finish()?);
        Ok(())
    }

    /// Encodes a body that is in memory, as a whole.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch) if the body is shorter or longer than its declared length.
    pub fn encode_all(mut self, body: &[u8]) -> Result<Vec<u8>, Error> {
        let is_whole = self.plan().decoded_len() == count(body.len());
        let encoded_len = if is_whole { usize::try_from(self.plan().encoded_len()).unwrap_or_default() } else { 0 };
        let mut encoded = Vec::with_capacity(encoded_len);
        self.encode(body, |bytes| encoded.extend_from_slice(bytes))?;
        self.finish(|bytes| encoded.extend_from_slice(bytes))?;
        Ok(encoded)
    }

    fn check_length(&self) -> Result<(), Error> {
        if self.is_over { Err(self.framer.overrun()) } else { Ok(()) }
    }

    /// Encodes data of one chunk.
    fn part(&mut self, data: &[u8], out: &mut impl FnMut(&[u8])) {
        if self.plan().is_signed() { self.signed(data, out) } else { self.unsigned(data, out) }
    }

    fn unsigned(&mut self, data: &[u8], out: &mut impl FnMut(&[u8])) {
        if !self.is_open {
            self.framer.open().iter().for_each(|header| out(header.as_bytes()));
        }
        self.framer.take(data);
        out(data);
        self.is_open = self.framer.room() > 0;
        if !self.is_open {
            self.framer.close();
            out(LINE_END);
        }
    }

    fn signed(&mut self, data: &[u8], out: &mut impl FnMut(&[u8])) {
        self.framer.take(data);
        let is_full = self.framer.room() == 0;
        if !(is_full && self.kept.is_empty()) {
            self.keep(data);
        }
        if is_full {
            self.framer.close().iter().for_each(|header| out(header.as_bytes()));
            out(if self.kept.is_empty() { data } else { &self.kept });
            out(LINE_END);
            self.kept.clear();
        }
    }

    /// Keeps data of a chunk that came in several pieces.
    fn keep(&mut self, data: &[u8]) {
        if self.kept.is_empty() {
            self.kept.reserve(data.len() + self.framer.room());
        }
        self.kept.extend_from_slice(data);
    }
}

impl fmt::Debug for ChunkEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkEncoder")
            .field("plan", self.plan())
            .field("left", &self.framer.left())
            .finish_non_exhaustive()
    }
}
