//! The error of a stream or a sink of events.

use crate::error::Error;

/// A stream or a sink of events failed, or the bytes below it did.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventStreamError<E> {
    /// A message could not be signed, verified or read, or the signed end is missing.
    #[error(transparent)]
    Event(Error),
    /// The stream or the sink of bytes failed.
    #[error("the bytes of the event stream cannot be read or sent")]
    Transport(#[source] E),
}
