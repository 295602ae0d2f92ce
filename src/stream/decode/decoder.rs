//! Decodes a body, and verifies it as it arrives.

use super::decoded::Decoded;
use super::end::BodyEnd;
use super::frames::{Frame, FrameParser};
use super::malformed_trailer;
use super::signed_chunk::SignedChunk;
use super::trailers::Trailers;
use crate::error::{Error, ErrorKind};
use crate::stream::chain::{Chain, Link};
use crate::stream::checksum::Checksum;
use crate::verify::head::StreamSettings;
use bytes::{Buf, Bytes};
use std::fmt;

/// Decodes an `aws-chunked` body, and verifies it as it arrives. [`Claim::decode`](crate::Claim::decode) makes it.
///
/// - Bytes of a signed chunk come out after the chunk's signature matched, and not before. They are held until then.
/// - Bytes of a chunk that is not signed come out as they arrive, as [`Decoded::Unverified`].
/// - The body is whole once [`finish`](Self::finish) returns. Until then its end may be missing.
/// - After an error the decoder stays failed: each further call returns the same error.
///
/// The cost is proportional to the bytes that arrive, in whatever pieces. The memory is that of the longest signed chunk, at most
/// [`with_max_signed_chunk_len`](crate::Verifier::with_max_signed_chunk_len).
///
/// ```
/// use sig4::stream::{ChecksumAlgorithm, ChunkPlan, Decoded};
/// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let (mut parts, ()) = http::Request::put("https://bucket.s3.us-east-1.amazonaws.com/key").body(())?.into_parts();
/// let plan = ChunkPlan::unsigned(5, ChecksumAlgorithm::Crc32);
/// let encoder = Signer::new("us-east-1", "s3")?.sign_chunked(&mut parts, plan, &credentials, now)?;
/// let mut sent = encoder.encode_all(b"hello")?;
///
/// sent[3] = b'j'; // Somebody changes the body on the way.
/// let verifier = Verifier::new("us-east-1", "s3")?;
/// let (_caller, mut decoder) = verifier.claim(&parts)?.decode(&credentials, now)?;
/// let mut rest = sent.as_slice();
/// assert_eq!(decoder.decode(&mut rest)?, Some(Decoded::Unverified(b"jello".as_slice())));
/// let error = decoder.decode(&mut rest).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ChecksumMismatch);
/// assert_eq!(error.rejection().map(|answer| answer.code()), Some("BadDigest"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the body is not whole until `finish` is called"]
pub struct ChunkDecoder {
    parser: FrameParser,
    /// `None` if chunks are not signed.
    signed: Option<SignedChunk>,
    trailers: Trailers,
    checksums: Vec<Checksum>,
    /// The length that the request states, and the bytes of it that no chunk has had yet.
    decoded_len: u64,
    remaining: u64,
    settings: StreamSettings,
    ended: bool,
    failure: Option<Error>,
}

/// Where decoded bytes are.
enum Place<'i> {
    Input(&'i [u8]),
    Held,
}

impl ChunkDecoder {
    pub(super) fn new(
        parser: FrameParser,
        chain: Option<Chain>,
        trailers: Trailers,
        decoded_len: u64,
        settings: StreamSettings,
    ) -> Self {
        let checksums = trailers.checksums().map(Checksum::new).collect();
        let signed = chain.map(SignedChunk::new);
        let remaining = decoded_len;
        Self { parser, signed, trailers, checksums, decoded_len, remaining, settings, ended: false, failure: None }
    }

    /// The length of the decoded body in bytes, which the signed head of the request states.
    #[must_use]
    pub const fn decoded_len(&self) -> u64 {
        self.decoded_len
    }

