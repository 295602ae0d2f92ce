//! Lines that arrive in pieces.

use super::malformed;
use crate::bytes::word::position;
use crate::error::Error;
use crate::stream::wire::LINE_END;

/// The room for a line that arrives in pieces, in bytes. Only the fields of a trailer may be longer.
const ROOM: usize = 256;

/// Gathers a line that arrives in pieces. A line that arrives whole is not copied.
#[derive(Debug)]
pub(super) struct Lines {
    held: Vec<u8>,
    /// Whether the line that is held was taken.
    taken: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self { held: Vec::with_capacity(ROOM), taken: false }
    }
}

impl Lines {
    /// Takes a line, with the line feed that ends it, from the front of `input`. `None` if the line goes on after `input`.
    ///
    /// Each byte is searched once and copied at most once, however small the pieces are.
    pub(super) fn take<'p, 'i: 'p>(
        &'p mut self,
        input: &mut &'i [u8],
        longest: usize,
    ) -> Result<Option<&'p [u8]>, Error> {
        if std::mem::take(&mut self.taken) {
            self.held.clear();
        }
        let room = longest.saturating_sub(self.held.len());
        let (searched, _) = input.split_at(room.min(input.len()));
        let end = position(searched, b'\n').map(|at| at + 1);
        if end.is_none() && searched.len() < input.len() {
            return Err(malformed(format!("a line is longer than {longest} bytes")));
        }
        let (line, rest) = input.split_at(end.unwrap_or(searched.len()));
        *input = rest;
        if self.held.is_empty() && end.is_some() {
            return Ok(Some(line));
        }
        self.held.extend_from_slice(line);
        self.taken = end.is_some();
        Ok(end.map(|_| self.held.as_slice()))
    }

    /// Whether no line has begun.
    pub(super) fn is_empty(&self) -> bool {
        self.taken || self.held.is_empty()
    }
}

/// The line without its CR and LF.
pub(super) fn content(line: &[u8]) -> Result<&[u8], Error> {
    line.strip_suffix(LINE_END).ok_or_else(|| malformed("a line does not end with CR and LF"))
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn a_line_is_the_same_in_pieces_of_any_size() {
        let text = b"ab\r\n\r\n\nlonger line\r\nrest";
        for size in 1..=text.len() {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for mut piece in text.chunks(size) {
                while let Some(line) = lines.take(&mut piece, 13).unwrap() {
                    found.push(line.to_vec());
                }
                assert!(piece.is_empty());
            }
            assert_eq!(found, [b"ab\r\n".as_slice(), b"\r\n", b"\n", b"longer line\r\n"], "{size}");
            assert!(!lines.is_empty(), "{size}");
        }
    }

    #[test]
    fn a_line_over_the_limit_is_refused_before_its_end_arrives() {
        for size in [1, 2, 5, 6] {
            let mut lines = Lines::default();
            let mut taken = b"12345\n".chunks(size).map(|mut piece| lines.take(&mut piece, 5).is_err());
            assert!(taken.any(|refused| refused), "{size}");
            let mut lines = Lines::default();
            assert!(b"1234\n".chunks(size).all(|mut piece| lines.take(&mut piece, 5).is_ok()), "{size}");
        }
    }
}
