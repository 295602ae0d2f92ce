//! Traces in a text of being copied with more than itself: from a file, a shell, or a table.

pub(crate) mod credentials;

use crate::printable::is_hidden;

/// The part of `text` that belongs to its surroundings, and what to do: white space at an end, or quotation marks around it.
pub(crate) fn surroundings(text: &str) -> Option<&'static str> {
    if text.starts_with(is_blank) || text.ends_with(is_blank) {
        return Some("it begins or ends with white space or an invisible character: remove it");
    }
    let mut chars = text.chars();
    let quoted = matches!(
        (chars.next(), chars.next_back()),
        (Some('"'), Some('"'))
            | (Some('\''), Some('\''))
            | (Some('`'), Some('`'))
            | (Some('\u{201c}' | '\u{201d}' | '\u{201e}'), Some('\u{201c}' | '\u{201d}'))
            | (Some('\u{2018}' | '\u{2019}' | '\u{201a}'), Some('\u{2018}' | '\u{2019}'))
    );
    quoted.then_some("it is in quotation marks: remove them")
}

/// Whether the text is empty or has only invisible characters.
pub(crate) fn is_empty(text: &str) -> bool {
    text.chars().all(is_blank)
}

/// Whether `text` is written as `NAME=value`, with any white space and in any case, as in a file of settings or after a shell's `export`.
pub(crate) fn names_itself(text: &str, name: &str) -> bool {
    let text = text.strip_prefix("export ").map_or(text, str::trim_start);
    let start = text.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
    start.and_then(|_| text.get(name.len()..)).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
}

/// Whether a reader sees nothing in the character's place.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_hidden(c) || is_inkless(c)
}

/// Characters with a width and no ink that Unicode does not count as white space: the braille pattern without dots and the null notehead.
const fn is_inkless(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{1d159}')
}

#[cfg(test)]
mod tests {
    use super::{names_itself, surroundings};

    #[test]
    fn white_space_and_quotation_marks_are_surroundings() {
        for text in [" a", "a ", "a\n", "a\r\n", "\ta", "\u{feff}a", "a\u{200b}", "a\u{a0}", " "] {
            assert!(surroundings(text).is_some_and(|said| said.contains("white space")), "{text:?}");
        }
        for text in ["\"a\"", "'a'", "`a`", "\u{201c}a\u{201d}", "\u{201e}a\u{201c}", "\u{2018}a\u{2019}", "\"\""] {
            assert!(surroundings(text).is_some_and(|said| said.contains("quotation")), "{text:?}");
        }
        for text in ["", "a", "a b", "\"", "'", "\"a", "a'", "'a\"", "a\"b"] {
            assert_eq!(surroundings(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_setting_names_itself() {
        for text in ["key=a", "KEY = a", "Key:a", "key\t:\ta", "export KEY=a", "export  key=a"] {
            assert!(names_itself(text, "key"), "{text}");
        }
        for text in ["", "ke", "key", "key a", "keys=a", "a=key", "é=a", "exportkey=a", "export ", "export key"] {
            assert!(!names_itself(text, "key"), "{text}");
        }
    }
}
