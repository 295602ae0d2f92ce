//! The signed messages of a stream of events, opened while they arrive.

use crate::error::{Dialect, Error};
use crate::stream::event::EventVerifier;
use bytes::Bytes;
use time::OffsetDateTime;

/// Opens signed messages: a message comes out, as its sender wrote it, once its signature has matched.
pub(crate) struct OpenedEvents {
    verifier: EventVerifier,
    /// The form of refusals.
    dialect: Dialect,
    /// The time of receipt.
    clock: Box<dyn Fn() -> OffsetDateTime + Send + Sync>,
}

impl OpenedEvents {
    pub(crate) fn new(
        verifier: EventVerifier,
        dialect: Dialect,
        clock: impl Fn() -> OffsetDateTime + Send + Sync + 'static,
    ) -> Self {
        Self { verifier, dialect, clock: Box::new(clock) }
    }

    /// Takes the next message off `wire`. No bytes mean that more has to arrive.
    pub(super) fn next(&mut self, wire: &mut Bytes) -> Result<Bytes, Error> {
        let opened = self.verifier.decode_bytes(wire, (self.clock)());
        opened.map(Option::unwrap_or_default).map_err(|error| error.rejected_in(self.dialect))
    }

    /// Ends the stream, whose signed end must have arrived.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.verifier.finish().map_err(|error| error.rejected_in(self.dialect))
    }
}
