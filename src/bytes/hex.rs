//! Lower-case hexadecimal digits, the wire form of digests and signatures.

/// 32 bytes as 64 lower-case digits.
///
/// Each signature writes three digests here, and each verification reads one signature with [`decode`]. Without a table or an early
/// exit, and with the digits of all bytes before any is put in its place, these functions compile to a few vector instructions: 47 to
/// write, and 112 to read, where the `hex` crate takes 1,000. Other places use that crate. The bench rows are `sign-post` and `verify-post`.
#[inline]
pub(crate) fn encode(bytes: &[u8; 32]) -> [u8; 64] {
    let [mut high, mut low] = [[0; 32]; 2];
    for ((high, low), byte) in high.iter_mut().zip(&mut low).zip(bytes) {
        (*high, *low) = (digit(byte >> 4), digit(byte & 15));
    }
    let mut text = [0; 64];
    for (pair, digits) in text.as_chunks_mut().0.iter_mut().zip(high.into_iter().zip(low)) {
        *pair = digits.into();
    }
    text
}

/// A byte as two lower-case digits.
#[cfg(feature = "sigv4a")]
pub(crate) const fn pair(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 15)]
}

/// 64 digits as 32 bytes; `None` for another length, another character or an upper-case digit.
#[inline]
pub(crate) fn decode(text: &[u8]) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.try_into().ok()?;
    let (mut values, mut wrong) = ([0; 64], 0);
    for (place, digit) in values.iter_mut().zip(text) {
        *place = value(*digit);
        wrong |= *place;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(values.as_chunks().0) {
        *byte = high << 4 | low;
    }
    (wrong & 0xf0 == 0).then_some(bytes)
}

/// The value of a lower-case digit; of another character, more than 15.
#[inline]
const fn value(digit: u8) -> u8 {
    let (decimal, letter) = (digit.wrapping_sub(b'0'), digit.wrapping_sub(b'a'));
    if decimal < 10 {
        decimal
    } else if letter < 6 {
        letter + 10
    } else {
        0xff
    }
}

#[inline]
const fn digit(nibble: u8) -> u8 {
    b'0' + nibble + if nibble > 9 { b'a' - b'9' - 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn every_byte_is_written_as_the_hex_crate_writes_it_and_read_back() {
        for first in (0..=255).step_by(32) {
            let bytes = std::array::from_fn(|n| first + u8::try_from(n).unwrap());
            let mut text = [0; 64];
            hex::encode_to_slice(bytes, &mut text).unwrap();
            assert_eq!(encode(&bytes), text);
            assert_eq!(decode(&text), Some(bytes));
        }
    }

    #[test]
    fn upper_case_and_other_lengths_are_refused() {
        assert_eq!(decode(&[b'A'; 64]), None);
        assert_eq!(decode(&[b'g'; 64]), None);
        assert_eq!(decode(&[b'a'; 63]), None);
        assert_eq!(decode(&[b'a'; 66]), None);
    }
}
