//! Bodies in chunks of 64 KiB, encoded and decoded. An operation is a chunk in the middle of a long body.
//!
//! What is compared with it is what its form cannot do without: the hash of each chunk, the checksum of the body, or both, of the same data where
//! they lie, in the same pieces.

use crate::operation::{Meter, Operation, Row};
use crate::requests::{credentials, now};
use bytes::Bytes;
use crc_fast::{CrcAlgorithm, Digest as Crc};
use http::Request;
use http::request::Parts;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use sig4::stream::{ChecksumAlgorithm, ChunkDecoder, ChunkEncoder, ChunkPlan, DEFAULT_CHUNK_SIZE};
use sig4::{Signer, Verifier};
use std::hint::black_box;
use std::ops::Range;

/// The plan of a body of this length.
pub(crate) type Plan = fn(u64) -> ChunkPlan;

/// The length of a piece that is a whole chunk, or all of the encoded body.
pub(crate) const WHOLE: usize = usize::MAX;

/// The length of the pieces in which a body arrives: what a server reads from a connection at a time.
pub(crate) const PIECE_LEN: usize = 16_384;

/// The chunks of a body. There are more than operations that are measured together.
pub(crate) const CHUNKS: usize = 128;

/// A body of as many chunks.
pub(crate) fn body() -> Bytes {
    vec![b'a'; CHUNKS * DEFAULT_CHUNK_SIZE].into()
}

/// Its plan.
pub(crate) fn planned(plan: Plan) -> ChunkPlan {
    plan((CHUNKS * DEFAULT_CHUNK_SIZE) as u64)
}

/// A head that is signed for a body, and the encoder of the body.
pub(crate) fn begun(plan: Plan) -> (Parts, ChunkEncoder) {
    let signer = Signer::new("us-east-1", "s3").expect("it is valid");
    let request = Request::put("https://b.s3.us-east-1.amazonaws.com/key").body(()).expect("it is a request");
    let (mut parts, ()) = request.into_parts();
    let encoder = signer.sign_chunked(&mut parts, planned(plan), &credentials(), now()).expect("it signs");
    (parts, encoder)
}

/// A signed request, and its body as it goes over the wire.
pub(crate) fn upload(plan: Plan) -> (Parts, Bytes) {
    let (parts, encoder) = begun(plan);
    let wire = encoder.encode_all(&body()).expect("it is of the declared length");
    (parts, wire.into())
}

/// Encodes the chunks after the first, each in pieces of this length.
pub(crate) fn encode(plan: Plan, piece_len: usize) -> Row {
    let (body, of_raw) = (body(), body());
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let mut encoder = begun(plan).1;
        let mut chunks = body.chunks(DEFAULT_CHUNK_SIZE);
        encode_into(&mut encoder, chunks.next().expect("it is long enough"), piece_len);
        meter(&mut || chunks.by_ref().take(n).for_each(|chunk| encode_into(&mut encoder, chunk, piece_len)));
    });
    let raw = move |n, raw: &mut Raw| {
        for chunk in of_raw.chunks(DEFAULT_CHUNK_SIZE).skip(1).take(n) {
            chunk.chunks(piece_len.min(chunk.len())).for_each(|piece| raw.piece(piece));
            raw.end_chunk();
        }
    };
    row(plan, raw, sig4)
}

fn encode_into(encoder: &mut ChunkEncoder, chunk: &[u8], piece_len: usize) {
    for piece in chunk.chunks(piece_len.min(chunk.len())) {
        let encoded = encoder.encode(black_box(piece), |bytes| {
            black_box(bytes);
        });
        encoded.expect("it is of the declared length");
    }
}

/// Decodes and verifies the chunks after the first, in pieces of this length, which begin with the second.
pub(crate) fn decode(plan: Plan, piece_len: usize) -> Row {
    let (parts, wire) = upload(plan);
    let of_raw = wire.clone();
    let verifier = Verifier::new("us-east-1", "s3").expect("it is valid");
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let claim = verifier.claim(&parts).expect("it is signed");
        let (_caller, mut decoder) = claim.decode(&credentials(), now()).expect("it is signed");
        let chunk_len = chunk_len(&wire);
        let (first, rest) = wire.split_at(chunk_len);
        decode_from(&mut decoder, first, piece_len);
        let (measured, _) = rest.split_at(n * chunk_len);
        meter(&mut || decode_from(&mut decoder, measured, piece_len));
    });
    let raw = move |n, raw: &mut Raw| {
        let measured = of_raw.slice(chunk_len(&of_raw)..);
        for_each_part(&measured, n, piece_len, |part, is_last| {
            raw.piece(&measured[part]);
            if is_last {
                raw.end_chunk();
            }
        });
    };
    row(plan, raw, sig4)
}

