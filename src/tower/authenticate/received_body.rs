//! The body of a request that streams through the layer.

use super::body_failure::FailureReport;
use super::event;
use crate::stream::body::error as body_error;
use crate::tower::body::{BodyError, BoxError};
use crate::tower::budget::HeldRoom;
use crate::tower::clock::{Deadline, TimeLimit};
use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of a request behind a layer with
/// [`with_streaming_body`](super::AuthenticateLayer::with_streaming_body): the bytes that the client signed, as they arrive.
///
/// The request itself is verified and allowed. Its body is verified while it is read:
///
/// | `x-amz-content-sha256` | the handler gets | if the body is not the signed body |
/// |---|---|---|
/// | signed chunks | decoded bytes, each once its chunk's signature has matched | an error in place of the first wrong chunk |
/// | unsigned chunks with a trailer | decoded bytes, which the signature does not cover | an error before the last bytes, if the checksum does not hold |
/// | signed events | the messages that the client signed, each once its signature has matched | an error in place of the first wrong message |
/// | a hash | the bytes | an error before the last bytes |
/// | `UNSIGNED-PAYLOAD` | the bytes, which the signature does not cover | |
/// | absent | the bytes, which the layer has read into memory and verified | the handler is not called |
///
/// [`AuthenticatedCaller::signed_body`](super::AuthenticatedCaller::signed_body) says whether the signature covers the bytes. Do not
/// act on them for good before the end: keep them in a temporary place, and drop them if the body ends with an error.
///
/// An error is never the end of the body. A body that failed gives an error again if it is read further, and
/// [`is_end_stream`](Body::is_end_stream) is `false`. The size hint is the decoded length.
///
/// The bytes of a hash, of `UNSIGNED-PAYLOAD` and of unsigned chunks are proven by the end alone. A reader that stops by itself, such as
/// a decompressor, an archive or a form in parts, may have read a forgery: read on until the body has ended.
pub struct ReceivedBody(Form);

enum Form {
    Read(Full<Bytes>),
    Streamed(Box<Streamed>),
    Failed(BodyError),
}

/// A body whose frames are `Bytes`.
type Stream = Pin<Box<dyn Body<Data = Bytes, Error = body_error::BodyError> + Send>>;

struct Streamed {
    body: Stream,
    limits: StreamLimits,
    /// The time limit of the next piece, while it is awaited.
    deadline: Option<Deadline>,
    passed_on: u64,
    /// `None` for the body of an exempt request.
    report: Option<FailureReport>,
    /// Room for the bytes that are held until they are verified.
    _room: Option<HeldRoom>,
}

/// The limits of a body that streams.
pub(super) struct StreamLimits {
    /// The most bytes of the body.
    pub(super) len: usize,
    /// The time limit of each piece.
    pub(super) time: Option<TimeLimit>,
}

impl ReceivedBody {
    /// A body that was read and verified.
    pub(super) fn read(bytes: Bytes) -> Self {
        Self(Form::Read(Full::new(bytes)))
    }

    /// A body that is verified while it streams.
    pub(super) fn streamed<B>(body: B, limits: StreamLimits, report: FailureReport, room: Option<HeldRoom>) -> Self
    where
        B: Body<Data = Bytes, Error = body_error::BodyError> + Send + 'static,
    {
        Self::new(Box::pin(body), limits, Some(report), room)
    }

    /// The body of an exempt request, as it arrives.
    pub(super) fn unverified<B>(body: B, limits: StreamLimits) -> Self
    where
        B: Body<Error: Into<BoxError>> + Send + 'static,
    {
        let body = body.map_frame(|frame| frame.map_data(|mut data| data.copy_to_bytes(data.remaining())));
        let body = body.map_err(|error| body_error::BodyError::Broken(error.into()));
        Self::new(Box::pin(body), limits, None, None)
    }

    fn new(body: Stream, limits: StreamLimits, report: Option<FailureReport>, room: Option<HeldRoom>) -> Self {
        Self(Form::Streamed(Box::new(Streamed { body, limits, deadline: None, passed_on: 0, report, _room: room })))
    }
}

impl Streamed {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = self.body.as_mut().poll_frame(cx);
        let Poll::Ready(frame) = polled else {
            let start = || self.limits.time.as_ref().map(TimeLimit::start).unwrap_or_default();
            return match self.deadline.get_or_insert_with(start).is_up(cx) {
                true => Poll::Ready(Some(Err(BodyError::TimedOut))),
                false => Poll::Pending,
            };
        };
        self.deadline = None;
        Poll::Ready(match frame {
            Some(Ok(frame)) => Some(self.count(&frame).map(|()| frame)),
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }

    /// Counts the bytes of a frame, up to the limit.
    fn count(&mut self, frame: &Frame<Bytes>) -> Result<(), BodyError> {
        let len = frame.data_ref().map_or(0, Bytes::len);
        let limit = u64::try_from(self.limits.len).unwrap_or(u64::MAX);
        let passed_on = u64::try_from(len).ok().and_then(|len| self.passed_on.checked_add(len));
        self.passed_on = passed_on.filter(|len| *len <= limit).ok_or(BodyError::TooLong { limit: self.limits.len })?;
        Ok(())
    }
}

impl Body for ReceivedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let streamed = match &mut self.0 {
            Form::Read(body) => return Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Form::Failed(error) => return Poll::Ready(Some(Err(error.again()))),
            Form::Streamed(streamed) => streamed,
        };
        let polled = streamed.poll_frame(cx);
        if let Poll::Ready(Some(Err(error))) = &polled {
            let (report, passed_on) = (streamed.report.take(), streamed.passed_on);
            self.0 = Form::Failed(error.again());
            if let Some(report) = report {
                event::failed_body(error, &report);
                report.send(error, passed_on);
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Form::Read(body) => body.is_end_stream(),
            Form::Streamed(streamed) => streamed.body.is_end_stream(),
            Form::Failed(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Form::Read(body) => body.size_hint(),
            Form::Streamed(streamed) => streamed.body.size_hint(),
            Form::Failed(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for ReceivedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match &self.0 {
            Form::Read(_) => "read",
            Form::Streamed(_) => "streamed",
            Form::Failed(_) => "failed",
        };
        f.debug_tuple("ReceivedBody").field(&form).finish()
    }
}
