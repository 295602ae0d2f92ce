//! The body that a client gets for a body of any type.

#[cfg(feature = "http-body")]
use super::read_ahead::ReadAhead;
#[cfg(feature = "http-body")]
use crate::stream::EncodedBody;
use crate::tower::body::BoxError;
use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body behind [`SignLayer::with_any_body`](crate::tower::SignLayer::with_any_body): the bytes that were read and hashed, the body
/// of the request in chunks, or the body as it is, if its payload is declared.
///
/// Its frames are `Bytes`, its error is a `Box`, and it is `Unpin` for every `B`. Frames of `Bytes` are passed on without a copy.
/// For a client that wants a type of its own, box it: `request.map(BoxBody::new)`, `request.map(axum::body::Body::new)`.
pub struct SignedBody<B>(Form<B>);

enum Form<B> {
    Read(Full<Bytes>),
    Streamed(Pin<Box<B>>),
    /// In chunks.
    #[cfg(feature = "http-body")]
    Encoded(Box<EncodedBody<ReadAhead<SignedBody<B>>>>),
}

impl<B> SignedBody<B> {
    /// A body that streams.
    #[must_use]
    pub fn new(body: B) -> Self {
        Self(Form::Streamed(Box::pin(body)))
    }

    /// A body that is encoded in chunks while it is sent.
    #[cfg(feature = "http-body")]
    pub(super) fn encoded(body: EncodedBody<ReadAhead<Self>>) -> Self {
        Self(Form::Encoded(Box::new(body)))
    }
}

impl<B> From<Bytes> for SignedBody<B> {
    fn from(bytes: Bytes) -> Self {
        Self(Form::Read(Full::new(bytes)))
    }
}

impl<B> Default for SignedBody<B> {
    /// An empty body.
    fn default() -> Self {
        Bytes::new().into()
    }
}

impl<B: Body<Error: Into<BoxError>>> Body for SignedBody<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.get_mut().0 {
            Form::Read(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Form::Streamed(body) => body.as_mut().poll_frame(cx).map(|frame| {
                frame.map(|frame| {
                    let all = |mut data: B::Data| data.copy_to_bytes(data.remaining());
                    frame.map(|frame| frame.map_data(all)).map_err(Into::into)
                })
            }),
            #[cfg(feature = "http-body")]
            Form::Encoded(body) => Pin::new(&mut **body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Form::Read(body) => body.is_end_stream(),
            Form::Streamed(body) => body.is_end_stream(),
            #[cfg(feature = "http-body")]
            Form::Encoded(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Form::Read(body) => body.size_hint(),
            Form::Streamed(body) => body.size_hint(),
            #[cfg(feature = "http-body")]
            Form::Encoded(body) => body.size_hint(),
        }
    }
}

impl<B> fmt::Debug for SignedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match &self.0 {
            Form::Read(_) => "Read",
            Form::Streamed(_) => "Streamed",
            #[cfg(feature = "http-body")]
            Form::Encoded(_) => "Encoded",
        };
        f.debug_tuple("SignedBody").field(&form).finish()
    }
}
