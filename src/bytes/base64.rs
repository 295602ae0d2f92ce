//! Base 64 of digests: a payload's hash, as some clients write it, and checksums.
//!
//! Source: RFC 4648 section 4.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 32 bytes as 44 characters, the last of which is `=`.
pub(crate) fn encode(bytes: &[u8; 32]) -> [u8; 44] {
    let mut text = [b'='; 44];
    write(bytes, &mut text);
    text
}

/// Writes the characters of `bytes` into `text`, which holds only `=` and has four characters for each three bytes that were begun.
pub(crate) fn write(bytes: &[u8], text: &mut [u8]) {
    for (group, place) in bytes.chunks(3).zip(text.chunks_exact_mut(4)) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for (n, character) in (0_u32..).zip(place.iter_mut().take(group.len() + 1)) {
            *character = digit(bits >> (18 - 6 * n));
        }
    }
}

/// The digit of the lowest six bits.
#[expect(clippy::indexing_slicing, reason = "six bits are below 64")]
fn digit(bits: u32) -> u8 {
    let [low, ..] = bits.to_le_bytes();
    DIGITS[usize::from(low & 63)]
}

#[cfg(test)]
mod tests {
    use super::encode;
    use crate::crypto::sha256;

    /// The SHA-256 of nothing, in base 64 as `openssl dgst -sha256 -binary </dev/null | base64` prints it.
    #[test]
    fn the_digest_of_nothing() {
        assert_eq!(&encode(&sha256::digest(b"")), b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(&encode(&[0xff; 32]), b"//////////////////////////////////////////8=");
    }
}
