//! The signed headers, as clients write them: their lines, an empty line, and the list of their names.

use super::axis::{Axis, Change};
use super::cause::Mistake;
use super::cause::headers::{
    HEADER_CHARSET, HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY, HEADER_LISTED_NOT_SIGNED,
    HEADER_NAMES_NOT_LOWERED, HEADER_NAMES_REPEATED, HEADER_NBSP_FOLDED, HEADER_QUOTED_KEPT, HEADER_SIGNED_NOT_LISTED,
    HEADER_TAB_KEPT, HEADER_VALUES_AS_LINES, HEADER_VALUES_COMMA_SPACE, HEADER_VALUES_SORTED, HEADER_WHITESPACE_KEPT,
    HEADERS_MISSORTED, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use super::folding::Fold;
use super::hosts::Host;
use super::originals::originals;
use crate::name;
use std::borrow::Cow;

/// How many headers are tried with other values, with, and without being signed.
const MAX_TRIED: usize = 24;

/// The headers of a received request, and how its signature lists them.
pub(crate) struct HeaderFacts<'a> {
    /// All that were received.
    pub(crate) received: &'a [(Cow<'a, str>, Cow<'a, [u8]>)],
    /// The list of signed headers as it was received.
    pub(crate) listed: Vec<&'a str>,
    /// The host that the service signs.
    pub(crate) host: &'a [u8],
    /// The hosts that clients may have signed instead.
    pub(crate) hosts: Vec<Host>,
    /// The length of the body, and those of the bodies that may have been signed.
    pub(crate) body_lengths: Vec<usize>,
}

/// The most headers that are tried in other orders.
const MAX_MOVED: usize = 6;

/// One signed header: the name as listed, and the values in the order of the wire.
#[derive(Clone)]
struct Line {
    listed: String,
    lower: String,
    values: Vec<Vec<u8>>,
    /// The place of the first value on the wire.
    place: usize,
}

/// How a client writes the headers.
#[derive(Clone)]
struct Style {
    host: Option<Vec<u8>>,
    fold: Fold,
    join: Join,
    order: Order,
    case: Case,
    edit: Edit,
}

#[derive(Clone, Copy, PartialEq)]
enum Join {
    Right,
    CommaSpace,
    First,
    Last,
    Lines,
    /// A line for each value, and the name listed as often.
    LinesAndNames,
    /// Joined, and the name listed once for each value.
    Names,
    Sorted,
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
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
    /// One line somewhere else; the names sorted, or moved with it.
    Moved {
        from: usize,
        to: usize,
        names: bool,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Lower,
    Lines,
    Names,
    Both,
}

/// One header that was signed otherwise.
#[derive(Clone)]
enum Edit {
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

/// The ways of writing the signed headers.
pub(crate) fn axis(facts: &HeaderFacts<'_>) -> Axis {
    let lines = facts.lines();
    let right = Style {
        host: None,
        fold: Fold::Right,
        join: Join::Right,
        order: Order::Right,
        case: Case::Lower,
        edit: Edit::Nothing,
    };
    let changes = changes(facts, &lines);
    Axis::explore(&right, &changes, |style| style.write(facts, &lines))
}

fn changes<'f>(facts: &'f HeaderFacts<'_>, lines: &[Line]) -> Vec<Change<'f, Style>> {
    let mut changes: Vec<Change<'f, Style>> = Vec::new();
    for host in &facts.hosts {
        let mistake = Mistake { cause: host.cause, detail: Some(String::from_utf8_lossy(&host.value).into_owned()) };
        changes.push(Change::new(0, mistake, move |s: &mut Style| s.host = Some(host.value.clone())));
    }
    changes.extend(joins());
    changes.extend(orders(lines.len()));
    changes.extend(folds());
    for case in [Case::Both, Case::Lines, Case::Names] {
        changes.push(Change::new(4, HEADER_NAMES_NOT_LOWERED, move |s: &mut Style| s.case = case));
    }
    changes.extend(selections(facts, lines));
    for (n, line) in lines.iter().enumerate().take(MAX_TRIED) {
        for (mistake, value) in originals(&line.lower, &line.values, &facts.body_lengths) {
            changes.push(Change::new(6, mistake, move |s: &mut Style| s.edit = Edit::Value(n, value.clone())));
        }
    }
    changes
}

fn joins() -> Vec<Change<'static, Style>> {
    let joins = [
        (HEADER_VALUES_COMMA_SPACE, Join::CommaSpace),
        (HEADER_FIRST_VALUE_ONLY, Join::First),
        (HEADER_LAST_VALUE_ONLY, Join::Last),
        (HEADER_VALUES_AS_LINES, Join::Lines),
        (HEADER_NAMES_REPEATED, Join::LinesAndNames),
        (HEADER_NAMES_REPEATED, Join::Names),
        (HEADER_VALUES_SORTED, Join::Sorted),
    ];
    joins.map(|(cause, join)| Change::new(1, cause, move |s: &mut Style| s.join = join)).into()
}

fn orders(lines: usize) -> Vec<Change<'static, Style>> {
    let mut orders = vec![
        Order::Listed,
        Order::NamesListed,
        Order::WholeLines,
        Order::WholeLinesAndNames,
        Order::Wire,
        Order::WireAndNames,
        Order::Written,
    ];
    if lines <= MAX_MOVED {
        for (from, to) in
            (0..lines).flat_map(|from| (0..lines).map(move |to| (from, to))).filter(|(from, to)| from != to)
        {
            orders.extend([true, false].map(|names| Order::Moved { from, to, names }));
        }
    }
    let change = |order| Change::new(2, HEADERS_MISSORTED, move |s: &mut Style| s.order = order);
    orders.into_iter().map(change).collect()
}

