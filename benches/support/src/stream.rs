//! The rows of bodies in chunks: one chunk of 64 KiB. What is compared with it is the hash or the checksum that its form needs, of the same
//! pieces.

use crate::operation::{Meter, Named, Operation, Row};
use crate::requests::{credentials, now};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use http::Request;
use http::request::Parts;
use sha2::{Digest, Sha256};
use sig4::stream::{ChecksumAlgorithm, ChunkDecoder, ChunkEncoder, ChunkPlan, DEFAULT_CHUNK_SIZE};
use sig4::{Signer, Verifier};
use std::hint::black_box;

/// The rows.
pub const ROWS: [Named; 5] = [
    ("encode-signed", || encode(ChunkPlan::signed, hash)),
    ("encode-crc64", || encode(|len| ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc64Nvme), crc64)),
    ("decode-signed", || decode(ChunkPlan::signed, hash, usize::MAX)),
    ("decode-pieces", || decode(ChunkPlan::signed, hash, PIECE_LEN)),
    ("decode-crc64", || decode(|len| ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc64Nvme), crc64, PIECE_LEN)),
];

/// The length of the pieces in which a body arrives: what a server reads from a connection at a time.
const PIECE_LEN: usize = 16_384;

fn hash(chunk: &[u8], piece_len: usize) {
    let mut hash = Sha256::new();
    chunk.chunks(piece_len.min(chunk.len())).for_each(|piece| hash.update(black_box(piece)));
    black_box(hash.finalize());
}

fn crc64(chunk: &[u8], piece_len: usize) {
    let mut crc = Crc::new(CrcAlgorithm::Crc64Nvme);
    chunk.chunks(piece_len.min(chunk.len())).for_each(|piece| crc.update(black_box(piece)));
    black_box(crc.finalize());
}

/// Encodes the first chunk of a body of two.
fn encode(plan: fn(u64) -> ChunkPlan, raw: fn(&[u8], usize)) -> Row {
    let chunk = vec![b'a'; DEFAULT_CHUNK_SIZE];
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let mut encoders: Vec<_> = (0..n).map(|_| encoder(plan(2 * DEFAULT_CHUNK_SIZE as u64))).collect();
        meter(&mut || encoders.iter_mut().for_each(|encoder| encode_into(encoder, &chunk)));
    });
    let raw = || of_chunks(raw, usize::MAX);
    Row { floor: Some(raw()), limit: Some(raw()), sig4 }
}

fn encode_into(encoder: &mut ChunkEncoder, chunk: &[u8]) {
    let encoded = encoder.encode(black_box(chunk), |bytes| {
        black_box(bytes);
    });
    encoded.expect("it is of the declared length");
}

fn encoder(plan: ChunkPlan) -> ChunkEncoder {
    let signer = Signer::new("us-east-1", "s3").expect("it is valid");
    let request = Request::put("https://b.s3.us-east-1.amazonaws.com/key").body(()).expect("it is a request");
    signer.sign_chunked(&mut request.into_parts().0, plan, &credentials(), now()).expect("it signs")
}

/// Decodes and verifies the second chunk of a body of three, in pieces of this length.
fn decode(plan: fn(u64) -> ChunkPlan, raw: fn(&[u8], usize), piece_len: usize) -> Row {
    let (parts, body) = upload(plan(3 * DEFAULT_CHUNK_SIZE as u64));
    let verifier = Verifier::new("us-east-1", "s3").expect("it is valid");
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let chunk_len = body.len() / 3;
        let (first, rest) = body.split_at(chunk_len);
        let (second, _) = rest.split_at(chunk_len);
        let begun = || {
            let claim = verifier.claim(&parts).expect("it is signed");
            let (_caller, mut decoder) = claim.decode(&credentials(), now()).expect("it is signed");
            decode_from(&mut decoder, first, piece_len);
            decoder
        };
        let mut decoders: Vec<_> = (0..n).map(|_| begun()).collect();
        meter(&mut || decoders.iter_mut().for_each(|decoder| decode_from(decoder, black_box(second), piece_len)));
    });
    let raw = || of_chunks(raw, piece_len);
    Row { floor: Some(raw()), limit: Some(raw()), sig4 }
}

fn decode_from(decoder: &mut ChunkDecoder, body: &[u8], piece_len: usize) {
    for mut piece in body.chunks(piece_len.min(body.len())) {
        while let Some(bytes) = decoder.decode(&mut piece).expect("it is signed") {
            black_box(bytes.even_unverified());
        }
    }
}

/// A signed request, and its body as it goes over the wire.
fn upload(plan: ChunkPlan) -> (Parts, Vec<u8>) {
    let signer = Signer::new("us-east-1", "s3").expect("it is valid");
    let request = Request::put("https://b.s3.us-east-1.amazonaws.com/key").body(()).expect("it is a request");
    let (mut parts, ()) = request.into_parts();
    let encoder = signer.sign_chunked(&mut parts, plan, &credentials(), now()).expect("it signs");
    let body = encoder.encode_all(&[b'a'; 3 * DEFAULT_CHUNK_SIZE]).expect("it is of the declared length");
    (parts, body)
}

fn of_chunks(raw: fn(&[u8], usize), piece_len: usize) -> Operation {
    let chunk = vec![b'a'; DEFAULT_CHUNK_SIZE];
    Box::new(move |n, meter| meter(&mut || (0..n).for_each(|_| raw(&chunk, piece_len))))
}
