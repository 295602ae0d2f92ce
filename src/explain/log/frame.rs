//! The frame of a block in a log: the text that a logger repeats before each line.

/// The text before the first line of a block, as far as the following lines repeat it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Frame<'l>(&'l str);

impl<'l> Frame<'l> {
    /// The frame of a block whose first line begins after `before`, and which goes on in `next`.
    pub(crate) fn of(before: &'l str, next: &str) -> Self {
        let (common, _) = aligned(before, next);
        // A part of a word is a coincidence.
        let end = common.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| next_boundary(common, at));
        Self(common.get(..end).unwrap_or_default())
    }

    /// The line without the frame. `None` if the line does not begin with it.
    pub(crate) fn strip(self, line: &str) -> Option<&str> {
        if self.0.is_empty() {
            return Some(line);
        }
        let (common, rest) = aligned(self.0, line);
        // Editors and shippers of logs remove the blanks at the end of an empty line.
        let whole = common.len() == self.0.len() || (rest.is_empty() && common.len() == self.0.trim_end().len());
        whole.then_some(rest)
    }
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// The beginning of `frame` that `line` has too, and the rest of the line. Runs of digits are equal to one another, because
/// times and line numbers change from line to line.
fn aligned<'f, 't>(frame: &'f str, line: &'t str) -> (&'f str, &'t str) {
    let (mut left, mut right) = (frame, line);
    loop {
        let (a, b) = (
            left.trim_start_matches(|c: char| c.is_ascii_digit()),
            right.trim_start_matches(|c: char| c.is_ascii_digit()),
        );
        if a.len() < left.len() && b.len() < right.len() {
            (left, right) = (a, b);
            continue;
        }
        let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) else { break };
        if x != y {
            break;
        }
        (left, right) = (left.get(x.len_utf8()..).unwrap_or_default(), right.get(y.len_utf8()..).unwrap_or_default());
    }
    (frame.get(..frame.len() - left.len()).unwrap_or_default(), right)
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn what_every_line_repeats_is_the_frame() {
        for (before, next, rest) in [
            ("", "/a", "/a"),
            ("AWS4 Canonical Request: '", "/a", "/a"),
            ("2026-03-01T12:00:00.12Z ", "2026-03-01T12:00:00.3456Z /a", "/a"),
            ("web-1  | ", "web-1  | /a", "/a"),
            ("Mar  1 12:00:00 host app[17]: creq=", "Mar  1 12:00:00 host app[17]: /a", "/a"),
            ("A", "About", "About"),
        ] {
            let frame = Frame::of(before, next);
            assert_eq!(frame.strip(next), Some(rest), "{before} {frame:?}");
        }
        let frame = Frame::of("12:00:00 app | ", "12:00:01 app | /a");
        assert_eq!([frame.strip("12:00:02 app |"), frame.strip("12:00:02 other")], [Some(""), None]);
    }
}
