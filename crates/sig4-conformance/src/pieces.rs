//! The parts of a case whose body is signed in pieces: chunks, or events.

use sig4::Timestamp;
use sig4::payload::Streaming;
use sig4::signature::Signature;
use sig4::stream::event::Message;

/// A body that is signed in chunks.
#[derive(Clone, Debug)]
pub struct ChunkedBody {
    pub(crate) marker: Streaming,
    pub(crate) sizes: Vec<usize>,
    pub(crate) trailer: Vec<(String, String)>,
}

impl ChunkedBody {
    /// The value of `x-amz-content-sha256`, the payload of the request's head.
    #[must_use]
    pub const fn marker(&self) -> Streaming {
        self.marker
    }

    /// The sizes of the chunks. The last chunk, which has no data, is not among them.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The fields of the trailer, which is signed after the last chunk. Empty if the marker has no trailer.
    #[must_use]
    pub fn trailer(&self) -> &[(String, String)] {
        &self.trailer
    }

    /// The data of the chunks of `body`, with the last chunk, which has none.
    pub fn chunks<'b>(&self, body: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
        let mut rest = body;
        let data = self.sizes.iter().map(move |size| {
            let (chunk, after) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
            rest = after;
            chunk
        });
        data.chain([&[][..]])
    }
}

/// A stream of events to sign. The head of its request is signed already.
#[derive(Clone, Debug)]
pub struct EventStream {
    pub(crate) seed: Signature,
    pub(crate) events: Vec<CaseEvent>,
}

impl EventStream {
    /// The signature of the head.
    #[must_use]
    pub const fn seed(&self) -> &Signature {
        &self.seed
    }

    /// The events in their order.
    #[must_use]
    pub fn events(&self) -> &[CaseEvent] {
        &self.events
    }
}

/// An event to sign.
#[derive(Clone, Debug)]
pub struct CaseEvent {
    pub(crate) message: Option<Message>,
    pub(crate) timestamp: Timestamp,
}

impl CaseEvent {
    /// The message. `None` is the end of the stream.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// The time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }
}
