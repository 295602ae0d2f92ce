//! A received body that is verified while it streams.

use super::error::BodyError;
#[cfg(feature = "tower")]
use super::events::OpenedEvents;
use crate::error::Error;
use crate::stream::decode::{BodyEnd, ChunkDecoder, Decoded};
use crate::time::Moment;
use crate::verify::stream::PendingBody;
use crate::verify::{Caller, Claim, StoredKey};
use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use time::OffsetDateTime;

pin_project! {
    /// The body of a request whose head is verified: the bytes that the client signed.
    ///
    /// Its end proves the body. A body that is cut off or was changed ends with a [`BodyError`], and gives the same error again if it
    /// is read further. The last bytes come only once the whole body is verified, so a reader that counts bytes and does not wait for
    /// the end is safe too.
    ///
    /// A body in chunks is decoded. Bytes of a signed chunk come once the signature of the chunk has matched, and the fields of the
    /// trailer come as HTTP's trailers, after the data.
    ///
    /// A stream of signed events, which layers of `tower` take, comes as its messages. Each is a frame of its own and comes as soon as
    /// its signature has matched, and the body ends only after the signed end.
    ///
    /// [`Claim::verify_streaming`] makes it.
    pub struct VerifiedBody<B> {
        #[pin]
        body: B,
        signed: bool,
        // What has arrived and is not checked yet.
        wire: Bytes,
        // A piece that is passed on once a piece follows it, or the end is verified.
        held: Bytes,
        // The number of bytes to come after `held`, if it is known.
        left: Option<u64>,
        state: State,
    }
}

/// The check of a body whose request is verified.
pub(crate) enum Check {
    /// A body with the stated hash, or an unsigned body.
    Plain(Box<PendingBody>),
    /// A body in chunks, which are decoded.
    Chunks(Box<ChunkDecoder>),
    /// A stream of signed events, which are opened.
    #[cfg(feature = "tower")]
    Events(Box<OpenedEvents>),
}

enum State {
    Open(Check),
    /// The body is verified. What is held follows, and then the trailer.
    Verified(Option<HeaderMap>),
    Failed(BodyError),
}

impl<'a> Claim<'a> {
    /// Verifies the head of a request, and returns its caller and its body. The body is verified while it is read.
    ///
    /// The caller is proven for the head: method, path, query and signed headers. The body is proven once it has ended.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http_body_util::{BodyExt, Full};
    /// use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let url = "https://photos.s3.us-east-1.amazonaws.com/cat";
    /// let (mut parts, ()) = http::Request::put(url).body(())?.into_parts();
    /// Signer::new("us-east-1", "s3")?.sign_parts(&mut parts, &Payload::Bytes(b"meow"), &credentials, now)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "s3")?;
    /// let received = Full::new(Bytes::from("meow"));
    /// let (caller, body) = verifier.claim(&parts)?.verify_streaming(&credentials, received, now)?;
    /// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
    /// assert_eq!(runtime.block_on(body.collect())?.to_bytes(), "meow");
    ///
    /// let forged = Full::new(Bytes::from("moo!"));
    /// let (_, body) = verifier.claim(&parts)?.verify_streaming(&credentials, forged, now)?;
    /// assert!(runtime.block_on(body.collect()).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`verify`](Self::verify), and [`decode`](Self::decode) for a body in chunks. [`UnbufferedBody`](crate::ErrorKind::UnbufferedBody) if the request does not state the hash of its body:
    /// its signature can be compared only once the body has been read. [`stream`](Self::stream) verifies such a request.
    /// [`StreamingPayload`](crate::ErrorKind::StreamingPayload) if the body is a stream of signed events, each of which is verified at
    /// its own time: [`events`](Self::events) verifies it.
    pub fn verify_streaming<'k, B: Body>(
        self,
        key: impl Into<StoredKey<'k>>,
        body: B,
        now: impl Moment,
    ) -> Result<(Caller<'a>, VerifiedBody<B>), Error> {
        let now = self.answered_time(now)?;
        let (caller, check) = self.verify_for_body(&key.into(), now)?;
        let body = VerifiedBody::begin(body, check)?;
        caller.remember(now)?;
        Ok((caller, body))
    }

    /// Verifies the head of a request, and returns its caller and the check of its body. The store of used signatures is not asked.
    pub(crate) fn verify_for_body(
        self,
        key: &StoredKey<'_>,
        now: OffsetDateTime,
    ) -> Result<(Caller<'a>, Check), Error> {
        if self.is_in_chunks() {
            let (caller, decoder) = self.begin_decoding(key, now)?;
            return Ok((caller, Check::Chunks(Box::new(decoder))));
        }
        let (caller, pending) = self.verify_stated(key, now)?;
        Ok((caller, Check::Plain(Box::new(pending))))
    }

    /// Whether the body is in chunks, which are decoded.
    pub(crate) fn is_in_chunks(&self) -> bool {
        self.0.declared_payload.marker().is_some_and(|marker| !marker.is_events())
    }
}

