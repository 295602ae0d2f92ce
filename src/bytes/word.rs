//! Eight bytes at a time in one register, without intrinsics and the same on every processor.
//!
//! A function here returns *marks*: a number whose bytes have their high bit set for the bytes that match. The first byte of a text is
//! the lowest byte of the number. A loop over single bytes takes two to four times the instructions, and a vectorised loop handles up to
//! fifteen bytes at the end of a text one by one, which for most names and values is all of them (row `sign-30-20`).

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES * 0x80;

/// Marks all bytes.
pub(crate) const ALL: u64 = HIGH;

/// Marks the bytes that are `byte`.
#[inline]
pub(crate) const fn equal(word: u64, byte: u8) -> u64 {
    zeros(word ^ every(byte))
}

/// Marks the first byte that is `byte`, and perhaps bytes after it. It takes one operation less than [`equal`] (row `verify-post`).
#[inline]
const fn up_to_equal(word: u64, byte: u8) -> u64 {
    let unlike = word ^ every(byte);
    unlike.wrapping_sub(ONES) & !unlike & HIGH
}

/// Marks the bytes that are at most `most`, which is below 0x80.
#[inline]
pub(crate) const fn at_most(word: u64, most: u8) -> u64 {
    !(((word & !HIGH) + every(0x7f - most)) | word) & HIGH
}

/// Marks the bytes from `first` to `last`, which is below 0x80.
#[inline]
pub(crate) const fn within(word: u64, first: u8, last: u8) -> u64 {
    let low = word & !HIGH;
    // A byte that is greater than `last` is greater than `first`, too.
    ((low + every(0x80 - first)) ^ (low + every(0x7f - last))) & !word & HIGH
}

/// Marks the upper-case letters of ASCII.
#[inline]
pub(crate) const fn upper_case(word: u64) -> u64 {
    within(word, b'A', b'Z')
}

/// The bytes with the bit that makes ASCII letters lower-case: a byte becomes a lower-case letter only if it is a letter.
#[inline]
pub(crate) const fn lower_case(word: u64) -> u64 {
    word | every(0x20)
}

const fn zeros(word: u64) -> u64 {
    !(((word & !HIGH) + !HIGH) | word) & HIGH
}

#[expect(clippy::as_conversions, reason = "`From` is not `const`")]
const fn every(byte: u8) -> u64 {
    byte as u64 * ONES
}

/// Whether `marks` marks any of `bytes`. It does not mark `neutral`, which fills up a short text.
#[inline]
pub(crate) fn any(bytes: &[u8], neutral: u8, marks: impl Fn(u64) -> u64) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else { return marks(filled(bytes, neutral)) != 0 };
    // These eight bytes overlap the eight before them.
    let mut found = marks(u64::from_le_bytes(*last));
    for word in bytes.as_chunks::<8>().0 {
        found |= marks(u64::from_le_bytes(*word));
    }
    found != 0
}

/// Calls `each` with every eight bytes and their position. The last are filled up with `neutral`.
#[inline]
pub(crate) fn each(bytes: &[u8], neutral: u8, mut each: impl FnMut(usize, u64)) {
    let (mut start, mut rest) = (0, bytes);
    // One call, which the compiler inlines.
    while !rest.is_empty() {
        let (word, after) = match rest.split_first_chunk::<8>() {
            Some((word, after)) => (u64::from_le_bytes(*word), after),
            None => (filled(rest, neutral), [].as_slice()),
        };
        each(start, word);
        (start, rest) = (start + 8, after);
    }
}

/// The position of the first `wanted`.
#[inline]
pub(crate) fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        if let Some(at) = first(up_to_equal(u64::from_le_bytes(*word), wanted)) {
            return Some(8 * n + at);
        }
    }
    first(up_to_equal(filled(rest, !wanted), wanted)).map(|at| 8 * words.len() + at)
}

/// The positions of the marked bytes within their word, in order.
#[inline]
pub(crate) fn positions(mut marks: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = first(marks)?;
        marks &= marks - 1;
        Some(at)
    })
}

#[inline]
fn first(marks: u64) -> Option<usize> {
    if marks == 0 {
        return None;
    }
    let [at, ..] = (marks.trailing_zeros() / 8).to_le_bytes();
    Some(usize::from(at))
}

/// Up to seven bytes, filled up with `neutral`: of two loads that overlap, the common bytes are the same.
#[inline]
pub(crate) fn filled(bytes: &[u8], neutral: u8) -> u64 {
    let len = bytes.len();
    let text = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4))
        }
        _ => match *bytes {
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
            _ => 0,
        },
    };
    text | every(neutral) << (8 * len)
}

#[cfg(test)]
mod tests {
    use super::{any, at_most, each, equal, position, positions, upper_case};

    #[test]
    fn every_byte_is_judged_on_its_own() {
        for byte in 0..=255_u8 {
            for (place, others) in [(0, 0), (3, 0xff), (7, b'A'), (5, b' '), (1, 0x80)] {
                let mut bytes = [others; 8];
                bytes[place] = byte;
                let word = u64::from_le_bytes(bytes);
                let matching = |holds: fn(u8) -> bool| (0..8).filter(|n| holds(bytes[*n])).collect::<Vec<_>>();
                assert_eq!(positions(equal(word, b' ')).collect::<Vec<_>>(), matching(|b| b == b' '));
                assert_eq!(positions(at_most(word, b' ')).collect::<Vec<_>>(), matching(|b| b <= b' '));
                assert_eq!(positions(upper_case(word)).collect::<Vec<_>>(), matching(|b| b.is_ascii_uppercase()));
            }
        }
    }

    #[test]
    fn every_byte_of_every_length_is_seen_once() {
        for len in 0..30_usize {
            assert!(!any(&vec![b'a'; len], b'a', |word| equal(word, b'=')));
            for at in 0..len {
                let mut bytes = vec![b'a'; len];
                bytes[at] = b'=';
                assert!(any(&bytes, b'a', |word| equal(word, b'=')), "{at} of {len}");
                assert_eq!(position(&bytes, b'='), Some(at), "{at} of {len}");
                let mut found = Vec::new();
                each(&bytes, b'a', |start, word| found.extend(positions(equal(word, b'=')).map(|at| start + at)));
                assert_eq!(found, [at], "{at} of {len}");
            }
        }
    }
}
