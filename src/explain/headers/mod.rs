//! The signed headers, as clients write them: their lines, an empty line, and the list of their names.

pub(crate) mod candidates;
pub(crate) mod causes;
pub(crate) mod host;
pub(crate) mod lines;
pub(crate) mod whitespace;

use crate::explain::cause::Mistake;
use crate::explain::headers::candidates::originals;
use crate::explain::headers::causes::{
    HEADER_CHARSET, HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY, HEADER_LISTED_NOT_SIGNED,
    HEADER_NAMES_NOT_LOWERED, HEADER_NAMES_REPEATED, HEADER_NBSP_FOLDED, HEADER_QUOTED_KEPT, HEADER_SIGNED_NOT_LISTED,
    HEADER_TAB_KEPT, HEADER_VALUES_AS_LINES, HEADER_VALUES_COMMA_SPACE, HEADER_VALUES_SORTED, HEADER_WHITESPACE_KEPT,
    HEADERS_MISSORTED, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use crate::explain::headers::host::Host;
use crate::explain::headers::lines::{Case, Edit, Join, Line, Order, Style, has_upper};
use crate::explain::headers::whitespace::Fold;
use crate::explain::variants::{Axis, Change};
use crate::name;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

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
    Axis::explore(&right, &changes, facts.signed_len(&lines), |style| style.write(facts, &lines))
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
    let listed: HashSet<_> = lines.iter().map(|line| line.lower.as_str()).collect();
    let is_listed = |name: &str| listed.contains(name.to_ascii_lowercase().as_str());
    let unlisted = facts.received.iter().enumerate().filter(|(_, (name, _))| !is_listed(name));
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

    /// How many bytes of the request are read to write the signed headers once.
    fn signed_len(&self, lines: &[Line]) -> usize {
        let values = lines.iter().flat_map(|line| &line.values).map(Vec::len);
        let names = self.listed.iter().map(|name| name.len() + 1);
        values.chain(names).sum()
    }
}
