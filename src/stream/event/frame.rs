//! The frame of a message: its lengths and its checksums.
//!
//! ```text
//! frame   = prelude headers payload crc32(all before)
//! prelude = total-length headers-length crc32(both lengths)     ; 4 bytes each, big-endian
//! ```
//!
//! The CRC-32 is that of ISO-HDLC, as in gzip. Source: "Event stream encoding" of Amazon Transcribe and of Amazon Lex V2.

use super::fault::{invalid, truncated};
use crate::error::Error;
use bytes::{Bytes, BytesMut};

/// The longest message on the wire, in bytes.
///
/// Source: `aws-c-event-stream`, whose limit AWS's services and SDKs share.
pub const MAX_MESSAGE_LEN: usize = 24 << 20;

/// The longest block of headers, in bytes.
pub const MAX_HEADERS_LEN: usize = 128 << 10;

/// The longest payload of a message, in bytes. A signed message holds a whole message and may be longer.
pub const MAX_PAYLOAD_LEN: usize = 16 << 20;

/// The length of the two lengths and their checksum, in bytes.
pub(super) const PRELUDE_LEN: usize = 12;

/// The length of the checksum at the end, in bytes.
pub(super) const CHECKSUM_LEN: usize = 4;

/// The checksum of `bytes`.
pub(super) fn crc32(bytes: &[u8]) -> [u8; 4] {
    crc_fast::crc32_iso_hdlc(bytes).to_be_bytes()
}

/// The lengths of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prelude {
    total: usize,
    headers: usize,
}

impl Prelude {
    /// The lengths of a frame with this block of headers and this payload.
    pub(super) fn of(headers: usize, payload: usize) -> Result<Self, Error> {
        let total = payload.saturating_add(PRELUDE_LEN + headers + CHECKSUM_LEN);
        let lengths = Self { total, headers };
        lengths.check(MAX_MESSAGE_LEN)?;
        Ok(lengths)
    }

    /// Reads the lengths, and checks them before any other byte is kept.
    fn read(bytes: [u8; PRELUDE_LEN], longest: usize) -> Result<Self, Error> {
        let ([total, headers, checksum], _) = bytes.as_chunks() else { return Err(invalid("the prelude is cut")) };
        if crc32(&[*total, *headers].concat()) != *checksum {
            return Err(invalid("the checksum of a prelude does not match"));
        }
        let [total, headers] = [total, headers].map(|length| usize::try_from(u32::from_be_bytes(*length)));
        let (Ok(total), Ok(headers)) = (total, headers) else { return Err(invalid("a length exceeds the memory")) };
        let lengths = Self { total, headers };
        lengths.check(longest)?;
        Ok(lengths)
    }

    fn check(&self, longest: usize) -> Result<(), Error> {
        let Self { total, headers } = *self;
        if headers > MAX_HEADERS_LEN {
            return Err(invalid(format!("the headers have {headers} bytes, more than {MAX_HEADERS_LEN}")));
        }
        if total < PRELUDE_LEN + headers + CHECKSUM_LEN {
            return Err(invalid(format!("a message of {total} bytes has no room for {headers} bytes of headers")));
        }
        if total > longest {
            return Err(invalid(format!("the message has {total} bytes, more than {longest}")));
        }
        Ok(())
    }

    /// Writes the lengths and their checksum.
    #[expect(clippy::expect_used, reason = "both are at most `MAX_MESSAGE_LEN`; another length would be another frame")]
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let [total, headers] =
            [self.total, self.headers].map(|length| u32::try_from(length).expect("it is below 2^32"));
        let lengths = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        out.extend_from_slice(&lengths);
        out.extend_from_slice(&crc32(&lengths));
    }

    pub(super) const fn total(&self) -> usize {
        self.total
    }
}

/// Headers and payload of a frame.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) headers: Bytes,
    pub(super) payload: Bytes,
}

impl Frame {
    /// Splits a frame whose prelude was read.
    fn split(mut bytes: Bytes, prelude: Prelude) -> Result<Self, Error> {
        let checksum = bytes.split_off(prelude.total - CHECKSUM_LEN);
        if crc32(&bytes) != *checksum {
            return Err(invalid("the checksum of a message does not match"));
        }
        let mut headers = bytes.split_off(PRELUDE_LEN);
        let payload = headers.split_off(prelude.headers);
        Ok(Self { headers, payload })
    }

    /// Reads a text that is one frame.
    pub(super) fn of_whole(mut bytes: Bytes) -> Result<Self, Error> {
        let mut reader = FrameReader::default();
        match reader.next(&mut bytes)? {
            None => Err(truncated("the message is cut")),
            Some(_) if !bytes.is_empty() => Err(invalid("bytes follow the message")),
            Some(frame) => Ok(frame),
        }
    }
}

/// Gathers frames from bytes that arrive in pieces. It holds one frame at most. A frame that arrives in one piece is not copied.
#[derive(Debug)]
pub(super) struct FrameReader {
    gathered: BytesMut,
    prelude: Option<Prelude>,
    longest: usize,
}

impl Default for FrameReader {
    fn default() -> Self {
        Self { gathered: BytesMut::new(), prelude: None, longest: MAX_MESSAGE_LEN }
    }
}

impl FrameReader {
    /// Sets the length of the longest frame.
    pub(super) const fn limit(&mut self, longest: usize) {
        self.longest = longest;
    }

    /// Takes the next frame off `input`, or all of `input` if the frame is not complete.
    pub(super) fn next(&mut self, input: &mut Bytes) -> Result<Option<Frame>, Error> {
        let Some(prelude) = self.prelude(input)? else { return Ok(None) };
        let Some(bytes) = self.whole(input, prelude.total) else { return Ok(None) };
        self.prelude = None;
        Frame::split(bytes, prelude).map(Some)
    }

    /// The lengths of the frame that begins, once they are there.
    fn prelude(&mut self, input: &mut Bytes) -> Result<Option<Prelude>, Error> {
        if self.prelude.is_none() {
            if self.gathered.is_empty() && input.len() >= PRELUDE_LEN {
                self.prelude = self.read_prelude(input)?;
            } else {
                self.gather(input, PRELUDE_LEN);
                self.prelude = self.read_prelude(&self.gathered)?;
            }
        }
        Ok(self.prelude)
    }

    fn read_prelude(&self, bytes: &[u8]) -> Result<Option<Prelude>, Error> {
        bytes.first_chunk().map(|first| Prelude::read(*first, self.longest)).transpose()
    }

    /// The frame of `total` bytes, once it is there.
    fn whole(&mut self, input: &mut Bytes, total: usize) -> Option<Bytes> {
        if self.gathered.is_empty() && input.len() >= total {
            return Some(input.split_to(total));
        }
        self.gather(input, total);
        (self.gathered.len() == total).then(|| self.gathered.split().freeze())
    }

    /// Moves bytes of `input` until `len` bytes are gathered.
    fn gather(&mut self, input: &mut Bytes, len: usize) {
        let missing = len.saturating_sub(self.gathered.len()).min(input.len());
        self.gathered.extend_from_slice(&input.split_to(missing));
    }

    /// Whether no frame has begun.
    pub(super) fn is_between_frames(&self) -> bool {
        self.gathered.is_empty() && self.prelude.is_none()
    }
}
