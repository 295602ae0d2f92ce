//! A body whose beginning was read.

use crate::stream::body::pieces::Pieces;
use crate::tower::body::BoxError;
use bytes::{Buf, Bytes};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body whose first bytes were read.
#[allow(unreachable_pub, reason = "it is in the signature of a hidden function")]
pub struct ReadAhead<B> {
    read: VecDeque<Bytes>,
    /// Trailers that were read.
    trailers: Option<HeaderMap>,
    /// The number of bytes that were read.
    len: usize,
    body: Pin<Box<B>>,
    /// Whether the body ended. It is not read further then.
    ended: bool,
}

impl<B: Body<Error: Into<BoxError>>> ReadAhead<B> {
    /// Reads a body until `len` bytes are there, or it ends.
    pub(super) async fn read(body: B, len: usize) -> Result<Self, BoxError> {
        let ended = body.is_end_stream();
        let mut ahead = Self { read: VecDeque::new(), trailers: None, len: 0, body: Box::pin(body), ended };
        let mut pieces = Pieces::default();
        while ahead.len < len && !ahead.ended {
            let Some(frame) = ahead.body.frame().await else {
                ahead.ended = true;
                break;
            };
            match frame.map_err(Into::into)?.into_data() {
                Ok(mut data) => {
                    ahead.len = ahead.len.saturating_add(data.remaining());
                    pieces.push(data.copy_to_bytes(data.remaining()));
                }
                Err(frame) => ahead.trailers = frame.into_trailers().ok().or(ahead.trailers),
            }
            ahead.ended = ahead.body.is_end_stream();
        }
        pieces.append_to(&mut ahead.read);
        Ok(ahead)
    }

    /// Whether all of the body was read, and it has at most `len` bytes.
    pub(super) const fn is_whole(&self, len: usize) -> bool {
        self.ended && self.len <= len
    }
}

impl<B: Body<Error: Into<BoxError>>> Body for ReadAhead<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(piece) = self.read.pop_front() {
            self.len = self.len.saturating_sub(piece.len());
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if let Some(trailers) = self.trailers.take() {
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        self.body.as_mut().poll_frame(cx).map(|frame| {
            let all = |mut data: B::Data| data.copy_to_bytes(data.remaining());
            frame.map(|frame| frame.map(|frame| frame.map_data(all)).map_err(Into::into))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.trailers.is_none() && (self.ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, read) = (self.body.size_hint(), u64::try_from(self.len).unwrap_or(u64::MAX));
        let mut whole = SizeHint::new();
        whole.set_lower(hint.lower().saturating_add(read));
        if let Some(upper) = hint.upper() {
            whole.set_upper(upper.saturating_add(read));
        }
        whole
    }
}

impl<B> fmt::Debug for ReadAhead<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadAhead").field("len", &self.len).finish_non_exhaustive()
    }
}
