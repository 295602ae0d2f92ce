//! A response body whose beginning was read ahead. The client gets it whole.

use crate::tower::clock::TimeLimit;
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io::IoSlice;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::runtime::Handle;

/// The bytes of a refusal that are read. AWS's refusals are shorter, or begin with the reason.
const MAX_REFUSAL_LEN: usize = 8 * 1024;

/// The time limit for the beginning of a refusal.
const MAX_REFUSAL_TIME: Duration = Duration::from_secs(2);

/// The cost of a frame besides its bytes, so that empty frames count, too.
const FRAME_COST: usize = 16;

/// The number of slices of a frame that are read. `Bytes`, which clients give, has one.
const SLICES: usize = 8;

pin_project! {
    /// The body of a response that came through [`Sign`](crate::tower::Sign): the client's own, frame by frame, with its trailers
    /// and its errors.
    ///
    /// Of a refusal of a signed request (400, 401, 403) the first frames were read ahead.
    pub struct SignResponseBody<B>
    where
        B: Body,
    {
        #[pin]
        inner: Inner<B>,
    }
}

pin_project! {
    #[project = Projected]
    enum Inner<B>
    where
        B: Body,
    {
        Untouched { #[pin] body: B },
        Peeked { peeked: Peeked<B> },
    }
}

/// A frame of a body, or its error.
type FrameResult<B> = Result<Frame<<B as Body>::Data>, <B as Body>::Error>;

struct Peeked<B: Body> {
    read: VecDeque<FrameResult<B>>,
    /// The rest of the body. `None` if the body ended.
    rest: Option<Pin<Box<B>>>,
}

/// The beginning of a body.
#[derive(Default)]
pub(super) struct BodyStart {
    bytes: Vec<u8>,
    cost: usize,
    whole: bool,
}

impl BodyStart {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it is the whole body.
    pub(super) const fn is_whole(&self) -> bool {
        self.whole
    }

    #[cfg(test)]
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), cost: 0, whole: true }
    }

    const fn has_room(&self) -> bool {
        self.cost < MAX_REFUSAL_LEN
    }

    /// Copies the beginning of a frame, as far as there is room.
    fn add<D: Buf>(&mut self, frame: &Frame<D>) {
        let Some(data) = frame.data_ref() else { return };
        let mut slices = [IoSlice::new(&[]); SLICES];
        let filled = data.chunks_vectored(&mut slices);
        for slice in slices.iter().take(filled) {
            let room = MAX_REFUSAL_LEN.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(slice.get(..room).unwrap_or(slice));
        }
        self.cost = self.cost.saturating_add(data.remaining()).saturating_add(FRAME_COST);
    }
}

/// Reads the beginning of a body: up to its end, an error, [`MAX_REFUSAL_LEN`] or [`MAX_REFUSAL_TIME`].
pub(super) async fn peek<B: Body>(body: B) -> (SignResponseBody<B>, BodyStart) {
    let mut start = BodyStart::default();
    let mut peeked = Peeked { read: VecDeque::new(), rest: Some(Box::pin(body)) };
    let reading = poll_fn(|cx| peeked.poll_ahead(&mut start, cx));
    // After the time limit, the bytes that have arrived are used.
    TimeLimit::new(MAX_REFUSAL_TIME, patience).start().within(reading).await;
    (SignResponseBody { inner: Inner::Peeked { peeked } }, start)
}

/// Waits, by the timer of tokio's runtime. Without a timer it returns at once, because nothing could end the wait.
async fn patience(limit: Duration) {
    if Handle::try_current().is_ok() {
        // A runtime without a timer panics here; there is no way to ask it.
        if let Ok(sleep) = catch_unwind(AssertUnwindSafe(|| tokio::time::sleep(limit))) {
            sleep.await;
        }
    }
}

impl<B: Body> Peeked<B> {
    fn poll_ahead(&mut self, start: &mut BodyStart, cx: &mut Context<'_>) -> Poll<()> {
        while start.has_room() {
            let Some(rest) = &mut self.rest else { break };
            let Some(frame) = ready!(rest.as_mut().poll_frame(cx)) else {
                self.rest = None;
                start.whole = true;
                break;
            };
            let ended = frame.as_ref().map(|frame| start.add(frame)).is_err();
            self.read.push_back(frame);
            if ended {
                break;
            }
        }
        Poll::Ready(())
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<FrameResult<B>>> {
        match (self.read.pop_front(), &mut self.rest) {
            (Some(frame), _) => Poll::Ready(Some(frame)),
            (None, Some(rest)) => rest.as_mut().poll_frame(cx),
            (None, None) => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let data = self.read.iter().filter_map(|frame| frame.as_ref().ok()?.data_ref());
        let read =
            data.fold(0_u64, |sum, data| sum.saturating_add(u64::try_from(data.remaining()).unwrap_or(u64::MAX)));
        let rest = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), |rest| rest.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint
    }
}

impl<B: Body> SignResponseBody<B> {
    pub(super) const fn untouched(body: B) -> Self {
        Self { inner: Inner::Untouched { body } }
    }
}

impl<B: Body> Body for SignResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FrameResult<B>>> {
        match self.project().inner.project() {
            Projected::Untouched { body } => body.poll_frame(cx),
            Projected::Peeked { peeked } => peeked.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Untouched { body } => body.is_end_stream(),
            Inner::Peeked { peeked } => {
                peeked.read.is_empty() && peeked.rest.as_ref().is_none_or(|rest| rest.is_end_stream())
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Untouched { body } => body.size_hint(),
            Inner::Peeked { peeked } => peeked.size_hint(),
        }
    }
}

impl<B: Body> fmt::Debug for SignResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignResponseBody").finish_non_exhaustive()
    }
}
