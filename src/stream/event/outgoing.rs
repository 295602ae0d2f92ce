//! Signed messages for a body or a sink of bytes.

use super::error::EventStreamError;
use super::message::Message;
use super::signer::EventSigner;
use crate::error::{Error, ErrorKind};
use crate::time::Moment;
use bytes::Bytes;
use futures_core::Stream;
use futures_sink::Sink;
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// A stream of signed messages, as bytes for a request's body. It signs the messages of another stream, and the end after them.
    ///
    /// An error ends the stream without a signed end. The end of `messages` is signed: a source that can fail is forwarded to an
    /// [`EventSink`] instead, which is dropped at an error and then leaves the stream without its end.
    ///
    /// ```
    /// use futures::executor::block_on_stream;
    /// use sig4::key::SigningKey;
    /// use sig4::scope::Scope;
    /// use sig4::signature::Signature;
    /// use sig4::stream::event::{EventSigner, EventVerifier, Message, SignedEvents, VerifiedEvents};
    /// use sig4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let key = SigningKey::derive(&credentials, &Scope::parse("20150830/us-east-1/transcribe/aws4_request")?);
    /// let (seed, now) = (Signature::from([7; 32]), Timestamp::parse("20150830T123600Z")?);
    ///
    /// let messages = futures::stream::iter([Message::new("one"), Message::new("two")]);
    /// let body = SignedEvents::new(messages, EventSigner::with_key(&key, &seed), move || now);
    /// let received = VerifiedEvents::new(body, EventVerifier::with_key(&key, &seed), move || now);
    /// let received: Result<Vec<_>, _> = block_on_stream(received).collect();
    /// assert_eq!(received?, [Message::new("one"), Message::new("two")]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct SignedEvents<S, C> {
        #[pin]
        messages: S,
        signer: Option<EventSigner>,
        clock: C,
    }
}

impl<S, C> SignedEvents<S, C> {
    /// Signs `messages`. `clock` returns the time of signing, such as `SystemTime::now`.
    pub const fn new(messages: S, signer: EventSigner, clock: C) -> Self {
        Self { messages, signer: Some(signer), clock }
    }
}

impl<S, C, M> Stream for SignedEvents<S, C>
where
    S: Stream<Item = Message>,
    C: FnMut() -> M,
    M: Moment,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let Some(mut signer) = this.signer.take() else { return Poll::Ready(None) };
        let Poll::Ready(next) = this.messages.poll_next(cx) else {
            *this.signer = Some(signer);
            return Poll::Pending;
        };
        let Some(message) = next else { return Poll::Ready(Some(signer.finish((this.clock)()))) };
        let signed = signer.sign(&message, (this.clock)());
        *this.signer = signed.is_ok().then_some(signer);
        Poll::Ready(Some(signed))
    }
}

pin_project! {
    /// A sink of messages that sends them signed, as bytes, to another sink. Closing it signs the end. Dropped without, it leaves the stream
    /// without a signed end, which the receiver refuses.
    #[must_use = "sinks do nothing unless polled"]
    pub struct EventSink<S, C> {
        #[pin]
        bytes: S,
        signer: Option<EventSigner>,
        clock: C,
    }
}

impl<S, C> EventSink<S, C> {
    /// Sends to `bytes`. `clock` returns the time of signing, such as `SystemTime::now`.
    pub const fn new(bytes: S, signer: EventSigner, clock: C) -> Self {
        Self { bytes, signer: Some(signer), clock }
    }
}

/// A message after `poll_close` is an error of the kind [`ErrorKind::InvalidEvent`]: nothing follows the signed end.
impl<S, C, M> Sink<Message> for EventSink<S, C>
where
    S: Sink<Bytes>,
    C: FnMut() -> M,
    M: Moment,
{
    type Error = EventStreamError<S::Error>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.project().bytes.poll_ready(cx).map_err(EventStreamError::Transport)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Self::Error> {
        let this = self.project();
        let closed = || Error::new(ErrorKind::InvalidEvent, "the sink is closed: no message follows the signed end");
        let signer = this.signer.as_mut().ok_or_else(|| EventStreamError::Event(closed()))?;
        let signed = signer.sign(&message, (this.clock)()).map_err(EventStreamError::Event)?;
        this.bytes.start_send(signed).map_err(EventStreamError::Transport)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.project().bytes.poll_flush(cx).map_err(EventStreamError::Transport)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let mut this = self.project();
        if this.signer.is_some() {
            ready!(this.bytes.as_mut().poll_ready(cx)).map_err(EventStreamError::Transport)?;
        }
        if let Some(signer) = this.signer.take() {
            let end = signer.finish((this.clock)()).map_err(EventStreamError::Event)?;
            this.bytes.as_mut().start_send(end).map_err(EventStreamError::Transport)?;
        }
        this.bytes.poll_close(cx).map_err(EventStreamError::Transport)
    }
}

impl<S, C> fmt::Debug for SignedEvents<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedEvents").field("signer", &self.signer).finish_non_exhaustive()
    }
}

impl<S, C> fmt::Debug for EventSink<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSink").field("signer", &self.signer).finish_non_exhaustive()
    }
}