    /// Whether chunks are signed.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed.is_some()
    }

    /// Whether the end of the body arrived and is verified. Bytes after it are refused.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.ended && self.failure.is_none()
    }

    /// Takes bytes of the body from the front of `input`, and returns the next decoded bytes. `None` means that all of `input` is taken.
    ///
    /// # Errors
    ///
    /// - A chunk's or the trailer's signature does not match: [`SignatureMismatch`](ErrorKind::SignatureMismatch).
    /// - The body is framed in another way, or goes on after its end: [`MalformedChunk`](ErrorKind::MalformedChunk).
    /// - A signed chunk is longer than the verifier allows: [`ChunkTooLong`](ErrorKind::ChunkTooLong).
    /// - The decoded body is longer or shorter than the request states: [`LengthMismatch`](ErrorKind::LengthMismatch).
    /// - The trailer is malformed, or lacks a field that the request declares: [`InvalidTrailer`](ErrorKind::InvalidTrailer).
    /// - The body has another checksum than the trailer states: [`ChecksumMismatch`](ErrorKind::ChecksumMismatch).
    pub fn decode<'d, 'i: 'd>(&'d mut self, input: &mut &'i [u8]) -> Result<Option<Decoded<&'d [u8]>>, Error> {
        let is_signed = self.is_signed();
        let place = self.step(input)?;
        let bytes = match place {
            None => return Ok(None),
            Some(Place::Input(bytes)) => bytes,
            Some(Place::Held) => self.signed.as_ref().map_or(&[][..], SignedChunk::held),
        };
        Ok(Some(Decoded::<&[u8]>::with(is_signed, bytes)))
    }

    /// The same for [`Bytes`]: what comes out shares the memory of `input` where it can.
    ///
    /// # Errors
    ///
    /// See [`decode`](Self::decode).
    pub fn decode_bytes(&mut self, input: &mut Bytes) -> Result<Option<Decoded<Bytes>>, Error> {
        let mut rest: &[u8] = input;
        let place = self.step(&mut rest)?;
        let taken = input.len() - rest.len();
        let bytes = match place {
            None => None,
            Some(Place::Input(bytes)) => Some(input.slice_ref(bytes)),
            Some(Place::Held) => self.signed.as_mut().map(SignedChunk::take_held),
        };
        input.advance(taken);
        Ok(bytes.map(|bytes| Decoded::<Bytes>::with(self.is_signed(), bytes)))
    }

    /// Ends the body. Call it once all of it was decoded.
    ///
    /// # Errors
    ///
    /// See [`decode`](Self::decode): [`TruncatedStream`](ErrorKind::TruncatedStream) if the body ends before its last chunk or its trailer.
    pub fn finish(mut self) -> Result<BodyEnd, Error> {
        let ended =
            match self.failure.take() {
                Some(error) => Err(error),
                None if self.ended => Ok(()),
                None if self.parser.may_end() => self.end().map_err(|error| self.answered(error)),
                None => Err(self
                    .answered(Error::new(ErrorKind::TruncatedStream, "it ends before its last chunk or its trailer"))),
            };
        let is_signed = self.is_signed();
        ended.map(|()| BodyEnd::new(is_signed, self.decoded_len, self.trailers))
    }

    /// The next decoded bytes. An error stays.
    fn step<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Place<'i>>, Error> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        self.advance(input).map_err(|error| {
            let error = self.answered(error);
            self.failure.insert(error).clone()
        })
    }

    fn answered(&self, error: Error) -> Error {
        error.rejected_in(self.settings.dialect)
    }

    fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Place<'i>>, Error> {
        while let Some(frame) = self.parser.next(input)? {
            match frame {
                Frame::Chunk { len, signature } => {
                    self.remaining = remaining(self.remaining, len)?;
                    if let Some(signed) = &mut self.signed {
                        signed.begin(len, signature, self.settings.max_signed_chunk)?;
                    }
                }
                Frame::Data { bytes, is_last } => {
                    if let Some(place) = self.data(bytes, is_last)? {
                        return Ok(Some(place));
                    }
                }
                Frame::Field { name, value } => self.trailers.take(name, value)?,
                Frame::TrailerSignature(signature) => Self::check_trailer(&mut self.signed, &self.trailers, signature)?,
                Frame::Separator => {}
                Frame::End => self.end()?,
            }
        }
        Ok(None)
    }

    fn data<'i>(&mut self, bytes: &'i [u8], is_last: bool) -> Result<Option<Place<'i>>, Error> {
        let Some(signed) = &mut self.signed else {
            self.checksums.iter_mut().for_each(|checksum| checksum.update(bytes));
            return Ok(Some(Place::Input(bytes)));
        };
        let Some(verified) = signed.put(bytes, is_last)? else { return Ok(None) };
        self.checksums.iter_mut().for_each(|checksum| checksum.update(verified.unwrap_or_else(|| signed.held())));
        Ok(Some(verified.map_or(Place::Held, Place::Input)))
    }

    fn check_trailer(signed: &mut Option<SignedChunk>, trailers: &Trailers, signature: &[u8]) -> Result<(), Error> {
        let signed = signed.as_mut().ok_or_else(|| malformed_trailer("it is signed, and chunks are not"))?;
        signed.check(&Link::Trailer(&trailers.digest()), signature)
    }

    /// Checks the trailer, once it and its signature are complete.
    fn end(&mut self) -> Result<(), Error> {
        self.trailers.check_complete()?;
        for checksum in self.checksums.drain(..) {
            let (algorithm, value) = (checksum.algorithm(), checksum.finish());
            let stated = self.trailers.value(algorithm.header()).unwrap_or_default();
            if !value.is_written(stated.as_bytes()) {
                let detail = format!("The {algorithm} you specified did not match the calculated checksum.");
                return Err(Error::new(ErrorKind::ChecksumMismatch, detail));
            }
        }
        self.ended = true;
        Ok(())
    }
}

impl fmt::Debug for ChunkDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkDecoder")
            .field("is_signed", &self.is_signed())
            .field("decoded_len", &self.decoded_len)
            .field("has_ended", &self.has_ended())
            .finish_non_exhaustive()
    }
}

/// Counts a chunk. The last chunk, which has no data, comes once the stated length is reached.
fn remaining(before: u64, len: u64) -> Result<u64, Error> {
    match before.checked_sub(len) {
        None => Err(other_length("it is longer than `x-amz-decoded-content-length`")),
        Some(left) if len == 0 && left > 0 => Err(other_length("it is shorter than `x-amz-decoded-content-length`")),
        Some(left) => Ok(left),
    }
}

#[cold]
fn other_length(detail: &'static str) -> Error {
    Error::new(ErrorKind::LengthMismatch, detail)
}
