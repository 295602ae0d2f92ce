//! Messages from a stream of bytes.

use super::decoder::MessageDecoder;
use super::error::EventStreamError;
use super::message::Message;
use super::verifier::EventVerifier;
use crate::error::Error;
use crate::time::Moment;
use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// A stream of verified messages, from the bytes of a request's body.
    ///
    /// An item is a message whose signature matched. The stream ends with `None` only after the signed end and the end of the bytes. A
    /// fault, and a body that ends too early, is an error; then the stream is over.
    #[must_use = "streams do nothing unless polled"]
    pub struct VerifiedEvents<S, C> {
        #[pin]
        bytes: S,
        input: Bytes,
        verifier: Option<EventVerifier>,
        clock: C,
    }
}

impl<S, C> VerifiedEvents<S, C> {
    /// Verifies the messages in `bytes`. `clock` returns the time of receipt, such as `SystemTime::now`.
    pub const fn new(bytes: S, verifier: EventVerifier, clock: C) -> Self {
        Self { bytes, input: Bytes::new(), verifier: Some(verifier), clock }
    }
}

impl<S, C, M, B, E> Stream for VerifiedEvents<S, C>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    C: FnMut() -> M,
    M: Moment,
{
    type Item = Result<Message, EventStreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let Some(verifier) = this.verifier else { return Poll::Ready(None) };
        let next = poll(this.bytes, this.input, cx, |input| verifier.decode(input, (this.clock)()));
        let message = match ready!(next) {
            Some(Ok(message)) => return Poll::Ready(Some(Ok(message))),
            other => other,
        };
        let end = this.verifier.take().map(EventVerifier::finish);
        Poll::Ready(message.or_else(|| end?.err().map(|error| Err(EventStreamError::Event(error)))))
    }
}

pin_project! {
    /// A stream of messages that are not signed, from the bytes of a service's answer, or of a request behind a layer that has verified
    /// them.
    ///
    /// A malformed message, and bytes that end within a message, are an error; then the stream is over.
    ///
    /// ```
    /// use futures::executor::block_on_stream;
    /// use sig4::stream::event::{Message, Messages};
    /// use std::convert::Infallible;
    ///
    /// let sent = [Message::new("one").encode()?, Message::new("two").encode()?].concat();
    /// let bytes = futures::stream::iter(sent.chunks(7).map(|piece| Ok::<_, Infallible>(piece.to_vec())));
    /// let received: Result<Vec<_>, _> = block_on_stream(Messages::new(bytes)).collect();
    /// assert_eq!(received?, [Message::new("one"), Message::new("two")]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct Messages<S> {
        #[pin]
        bytes: S,
        input: Bytes,
        decoder: Option<MessageDecoder>,
    }
}

impl<S> Messages<S> {
    /// Reads the messages in `bytes`.
    pub fn new(bytes: S) -> Self {
        Self::with_decoder(bytes, MessageDecoder::default())
    }

    /// Reads the messages in `bytes` with a decoder, such as one with another limit.
    pub const fn with_decoder(bytes: S, decoder: MessageDecoder) -> Self {
        Self { bytes, input: Bytes::new(), decoder: Some(decoder) }
    }
}

impl<S, B, E> Stream for Messages<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
{
    type Item = Result<Message, EventStreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let Some(decoder) = this.decoder else { return Poll::Ready(None) };
        let message = match ready!(poll(this.bytes, this.input, cx, |input| decoder.decode(input))) {
            Some(Ok(message)) => return Poll::Ready(Some(Ok(message))),
            other => other,
        };
        let end = this.decoder.take().map(MessageDecoder::finish);
        Poll::Ready(message.or_else(|| end?.err().map(|error| Err(EventStreamError::Event(error)))))
    }
}

/// The next message, an error, or `None` at the end of the bytes.
fn poll<S, B, E>(
    mut bytes: Pin<&mut S>,
    input: &mut Bytes,
    cx: &mut Context<'_>,
    mut decode: impl FnMut(&mut Bytes) -> Result<Option<Message>, Error>,
) -> Poll<Option<Result<Message, EventStreamError<E>>>>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
{
    loop {
        if let Some(read) = decode(input).map_err(EventStreamError::Event).transpose() {
            return Poll::Ready(Some(read));
        }
        match ready!(bytes.as_mut().poll_next(cx)) {
            Some(Ok(piece)) => *input = piece.into(),
            Some(Err(error)) => return Poll::Ready(Some(Err(EventStreamError::Transport(error)))),
            None => return Poll::Ready(None),
        }
    }
}

impl<S, C> fmt::Debug for VerifiedEvents<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedEvents").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Messages<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").field("decoder", &self.decoder).finish_non_exhaustive()
    }
}
