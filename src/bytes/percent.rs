//! Percent-encoding of Signature Version 4: the unreserved characters of RFC 3986 section 2.3 stay, every other byte
//! becomes `%XX` with upper-case digits.
//!
//! Source: RFC 3986 section 2; "Create a signed AWS API request", `UriEncode`.

use super::word;
use super::write::Write;
use percent_encoding::percent_encode_byte;
#[cfg(any(feature = "tower", test))]
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

/// Which characters stay as they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum EncodeSet {
    /// Unreserved characters: for names and values of a query.
    Unreserved,
    /// Unreserved characters and `/`: for a path.
    UnreservedAndSlash,
}

impl EncodeSet {
    #[inline]
    pub(crate) fn keeps(self, byte: u8) -> bool {
        match self {
            Self::Unreserved => class(byte) == UNRESERVED,
            Self::UnreservedAndSlash => class(byte) <= SLASH,
        }
    }
}

/// Marks the bytes of `word` that are not letters, digits, `-` or `.`, which most bytes of a query and a path are. Of those it marks, only
/// `_` and `~` are unreserved.
#[inline]
pub(crate) const fn unusual(word: u64) -> u64 {
    let letters = word::within(word::lower_case(word), b'a', b'z');
    let others = word::within(word, b'-', b'9') & !word::equal(word, b'/');
    !(letters | others) & word::ALL
}

/// The meaning of a raw `+` in a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PlusDecoding {
    /// A plus sign, `%2B`, as in RFC 3986.
    Literal,
    /// A space, `%20`, as in HTML forms. Servers that decode forms read it so.
    Space,
}

/// A `%` without two hexadecimal digits after it, in text that has to be decoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BadSequence;

/// What to do with a `%` without two hexadecimal digits after it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Malformed {
    /// It is a percent sign like any other, and becomes `%25`.
    Literal,
    /// It is an error.
    Refused,
}

/// Encodes every byte that is not in `keep`, `%` included.
#[inline]
pub(crate) fn encode(raw: &[u8], keep: EncodeSet, sink: &mut impl Write) {
    if !word::any(raw, b'a', unusual) {
        return sink.put(raw);
    }
    let mut rest = raw;
    word::each(raw, b'a', |first, word| {
        for at in word::positions(unusual(word)).map(|at| first + at) {
            let (run, special) = rest.split_at(at - (raw.len() - rest.len()));
            if let Some((byte, after)) = special.split_first().filter(|(byte, _)| !keep.keeps(**byte)) {
                sink.put(run);
                sink.put(percent_encode_byte(*byte).as_bytes());
                rest = after;
            }
        }
    });
    sink.put(rest);
}

/// Decodes once and encodes once, in one pass: the canonical form of text that may be encoded already.
pub(crate) fn recode(
    raw: &[u8],
    keep: EncodeSet,
    plus: PlusDecoding,
    malformed: Malformed,
    out: &mut Vec<u8>,
) -> Result<(), BadSequence> {
    let mut rest = raw;
    while let Some((byte, after)) = rest.split_first() {
        let kept = rest.iter().position(|b| !keep.keeps(*b));
        let (run, special) = rest.split_at(kept.unwrap_or(rest.len()));
        if !run.is_empty() {
            out.extend_from_slice(run);
            rest = special;
            continue;
        }
        rest = after;
        let decoded = match (byte, plus) {
            (b'+', PlusDecoding::Space) => b' ',
            (b'%', _) => match (after, sequence(after), malformed) {
                ([_, _, behind @ ..], Some(decoded), _) => {
                    rest = behind;
                    decoded
                }
                (_, _, Malformed::Literal) => b'%',
                (_, _, Malformed::Refused) => return Err(BadSequence),
            },
            (other, _) => *other,
        };
        if keep.keeps(decoded) {
            out.push(decoded);
        } else {
            out.extend_from_slice(percent_encode_byte(decoded).as_bytes());
        }
    }
    Ok(())
}

/// `raw` decoded once; a malformed sequence stays as it is.
pub(crate) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if !word::any(raw, b'a', |word| word::equal(word, b'%')) {
        return Cow::Borrowed(raw);
    }
    let (mut out, mut rest) = (Vec::with_capacity(raw.len()), raw);
    while let Some((run, [_, after @ ..])) = word::position(rest, b'%').map(|at| rest.split_at(at)) {
        out.extend_from_slice(run);
        let decoded = sequence(after);
        out.push(decoded.unwrap_or(b'%'));
        rest = after.get(decoded.map_or(0, |_| 2)..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The characters that stay in a path: RFC 3986's `pchar` and the slash, without the `;`, because some servers drop what follows it.
#[cfg(any(feature = "tower", test))]
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// A decoded path as a URI has it: only what has to be encoded is.
///
/// Source: RFC 3986 section 3.3.
#[cfg(any(feature = "tower", test))]
pub(crate) fn encode_path(decoded: &str) -> Cow<'_, str> {
    utf8_percent_encode(decoded, PATH).into()
}

/// What follows the first `%` without two hexadecimal digits after it: up to two bytes.
pub(crate) fn malformed(raw: &[u8]) -> Option<&[u8]> {
    let mut rest = raw;
    while let Some([_, after @ ..]) = word::position(rest, b'%').and_then(|at| rest.get(at..)) {
        if sequence(after).is_none() {
            return Some(after.get(..2).unwrap_or(after));
        }
        rest = after;
    }
    None
}

/// Whether [`recode`] would leave `raw` as it is.
#[inline]
pub(crate) fn is_canonical(raw: &[u8], keep: EncodeSet) -> bool {
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|b| !keep.keeps(*b)) {
        let (_, special) = rest.split_at(at);
        match special {
            [_, _, _, after @ ..] if starts_canonical(special, keep) => rest = after,
            _ => return false,
        }
    }
    true
}

