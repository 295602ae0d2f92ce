//! The lines of the signed headers and the list of their names, in the style of one client.

use crate::explain::headers::host::Host;
use crate::explain::headers::join::Join;
use crate::explain::headers::listed::every_listed;
use crate::explain::headers::whitespace::Whitespace;
use crate::name;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The headers of a received request, and the list of signed headers.
pub(crate) struct HeaderFacts<'a> {
    /// All received headers.
    pub(crate) received: &'a [(Cow<'a, str>, Cow<'a, [u8]>)],
    /// The list of signed headers as it was received.
    pub(crate) listed: Vec<&'a str>,
    /// The host that the service signs.
    pub(crate) host: &'a [u8],
    /// The hosts that clients may have signed instead.
    pub(crate) hosts: Vec<Host>,
    /// The lengths of the body and of the bodies that may have been signed.
    pub(crate) body_lengths: Vec<usize>,
}

/// One signed header: the name as listed, and the values in the order of the wire.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) listed: String,
    pub(crate) lower: String,
    pub(crate) values: Vec<Vec<u8>>,
    /// The position of the first value on the wire.
    pub(crate) place: usize,
}

impl HeaderFacts<'_> {
    /// The listed headers, each once, in the order of the list. Empty names are skipped. The headers of the signature itself
    /// have one value, even if they were sent twice: the verifier refuses such a request, and the client signed one of them.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for listed in self.listed.iter().filter(|listed| !listed.is_empty()) {
            let lower = listed.to_ascii_lowercase();
            if !places.contains_key(&lower) {
                places.insert(lower.clone(), lines.len());
                lines.push(Line { listed: (*listed).to_owned(), lower, values: Vec::new(), place: usize::MAX });
            }
        }
        for (place, (name, value)) in self.received.iter().enumerate() {
            let line = places.get(&name.to_ascii_lowercase()).and_then(|line| lines.get_mut(*line));
            if let Some(line) = line {
                if line.values.is_empty() || !is_single(&line.lower) {
                    line.values.push(value.to_vec());
                }
                line.place = line.place.min(place);
                if !has_upper(&line.listed) && has_upper(name) {
                    line.listed = name.clone().into_owned();
                }
            }
        }
        lines
    }

    /// Whether the list has an empty name.
    pub(crate) fn lists_empty_name(&self) -> bool {
        self.listed.iter().any(|name| name.is_empty())
    }

    /// Whether the list has a name twice.
    pub(crate) fn lists_name_twice(&self) -> bool {
        let mut names = HashSet::new();
        self.listed.iter().filter(|name| !name.is_empty()).any(|name| !names.insert(name.to_ascii_lowercase()))
    }

    /// The number of bytes of the request that are read to write the signed headers once.
    pub(crate) fn signed_len(&self, lines: &[Line]) -> usize {
        let values = lines.iter().flat_map(|line| &line.values).map(Vec::len);
        let names = self.listed.iter().map(|name| name.len() + 1);
        values.chain(names).sum()
    }
}

