//! Words of a command that a message suggests to paste into a shell.

use crate::printable;

/// `word` quoted for a POSIX shell; `None` if it has a character that a terminal acts on, since pasting that is not safe.
pub(crate) fn quoted(word: &str) -> Option<String> {
    if word.contains(printable::is_hidden) {
        return None;
    }
    shlex::try_quote(word).ok().map(|word| word.into_owned())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_read_back_as_it_was() {
        for word in
            ["plain", "", "a b", "'; rm -rf ~ #", "$(id)", "`id`", "a\\", "\"", "it's!", "-x", "~", "é", "*", "!!"]
        {
            let quoted = quoted(word).unwrap();
            assert_eq!(shlex::split(&quoted).unwrap(), [word], "{quoted}");
        }
        assert_eq!(quoted("'; rm -rf ~ #").unwrap(), "\"'; rm -rf ~ #\"");
        for word in ["a\nb", "a\u{1b}[2J", "a\0", "\u{202e}x", "\u{9b}"] {
            assert_eq!(quoted(word), None, "{word:?}");
        }
    }
}
