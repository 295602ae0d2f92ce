//! Text from outside, fit for a terminal.
//!
//! Sources: Unicode Standard Annex 9, explicit directional formatting characters, and CVE-2021-42574 for what they hide;
//! `DerivedCoreProperties.txt` of Unicode 16, `Default_Ignorable_Code_Point`, for the characters that do not show; ECMA-48
//! section 8.3 for the control functions of U+0080 to U+009F.

use std::borrow::Cow;

/// The most bytes of one text from outside that a message shows: an error's detail, what another program said.
pub(crate) const MAX_FOREIGN_LEN: usize = 4096;

/// Whether a terminal acts on a character in place of showing it, or shows nothing at all: controls, separators of lines
/// and paragraphs, marks that change the direction of the text around them, and characters without a shape.
pub(crate) fn is_hidden(c: char) -> bool {
    // Most text is of these.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A text for one line: what is hidden is written as `\u{…}`.
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

/// At most [`MAX_FOREIGN_LEN`] bytes of a text, and how many more there are.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_FOREIGN_LEN {
        return Cow::Borrowed(text);
    }
    let end = (0..=MAX_FOREIGN_LEN).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let (shown, rest) = text.split_at_checked(end).unwrap_or_default();
    Cow::Owned(format!("{shown}… ({} more bytes)", rest.len()))
}

/// The beginning of a text from outside, fit for a line of a message.
pub(crate) fn message(text: &str) -> Cow<'_, str> {
    match excerpt(text) {
        Cow::Borrowed(text) => line(text),
        Cow::Owned(text) => Cow::Owned(line(&text).into_owned()),
    }
}

/// JSON of one line, in which what is hidden is written as `\u…`. It stands in strings alone, where both mean the same.
#[cfg(any(feature = "gateway", all(test, feature = "explain")))]
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { put_json_escape(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Writes a character as JSON escapes it: two of them beyond the basic plane.
///
/// Source: RFC 8259 section 7.
#[cfg(any(feature = "gateway", feature = "explain"))]
pub(crate) fn put_json_escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(all(test, feature = "explain"))]
mod tests {
    use super::{MAX_FOREIGN_LEN, excerpt, is_hidden, json, line, message};

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let acting = (0..=0x1f).chain(0x7f..=0x9f).chain([0x61c, 0x200e, 0x200f, 0x2028, 0x2029]);
        for c in acting.chain(0x202a..=0x202e).chain(0x2066..=0x2069).filter_map(char::from_u32) {
            assert_eq!(line(&format!("a{c}é")), format!("a\\u{{{:x}}}é", u32::from(c)));
        }
        assert_eq!(json("{\"a\":\"\u{7f}\u{9b}\u{202e}é\"}"), "{\"a\":\"\\u007f\\u009b\\u202eé\"}");
        assert_eq!(json("\"\u{e0041}\""), "\"\\udb40\\udc41\"", "a tag is beyond the basic plane");
        assert!(matches!(line("plain é \u{5d0}"), std::borrow::Cow::Borrowed(_)), "letters of any direction stay");
        assert!(!is_hidden(' ') && !is_hidden('\u{202f}'));
    }

    #[test]
    fn what_does_not_show_is_shown() {
        for c in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{fe0f}', '\u{e0041}', '\u{3164}'] {
            assert!(is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let long = "é".repeat(MAX_FOREIGN_LEN);
        let shown = excerpt(&long);
        assert!(shown.ends_with("é… (4096 more bytes)") && shown.len() < MAX_FOREIGN_LEN + 32, "{shown}");
        assert_eq!(excerpt("short"), "short");
        assert!(message(&"\u{1b}".repeat(MAX_FOREIGN_LEN + 1)).ends_with(r"\u{1b}… (1 more bytes)"));
    }
}
