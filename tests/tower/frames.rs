//! A body in frames, which may keep its length to itself and may end with trailers.

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

#[derive(Debug, Default)]
pub struct Frames {
    frames: VecDeque<Frame<Bytes>>,
    hint: SizeHint,
}

impl Frames {
    /// A body in pieces of `size` bytes.
    pub fn in_pieces(body: &[u8], size: usize) -> Self {
        let frames = body.chunks(size).map(|piece| Frame::data(Bytes::copy_from_slice(piece))).collect();
        Self { frames, hint: SizeHint::with_exact(body.len().try_into().unwrap()) }
    }

    /// The same body, which does not tell its length.
    pub fn of_unknown_length(mut self) -> Self {
        self.hint = SizeHint::new();
        self
    }

    /// The same body with a hint of its own, whatever it holds.
    pub fn with_hint(mut self, lower: u64, upper: u64) -> Self {
        self.hint = SizeHint::new();
        self.hint.set_upper(upper);
        self.hint.set_lower(lower);
        self
    }

    /// The same body with trailers at its end.
    pub fn with_trailers(mut self, names: &[&'static str]) -> Self {
        let trailers: HeaderMap = names.iter().map(|name| (name.parse().unwrap(), "1".parse().unwrap())).collect();
        self.frames.push_back(Frame::trailers(trailers));
        self
    }
}

impl From<&'static str> for Frames {
    fn from(text: &'static str) -> Self {
        Self::from(Bytes::from(text))
    }
}

impl From<Bytes> for Frames {
    fn from(bytes: Bytes) -> Self {
        let hint = SizeHint::with_exact(bytes.len().try_into().unwrap());
        let frames = if bytes.is_empty() { VecDeque::new() } else { VecDeque::from([Frame::data(bytes)]) };
        Self { frames, hint }
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.frames.pop_front().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}
