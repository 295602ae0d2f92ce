//! Wrong percent-encodings of clients.

use crate::bytes::percent::{self, EncodeSet, Malformed, PlusDecoding};
use percent_encoding::percent_encode_byte;
use std::collections::BTreeSet;

/// What `encodeURI` of JavaScript keeps besides the unreserved characters.
const ENCODE_URI: &[u8] = b";,/?:@&=+$!*'()#";
/// What `encodeURIComponent` keeps; `Uri.EscapeDataString` before .NET 4.5 and `Uri.encodeComponent` of Dart keep the same.
const ENCODE_URI_COMPONENT: &[u8] = b"!*'()";
/// What botocore keeps in the query of a request that is signed with headers.
const BOTOCORE: &[u8] = b"!*'(),:@/?$";
/// RFC 3986 section 3.3, `pchar` without the unreserved characters; `urlPathAllowed` of Swift.
const PCHAR: &[u8] = b"!$&'()*+,;=:@";
/// What `url.URL.EscapedPath` of Go keeps.
const GO_PATH: &[u8] = b"$&+,/:;=@";
/// What `url.PathEscape` of Go keeps.
const GO_SEGMENT: &[u8] = b"$&+=:@";
/// `encodeURI` of JavaScript, with `!'()*` encoded afterwards.
const ENCODE_URI_STRICT: &[u8] = b";,/?:@&=+$#";
/// What `URLEncoder` of Java and `URI.encode_www_form_component` of Ruby keep.
const FORM: &[u8] = b"*";
/// What `HttpUtility.UrlEncode` of .NET keeps.
const DOT_NET_FORM: &[u8] = b"!*()";
/// What `URI::DEFAULT_PARSER.escape` of Ruby and `Uri.EscapeUriString` of .NET keep.
const URI_CHARACTERS: &[u8] = b";/?:@&=+$,[]!*'()#";
/// What the URL standard of the browsers keeps in a path, and more in a query.
const URL_STANDARD: &[u8] = b"!$&'()*+,/:;=@[]|\\^?`{}";
/// What the parameters of axios keep.
const AXIOS: &[u8] = b":$,[]!'()*";
/// `urlQueryAllowed` of Swift.
const SWIFT_QUERY: &[u8] = b"!$&'()*+,/:;=?@";

/// The sets of characters that some encoders keep but that must be encoded, the likeliest first.
pub(crate) const SOFT_SETS: [&[u8]; 13] = [
    ENCODE_URI_COMPONENT,
    PCHAR,
    BOTOCORE,
    ENCODE_URI,
    GO_PATH,
    GO_SEGMENT,
    ENCODE_URI_STRICT,
    FORM,
    DOT_NET_FORM,
    URI_CHARACTERS,
    SWIFT_QUERY,
    AXIOS,
    URL_STANDARD,
];

/// The sets of unreserved characters that some encoders encode, the likeliest first: `~` alone (Java's `URLEncoder`, Python's
/// `quote` before 3.7), all of them (`NON_ALPHANUMERIC` of Rust's percent-encoding), and all but `_` (`\W` of a regular expression).
pub(crate) const HARD_SETS: [&[u8]; 6] = [b"~", b"-._~", b"-.~", b".", b"_", b"-"];

/// Bytes that HTTP clients and URL parsers encode before they send a URL.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum ClientSet {
    All,
    NonAscii,
    Ascii,
    Space,
}

impl ClientSet {
    pub(crate) const fn contains(self, byte: u8) -> bool {
        let is_ascii =
            matches!(byte, b' ' | b'"' | b'<' | b'>' | b'[' | b']' | b'^' | b'`' | b'{' | b'|' | b'}' | b'\\');
        match self {
            Self::All => is_ascii || !byte.is_ascii(),
            Self::NonAscii => !byte.is_ascii(),
            Self::Ascii => is_ascii,
            Self::Space => byte == b' ',
        }
    }
}

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
    decode_if(encoded, |byte| soft.contains(&byte))
}

/// Decodes the percent sequences of some bytes once.
pub(crate) fn decode_if(encoded: &[u8], which: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    for token in Tokens(encoded) {
        match token {
            Token::Sequence(_, byte) if which(byte) => out.push(byte),
            other => out.extend_from_slice(other.text()),
        }
    }
    out
}

/// Encodes some bytes that are not part of a percent sequence.
pub(crate) fn encode_if(text: &[u8], which: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 16);
    for token in Tokens(text) {
        match token {
            Token::Byte([byte]) if which(*byte) => put_escaped(*byte, &mut out),
            other => out.extend_from_slice(other.text()),
        }
    }
    out
}

/// Encodes the percent sign of the percent sequences of some bytes.
pub(crate) fn encode_again_if(encoded: &[u8], which: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len() + 16);
    for token in Tokens(encoded) {
        match token {
            Token::Sequence([_, digits @ ..], byte) if which(byte) => {
                out.extend_from_slice(b"%25");
                out.extend_from_slice(digits);
            }
            other => out.extend_from_slice(other.text()),
        }
    }
    out
}