/// How a client writes the headers.
#[derive(Clone)]
pub(crate) struct Style {
    pub(crate) host: Option<Vec<u8>>,
    pub(crate) whitespace: Whitespace,
    pub(crate) join: Join,
    pub(crate) order: Order,
    pub(crate) case: NameCase,
    pub(crate) edit: Edit,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Order {
    Right,
    /// As the list has it.
    Listed,
    /// The lines sorted, the list as it was received.
    NamesListed,
    /// Whole lines sorted; the names on their own.
    WholeLines,
    /// Whole lines sorted, and the names in that order.
    WholeLinesAndNames,
    /// As on the wire; the names sorted.
    Wire,
    WireAndNames,
    /// By the names as they are written, upper case first.
    Written,
    /// A line for every name of the list, which stays as it was received. The lines are sorted whole, or stay in the order of
    /// the list.
    EveryListed {
        sorted: bool,
    },
    /// One line moved; the names sorted, or moved with it.
    Moved {
        from: usize,
        to: usize,
        names: bool,
    },
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum NameCase {
    Lower,
    Lines,
    Names,
    Both,
}

/// One header that was signed differently.
#[derive(Clone)]
pub(crate) enum Edit {
    Nothing,
    Value(usize, Vec<u8>),
    /// Without its line, or without line and name.
    Without {
        line: usize,
        name: bool,
    },
    /// With the line of a header that is not listed, or with line and name.
    With {
        received: usize,
        name: bool,
    },
    Doubled(usize, Join),
}

/// A name with a capital at the beginning of each word, as HTTP/1 clients write it.
fn title(lower: &str) -> String {
    let mut begin = true;
    let letter = |c: char| {
        let c = if begin { c.to_ascii_uppercase() } else { c };
        begin = c == '-';
        c
    };
    lower.chars().map(letter).collect()
}

/// One line of text and its sort key.
struct Written {
    lower: String,
    name: String,
    text: Vec<u8>,
    place: usize,
    listed: usize,
    named: bool,
    shown: bool,
}

impl Style {
    pub(crate) fn write(&self, facts: &HeaderFacts<'_>, lines: &[Line]) -> Option<Vec<u8>> {
        let mut lines = lines.to_vec();
        for line in &mut lines {
            if is_host(&line.lower) {
                line.values = vec![self.host.clone().unwrap_or_else(|| facts.host.to_vec())];
            }
        }
        if let Edit::With { received, .. } = &self.edit {
            let (name, value) = facts.received.get(*received)?;
            let (lower, values) = (name.to_ascii_lowercase(), vec![value.to_vec()]);
            lines.push(Line { listed: name.clone().into_owned(), lower, values, place: *received });
        }
        if let Order::EveryListed { sorted } = self.order {
            let headers: Vec<_> =
                lines.iter().enumerate().map(|(n, line)| (line.lower.as_str(), self.values(n, line))).collect();
            return Some(every_listed(&facts.listed, &headers, sorted));
        }
        let count = lines.len();
        let written: Vec<_> =
            lines.iter().enumerate().flat_map(|(n, line)| self.write_line(n, n + 1 == count, line)).collect();
        Some(self.assemble(facts, written))
    }

    /// The values of the header at this position, trimmed as this client does.
    fn values(&self, n: usize, line: &Line) -> Vec<Vec<u8>> {
        match &self.edit {
            Edit::Value(at, value) if *at == n => vec![self.whitespace.write(value)],
            _ => line.values.iter().map(|value| self.whitespace.write(value)).collect(),
        }
    }

    /// The line, or lines, of one header.
    fn write_line(&self, n: usize, last: bool, line: &Line) -> Vec<Written> {
        let (mut folded, mut join) = (self.values(n, line), self.join);
        let (mut named, mut shown) = (true, true);
        match &self.edit {
            Edit::Without { line, name } if *line == n => (shown, named) = (false, !name),
            Edit::With { name, .. } if last => named = *name,
            Edit::Doubled(at, how) if *at == n => {
                folded.extend_from_within(..);
                join = *how;
            }
            _ => {}
        }
        let written = if has_upper(&line.listed) { line.listed.clone() } else { title(&line.lower) };
        let name = if matches!(self.case, NameCase::Lines | NameCase::Both) { &written } else { &line.lower };
        let texts = join.write(&line.lower, &folded).into_iter().map(|value| [name.as_bytes(), b":", &value].concat());
        let listed =
            if matches!(self.case, NameCase::Names | NameCase::Both) { written.clone() } else { line.lower.clone() };
        let rows = texts.enumerate().map(|(nth, text)| Written {
            lower: line.lower.clone(),
            name: if self.order == Order::Written { written.clone() } else { listed.clone() },
            text,
            place: line.place,
            listed: n,
            named: named && (nth == 0 || join == Join::LinesAndNames),
            shown,
        });
        let mut rows: Vec<_> = rows.collect();
        if join == Join::Names && folded.len() > 1 {
            let again = |_| Written {
                lower: line.lower.clone(),
                name: listed.clone(),
                text: Vec::new(),
                place: line.place,
                listed: n,
                named,
                shown: false,
            };
            rows.extend((1..folded.len()).map(again));
        }
        rows
    }

    /// The lines and the names, each in its order.
    fn assemble(&self, facts: &HeaderFacts<'_>, mut rows: Vec<Written>) -> Vec<u8> {
        rows.sort_by(|a, b| a.lower.cmp(&b.lower));
        let mut names: Vec<_> = rows.iter().filter(|row| row.named).map(|row| row.name.clone()).collect();
        match self.order {
            Order::Right | Order::NamesListed | Order::EveryListed { .. } => {}
            Order::Listed => rows.sort_by_key(|row| row.listed),
            Order::WholeLines | Order::WholeLinesAndNames => rows.sort_by(|a, b| a.text.cmp(&b.text)),
            Order::Wire | Order::WireAndNames => rows.sort_by_key(|row| row.place),
            Order::Written => rows.sort_by(|a, b| a.name.cmp(&b.name)),
            Order::Moved { from, to, .. } if from < rows.len() && to < rows.len() => {
                let row = rows.remove(from);
                rows.insert(to, row);
            }
            Order::Moved { .. } => {}
        }
        match self.order {
            Order::Listed | Order::NamesListed if matches!(self.edit, Edit::Nothing | Edit::Value(..)) => {
                names = facts.listed.iter().map(|name| (*name).to_owned()).collect();
            }
            Order::WholeLinesAndNames | Order::WireAndNames | Order::Moved { names: true, .. } => {
                names = rows.iter().filter(|row| row.named).map(|row| row.name.clone()).collect();
            }
            Order::Written => {
                names = rows.iter().filter(|row| row.named).map(|row| row.lower.clone()).collect();
            }
            _ => {}
        }
        let mut out = Vec::new();
        for row in rows.iter().filter(|row| row.shown) {
            out.extend_from_slice(&row.text);
            out.push(b'\n');
        }
        out.push(b'\n');
        out.extend_from_slice(names.join(";").as_bytes());
        out
    }
}

pub(crate) fn has_upper(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether it is one of the headers that carry the signature and must not come twice.
fn is_single(lower: &str) -> bool {
    [name::DATE_HEADER, name::TOKEN_HEADER, name::S3_TOKEN_HEADER, name::CONTENT_SHA256_HEADER].contains(&lower)
}

pub(crate) fn is_host(lower: &str) -> bool {
    lower == name::HOST || lower == name::AUTHORITY
}