fn folds() -> Vec<Change<'static, Style>> {
    let folds = [
        (HEADER_TAB_KEPT, Fold::SpacesOnly),
        (HEADER_TAB_KEPT, Fold::EndsAndSpaces),
        (HEADER_QUOTED_KEPT, Fold::OutsideQuotes),
        (HEADER_WHITESPACE_KEPT, Fold::EndsOnly),
        (HEADER_WHITESPACE_KEPT, Fold::Kept),
        (HEADER_NBSP_FOLDED, Fold::Nbsp),
        (HEADER_NBSP_FOLDED, Fold::NbspByte),
        (HEADER_CHARSET, Fold::Utf8OfLatin1),
        (HEADER_CHARSET, Fold::Latin1OfUtf8),
    ];
    folds.map(|(cause, fold)| Change::new(3, cause, move |s: &mut Style| s.fold = fold)).into()
}

/// Headers left out, and added.
fn selections(facts: &HeaderFacts<'_>, lines: &[Line]) -> Vec<Change<'static, Style>> {
    let mut changes = Vec::new();
    for (n, line) in lines.iter().enumerate().take(MAX_TRIED) {
        let is_token = line.lower == name::TOKEN_HEADER;
        let mistake = if is_token { TOKEN_NOT_SIGNED.into() } else { HEADER_LISTED_NOT_SIGNED.of(line.lower.as_str()) };
        for name in [true, false] {
            let edit = Edit::Without { line: n, name };
            changes.push(Change::new(5, mistake.clone(), move |s: &mut Style| s.edit = edit.clone()));
        }
        if is_token {
            for join in [Join::LinesAndNames, Join::Lines, Join::Right] {
                let edit = Edit::Doubled(n, join);
                changes.push(Change::new(5, TOKEN_SIGNED_TWICE, move |s: &mut Style| s.edit = edit.clone()));
            }
        }
    }
    let listed = |name: &str| lines.iter().any(|line| line.lower.eq_ignore_ascii_case(name));
    let unlisted = facts.received.iter().enumerate().filter(|(_, (name, _))| !listed(name));
    for (n, (header, _)) in unlisted.filter(|(_, (name, _))| name != name::AUTHORIZATION).take(MAX_TRIED) {
        for name in [false, true] {
            let (edit, mistake) =
                (Edit::With { received: n, name }, HEADER_SIGNED_NOT_LISTED.of(header.to_lowercase()));
            changes.push(Change::new(5, mistake, move |s: &mut Style| s.edit = edit.clone()));
        }
    }
    changes
}

impl HeaderFacts<'_> {
    /// The listed headers, each once, in the order of the list. An empty name is none.
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for listed in self.listed.iter().filter(|listed| !listed.is_empty()) {
            let lower = listed.to_ascii_lowercase();
            if lines.iter().any(|line| line.lower == lower) {
                continue;
            }
            let mut line = Line { listed: (*listed).to_owned(), lower, values: Vec::new(), place: usize::MAX };
            for (place, (name, value)) in self.received.iter().enumerate() {
                if name.eq_ignore_ascii_case(&line.lower) {
                    line.place = line.place.min(place);
                    line.values.push(value.to_vec());
                    if !has_upper(&line.listed) && has_upper(name) {
                        line.listed = name.clone().into_owned();
                    }
                }
            }
            lines.push(line);
        }
        lines
    }
}

fn has_upper(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_host(lower: &str) -> bool {
    lower == name::HOST || lower == name::AUTHORITY
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

/// One line of text, and what it is sorted by.
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
    fn write(&self, facts: &HeaderFacts<'_>, lines: &[Line]) -> Option<Vec<u8>> {
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
        let folded: Vec<_> = values.iter().map(|value| self.fold.write(value)).collect();
        let written = if has_upper(&line.listed) { line.listed.clone() } else { title(&line.lower) };
        let name = if matches!(self.case, Case::Lines | Case::Both) { &written } else { &line.lower };
        let texts = join.write(&folded).into_iter().map(|value| [name.as_bytes(), b":", &value].concat());
        let listed = if matches!(self.case, Case::Names | Case::Both) { written.clone() } else { line.lower.clone() };
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
