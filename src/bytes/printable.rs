//! Text from outside, fit for a terminal.
//!
//! Source: Unicode Standard Annex 9, explicit directional formatting characters; CVE-2021-42574 for what they hide.

#[cfg(any(feature = "explain", feature = "tower"))]
use std::borrow::Cow;

/// Whether a terminal acts on a character in place of showing it: controls, separators of lines and paragraphs, and the
/// marks that change the direction of the text around them.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text for one line: what is hidden is written as `\u{…}`.
#[cfg(any(feature = "explain", feature = "tower"))]
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// JSON of one line, in which what is hidden is written as `\u…`. It stands in strings alone, where both mean the same.
#[cfg(any(feature = "gateway", all(test, feature = "explain")))]
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // All of them are of the basic plane, so four digits are enough.
        if is_hidden(c) { out.push_str(&format!("\\u{:04x}", u32::from(c))) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(all(test, feature = "explain"))]
mod tests {
    use super::{is_hidden, json, line};

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let acting = (0..=0x1f).chain(0x7f..=0x9f).chain([0x61c, 0x200e, 0x200f, 0x2028, 0x2029]);
        for c in acting.chain(0x202a..=0x202e).chain(0x2066..=0x2069).filter_map(char::from_u32) {
            assert_eq!(line(&format!("a{c}é")), format!("a\\u{{{:x}}}é", u32::from(c)));
        }
        assert_eq!(json("{\"a\":\"\u{7f}\u{9b}\u{202e}é\"}"), "{\"a\":\"\\u007f\\u009b\\u202eé\"}");
        assert!(matches!(line("plain é \u{5d0}"), std::borrow::Cow::Borrowed(_)), "letters of any direction stay");
        assert!(!is_hidden(' ') && !is_hidden('\u{200d}') && !is_hidden('\u{202f}'));
    }
}
