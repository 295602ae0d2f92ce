//! White space in header values, as clients trim it.

use crate::explain::spelling::replace;

/// How a client trims a value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Whitespace {
    Right,
    /// As it was received.
    Kept,
    /// Trimmed at the ends; runs inside stay.
    EndsOnly,
    /// Only U+0020 counts.
    SpacesOnly,
    /// Tabs count at the ends, and only spaces inside.
    EndsAndSpaces,
    /// Runs inside quotes stay.
    OutsideQuotes,
    /// U+00A0 in UTF-8 counts as a space.
    Nbsp,
    /// The byte 0xA0 counts as a space.
    NbspByte,
    /// The bytes read as ISO 8859-1 and written as UTF-8.
    Utf8OfLatin1,
    /// The bytes read as UTF-8 and written as ISO 8859-1.
    Latin1OfUtf8,
}

impl Whitespace {
    /// The value as the client signs it.
    pub(crate) fn write(self, value: &[u8]) -> Vec<u8> {
        let blank = |b: &u8| matches!(b, b' ' | b'\t');
        match self {
            Self::Right => words(value, blank),
            Self::Kept => value.to_vec(),
            Self::EndsOnly => value.trim_ascii().to_vec(),
            Self::SpacesOnly => words(value, |b| *b == b' '),
            Self::EndsAndSpaces => words(value.trim_ascii(), |b| *b == b' '),
            Self::OutsideQuotes => outside_quotes(value),
            Self::Nbsp => words(&replace(value, "\u{a0}".as_bytes(), b" "), blank),
            Self::NbspByte => words(value, |b| matches!(b, b' ' | b'\t' | 0xA0)),
            Self::Utf8OfLatin1 => {
                let text: String = words(value, blank).iter().map(|b| char::from(*b)).collect();
                text.into_bytes()
            }
            Self::Latin1OfUtf8 => latin1(words(value, blank)),
        }
    }
}

/// The words of a value with one space between them.
fn words(value: &[u8], blank: impl Fn(&u8) -> bool) -> Vec<u8> {
    let words: Vec<_> = value.split(blank).filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

fn outside_quotes(value: &[u8]) -> Vec<u8> {
    let (mut out, mut quoted) = (Vec::with_capacity(value.len()), false);
    for byte in value.trim_ascii() {
        quoted ^= *byte == b'"';
        let blank = !quoted && matches!(byte, b' ' | b'\t');
        if !(blank && out.last() == Some(&b' ')) {
            out.push(if blank { b' ' } else { *byte });
        }
    }
    out
}

/// The text in ISO 8859-1, if it can be represented.
fn latin1(value: Vec<u8>) -> Vec<u8> {
    let bytes = str::from_utf8(&value).ok().map(|text| text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect());
    bytes.flatten().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::Whitespace;

    #[test]
    fn every_rule_differs() {
        let value = " a \t b\u{a0}\u{a0}c  \"d  e\"\t".as_bytes();
        for (rule, expected) in [
            (Whitespace::Right, "a b\u{a0}\u{a0}c \"d e\""),
            (Whitespace::EndsOnly, "a \t b\u{a0}\u{a0}c  \"d  e\""),
            (Whitespace::SpacesOnly, "a \t b\u{a0}\u{a0}c \"d e\"\t"),
            (Whitespace::EndsAndSpaces, "a \t b\u{a0}\u{a0}c \"d e\""),
            (Whitespace::OutsideQuotes, "a b\u{a0}\u{a0}c \"d  e\""),
            (Whitespace::Nbsp, "a b c \"d e\""),
        ] {
            assert_eq!(String::from_utf8_lossy(&rule.write(value)), expected);
        }
        assert_eq!(Whitespace::NbspByte.write(b"a\xA0b"), b"a b");
        assert_eq!(Whitespace::Utf8OfLatin1.write(b"\xE9"), "é".as_bytes());
        assert_eq!(Whitespace::Latin1OfUtf8.write("é".as_bytes()), b"\xE9");
    }
}