/// Decodes the percent sign of some bytes that were encoded twice: `%2520` becomes `%20`.
pub(crate) fn decode_again_if(encoded: &[u8], which: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, after)) = rest.split_first() {
        let inner = rest.strip_prefix(b"%25").and_then(|inner| inner.split_at_checked(2));
        match inner.filter(|(digits, _)| decoded(digits).is_some_and(&which)) {
            Some((digits, behind)) => {
                out.push(b'%');
                out.extend_from_slice(digits);
                rest = behind;
            }
            None => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    out
}

/// The different bytes that are written as percent sequences, in ascending order, at most `most`.
pub(crate) fn escaped_bytes(encoded: &[u8], most: usize) -> Vec<u8> {
    let bytes = Tokens(encoded).filter_map(|token| match token {
        Token::Sequence(_, byte) => Some(byte),
        Token::Byte(_) => None,
    });
    bytes.collect::<BTreeSet<_>>().into_iter().take(most).collect()
}

/// Whether RFC 3986 section 2.3 leaves the byte unreserved.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn put_escaped(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(percent_encode_byte(byte).as_bytes());
}

/// A byte, or a percent sequence with the byte that it stands for.
enum Token<'t> {
    Byte(&'t [u8; 1]),
    Sequence(&'t [u8; 3], u8),
}

impl<'t> Token<'t> {
    const fn text(&self) -> &'t [u8] {
        match self {
            Self::Byte(text) => *text,
            Self::Sequence(text, _) => *text,
        }
    }
}

/// The tokens of a text.
struct Tokens<'t>(&'t [u8]);

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        if let Some((sequence @ [b'%', digits @ ..], rest)) = self.0.split_first_chunk::<3>()
            && let Some(byte) = decoded(digits)
        {
            self.0 = rest;
            return Some(Token::Sequence(sequence, byte));
        }
        let (byte, rest) = self.0.split_first_chunk::<1>()?;
        self.0 = rest;
        Some(Token::Byte(byte))
    }
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

/// The letters outside percent sequences in lower case.
pub(crate) fn lower_case(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    for token in Tokens(encoded) {
        match token {
            Token::Byte([byte]) => out.push(byte.to_ascii_lowercase()),
            Token::Sequence(sequence, _) => out.extend_from_slice(sequence),
        }
    }
    out
}

/// The text with some of its percent sequences rewritten: those that `which` chooses are counted, and `mask` has a bit for each.
pub(crate) fn rewrite_sequences(
    encoded: &[u8],
    mask: u32,
    which: impl Fn(u8) -> bool,
    rewrite: impl Fn(&[u8; 3], u8, &mut Vec<u8>),
) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(encoded.len() + 16), mask);
    for token in Tokens(encoded) {
        match token {
            Token::Sequence(sequence, byte) if which(byte) => {
                if rest & 1 == 1 {
                    rewrite(sequence, byte, &mut out)
                } else {
                    out.extend_from_slice(sequence)
                }
                rest >>= 1;
            }
            other => out.extend_from_slice(other.text()),
        }
    }
    out
}

/// The number of percent sequences of some bytes.
pub(crate) fn count_sequences(encoded: &[u8], which: impl Fn(u8) -> bool) -> usize {
    Tokens(encoded).filter(|token| matches!(token, Token::Sequence(_, byte) if which(*byte))).count()
}

/// Whether the percent sequence of the byte has a letter.
pub(crate) const fn has_hex_letter(byte: u8) -> bool {
    byte >> 4 > 9 || byte & 15 > 9
}

/// The percent sequences of some bytes in upper or lower case.
pub(crate) fn hex_case_if(encoded: &[u8], upper: bool, which: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    for token in Tokens(encoded) {
        match token {
            Token::Sequence(sequence, byte) if which(byte) && upper => out.extend(sequence.to_ascii_uppercase()),
            Token::Sequence(sequence, byte) if which(byte) => out.extend(sequence.to_ascii_lowercase()),
            other => out.extend_from_slice(other.text()),
        }
    }
    out
}

/// Whether a byte outside percent sequences has to be encoded in a path.
pub(crate) fn has_unencoded(path: &[u8]) -> bool {
    Tokens(path).any(|token| matches!(token, Token::Byte([byte]) if !is_unreserved(*byte) && *byte != b'/'))
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
    use super::{
        ENCODE_URI_COMPONENT, decode_again_if, encode_again_if, encode_if, escaped_bytes, is_unreserved, lower_case,
        lower_hex, replace, soften,
    };

    #[test]
    fn spelled_otherwise() {
        assert_eq!(soften(b"a%21%2F%2f%zz%", ENCODE_URI_COMPONENT), b"a!%2F%2f%zz%");
        assert_eq!(lower_hex(b"A%2FB%C3%A9%"), b"A%2fB%c3%a9%");
        assert_eq!(lower_case(b"A%2FB%"), b"a%2Fb%");
        assert_eq!(replace(b"a%20b%20", b"%20", b"+"), b"a+b+");
    }

    #[test]
    fn only_some_bytes_are_encoded_or_decoded() {
        assert_eq!(encode_if(b"a(%28%2", |byte| !is_unreserved(byte)), b"a%28%28%252");
        assert_eq!(encode_again_if(b"a%20%C3%A9%zz", |byte| byte >= 0x80), b"a%20%25C3%25A9%zz");
        assert_eq!(decode_again_if(b"%2520%25C3%25zz%25%2", |byte| byte == b' '), b"%20%25C3%25zz%25%2");
        assert_eq!(escaped_bytes(b"%20%c3%20%zz%", 8), [0x20, 0xc3]);
    }
}
