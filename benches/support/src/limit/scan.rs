//! Scans of many bytes at a time.

const ONES: u64 = u64::MAX / 255;
const LOW: u64 = ONES * 0x7f;

/// Where `byte` is first.
#[inline]
pub(super) fn find(text: &[u8], byte: u8) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let zero_there = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
        let there = zero_there.wrapping_sub(ONES) & !zero_there & (ONES << 7);
        if there != 0 {
            return Some(8 * n + there.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|b| *b == byte).map(|at| text.len() - rest.len() + at)
}

/// The text before and after the first `byte`.
#[inline]
pub(super) fn split(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = find(text, byte)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Checks that a path is its own canonical form, normalised and encoded.
#[inline]
pub(super) fn check_path(path: &str) {
    let path = path.as_bytes();
    let canonical = all(path, OF_PATH) && !path.windows(2).any(|pair| matches!(pair, b"//" | b"/."));
    assert!(canonical && path[0] == b'/', "the path has to be encoded");
}

/// Checks that a query is in canonical form: unreserved characters, and others encoded with digits in upper case.
#[inline]
pub(super) fn check_query(query: &str) {
    let query = query.as_bytes();
    let kinds = common_kinds(query);
    assert!(kinds & OF_ENCODED_QUERY != 0, "the query has to be encoded");
    if kinds & OF_QUERY != 0 {
        return;
    }
    let mut rest = query;
    while let Some((_, after)) = split(rest, b'%') {
        let (digits, after) = after.split_first_chunk::<2>().expect("two digits follow");
        assert!(digits.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')), "the query has to be encoded");
        rest = after;
    }
}

/// Checks that the canonical value of a header is the value: no blanks around it, and no two in it.
#[inline]
pub(super) fn check_value(value: &[u8]) {
    let around = value.first() == Some(&b' ') || value.last() == Some(&b' ');
    // Words overlap by a byte, so that each pair of bytes is in a word.
    let two = match value.last_chunk() {
        Some(last) => {
            two_blanks(last)
                || value.windows(8).step_by(7).any(|word| two_blanks(word.first_chunk().expect("it has 8")))
        }
        None => value.windows(2).any(|pair| pair == b"  "),
    };
    assert!(!around && !two, "a value has blanks to fold");
}

#[inline]
fn two_blanks(word: &[u8; 8]) -> bool {
    let zero_there = u64::from_le_bytes(*word) ^ (ONES * u64::from(b' '));
    let elsewhere = ((zero_there & LOW) + LOW) | zero_there | LOW;
    !elsewhere & (!elsewhere >> 8) != 0
}

/// What a character is: each kind is a bit.
pub(super) const UNRESERVED: u8 = 1;
const OF_PATH: u8 = 2;
const OF_QUERY: u8 = 4;
const OF_ENCODED_QUERY: u8 = 8;
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut n = 0;
    while n < 256 {
        let b = n as u8;
        kinds[n] = match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => u8::MAX,
            b'/' => OF_PATH,
            b'=' | b'&' => OF_QUERY | OF_ENCODED_QUERY,
            b'%' => OF_ENCODED_QUERY,
            _ => 0,
        };
        n += 1;
    }
    kinds
};

/// The kinds that all characters are of. It looks at all of them, which takes two instructions for each.
#[inline]
fn common_kinds(text: &[u8]) -> u8 {
    text.iter().fold(u8::MAX, |common, b| common & KINDS[usize::from(*b)])
}

/// Whether all characters are of a kind.
#[inline]
pub(super) fn all(text: &[u8], kind: u8) -> bool {
    common_kinds(text) & kind != 0
}

/// The first bytes as a number, which orders texts that differ in them.
#[inline]
pub(super) fn prefix(text: &[u8]) -> u128 {
    let mut first = [0; 16];
    match text.first_chunk() {
        Some(chunk) => first = *chunk,
        None => first[..text.len()].copy_from_slice(text),
    }
    u128::from_be_bytes(first)
}
