//! The parts of a canonical request, and which of them differ between two.

use crate::explain::report::part::Part;
use crate::printable;
use std::collections::HashMap;

/// The maximum number of differing parts that are kept.
pub(crate) const MAX_DIFFERENCES: usize = 16;

/// A line of each canonical request that differ.
pub(super) struct DifferingPart<'t> {
    pub(super) part: Part,
    /// The number of the line, from 0: of the first text, or of the second if only that has the line.
    pub(super) line: usize,
    /// `None` if the text has no such line.
    pub(super) ours: Option<Span<'t>>,
    pub(super) theirs: Option<Span<'t>>,
}

/// A piece of a text, and where it begins.
#[derive(Clone, Copy)]
pub(super) struct Span<'t> {
    pub(super) at: usize,
    pub(super) bytes: &'t [u8],
}

/// A canonical request, cut into its parts.
struct Parts<'t> {
    lines: Vec<Span<'t>>,
    /// The index of the empty line after the headers.
    blank: usize,
    /// Everything after the list of signed headers.
    payload: Option<Span<'t>>,
}

/// The differing parts of two canonical requests. If a text does not have the form of a canonical request, only the first
/// differing line.
pub(super) fn differing<'t>(ours: &'t [u8], theirs: &'t [u8]) -> Vec<DifferingPart<'t>> {
    match (Parts::of(ours), Parts::of(theirs)) {
        (Some(our), Some(their)) => our.compared(&their),
        _ => first_line(ours, theirs).into_iter().collect(),
    }
}

/// Whether a text has the parts of a canonical request.
pub(crate) fn has_parts(text: &[u8]) -> bool {
    Parts::of(text).is_some_and(|parts| parts.payload.is_some())
}

impl<'t> Parts<'t> {
    fn of(text: &'t [u8]) -> Option<Self> {
        let lines = lines(text);
        let blank = lines.iter().skip(3).position(|line| line.bytes.is_empty())? + 3;
        let payload = lines.get(blank + 2).and_then(|line| Some(Span { at: line.at, bytes: text.get(line.at..)? }));
        Some(Self { lines, blank, payload })
    }

    fn headers(&self) -> &[Span<'t>] {
        self.lines.get(3..self.blank).unwrap_or_default()
    }

    fn compared(&self, other: &Self) -> Vec<DifferingPart<'t>> {
        let mut found: Vec<DifferingPart<'t>> = Vec::new();
        for (line, part) in [Part::Method, Part::Path, Part::Query].into_iter().enumerate() {
            add(&mut found, part, line, self.lines.get(line).copied(), other.lines.get(line).copied());
        }
        let before = found.len();
        self.compare_headers(other, &mut found);
        let names = |parts: &Self| parts.lines.get(parts.blank + 1).copied();
        let (our_names, their_names) = (names(self), names(other));
        let same_lines = found.len() == before;
        let same_names = our_names.map(|span| span.bytes) == their_names.map(|span| span.bytes);
        if same_lines && same_names {
            self.compare_order(other, &mut found);
        }
        add(&mut found, Part::SignedHeaders, self.blank + 1, our_names, their_names);
        add(&mut found, Part::Payload, self.blank + 2, self.payload, other.payload);
        found.truncate(MAX_DIFFERENCES);
        found
    }

    /// Compares the header lines by name, whatever their order.
    fn compare_headers(&self, other: &Self, found: &mut Vec<DifferingPart<'t>>) {
        let mut theirs: HashMap<String, Vec<(usize, Span<'t>)>> = HashMap::new();
        for (n, line) in other.headers().iter().enumerate().rev() {
            theirs.entry(header_name(line.bytes)).or_default().push((n, *line));
        }
        for (n, line) in self.headers().iter().enumerate() {
            let name = header_name(line.bytes);
            let their = theirs.get_mut(&name).and_then(Vec::pop).map(|(_, line)| line);
            add(found, Part::Header(name), n + 3, Some(*line), their);
        }
        let mut rest: Vec<_> = theirs.into_values().flatten().collect();
        rest.sort_by_key(|(n, _)| *n);
        for (n, line) in rest {
            add(found, Part::Header(header_name(line.bytes)), n + 3, None, Some(line));
        }
    }

    /// Compares the order of header lines that are the same.
    fn compare_order(&self, other: &Self, found: &mut Vec<DifferingPart<'t>>) {
        let mut pairs = self.headers().iter().zip(other.headers()).enumerate();
        if let Some((n, (ours, theirs))) = pairs.find(|(_, (ours, theirs))| ours.bytes != theirs.bytes) {
            add(found, Part::HeaderOrder, n + 3, Some(*ours), Some(*theirs));
        }
    }
}

/// Adds the lines if they differ.
fn add<'t>(
    found: &mut Vec<DifferingPart<'t>>,
    part: Part,
    line: usize,
    ours: Option<Span<'t>>,
    theirs: Option<Span<'t>>,
) {
    if ours.map(|span| span.bytes) != theirs.map(|span| span.bytes) && found.len() < MAX_DIFFERENCES {
        found.push(DifferingPart { part, line, ours, theirs });
    }
}

/// The first differing line of two texts.
fn first_line<'t>(ours: &'t [u8], theirs: &'t [u8]) -> Option<DifferingPart<'t>> {
    let (our_lines, their_lines) = (lines(ours), lines(theirs));
    let bytes = |lines: &[Span<'t>], n: usize| lines.get(n).map(|span| span.bytes);
    let most = our_lines.len().max(their_lines.len());
    let line = (0..most).find(|n| bytes(&our_lines, *n) != bytes(&their_lines, *n))?;
    let part = match line {
        0 => Part::Method,
        1 => Part::Path,
        2 => Part::Query,
        _ => of_line(line, &our_lines, &their_lines),
    };
    let (ours, theirs) = (our_lines.get(line).copied(), their_lines.get(line).copied());
    Some(DifferingPart { part, line, ours, theirs })
}

/// The part of a line after the query.
fn of_line(line: usize, ours: &[Span<'_>], theirs: &[Span<'_>]) -> Part {
    let blank = ours.iter().skip(3).position(|line| line.bytes.is_empty()).map_or(usize::MAX, |n| n + 3);
    if line > blank {
        return if line == blank + 1 { Part::SignedHeaders } else { Part::Payload };
    }
    let name = |lines: &[Span<'_>]| {
        let line = lines.get(line).map(|line| line.bytes).filter(|line| line.contains(&b':'))?;
        Some(header_name(line)).filter(|name| !name.is_empty())
    };
    name(ours).or_else(|| name(theirs)).map_or(Part::SignedHeaders, Part::Header)
}

fn lines(text: &[u8]) -> Vec<Span<'_>> {
    let mut at = 0;
    let span = |bytes: &'_ [u8]| {
        let here = at;
        at += bytes.len() + 1;
        (here, bytes.len())
    };
    let ranges: Vec<_> = text.split(|b| *b == b'\n').map(span).collect();
    ranges.into_iter().filter_map(|(at, len)| Some(Span { at, bytes: text.get(at..at + len)? })).collect()
}

/// The name of a header line in lower case, at most 64 bytes of it. curl before 8 ends the name of an empty header with `;`.
fn header_name(line: &[u8]) -> String {
    let end = |mark: u8| line.iter().position(|b| *b == mark);
    let name = line.split_at(end(b':').or_else(|| end(b';')).unwrap_or(line.len())).0;
    let name = String::from_utf8_lossy(name.get(..64).unwrap_or(name)).to_ascii_lowercase();
    printable::line(&name).into_owned()
}
