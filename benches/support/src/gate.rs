//! What the operations may cost.

use crate::count::{Count, Whose};
use crate::{keys, row};

/// The gate of a row.
pub struct Gate {
    /// The row's name.
    pub row: &'static str,
    /// The most instructions outside the compression function of SHA-256.
    pub instructions: u32,
    /// The instructions to aim for.
    pub aim: u32,
    /// The most times as long as the limit takes, hashing included.
    pub times_limit: f64,
    /// The most allocations.
    pub allocations: u64,
}

const fn gate(row: &'static str, instructions: u32, aim: u32, times_limit: f64, allocations: u64) -> Gate {
    Gate { row, instructions, aim, times_limit, allocations }
}

/// The gates. A test holds them. Lower them when a change has made room, and raise them for no change.
pub const GATES: [Gate; 26] = [
    gate("sign-post", 4_000, 3_500, 1.25, 3),
    gate("sign-token", 5_200, 4_600, 1.25, 3),
    gate("sign-s3", 4_800, 4_200, 1.25, 6),
    gate("sign-30-20", 28_500, 22_000, 1.25, 4),
    gate("presign", 5_800, 5_000, 1.35, 3),
    gate("verify-post", 5_000, 4_200, 1.35, 2),
    gate("verify-30-20", 32_000, 25_000, 1.35, 3),
    gate("verify-url", 9_000, 7_500, 1.35, 4),
    gate("encode-signed", 1_400, 1_250, 1.03, 0),
    gate("encode-pieces", 9_000, 8_500, 1.03, 0),
    gate("encode-trailer", 25_000, 23_500, 1.03, 0),
    gate("encode-crc32", 24_000, 22_500, 1.11, 0),
    gate("encode-crc32c", 24_000, 22_500, 1.11, 0),
    gate("encode-crc64", 24_000, 22_500, 1.11, 0),
    gate("encoded-body", 3_500, 3_000, 1.03, 0),
    gate("encoded-crc64", 25_500, 24_000, 1.11, 0),
    gate("decode-signed", 1_900, 1_700, 1.03, 0),
    gate("decode-pieces", 10_300, 9_500, 1.03, 0),
    gate("decode-trailer", 25_500, 24_000, 1.03, 0),
    gate("decode-crc32", 26_500, 25_000, 1.11, 0),
    gate("decode-crc32c", 26_500, 25_000, 1.11, 0),
    gate("decode-crc64", 26_500, 25_000, 1.11, 0),
    gate("verified-body", 11_200, 10_500, 1.03, 0),
    gate("verified-crc64", 26_500, 25_000, 1.11, 0),
    gate("sign-v4a", 2_300_000, 2_250_000, 1.10, 4),
    gate("verify-v4a", 2_450_000, 2_400_000, 1.10, 2),
];

/// The gates of the rows that this build has: those of Signature Version 4a need the feature `sigv4a`.
pub fn gates() -> impl Iterator<Item = &'static Gate> {
    GATES.iter().filter(|gate| row::all().any(|(name, _)| name == gate.row))
}

/// How many times the instructions of deriving a key without a cache a miss may take.
const MISS_GATE: f64 = 1.5;

/// Prints how many times the instructions of deriving the misses take. Whether each is within its gate.
pub fn misses_are_within_gate() -> bool {
    let total = |row, whose| Count::new(row, whose).total();
    let mut are_within = true;
    for (hit, misses) in [("key-hit", "key-"), ("verify-hit", "verify-")] {
        let found = total(hit, Whose::Sig4);
        let derived = total(hit, Whose::Limit) - found;
        for (name, _) in keys::ROWS.iter().filter(|row| row.0 != hit && row.0.starts_with(misses)) {
            let times = (total(name, Whose::Sig4) - found) / derived;
            println!("{name:<16} {times:.2} times deriving, and may take {MISS_GATE}");
            are_within &= (1.0..=MISS_GATE).contains(&times);
        }
    }
    are_within
}