impl<B: Body> VerifiedBody<B> {
    /// A body to check. A body of no bytes is checked at once.
    pub(crate) fn begin(body: B, check: Check) -> Result<Self, Error> {
        let (signed, left) = (check.is_signed(), check.len(&body));
        let state = match body.is_end_stream() {
            true => State::Verified(check.finish()?),
            false => State::Open(check),
        };
        Ok(Self { body, signed, wire: Bytes::new(), held: Bytes::new(), left, state })
    }
}

impl<B> VerifiedBody<B> {
    /// Whether the signature covers the bytes. Otherwise anybody on the way may have changed them.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed
    }
}

impl Check {
    pub(crate) const fn is_signed(&self) -> bool {
        match self {
            Self::Plain(pending) => pending.is_covered(),
            Self::Chunks(decoder) => decoder.is_signed(),
            #[cfg(feature = "tower")]
            Self::Events(_) => true,
        }
    }

    /// The most bytes that are held until they are verified, if a signed chunk or event may have `longest` bytes.
    #[cfg(feature = "tower")]
    pub(crate) fn held(&self, longest: usize) -> usize {
        match self {
            Self::Chunks(decoder) if decoder.is_signed() => {
                usize::try_from(decoder.decoded_len()).unwrap_or(usize::MAX).min(longest)
            }
            Self::Plain(_) | Self::Chunks(_) => 0,
            Self::Events(_) => longest,
        }
    }

    /// The length of a body in chunks once it is decoded.
    #[cfg(feature = "tower")]
    pub(crate) const fn decoded_len(&self) -> Option<u64> {
        match self {
            Self::Plain(_) | Self::Events(_) => None,
            Self::Chunks(decoder) => Some(decoder.decoded_len()),
        }
    }

    /// The length of the body, if it is known.
    fn len<B: Body>(&self, body: &B) -> Option<u64> {
        match self {
            Self::Plain(_) => body.size_hint().exact(),
            Self::Chunks(decoder) => Some(decoder.decoded_len()),
            #[cfg(feature = "tower")]
            Self::Events(_) => None,
        }
    }

    /// Whether the last piece is held back until the end of the body. An event is not: its sender may wait for an answer to it, and
    /// a reader finds a missing event by the missing end of the stream.
    const fn holds_back(&self) -> bool {
        match self {
            Self::Plain(_) | Self::Chunks(_) => true,
            #[cfg(feature = "tower")]
            Self::Events(_) => false,
        }
    }

    /// The next piece of what arrived in `wire`. An empty piece means that more has to arrive.
    fn next(&mut self, wire: &mut Bytes) -> Result<Bytes, Error> {
        match self {
            Self::Plain(pending) => {
                let piece = std::mem::take(wire);
                pending.update(&piece);
                Ok(piece)
            }
            Self::Chunks(decoder) => Ok(decoder.decode_bytes(wire)?.map(Decoded::even_unverified).unwrap_or_default()),
            #[cfg(feature = "tower")]
            Self::Events(events) => events.next(wire),
        }
    }

