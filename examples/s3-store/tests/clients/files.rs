//! The files that clients upload.

use std::fs;
use std::path::Path;

/// What a front changes in the data.
pub const MARK: &[u8] = b"CHANGE-ME";

/// Less than a chunk.
pub const SMALL: usize = 1_000;
/// A few chunks of 64 KiB, and a rest.
pub const CHUNKS: usize = 300_001;
/// Two parts of a multipart upload.
pub const PARTS: usize = 8_500_003;
/// Lengths at which writers of chunks go wrong: nothing, one byte, and what is about a chunk.
pub const EDGES: [usize; 8] = [0, 1, 8_191, 8_192, 8_193, 65_535, 65_536, 65_537];

/// The name of the file of a length.
pub fn name(size: usize) -> String {
    format!("{size}.bin")
}

/// Whether the file has the mark.
pub const fn has_mark(size: usize) -> bool {
    size >= MARK.len()
}

/// Bytes that do not repeat themselves, with the mark in the middle.
pub fn bytes(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut bytes: Vec<u8> = (0..size)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    if has_mark(size) {
        let middle = size / 2;
        bytes[middle - MARK.len() / 2..][..MARK.len()].copy_from_slice(MARK);
    }
    bytes
}

pub fn write(folder: &Path) {
    for size in [SMALL, CHUNKS, PARTS].into_iter().chain(EDGES) {
        fs::write(folder.join(name(size)), bytes(size)).unwrap();
    }
}
