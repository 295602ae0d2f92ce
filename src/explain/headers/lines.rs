//! The lines of the signed headers and the list of their names, in the style of one client.

use crate::explain::headers::host::Host;
use crate::explain::headers::whitespace::Whitespace;
use crate::name;
use std::borrow::Cow;
use std::collections::HashMap;

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
    /// The listed headers, each once, in the order of the list. Empty names are skipped.
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
                line.place = line.place.min(place);
                line.values.push(value.to_vec());
                if !has_upper(&line.listed) && has_upper(name) {
                    line.listed = name.clone().into_owned();
                }
            }
        }
        lines
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
pub(crate) enum Join {
    Right,
    CommaSpace,
    First,
    Last,
    Lines,
    /// A line for each value, with the name listed for each.
    LinesAndNames,
    /// Joined, with the name listed for each value.
    Names,
    Sorted,
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
        let count = lines.len();
        let written: Vec<_> =
            lines.iter().enumerate().flat_map(|(n, line)| self.write_line(n, n + 1 == count, line)).collect();
        Some(self.assemble(facts, written))
    }

    /// The line, or lines, of one header.
    fn write_line(&self, n: usize, last: bool, line: &Line) -> Vec<Written> {
        let (mut values, mut join) = (line.values.clone(), self.join);
        let (mut named, mut shown) = (true, true);
        match &self.edit {
            Edit::Value(at, value) if *at == n => values = vec![value.clone()],
            Edit::Without { line, name } if *line == n => (shown, named) = (false, !name),
            Edit::With { name, .. } if last => named = *name,
            Edit::Doubled(at, how) if *at == n => {
                values.extend_from_within(..);
                join = *how;
            }
            _ => {}
        }
        let folded: Vec<_> = values.iter().map(|value| self.whitespace.write(value)).collect();
        let written = if has_upper(&line.listed) { line.listed.clone() } else { title(&line.lower) };
        let name = if matches!(self.case, NameCase::Lines | NameCase::Both) { &written } else { &line.lower };
        let texts = join.write(&folded).into_iter().map(|value| [name.as_bytes(), b":", &value].concat());
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
        if join == Join::Names && values.len() > 1 {
            let again = |_| Written {
                lower: line.lower.clone(),
                name: listed.clone(),
                text: Vec::new(),
                place: line.place,
                listed: n,
                named,
                shown: false,
            };
            rows.extend((1..values.len()).map(again));
        }
        rows
    }

    /// The lines and the names, each in its order.
    fn assemble(&self, facts: &HeaderFacts<'_>, mut rows: Vec<Written>) -> Vec<u8> {
        rows.sort_by(|a, b| a.lower.cmp(&b.lower));
        let mut names: Vec<_> = rows.iter().filter(|row| row.named).map(|row| row.name.clone()).collect();
        match self.order {
            Order::Right | Order::NamesListed => {}
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

impl Join {
    fn write(self, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let one = |value: Option<&Vec<u8>>| vec![value.cloned().unwrap_or_default()];
        match self {
            Self::Right | Self::Names => vec![values.join(&b',')],
            Self::CommaSpace => vec![values.join(b", ".as_slice())],
            Self::First => one(values.first()),
            Self::Last => one(values.last()),
            Self::Lines | Self::LinesAndNames => values.to_vec(),
            Self::Sorted => {
                let mut sorted = values.to_vec();
                sorted.sort();
                vec![sorted.join(&b',')]
            }
        }
    }
}

pub(crate) fn has_upper(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_host(lower: &str) -> bool {
    lower == name::HOST || lower == name::AUTHORITY
}
