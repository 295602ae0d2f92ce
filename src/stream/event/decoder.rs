//! Messages that arrive in pieces and are not signed.

use super::fault::truncated;
use super::frame::FrameReader;
use super::message::Message;
use crate::error::Error;
use bytes::Bytes;

/// Reads messages that are not signed, such as those of a service's answer. It holds at most one message.
///
/// ```
/// use bytes::Bytes;
/// use sig4::stream::event::{Message, MessageDecoder};
///
/// let sent = [Message::new("one").encode()?, Message::new("two").encode()?].concat();
/// let mut decoder = MessageDecoder::default();
/// let mut read = Vec::new();
/// for piece in sent.chunks(5) {
///     let mut piece = Bytes::copy_from_slice(piece);
///     while let Some(message) = decoder.decode(&mut piece)? {
///         read.push(message);
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(read, [Message::new("one"), Message::new("two")]);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct MessageDecoder {
    frames: FrameReader,
    failure: Option<Error>,
}

impl MessageDecoder {
    /// Sets the length of the longest message on the wire, in bytes. The default is [`MAX_MESSAGE_LEN`](super::MAX_MESSAGE_LEN).
    #[must_use]
    pub const fn with_max_message_len(mut self, longest: usize) -> Self {
        self.frames.limit(longest);
        self
    }

    /// Takes the next message off `input`. `None` asks for more input: then `input` is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidEvent`](crate::ErrorKind::InvalidEvent) if a message is malformed, a checksum does not match, or a limit is
    /// exceeded. Every later call returns the same error.
    pub fn decode(&mut self, input: &mut Bytes) -> Result<Option<Message>, Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let read = self.frames.next(input).and_then(|frame| frame.map(Message::of_frame).transpose());
        read.inspect_err(|error| self.failure = Some(error.clone()))
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// The error of an earlier call, or [`ErrorKind::TruncatedStream`](crate::ErrorKind::TruncatedStream) if a message is incomplete.
    pub fn finish(self) -> Result<(), Error> {
        match self.failure {
            Some(failure) => Err(failure),
            None if self.frames.is_between_frames() => Ok(()),
            None => Err(truncated("the last message is cut")),
        }
    }
}