/// Whether `text` begins with a `%XX` that [`recode`] would leave as it is.
pub(crate) fn starts_canonical(text: &[u8], keep: EncodeSet) -> bool {
    let [b'%', high, low, ..] = text else { return false };
    let lower = high.is_ascii_lowercase() || low.is_ascii_lowercase();
    !lower && sequence(&[*high, *low]).is_some_and(|decoded| !keep.keeps(decoded))
}

/// The byte that is written as the two hexadecimal digits at the start of `digits`.
pub(crate) fn sequence(digits: &[u8]) -> Option<u8> {
    let (high, low) = (value(*digits.first()?)?, value(*digits.get(1)?)?);
    Some(high << 4 | low)
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

const UNRESERVED: u8 = 0;
const SLASH: u8 = 1;
const OTHER: u8 = 2;

#[inline]
#[expect(clippy::indexing_slicing, reason = "the table has an entry for each byte")]
fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// The class of each byte: a table is faster than six comparisons.
static CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut rest: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    while let Some((byte, after)) = rest.split_first() {
        #[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            classes[*byte as usize] = UNRESERVED;
        }
        rest = after;
    }
    classes[47] = SLASH;
    classes
};

#[cfg(test)]
mod tests {
    use super::{BadSequence, EncodeSet, Malformed, PlusDecoding, encode, encode_path, is_canonical, recode};

    fn recoded(raw: &str, keep: EncodeSet, plus: PlusDecoding) -> String {
        let mut out = Vec::new();
        recode(raw.as_bytes(), keep, plus, Malformed::Literal, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn encoding_keeps_the_unreserved_and_writes_upper_case() {
        let mut out = Vec::new();
        encode("aZ09-._~/ %+é".as_bytes(), EncodeSet::UnreservedAndSlash, &mut out);
        encode(b"/", EncodeSet::Unreserved, &mut out);
        assert_eq!(out, b"aZ09-._~/%20%25%2B%C3%A9%2F");
    }

    #[test]
    fn recoding_brings_every_spelling_to_one() {
        for spelling in ["%7e", "%7E", "~"] {
            assert_eq!(recoded(spelling, EncodeSet::Unreserved, PlusDecoding::Space), "~");
        }
        assert_eq!(recoded("a%2fb", EncodeSet::UnreservedAndSlash, PlusDecoding::Space), "a/b");
        assert_eq!(recoded("a%2fb", EncodeSet::Unreserved, PlusDecoding::Space), "a%2Fb");
        assert_eq!(recoded("%zz%1", EncodeSet::Unreserved, PlusDecoding::Space), "%25zz%251");
        assert_eq!(recoded("a+b", EncodeSet::Unreserved, PlusDecoding::Space), "a%20b");
        assert_eq!(recoded("a+b", EncodeSet::Unreserved, PlusDecoding::Literal), "a%2Bb");
    }

    #[test]
    fn a_path_keeps_what_a_uri_may_have_in_its_path() {
        for (decoded, encoded) in [
            ("/a/b-._~", "/a/b-._~"),
            ("/!$&'()*+,=:@", "/!$&'()*+,=:@"),
            ("/..;/a;b", "/..%3B/a%3Bb"),
            ("/a b%?#[]", "/a%20b%25%3F%23%5B%5D"),
            ("/{x}\"<>\\^`|", "/%7Bx%7D%22%3C%3E%5C%5E%60%7C"),
            ("/café", "/caf%C3%A9"),
        ] {
            assert_eq!(encode_path(decoded), encoded, "{decoded}");
        }
    }

    #[test]
    fn a_bad_sequence_is_refused_where_it_must_be_decoded() {
        for bad in ["%", "%1", "%zz", "a%2"] {
            let mut out = Vec::new();
            let done = recode(
                bad.as_bytes(),
                EncodeSet::UnreservedAndSlash,
                PlusDecoding::Literal,
                Malformed::Refused,
                &mut out,
            );
            assert_eq!(done, Err(BadSequence), "{bad}");
        }
    }

    #[test]
    fn canonical_text_is_what_recoding_leaves_alone() {
        for raw in ["", "a", "%20", "%2f", "%2F", "~", "%7E", "+", "=", "%", "%4", "é", "/", "%C3%A9"] {
            for keep in [EncodeSet::Unreserved, EncodeSet::UnreservedAndSlash] {
                let same = recoded(raw, keep, PlusDecoding::Literal) == raw;
                assert_eq!(is_canonical(raw.as_bytes(), keep), same, "{raw} {keep:?}");
            }
        }
    }
}
