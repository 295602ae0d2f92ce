//! A body that is encoded in chunks while it is sent.

use super::error::BodyError;
use super::pieces::Pieces;
use crate::bytes::count::count;
use crate::error::{Error, ErrorKind};
use crate::stream::encoder::ChunkEncoder;
use crate::stream::framer::Framer;
use crate::stream::wire::LINE_END;
use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The room that is made for headers of chunks, in bytes.
const HEADERS: usize = 4096;

pin_project! {
    /// A body that is encoded in chunks while it is sent. [`Signer::sign_chunked`](crate::Signer::sign_chunked) makes its encoder.
    ///
    /// Its size hint is the length of the encoded body, which is the `content-length` of the request. Data are passed on without a
    /// copy. A signed chunk is kept until all of it is there, because its signature comes before it. A body that is longer or shorter
    /// than its declared length ends with an error, and so does a body with trailers, which chunks have no place for.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http_body_util::{BodyExt, Full};
    /// use sig4::stream::{ChecksumAlgorithm, ChunkPlan, EncodedBody};
    /// use sig4::{Credentials, Signer, Timestamp};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20130524T000000Z")?;
    /// let request = http::Request::put("https://photos.s3.us-east-1.amazonaws.com/a");
    /// let (mut parts, body) = request.body(Full::new(Bytes::from("hello world")))?.into_parts();
    ///
    /// let plan = ChunkPlan::unsigned(11, ChecksumAlgorithm::Crc32);
    /// let encoder = signer.sign_chunked(&mut parts, plan, &credentials, now)?;
    /// let request = http::Request::from_parts(parts, EncodedBody::new(body, encoder));
    /// let sent = runtime.block_on(request.into_body().collect())?.to_bytes();
    /// assert_eq!(sent, "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
    /// # Ok(())
    /// # }
    /// ```
    pub struct EncodedBody<B> {
        #[pin]
        body: B,
        state: State,
        // A piece of the body that is not encoded yet.
        piece: Bytes,
        ready: VecDeque<Bytes>,
        // The length of the encoded body that was not passed on.
        left: u64,
    }
}

enum State {
    Open(Box<Encoding>),
    Ended,
    Failed(BodyError),
}

/// The encoding of a body that has not ended.
struct Encoding {
    framer: Framer,
    /// The data of a signed chunk that is not full.
    kept: Pieces,
    /// Room for headers of chunks.
    headers: BytesMut,
    /// Whether the header of the current, unsigned chunk was written.
    is_open: bool,
}

impl<B> EncodedBody<B> {
    /// The body, as `encoder` encodes it.
    #[must_use]
    pub fn new(body: B, encoder: ChunkEncoder) -> Self {
        let left = encoder.plan().encoded_len();
        let encoding = Encoding {
            framer: encoder.into_framer(),
            kept: Pieces::default(),
            headers: BytesMut::new(),
            is_open: false,
        };
        Self { body, state: State::Open(Box::new(encoding)), piece: Bytes::new(), ready: VecDeque::new(), left }
    }
}

impl Encoding {
    /// Encodes what one chunk takes of a piece.
    fn encode(&mut self, piece: &mut Bytes, ready: &mut VecDeque<Bytes>) -> Result<(), Error> {
        if count(piece.len()) > self.framer.left() {
            return Err(self.framer.overrun());
        }
        let data = piece.split_to(piece.len().min(self.framer.room()));
        if self.framer.plan().is_signed() {
            self.signed(data, ready);
        } else {
            self.unsigned(data, ready);
        }
        Ok(())
    }

    fn unsigned(&mut self, data: Bytes, ready: &mut VecDeque<Bytes>) {
        if !self.is_open {
            self.framer.open().iter().for_each(|header| ready.push_back(self.headers.share(header.as_bytes())));
        }
        self.framer.take(&data);
        ready.push_back(data);
        self.is_open = self.framer.room() > 0;
        if !self.is_open {
            self.framer.close();
            ready.push_back(Bytes::from_static(LINE_END));
        }
    }

    fn signed(&mut self, data: Bytes, ready: &mut VecDeque<Bytes>) {
        self.framer.take(&data);
        self.kept.push(data);
        if self.framer.room() == 0 {
            self.framer.close().iter().for_each(|header| ready.push_back(self.headers.share(header.as_bytes())));
            self.kept.append_to(ready);
            ready.push_back(Bytes::from_static(LINE_END));
        }
    }
}

trait Share {
    /// A copy of `bytes` that shares an allocation with those before it.
    fn share(&mut self, bytes: &[u8]) -> Bytes;
}

impl Share for BytesMut {
    fn share(&mut self, bytes: &[u8]) -> Bytes {
        if self.capacity() < bytes.len() {
            self.reserve(HEADERS);
        }
        self.extend_from_slice(bytes);
        self.split().freeze()
    }
}

impl<B: Body<Error: Into<Box<dyn StdError + Send + Sync>>>> Body for EncodedBody<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let this = self.as_mut().project();
            if let Some(bytes) = this.ready.pop_front() {
                *this.left = this.left.saturating_sub(count(bytes.len()));
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            let encoding = match this.state {
                State::Open(encoding) => encoding,
                State::Ended => return Poll::Ready(None),
                State::Failed(error) => return Poll::Ready(Some(Err(error.again()))),
            };
            let done = if this.piece.is_empty() {
                ready!(self.as_mut().poll_piece(cx))
            } else {
                encoding.encode(this.piece, this.ready).map_err(BodyError::from)
            };
            if let Err(error) = done {
                *self.as_mut().project().state = State::Failed(error);
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended) && self.ready.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl<B: Body<Error: Into<Box<dyn StdError + Send + Sync>>>> EncodedBody<B> {
    /// Waits for the next piece, or for the end.
    fn poll_piece(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        let this = self.project();
        Poll::Ready(match ready!(this.body.poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(mut data) => {
                    *this.piece = data.copy_to_bytes(data.remaining());
                    Ok(())
                }
                Err(trailers) if trailers.trailers_ref().is_none_or(http::HeaderMap::is_empty) => Ok(()),
                Err(_) => Err(trailers().into()),
            },
            Some(Err(error)) => Err(BodyError::Broken(error.into())),
            None => match std::mem::replace(this.state, State::Ended) {
                State::Open(encoding) => {
                    let end = encoding.framer.finish().map_err(BodyError::from);
                    end.map(|end| this.ready.push_back(end.into()))
                }
                _ => Ok(()),
            },
        })
    }
}

#[cold]
fn trailers() -> Error {
    Error::new(ErrorKind::InvalidTrailer, "the body ends with trailers of HTTP, which no signature covers")
}

impl<B> fmt::Debug for EncodedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedBody").field("left", &self.left).finish_non_exhaustive()
    }
}
