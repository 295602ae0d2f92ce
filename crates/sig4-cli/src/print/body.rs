//! The body of a response on standard output.
//!
//! A pipe and a file get every byte. A terminal gets text whose hidden characters are escaped, except tabs and line breaks. A body
//! with a NUL in its first piece is binary, and a terminal gets nothing of it. curl does the same.

use super::{out_is_terminal, product};
use crate::failure::Failure;
use crate::printable;
use std::str;

/// The destination of a body that arrives in pieces.
#[derive(Debug)]
pub(crate) enum Body {
    /// To a pipe or a file.
    Raw,
    /// To a terminal.
    Terminal(Text),
}

impl Body {
    /// The body of a response on standard output.
    pub(crate) fn new() -> Self {
        if out_is_terminal() { Self::Terminal(Text::default()) } else { Self::Raw }
    }

    /// Prints the next piece.
    pub(crate) fn put(&mut self, piece: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Raw => product(piece),
            Self::Terminal(text) => product(text.next(piece).as_bytes()),
        }
    }

    /// Ends the last line on a terminal. Returns `false` if nothing was shown because the body is binary.
    pub(crate) fn end(self) -> Result<bool, Failure> {
        let Self::Terminal(mut text) = self else { return Ok(true) };
        product(text.end().as_bytes())?;
        Ok(!text.is_binary)
    }
}

/// A text that arrives in pieces.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// The beginning of a character, or a carriage return, at the end of the last piece.
    rest: Vec<u8>,
    is_binary: bool,
    has_begun: bool,
    /// Whether the last line has its line break.
    is_ended: bool,
}

impl Text {
    /// The text to show for the next piece.
    fn next(&mut self, piece: &[u8]) -> String {
        if piece.is_empty() {
            return String::new();
        }
        self.is_binary |= !self.has_begun && piece.contains(&0);
        self.has_begun = true;
        if self.is_binary {
            return String::new();
        }
        self.rest.extend_from_slice(piece);
        let bytes = std::mem::take(&mut self.rest);
        let kept = unfinished(&bytes);
        let (now, later) = bytes.split_at_checked(bytes.len() - kept).unwrap_or((&bytes, &[]));
        self.rest = later.to_vec();
        self.show(now)
    }

    /// The rest of the text.
    fn end(&mut self) -> String {
        let rest = std::mem::take(&mut self.rest);
        let mut shown = self.show(&rest);
        if self.has_begun && !self.is_binary && !self.is_ended {
            shown.push('\n');
        }
        shown
    }

    fn show(&mut self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        if !text.is_empty() {
            self.is_ended = text.ends_with('\n');
        }
        let is_shown = |c: &char| matches!(c, '\n' | '\t');
        text.split_inclusive(|c| is_shown(&c))
            .map(|part| {
                let (inner, end) = part.split_at(part.len() - usize::from(part.ends_with(|c| is_shown(&c))));
                [&*printable::line(inner), end].concat()
            })
            .collect()
    }
}

/// How many bytes at the end belong to an incomplete character or line break.
fn unfinished(bytes: &[u8]) -> usize {
    if bytes.ends_with(b"\r") {
        return 1;
    }
    let is_begun = |kept: &usize| {
        let tail = bytes.get(bytes.len() - kept..).unwrap_or_default();
        str::from_utf8(tail).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=3.min(bytes.len())).find(is_begun).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Text;

    fn shown(pieces: &[&[u8]]) -> String {
        let mut text = Text::default();
        let shown: String = pieces.iter().map(|piece| text.next(piece)).collect();
        shown + &text.end()
    }

    #[test]
    fn a_terminal_gets_text_and_nothing_to_act_on() {
        for (pieces, expected) in [
            (&[&b"{\"a\":\t1}"[..]][..], "{\"a\":\t1}\n"),
            (&[b"a\r", b"\nb\n"], "a\nb\n"),
            (&[b"a\rb"], "a\\u{d}b\n"),
            (&[b"\x1b[2J\x1b]0;x\x07"], "\\u{1b}[2J\\u{1b}]0;x\\u{7}\n"),
            (&["\u{9b}2J \u{202e}".as_bytes()], "\\u{9b}2J \\u{202e}\n"),
            (&[b"\xc3", b"\xa9\xf0\x9f", b"\x98\x80"], "é😀\n"),
            (&[b"\x9b2J \xff", b"\xc3"], "\u{fffd}2J \u{fffd}\u{fffd}\n"),
            (&[b"a", b"\0"], "a\\u{0}\n"),
            (&[b"\x7fELF\0", b"abc"], ""),
            (&[], ""),
        ] {
            assert_eq!(shown(pieces), expected);
        }
    }

    #[test]
    fn the_pieces_do_not_matter() {
        let bytes = "é\r\n\u{9b}\u{202e}\t\u{e0041}😀\r\u{1b}\n\r\n".as_bytes();
        let whole = shown(&[bytes]);
        for at in 0..bytes.len() {
            let (first, second) = bytes.split_at(at);
            assert_eq!(shown(&[first, second]), whole, "{at}");
        }
    }
}
