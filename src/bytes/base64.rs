//! Base 64: of digests, as some clients write a payload's hash, of checksums, and of text as tokens carry it.
//!
//! Source: RFC 4648 sections 4 and 5.

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

/// Any bytes in the alphabet with `+` and `/`, filled up with `=` to a multiple of four characters.
pub(crate) fn encode_padded(bytes: &[u8]) -> String {
    let mut text = vec![b'='; bytes.len().div_ceil(3) * 4];
    write(bytes, &mut text);
    text.into_iter().map(char::from).collect()
}

/// Any bytes in the alphabet of URLs, with `-` and `_`, and without `=`.
pub(crate) fn encode_url(bytes: &[u8]) -> String {
    encode_padded(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Reads [`encode_url`]'s text. `None` for any other text: with another character, with `=`, or with bits after the last byte.
pub(crate) fn decode_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let digits = group.iter().try_fold(0_u32, |bits, c| Some(bits << 6 | u32::from(value_in_url(*c)?)))?;
        let [_, b1, b2, b3] = (digits << (6 * (4 - group.len()))).to_be_bytes();
        match group.len() {
            4 => bytes.extend([b1, b2, b3]),
            3 if b3 == 0 => bytes.extend([b1, b2]),
            2 if b2 == 0 => bytes.push(b1),
            _ => return None,
        }
    }
    Some(bytes)
}

/// Reads [`encode_padded`]'s text. `None` for any other text.
pub(crate) fn decode_padded(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let is_filled = text.len().is_multiple_of(4) && digits.len().div_ceil(4) * 4 == text.len();
    if !is_filled || text.contains(['-', '_']) {
        return None;
    }
    decode_url(&digits.replace('+', "-").replace('/', "_"))
}

const fn value_in_url(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
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
    use super::{decode_padded, decode_url, encode, encode_padded, encode_url};
    use crate::crypto::sha256;

    /// The SHA-256 of nothing, in base 64 as `openssl dgst -sha256 -binary </dev/null | base64` prints it.
    #[test]
    fn the_digest_of_nothing() {
        assert_eq!(&encode(&sha256::digest(b"")), b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(&encode(&[0xff; 32]), b"//////////////////////////////////////////8=");
    }

    /// The vectors of RFC 4648 section 10, and the two characters in which the alphabets differ.
    #[test]
    fn text_of_any_length() {
        for (bytes, padded) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xfb\xff", "+/8="),
        ] {
            assert_eq!(encode_padded(bytes), padded);
            let url = padded.trim_end_matches('=').replace('+', "-").replace('/', "_");
            assert_eq!(encode_url(bytes), url);
            assert_eq!(decode_url(&url).as_deref(), Some(bytes));
            assert_eq!(decode_padded(padded).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn only_one_spelling_is_decoded() {
        for other in ["Zg==", "Z", "Zh", "Zm9", "Zm9v=", "Zm9vY", "+/8", "Zm 9v", "Zm9v\n", "Zm9\u{e9}"] {
            assert_eq!(decode_url(other), None, "{other}");
        }
        for other in ["Zg", "Zg=", "Zg===", "Zm9v====", "Zh==", "====", "=", "-_8=", "Zm9v\n", "Z=g="] {
            assert_eq!(decode_padded(other), None, "{other}");
        }
    }
}
