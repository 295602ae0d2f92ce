//! Wrong percent-encodings of clients.

use crate::bytes::percent::{self, EncodeSet, Malformed, PlusDecoding};

/// The characters that `encodeURI` of JavaScript keeps besides the unreserved ones.
const ENCODE_URI: &[u8] = b";,/?:@&=+$!*'()#";
/// The characters that `encodeURIComponent` keeps.
const ENCODE_URI_COMPONENT: &[u8] = b"!*'()";
/// The characters that botocore keeps in the query of a request that is signed with headers.
const BOTOCORE: &[u8] = b"!*'(),:@/?$";
/// RFC 3986 section 3.3, `pchar` without the unreserved characters.
const PCHAR: &[u8] = b"!$&'()*+,;=:@";

/// The sets of characters that some encoders keep but that must be encoded.
pub(crate) const SOFT_SETS: [&[u8]; 4] = [ENCODE_URI_COMPONENT, PCHAR, BOTOCORE, ENCODE_URI];

/// Decoded once, then encoded once. Slashes stay.
pub(crate) fn recode(raw: &[u8], keep: EncodeSet, plus: PlusDecoding) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 16);
    // Cannot fail: a malformed sequence is taken literally.
    let _ = percent::recode(raw, keep, plus, Malformed::Literal, &mut out);
    out
}

/// Encoded without decoding first.
pub(crate) fn encode(raw: &[u8], keep: EncodeSet) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 16);
    percent::encode(raw, keep, &mut out);
    out
}

/// Decoded once.
pub(crate) fn decode(raw: &[u8]) -> Vec<u8> {
    percent::decode(raw).into_owned()
}

/// Encoded text with the characters of `soft` left unencoded.
pub(crate) fn soften(encoded: &[u8], soft: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let sequence = after.split_at_checked(2).filter(|_| *byte == b'%');
        let kept = sequence.and_then(|(digits, after)| Some((decoded(digits)?, after)));
        match kept.filter(|(byte, _)| soft.contains(byte)) {
            Some((kept, after)) => {
                out.push(kept);
                rest = after;
            }
            None => out.push(*byte),
        }
    }
    out
}

/// The byte of two hexadecimal digits.
fn decoded(digits: &[u8]) -> Option<u8> {
    let text = str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, 16).ok().filter(|_| !text.starts_with('+'))
}

/// The digits of every percent sequence in lower case.
pub(crate) fn lower_hex(encoded: &[u8]) -> Vec<u8> {
    let mut since = usize::MAX;
    let lower = |b: &u8| {
        since = if *b == b'%' { 0 } else { since.saturating_add(1) };
        if (1..=2).contains(&since) { b.to_ascii_lowercase() } else { *b }
    };
    encoded.iter().map(lower).collect()
}

/// Every occurrence of `from` replaced by `to`.
pub(crate) fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        match rest.strip_prefix(from).filter(|_| !from.is_empty()) {
            Some(after) => {
                out.extend_from_slice(to);
                rest = after;
            }
            None => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{ENCODE_URI_COMPONENT, lower_hex, replace, soften};

    #[test]
    fn spelled_otherwise() {
        assert_eq!(soften(b"a%21%2F%2f%zz%", ENCODE_URI_COMPONENT), b"a!%2F%2f%zz%");
        assert_eq!(lower_hex(b"A%2FB%C3%A9%"), b"A%2fB%c3%a9%");
        assert_eq!(replace(b"a%20b%20", b"%20", b"+"), b"a+b+");
    }
}
