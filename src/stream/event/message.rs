//! A message: headers and a payload.

use super::fault::invalid;
use super::frame::{CHECKSUM_LEN, Frame, MAX_PAYLOAD_LEN, Prelude, crc32};
use super::header::{Header, HeaderValue};
use crate::error::Error;
use bytes::Bytes;
use std::fmt;

/// A message of an event stream. `Debug` shows the names of its headers, and not their values or the payload.
///
/// ```
/// use sig4::stream::event::{Header, HeaderValue, Message};
///
/// let message = Message::new("audio").with_header(Header::new(":event-type", "AudioEvent")?);
/// let bytes = message.encode()?;
/// assert_eq!(bytes.len(), 12 + 1 + 11 + 1 + 2 + 10 + 5 + 4);
/// let read = Message::decode(bytes)?;
/// assert_eq!(read, message);
/// assert_eq!(read.header(":event-type").and_then(HeaderValue::as_str), Some("AudioEvent"));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Default, Eq, Hash, PartialEq)]
pub struct Message {
    headers: Vec<Header>,
    payload: Bytes,
}

impl Message {
    /// A message with this payload and without headers.
    #[must_use]
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { headers: Vec::new(), payload: payload.into() }
    }

    /// Adds a header at the end. Their order is kept, and a name may come twice.
    #[must_use]
    pub fn with_header(mut self, header: Header) -> Self {
        self.headers.push(header);
        self
    }

    /// The headers in their order.
    #[must_use]
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The value of the first header of this name (case-sensitive).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find(|header| header.name() == name).map(Header::value)
    }

    /// The payload.
    #[must_use]
    pub const fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// The payload, without the rest.
    #[must_use]
    pub fn into_payload(self) -> Bytes {
        self.payload
    }

    /// The bytes on the wire.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidEvent`](crate::ErrorKind::InvalidEvent) if the headers are longer than
    /// [`MAX_HEADERS_LEN`](super::MAX_HEADERS_LEN) or the payload is longer than [`MAX_PAYLOAD_LEN`].
    pub fn encode(&self) -> Result<Bytes, Error> {
        let mut out = Vec::new();
        self.encode_after(&mut out, 0)?;
        Ok(out.into())
    }

    /// Writes the message to the end of `out`, which then has room for `more` bytes.
    pub(super) fn encode_after(&self, out: &mut Vec<u8>, more: usize) -> Result<(), Error> {
        check_payload(self.payload.len())?;
        let headers = self.headers.iter().map(Header::len).sum();
        let prelude = Prelude::of(headers, self.payload.len())?;
        let start = out.len();
        out.reserve(prelude.total() + more);
        prelude.write(out);
        self.headers.iter().for_each(|header| header.write(out));
        out.extend_from_slice(&self.payload);
        let (_, frame) = out.split_at(start);
        let checksum: [u8; CHECKSUM_LEN] = crc32(frame);
        out.extend_from_slice(&checksum);
        Ok(())
    }

    /// Reads a message that is all of `bytes`. [`MessageDecoder`](super::MessageDecoder) reads messages that arrive in pieces.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidEvent`](crate::ErrorKind::InvalidEvent) if it is malformed, a checksum does not match, or a limit is
    /// exceeded. [`ErrorKind::TruncatedStream`](crate::ErrorKind::TruncatedStream) if bytes are missing.
    pub fn decode(bytes: impl Into<Bytes>) -> Result<Self, Error> {
        Self::of_frame(Frame::of_whole(bytes.into())?)
    }

    pub(super) fn of_frame(frame: Frame) -> Result<Self, Error> {
        let Frame { headers: mut block, payload } = frame;
        check_payload(payload.len())?;
        let mut headers = Vec::new();
        while !block.is_empty() {
            headers.push(Header::read(&mut block)?);
        }
        Ok(Self { headers, payload })
    }
}

fn check_payload(len: usize) -> Result<(), Error> {
    if len <= MAX_PAYLOAD_LEN {
        return Ok(());
    }
    Err(invalid(format!("the payload has {len} bytes, more than {MAX_PAYLOAD_LEN}")))
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(Header::name).collect();
        f.debug_struct("Message").field("headers", &names).field("payload_len", &self.payload.len()).finish()
    }
}
