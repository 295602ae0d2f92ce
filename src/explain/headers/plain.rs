//! The lines and the list of a client that sorts by name and writes one line a header, which most variants do. They are put
//! together from lines that were written once.

use crate::explain::headers::join::Join;
use crate::explain::headers::lines::{Edit, HeaderFacts, Line, NameCase, Order, Style, is_host};
use crate::explain::headers::whitespace::Whitespace;

/// The headers in the order of their names, each written rightly.
pub(crate) struct Plain<'l> {
    rows: Vec<Row<'l>>,
    /// The names, joined with `;`.
    names: Vec<u8>,
    /// Whether a header has several values.
    repeats: bool,
}

/// One header.
struct Row<'l> {
    /// Its position among the lines.
    n: usize,
    line: &'l Line,
    /// Its line with the line break.
    right: Vec<u8>,
}

impl<'l> Plain<'l> {
    pub(crate) fn new(facts: &HeaderFacts<'_>, lines: &'l [Line]) -> Self {
        let mut rows: Vec<Row<'l>> =
            lines.iter().enumerate().map(|(n, line)| Row { n, line, right: Vec::new() }).collect();
        rows.sort_by(|a, b| a.line.lower.cmp(&b.line.lower));
        for row in &mut rows {
            let folded: Vec<_> = match is_host(&row.line.lower) {
                true => vec![Whitespace::Right.write(facts.host)],
                false => row.line.values.iter().map(|value| Whitespace::Right.write(value)).collect(),
            };
            row.right = row.with(&Join::Right.write(&row.line.lower, &folded).concat());
        }
        let names: Vec<_> = rows.iter().map(|row| row.line.lower.as_bytes()).collect();
        Self {
            names: names.join(&b';'),
            repeats: lines.iter().any(|line| !is_host(&line.lower) && line.values.len() > 1),
            rows,
        }
    }

    /// The lines and the list in this style. `None` if the style needs more than one line a header, or another order.
    pub(crate) fn write(&self, style: &Style, facts: &HeaderFacts<'_>) -> Option<Vec<u8>> {
        let one_line = !self.repeats || !matches!(style.join, Join::Lines | Join::LinesAndNames | Join::Names);
        let plain = style.order == Order::Right && style.case == NameCase::Lower && one_line;
        if !plain || matches!(style.edit, Edit::With { .. } | Edit::Doubled(..)) {
            return None;
        }
        let mut out =
            Vec::with_capacity(self.rows.iter().map(|row| row.right.len()).sum::<usize>() + self.names.len() + 64);
        let mut unnamed = None;
        for row in &self.rows {
            match &style.edit {
                Edit::Without { line, name } if *line == row.n => unnamed = name.then_some(row.n),
                Edit::Value(n, value) if *n == row.n => out.extend(row.with(&style.whitespace.write(value))),
                _ => row.write(style, facts, &mut out),
            }
        }
        out.push(b'\n');
        match unnamed {
            None => out.extend_from_slice(&self.names),
            Some(n) => {
                let named = self.rows.iter().filter(|row| row.n != n).map(|row| row.line.lower.as_bytes());
                out.extend(named.collect::<Vec<_>>().join(&b';'));
            }
        }
        Some(out)
    }
}

impl Row<'_> {
    /// The line with this value.
    fn with(&self, value: &[u8]) -> Vec<u8> {
        [self.line.lower.as_bytes(), b":", value, b"\n"].concat()
    }

    fn write(&self, style: &Style, facts: &HeaderFacts<'_>, out: &mut Vec<u8>) {
        let folded = style.whitespace == Whitespace::Right;
        match is_host(&self.line.lower) {
            true if style.host.is_none() && folded => out.extend_from_slice(&self.right),
            true => out.extend(self.with(&style.whitespace.write(style.host.as_deref().unwrap_or(facts.host)))),
            false if folded && (style.join == Join::Right || self.line.values.len() == 1) => {
                out.extend_from_slice(&self.right);
            }
            false => {
                let values: Vec<_> = self.line.values.iter().map(|value| style.whitespace.write(value)).collect();
                out.extend(self.with(&style.join.write(&self.line.lower, &values).concat()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;
    use crate::explain::headers::join::Join;
    use crate::explain::headers::lines::{Edit, HeaderFacts, NameCase, Order, Style};
    use crate::explain::headers::whitespace::Whitespace;
    use std::borrow::Cow;

    #[test]
    fn the_short_way_writes_what_the_long_way_writes() {
        let sent = [
            ("Host", " h "),
            ("X-B", "2 "),
            ("x-a", "1  1"),
            ("X-A", ""),
            ("x-a", "3"),
            ("Cookie", "a"),
            ("cookie", "b"),
        ];
        let received: Vec<_> = sent.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(v.as_bytes()))).collect();
        let listed = vec!["x-b", "host", "X-A", "cookie"];
        let facts =
            HeaderFacts { received: &received, listed, host: b"h", hosts: Vec::new(), body_lengths: Vec::new() };
        let lines = facts.lines();
        let plain = Plain::new(&facts, &lines);
        let mut compared = 0;
        let joins = [Join::Right, Join::With(", "), Join::Nth(0), Join::Last, Join::Cookies, Join::Sorted, Join::Names];
        let edits = [
            Edit::Nothing,
            Edit::Value(2, b" n  n".to_vec()),
            Edit::Value(1, b"o".to_vec()),
            Edit::Without { line: 0, name: false },
            Edit::Without { line: 2, name: true },
        ];
        for join in joins {
            for whitespace in [Whitespace::Right, Whitespace::Kept, Whitespace::EndsOnly] {
                for edit in &edits {
                    for host in [None, Some(b"o:1".to_vec())] {
                        let (order, case, edit) = (Order::Right, NameCase::Lower, edit.clone());
                        let style = Style { host, whitespace, join, order, case, edit };
                        let Some(short) = plain.write(&style, &facts) else { continue };
                        assert_eq!(Some(short), style.write(&facts, &lines));
                        compared += 1;
                    }
                }
            }
        }
        assert_eq!(compared, 6 * 3 * 5 * 2);
    }
}
