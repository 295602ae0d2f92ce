//! The rows of bodies in chunks that are bodies of `http-body`: the same chunks, encoded and verified by the adapters.

use crate::operation::{Meter, Row};
use crate::requests::{credentials, now};
use crate::stream::{Plan, Raw, begun, body, chunk_len, for_each_part, row, upload};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sig4::Verifier;
use sig4::stream::{DEFAULT_CHUNK_SIZE, EncodedBody};
use std::convert::Infallible;
use std::fmt::Debug;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A body that comes in pieces of one length.
struct Pieces {
    rest: Bytes,
    piece_len: usize,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let len = self.piece_len.min(self.rest.len());
        Poll::Ready((len > 0).then(|| Ok(Frame::data(self.rest.split_to(len)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// Encodes the chunks after the first. What is compared with it reads the same pieces.
pub(crate) fn encode(plan: Plan, piece_len: usize) -> Row {
    let (whole, of_raw) = (body(), body().slice(DEFAULT_CHUNK_SIZE..));
    let encoded_len = chunk_len(&upload(plan).1);
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let pieces = Pieces { rest: whole.clone(), piece_len };
        let mut encoded = Box::pin(EncodedBody::new(pieces, begun(plan).1));
        read(encoded.as_mut(), encoded_len);
        meter(&mut || read(encoded.as_mut(), n * encoded_len));
    });
    let raw = move |n, raw: &mut Raw| {
        let mut pieces = Pieces { rest: of_raw.clone(), piece_len };
        for _ in 0..n {
            (0..DEFAULT_CHUNK_SIZE / piece_len).for_each(|_| raw.piece(&next(Pin::new(&mut pieces))));
            raw.end_chunk();
        }
    };
    row(plan, raw, sig4)
}

/// Verifies the chunks after the first. What is compared with it reads the same pieces.
pub(crate) fn decode(plan: Plan, piece_len: usize) -> Row {
    let (parts, wire) = upload(plan);
    let of_raw = wire.slice(chunk_len(&wire)..);
    let verifier = Verifier::new("us-east-1", "s3").expect("it is valid");
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let pieces = Pieces { rest: wire.clone(), piece_len };
        let claim = verifier.claim(&parts).expect("it is signed");
        let (_caller, verified) = claim.verify_streaming(&credentials(), pieces, now()).expect("it is signed");
        let mut verified = Box::pin(verified);
        read(verified.as_mut(), DEFAULT_CHUNK_SIZE);
        meter(&mut || read(verified.as_mut(), n * DEFAULT_CHUNK_SIZE));
    });
    let raw = move |n, raw: &mut Raw| {
        let mut pieces = Pieces { rest: of_raw.clone(), piece_len };
        let (mut piece, mut start) = (next(Pin::new(&mut pieces)), 0);
        for_each_part(&of_raw, n, piece_len, |part, is_last| {
            while part.start >= start + piece.len() {
                start += piece.len();
                piece = next(Pin::new(&mut pieces));
            }
            raw.piece(&piece[part.start - start..part.end - start]);
            if is_last {
                raw.end_chunk();
            }
        });
    };
    row(plan, raw, sig4)
}

/// The next piece of a body whose pieces are there.
fn next(body: Pin<&mut (impl Body<Data = Bytes, Error: Debug> + ?Sized)>) -> Bytes {
    let polled = body.poll_frame(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Some(Ok(frame))) = polled else { panic!("the body breaks off") };
    frame.into_data().expect("it is data")
}

/// Reads at least this many bytes. Each piece is dropped before the next is read.
fn read(mut body: Pin<&mut (impl Body<Data = Bytes, Error: Debug> + ?Sized)>, len: usize) {
    let mut left = len;
    while left > 0 {
        left = left.saturating_sub(black_box(next(body.as_mut())).len());
    }
}
