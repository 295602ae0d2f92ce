//! Text of unknown origin, made safe for one line of a terminal or a log.
//!
//! ```
//! use sig4::printable;
//!
//! assert_eq!(printable::line("a\u{1b}[2J\u{202e}b"), r"a\u{1b}[2J\u{202e}b");
//! assert!(printable::excerpt(&"x".repeat(5000)).ends_with("x… (904 more bytes)"));
//! assert_eq!(printable::json("\"\u{7f}\""), r#""\u007f""#);
//! ```
//!
//! Sources: Unicode Standard Annex 9, explicit directional formatting characters, and CVE-2021-42574 for attacks with them;
//! `DerivedCoreProperties.txt` of Unicode 16, `Default_Ignorable_Code_Point`, for invisible characters; ECMA-48 section 8.3 for the
//! control functions of U+0080 to U+009F.

use std::borrow::Cow;

/// The most bytes that a message shows of one text of unknown origin, such as an error's detail or another program's output.
pub const MAX_FOREIGN_LEN: usize = 4096;

/// Whether a terminal acts on `c`, or shows nothing: controls, separators of lines and paragraphs, marks that change the
/// direction of text, and invisible characters.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    // Most characters.
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

/// `text` on one line: each [hidden](is_hidden) character is written as `\u{…}`.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// At most the first [`MAX_FOREIGN_LEN`] bytes of `text`, with the number of bytes left out.
#[must_use]
pub fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_FOREIGN_LEN {
        return Cow::Borrowed(text);
    }
    let mut end = MAX_FOREIGN_LEN;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (shown, rest) = text.split_at(end);
    Cow::Owned(format!("{shown}… ({} more bytes)", rest.len()))
}

/// An [`excerpt`] of `text` on one [`line`](line()).
#[must_use]
pub fn message(text: &str) -> Cow<'_, str> {
    match excerpt(text) {
        Cow::Borrowed(text) => line(text),
        Cow::Owned(text) => Cow::Owned(line(&text).into_owned()),
    }
}

/// JSON text with each [hidden](is_hidden) character written as `\u…`. Inside strings both spellings mean the same. Line breaks and
/// tabs between values become escapes too, so `text` has to be JSON of one line.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { put_json_escape(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Writes a character as a JSON escape: two escapes for a character beyond the basic plane.
///
/// Source: RFC 8259 section 7.
pub fn put_json_escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
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