fn decode_from(decoder: &mut ChunkDecoder, body: &[u8], piece_len: usize) {
    for mut piece in body.chunks(piece_len.min(body.len())) {
        while let Some(bytes) = decoder.decode(&mut piece).expect("it is signed") {
            black_box(bytes.even_unverified());
        }
    }
}

/// The length of the line before the data of each chunk of an encoded body.
fn line_len(wire: &[u8]) -> usize {
    1 + wire.iter().position(|byte| *byte == b'\n').expect("a line begins each chunk")
}

/// The length of a chunk of an encoded body: its line, its data, CR and LF.
pub(crate) fn chunk_len(wire: &[u8]) -> usize {
    line_len(wire) + DEFAULT_CHUNK_SIZE + 2
}

/// Calls `with` with the place of each part of the data of the first `n` chunks: the data of one chunk in one piece of the encoded body. It is
/// told which part is a chunk's last.
pub(crate) fn for_each_part(wire: &[u8], n: usize, piece_len: usize, mut with: impl FnMut(Range<usize>, bool)) {
    for chunk in 0..n {
        let mut start = chunk * chunk_len(wire) + line_len(wire);
        let end = start + DEFAULT_CHUNK_SIZE;
        while start < end {
            let end_of_piece = (start / piece_len + 1).saturating_mul(piece_len);
            let part = start..end.min(end_of_piece);
            start = part.end;
            with(part, start == end);
        }
    }
}

/// The row of this operation. The floor and the limit are what the plan cannot do without for as many chunks.
pub(crate) fn row(plan: Plan, raw: impl Fn(usize, &mut Raw) + Clone + 'static, sig4: Operation) -> Row {
    Row { floor: Some(of_raw(plan, raw.clone())), limit: Some(of_raw(plan, raw)), sig4 }
}

fn of_raw(plan: Plan, raw: impl Fn(usize, &mut Raw) + 'static) -> Operation {
    Box::new(move |n, meter| {
        let mut state = Raw::new(&planned(plan));
        meter(&mut || raw(n, &mut state));
        state.finish();
    })
}

/// What the form of a body cannot do without.
pub(crate) struct Raw {
    /// The hash of the chunk.
    hash: Option<Sha256>,
    /// The checksum of the body.
    checksum: Option<Checksum>,
}

enum Checksum {
    Crc(Crc),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Raw {
    fn new(plan: &ChunkPlan) -> Self {
        let crc = |algorithm| Checksum::Crc(Crc::new(algorithm));
        let checksum = plan.checksum().map(|algorithm| match algorithm {
            ChecksumAlgorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            ChecksumAlgorithm::Crc32c => crc(CrcAlgorithm::Crc32Iscsi),
            ChecksumAlgorithm::Sha1 => Checksum::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => Checksum::Sha256(Sha256::new()),
            _ => crc(CrcAlgorithm::Crc64Nvme),
        });
        Self { hash: plan.marker().is_signed().then(Sha256::new), checksum }
    }

    pub(crate) fn end_chunk(&mut self) {
        if let Some(hash) = &mut self.hash {
            black_box(hash.finalize_reset());
        }
    }

    pub(crate) fn piece(&mut self, piece: &[u8]) {
        let piece = black_box(piece);
        if let Some(hash) = &mut self.hash {
            hash.update(piece);
        }
        match &mut self.checksum {
            Some(Checksum::Crc(crc)) => crc.update(piece),
            Some(Checksum::Sha1(sha1)) => sha1.update(piece),
            Some(Checksum::Sha256(sha256)) => sha256.update(piece),
            None => {}
        }
    }

    fn finish(self) {
        match self.checksum {
            Some(Checksum::Crc(crc)) => drop(black_box(crc.finalize())),
            Some(Checksum::Sha1(sha1)) => drop(black_box(sha1.finalize())),
            Some(Checksum::Sha256(sha256)) => drop(black_box(sha256.finalize())),
            None => {}
        }
    }
}
