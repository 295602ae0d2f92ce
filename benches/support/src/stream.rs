//! The rows of bodies in chunks: one chunk of 64 KiB. What is compared with it is the hash or the checksum that its form needs.

use crate::operation::{Meter, Named, Operation, Row};
use crate::requests::{credentials, now};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use http::Request;
use sha2::{Digest, Sha256};
use sig4::Signer;
use sig4::stream::{ChecksumAlgorithm, ChunkEncoder, ChunkPlan, DEFAULT_CHUNK_SIZE};
use std::hint::black_box;

/// The rows.
pub const ROWS: [Named; 2] = [
    ("encode-signed", || encode(ChunkPlan::signed, hash)),
    ("encode-crc64", || encode(|len| ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc64Nvme), crc64)),
];

fn hash(chunk: &[u8]) {
    black_box(Sha256::digest(black_box(chunk)));
}

fn crc64(chunk: &[u8]) {
    let mut crc = Crc::new(CrcAlgorithm::Crc64Nvme);
    crc.update(black_box(chunk));
    black_box(crc.finalize());
}

/// Encodes the first chunk of a body of two.
fn encode(plan: fn(u64) -> ChunkPlan, raw: fn(&[u8])) -> Row {
    let chunk = vec![b'a'; DEFAULT_CHUNK_SIZE];
    let sig4 = Box::new(move |n, meter: &mut Meter<'_>| {
        let mut encoders: Vec<_> = (0..n).map(|_| encoder(plan(2 * DEFAULT_CHUNK_SIZE as u64))).collect();
        meter(&mut || encoders.iter_mut().for_each(|encoder| encode_into(encoder, &chunk)));
    });
    Row { floor: Some(of_chunks(raw)), limit: Some(of_chunks(raw)), sig4 }
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

fn of_chunks(raw: fn(&[u8])) -> Operation {
    let chunk = vec![b'a'; DEFAULT_CHUNK_SIZE];
    Box::new(move |n, meter| meter(&mut || (0..n).for_each(|_| raw(&chunk))))
}
