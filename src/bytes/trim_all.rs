//! Header values in the canonical request.
//!
//! SP and HTAB are trimmed at both ends, and a run of them inside becomes one SP, also between quotes. No other byte
//! changes: trimming U+00A0 or any byte above 0x7F would break UTF-8.

use super::word;
use super::write::Write;

/// Writes `value` trimmed.
#[inline]
pub(crate) fn put(value: &[u8], sink: &mut impl Write) {
    if is_trimmed(value) {
        sink.put(value);
    } else {
        put_words(value, sink);
    }
}

/// Whether the only blanks are SP, each between two other bytes. Other controls count as blanks. Most values are trimmed.
#[inline]
fn is_trimmed(value: &[u8]) -> bool {
    const BLANK: u64 = 0x80;
    let (mut before, mut untrimmed) = (BLANK, 0);
    word::each(value, b'a', |_, word| {
        let blanks = word::at_most(word, b' ');
        if blanks != 0 {
            untrimmed |= (blanks & (blanks << 8 | before)) | word::at_most(word, b' ' - 1);
        }
        before = blanks >> 56;
    });
    untrimmed == 0 && value.last() != Some(&b' ')
}

fn put_words(value: &[u8], sink: &mut impl Write) {
    let mut words = value.split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        sink.put(first);
    }
    for word in words {
        sink.put(b" ");
        sink.put(word);
    }
}

#[cfg(test)]
mod tests {
    fn trim_all(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        super::put(value, &mut out);
        out
    }

    #[test]
    fn ends_are_trimmed_and_runs_collapse() {
        assert_eq!(trim_all(b""), b"");
        assert_eq!(trim_all(b" \t "), b"");
        assert_eq!(trim_all(b"a b"), b"a b");
        assert_eq!(trim_all(b"\ta  b\t\tc "), b"a b c");
        assert_eq!(trim_all(b"a\tb"), b"a b");
    }

    #[test]
    fn quotes_protect_nothing() {
        assert_eq!(trim_all(b"\"a   b\""), b"\"a b\"");
    }

    #[test]
    fn bytes_above_ascii_and_other_controls_are_not_white_space() {
        assert_eq!(trim_all("a\u{a0}\u{a0}b".as_bytes()), "a\u{a0}\u{a0}b".as_bytes());
        assert_eq!(trim_all(b"\x85 \x85"), b"\x85 \x85");
        assert_eq!(trim_all(b"\x0b\x0b"), b"\x0b\x0b");
    }
}