    /// Ends the body, and returns its trailer.
    fn finish(self) -> Result<Option<HeaderMap>, Error> {
        match self {
            Self::Plain(mut pending) => pending.finish().map(|()| None),
            Self::Chunks(decoder) => decoder.finish().map(|end| trailer(&end)),
            #[cfg(feature = "tower")]
            Self::Events(events) => events.finish().map(|()| None),
        }
    }
}

/// The fields of a trailer as headers.
fn trailer(end: &BodyEnd) -> Option<HeaderMap> {
    let field =
        |(name, value): (&str, &str)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    let fields: HeaderMap = end.trailers().filter_map(field).collect();
    (!fields.is_empty()).then_some(fields)
}

type Polled = Poll<Option<Result<Frame<Bytes>, BodyError>>>;

impl<B: Body<Error: Into<Box<dyn StdError + Send + Sync>>>> Body for VerifiedBody<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        loop {
            match self.as_mut().ready_frame() {
                Some(frame) => return Poll::Ready(frame),
                None => ready!(self.as_mut().poll_wire(cx)),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Verified(None)) && self.held.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let held = u64::try_from(self.held.len()).unwrap_or(u64::MAX);
        match (&self.state, self.left) {
            (State::Failed(_), _) | (State::Open(_), None) => SizeHint::default(),
            (State::Verified(_), _) => SizeHint::with_exact(held),
            (State::Open(_), Some(left)) => SizeHint::with_exact(left.saturating_add(held)),
        }
    }
}

impl<B: Body<Error: Into<Box<dyn StdError + Send + Sync>>>> VerifiedBody<B> {
    /// The next frame, or `None` if more has to arrive first.
    fn ready_frame(self: Pin<&mut Self>) -> Option<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.project();
        loop {
            match this.state {
                State::Failed(error) => return Some(Some(Err(error.again()))),
                State::Verified(trailer) if this.held.is_empty() => {
                    return Some(trailer.take().map(|t| Ok(Frame::trailers(t))));
                }
                State::Verified(_) => return Some(Some(Ok(Frame::data(std::mem::take(this.held))))),
                State::Open(_) if this.wire.is_empty() => return None,
                State::Open(check) => match check.next(this.wire) {
                    Ok(piece) if piece.is_empty() => {}
                    Ok(piece) if !check.holds_back() => return Some(Some(Ok(Frame::data(piece)))),
                    Ok(piece) => {
                        if let Some(passed) = hold(this.held, this.left, piece) {
                            return Some(Some(Ok(Frame::data(passed))));
                        }
                    }
                    Err(error) => {
                        *this.held = Bytes::new();
                        *this.state = State::Failed(error.into());
                    }
                },
            }
        }
    }

    /// Waits for what arrives next, or for the end.
    fn poll_wire(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        match ready!(this.body.poll_frame(cx)) {
            Some(Ok(frame)) => {
                // No signature covers trailers of HTTP.
                if let Ok(mut data) = frame.into_data() {
                    *this.wire = data.copy_to_bytes(data.remaining());
                }
            }
            Some(Err(error)) => *this.state = State::Failed(BodyError::Broken(error.into())),
            None => {
                if let State::Open(check) = std::mem::replace(this.state, State::Verified(None)) {
                    *this.state = match check.finish() {
                        Ok(trailer) => State::Verified(trailer),
                        Err(error) => State::Failed(error.into()),
                    };
                }
            }
        }
        if matches!(this.state, State::Failed(_)) {
            *this.held = Bytes::new();
        }
        Poll::Ready(())
    }
}

/// Holds a piece back if it may be the last. Returns a piece that is not.
fn hold(held: &mut Bytes, left: &mut Option<u64>, piece: Bytes) -> Option<Bytes> {
    let len = u64::try_from(piece.len()).unwrap_or(u64::MAX);
    *left = left.and_then(|left| left.checked_sub(len));
    if left.is_some_and(|left| left > 0) && held.is_empty() {
        return Some(piece);
    }
    let passed = std::mem::replace(held, piece);
    (!passed.is_empty()).then_some(passed)
}

impl<B> fmt::Debug for VerifiedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Open(_) => "open",
            State::Verified(_) => "verified",
            State::Failed(_) => "failed",
        };
        f.debug_tuple("VerifiedBody").field(&state).finish()
    }
}
