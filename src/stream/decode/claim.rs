//! The way from a claim to a decoder.

use super::decoded::Decoded;
use super::decoder::ChunkDecoder;
use super::end::BodyEnd;
use super::frames::FrameParser;
use super::stated::Stated;
use crate::error::Error;
use crate::stream::chain::Chain;
use crate::time::Moment;
use crate::verify::head::Head;
use crate::verify::{Caller, Claim, StoredKey};
use std::fmt;
use time::OffsetDateTime;

impl<'a> Claim<'a> {
    /// Verifies the head of a request whose body is `aws-chunked`, and begins to decode its body.
    ///
    /// The head proves the caller: method, path, query and headers are signed. It proves nothing of the body, which the [`ChunkDecoder`] verifies
    /// as it arrives. The framing follows the marker in `x-amz-content-sha256`, and never `content-encoding`.
    ///
    /// ```
    /// use sig4::stream::{BodyProof, ChunkPlan};
    /// use sig4::{Credentials, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let (mut parts, ()) = http::Request::put("https://bucket.s3.us-east-1.amazonaws.com/key").body(())?.into_parts();
    /// let encoder = Signer::new("us-east-1", "s3")?.sign_chunked(&mut parts, ChunkPlan::signed(5), &credentials, now)?;
    /// let sent = encoder.encode_all(b"hello")?;
    ///
    /// let verifier = Verifier::new("us-east-1", "s3")?;
    /// let (caller, mut decoder) = verifier.claim(&parts)?.decode(&credentials, now)?;
    /// assert_eq!((caller.access_key_id(), decoder.decoded_len()), ("AKIDEXAMPLE", 5));
    /// let mut received = Vec::new();
    /// for mut piece in sent.chunks(10) {
    ///     while let Some(bytes) = decoder.decode(&mut piece)? {
    ///         received.extend_from_slice(bytes.verified().expect("every chunk is signed"));
    ///     }
    /// }
    /// assert_eq!(decoder.finish()?.proof(), BodyProof::Signed);
    /// assert_eq!(received, b"hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify), in the same order. Then:
    ///
    /// - The body is not in chunks: [`InvalidPayload`](crate::ErrorKind::InvalidPayload).
    /// - `x-amz-decoded-content-length` is [absent](crate::ErrorKind::MissingDecodedLength) or [invalid](crate::ErrorKind::InvalidDecodedLength). It, or
    ///   `x-amz-trailer`, is [not signed](crate::ErrorKind::UnsignedHeader).
    /// - `x-amz-trailer` is invalid, is there and the marker has no trailer, or names a header that is there too:
    ///   [`InvalidHeader`](crate::ErrorKind::InvalidHeader).
    pub fn decode<'k>(
        self,
        key: impl Into<StoredKey<'k>>,
        now: impl Moment,
    ) -> Result<(Caller<'a>, ChunkDecoder), Error> {
        let now = self.answered_time(now)?;
        let (caller, decoder) = self.begin_decoding(&key.into(), now)?;
        caller.remember(now)?;
        Ok((caller, decoder))
    }

    /// The same, without asking the store of used signatures.
    pub(crate) fn begin_decoding(
        self,
        key: &StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'a>, ChunkDecoder), Error> {
        let Head { caller, key, marker, settings, .. } = self.verify_head(key, now)?;
        let stated = Stated::read(&caller, marker).map_err(|error| error.rejected_in(settings.dialect))?;
        let seed = *caller.seed();
        let chain = marker.is_signed().then(|| Chain::new(key, *caller.scope(), caller.timestamp(), seed));
        let decoder = ChunkDecoder::new(FrameParser::new(marker), chain, stated.trailers, stated.decoded_len, settings);
        Ok((caller, decoder))
    }

    /// Verifies a request and its `aws-chunked` body, which is in memory as it came over the wire.
    ///
    /// ```
    /// use sig4::stream::{BodyProof, ChecksumAlgorithm, ChunkPlan};
    /// use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let (mut parts, ()) = http::Request::put("https://bucket.s3.us-east-1.amazonaws.com/key").body(())?.into_parts();
    /// let plan = ChunkPlan::unsigned(5, ChecksumAlgorithm::Crc32);
    /// let sent = Signer::new("us-east-1", "s3")?.sign_chunked(&mut parts, plan, &credentials, now)?.encode_all(b"hello")?;
    ///
    /// let verifier = Verifier::new("us-east-1", "s3")?;
    /// let body = verifier.claim(&parts)?.decode_whole(&credentials, &sent, now)?;
    /// assert_eq!(body.end().proof(), BodyProof::Checksum);
    /// assert_eq!(body.end().trailers().next(), Some(("x-amz-checksum-crc32", "NhCmhg==")));
    /// let (caller, bytes, _end) = body.into_parts();
    /// assert_eq!((caller.access_key_id(), bytes.even_unverified()), ("AKIDEXAMPLE", b"hello".to_vec()));
    ///
    /// let cut_off = verifier.claim(&parts)?.decode_whole(&credentials, &sent[..20], now).unwrap_err();
    /// assert_eq!(cut_off.kind(), ErrorKind::TruncatedStream);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`decode`](Self::decode) and [`ChunkDecoder::decode`].
    pub fn decode_whole<'k>(
        self,
        key: impl Into<StoredKey<'k>>,
        body: &[u8],
        now: impl Moment,
    ) -> Result<DecodedBody<'a>, Error> {
        let now = self.answered_time(now)?;
        let (caller, mut decoder) = self.begin_decoding(&key.into(), now)?;
        let (is_signed, mut bytes, mut rest) = (decoder.is_signed(), Vec::with_capacity(body.len()), body);
        while let Some(decoded) = decoder.decode(&mut rest)? {
            bytes.extend_from_slice(decoded.even_unverified());
        }
        let end = decoder.finish()?;
        caller.remember(now)?;
        Ok(DecodedBody { caller, bytes: Decoded::<Vec<u8>>::with(is_signed, bytes), end })
    }
}

/// A request whose body was in memory, with every check passed. [`Claim::decode_whole`] makes it, and has an example.
pub struct DecodedBody<'a> {
    caller: Caller<'a>,
    bytes: Decoded<Vec<u8>>,
    end: BodyEnd,
}

impl<'a> DecodedBody<'a> {
    /// The caller.
    #[must_use]
    pub const fn caller(&self) -> &Caller<'a> {
        &self.caller
    }

    /// The decoded bytes, and whether they are signed.
    #[must_use]
    pub const fn bytes(&self) -> &Decoded<Vec<u8>> {
        &self.bytes
    }

    /// The proof of the body, and its trailer.
    #[must_use]
    pub const fn end(&self) -> &BodyEnd {
        &self.end
    }

    /// Caller, bytes and end.
    #[must_use]
    pub fn into_parts(self) -> (Caller<'a>, Decoded<Vec<u8>>, BodyEnd) {
        (self.caller, self.bytes, self.end)
    }
}

impl fmt::Debug for DecodedBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodedBody").field("caller", &self.caller).field("end", &self.end).finish_non_exhaustive()
    }
}
