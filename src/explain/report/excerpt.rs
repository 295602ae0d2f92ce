//! A line around its difference from another, on one printable line.

use crate::explain::report::parts::Span;
use crate::printable;
use crate::redact::Redactor;

/// The maximum length of lines that are shown whole, in bytes.
const WHOLE: usize = 80;
/// The number of bytes shown before and after the first difference of a longer line.
const BEFORE: usize = 24;
const AFTER: usize = 56;

/// A line around its first difference: the bytes before, those that differ, and those after.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excerpt {
    text: String,
    /// The lengths of the first two pieces, in bytes of the text.
    before: usize,
    differing: usize,
    is_absent: bool,
}

/// The bytes that two lines have in common at their ends.
#[derive(Clone, Copy)]
pub(super) struct Common {
    /// The first differing byte, from 0.
    pub(super) byte: usize,
    /// Where the marks begin: at a whole character, and at a whole percent sequence.
    start: usize,
    /// The number of bytes after the marks.
    end: usize,
    /// Whether both lines are short enough to be shown whole.
    is_short: bool,
}

impl Common {
    pub(super) fn of(ours: &[u8], theirs: &[u8]) -> Self {
        let byte = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
        let mut start = byte;
        while start > 0 && [ours, theirs].iter().any(|line| is_inside(line, start)) {
            start -= 1;
        }
        let most = ours.len().min(theirs.len()).saturating_sub(start);
        let mut end = ours.iter().rev().zip(theirs.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
        while end > 0 && [ours, theirs].iter().any(|line| is_inside(line, line.len() - end)) {
            end -= 1;
        }
        Self { byte, start, end, is_short: ours.len().max(theirs.len()) <= WHOLE }
    }
}

/// Whether a character or a percent sequence would be cut at this index.
fn is_inside(line: &[u8], at: usize) -> bool {
    let is_percent = |back: usize| at.checked_sub(back).and_then(|at| line.get(at)) == Some(&b'%');
    line.get(at).is_some_and(|b| b & 0xc0 == 0x80) || is_percent(1) || is_percent(2)
}

impl Excerpt {
    /// The excerpt of a line that is not there.
    pub(super) fn absent() -> Self {
        Self { is_absent: true, ..Self::default() }
    }

    /// The excerpt of the line at `span`, as the redacted `text` has it.
    pub(super) fn of(text: &[u8], span: Span<'_>, common: Common) -> Self {
        let line = text.get(span.at..span.at + span.bytes.len()).unwrap_or_default();
        let marks = common.start..line.len().saturating_sub(common.end).max(common.start);
        let (from, to) = match common.is_short {
            true => (0, line.len()),
            false => (marks.start.saturating_sub(BEFORE), marks.start.saturating_add(AFTER).min(line.len())),
        };
        let piece = |from: usize, to: usize| {
            let bytes = line.get(from..to.max(from)).unwrap_or_default();
            printable::line(&String::from_utf8_lossy(bytes)).into_owned()
        };
        let dots = |there: bool| if there { "…" } else { "" };
        let before = format!("{}{}", dots(from > 0), piece(from, marks.start));
        let differing = piece(marks.start, marks.end.min(to));
        let after = format!("{}{}", piece(marks.end, to), dots(to < line.len()));
        Self {
            text: [before.as_str(), &differing, &after].concat(),
            before: before.len(),
            differing: differing.len(),
            is_absent: false,
        }
    }

    pub(super) fn redact(&mut self, redactor: &Redactor) {
        self.text = redactor.redact_same_length(&self.text);
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text before the difference, the differing text, and the text after it. `None` if there is no such line.
    pub(super) fn parts(&self) -> Option<(&str, &str, &str)> {
        if self.is_absent {
            return None;
        }
        let end = self.before.saturating_add(self.differing);
        let parts = (self.text.get(..self.before), self.text.get(self.before..end), self.text.get(end..));
        match parts {
            (Some(before), Some(differing), Some(after)) => Some((before, differing, after)),
            // Redaction may have changed the length of a text that is not ASCII.
            _ => Some((&self.text, "", "")),
        }
    }
}
