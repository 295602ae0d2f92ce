//! The files that clients upload.

use std::fs;
use std::path::Path;

/// What a front changes in the data.
pub const MARK: &[u8] = b"CHANGE-ME";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// Less than a chunk.
    Small,
    /// A few chunks of 64 KiB, and a rest.
    Chunks,
    /// Three parts of a multipart upload.
    Parts,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Small, Self::Chunks, Self::Parts];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Chunks => "chunks",
            Self::Parts => "parts",
        }
    }

    const fn len(self) -> usize {
        match self {
            Self::Small => 1_000,
            Self::Chunks => 300_001,
            Self::Parts => 11_000_003,
        }
    }

    /// Bytes that do not repeat themselves, with the mark in the middle.
    pub fn bytes(self) -> Vec<u8> {
        let mut state = 1_u32;
        let mut bytes: Vec<u8> = (0..self.len())
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        let middle = bytes.len() / 2;
        bytes[middle..middle + MARK.len()].copy_from_slice(MARK);
        bytes
    }
}

pub fn write(folder: &Path) {
    for size in Size::ALL {
        fs::write(folder.join(size.name()), size.bytes()).unwrap();
    }
}
