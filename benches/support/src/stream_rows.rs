//! The rows of bodies in chunks.

use crate::operation::Named;
use crate::stream::{PIECE_LEN, WHOLE, decode, encode};
use crate::stream_body;
use sig4::stream::{ChecksumAlgorithm, ChunkPlan};

/// The rows. Where a body does not arrive chunk by chunk, it arrives as a server reads it from a connection: in pieces of 16 KiB.
pub const ROWS: [Named; 20] = [
    ("encode-signed", || encode(ChunkPlan::signed, WHOLE)),
    ("encode-pieces", || encode(ChunkPlan::signed, PIECE_LEN)),
    ("encode-trailer", || encode(signed_with_trailer, WHOLE)),
    ("encode-crc32", || encode(crc32, WHOLE)),
    ("encode-crc32c", || encode(crc32c, WHOLE)),
    ("encode-crc64", || encode(crc64, WHOLE)),
    ("encode-sha1", || encode(sha1, WHOLE)),
    ("encode-sha256", || encode(sha256, WHOLE)),
    ("encoded-body", || stream_body::encode(ChunkPlan::signed, PIECE_LEN)),
    ("encoded-crc64", || stream_body::encode(crc64, PIECE_LEN)),
    ("decode-signed", || decode(ChunkPlan::signed, WHOLE)),
    ("decode-pieces", || decode(ChunkPlan::signed, PIECE_LEN)),
    ("decode-trailer", || decode(signed_with_trailer, WHOLE)),
    ("decode-crc32", || decode(crc32, PIECE_LEN)),
    ("decode-crc32c", || decode(crc32c, PIECE_LEN)),
    ("decode-crc64", || decode(crc64, PIECE_LEN)),
    ("decode-sha1", || decode(sha1, PIECE_LEN)),
    ("decode-sha256", || decode(sha256, PIECE_LEN)),
    ("verified-body", || stream_body::decode(ChunkPlan::signed, PIECE_LEN)),
    ("verified-crc64", || stream_body::decode(crc64, PIECE_LEN)),
];

fn signed_with_trailer(len: u64) -> ChunkPlan {
    ChunkPlan::signed(len).with_checksum(ChecksumAlgorithm::Crc64Nvme).expect("a trailer may carry it")
}

fn crc32(len: u64) -> ChunkPlan {
    ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc32)
}

fn crc32c(len: u64) -> ChunkPlan {
    ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc32c)
}

fn crc64(len: u64) -> ChunkPlan {
    ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc64Nvme)
}

fn sha1(len: u64) -> ChunkPlan {
    ChunkPlan::unsigned(len, ChecksumAlgorithm::Sha1)
}

fn sha256(len: u64) -> ChunkPlan {
    ChunkPlan::unsigned(len, ChecksumAlgorithm::Sha256)
}
