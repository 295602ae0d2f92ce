//! The signed headers, as clients write them: their lines, an empty line, and the list of their names.

pub(crate) mod causes;
pub(crate) mod dates;
pub(crate) mod candidates;
pub(crate) mod endpoints;
pub(crate) mod host;
pub(crate) mod whitespace;
pub(crate) mod join;
pub(crate) mod listed;
pub(crate) mod lines;
pub(crate) mod plain;

use crate::explain::cause::Cause;
use crate::explain::headers::candidates::{Candidate, candidates};
use crate::explain::headers::causes::{
    HEADER_CHARSET, HEADER_LISTED_NOT_SIGNED, HEADER_NAMES_EMPTY, HEADER_NAMES_NOT_LOWERED, HEADER_NAMES_REPEATED,
    HEADER_NBSP_FOLDED, HEADER_QUOTED_KEPT, HEADER_SIGNED_NOT_LISTED, HEADER_SIGNED_TWICE, HEADER_TAB_KEPT,
    HEADER_WHITESPACE_KEPT, HEADERS_MISSORTED, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use crate::explain::headers::host::Host;
use crate::explain::headers::join::{COOKIE, Join, wrong_joins};
use crate::explain::headers::lines::{Edit, HeaderFacts, Line, NameCase, Order, Style, has_upper};
use crate::explain::headers::plain::Plain;
use crate::explain::headers::whitespace::Whitespace;
use crate::explain::variants::{Change, Depth, Group, Variants};
use crate::name;
use std::collections::HashSet;

/// The maximum number of headers that are tried with other values, added or left out.
const MAX_TRIED: usize = 24;

/// The maximum number of headers that are tried in other orders.
const MAX_MOVED: usize = 6;

/// The variants of the signed headers.
pub(crate) fn variants(facts: &HeaderFacts<'_>) -> Variants {
    to_depth(facts, Depth::All)
}

/// Some of the variants of the signed headers.
pub(crate) fn to_depth(facts: &HeaderFacts<'_>, depth: Depth) -> Variants {
    let lines = facts.lines();
    let right = Style {
        host: None,
        whitespace: Whitespace::Right,
        join: Join::Right,
        order: Order::Right,
        case: NameCase::Lower,
        edit: Edit::Nothing,
    };
    let groups = [
        lists(facts),
        joins(&lines),
        hosts(facts),
        orders(facts, lines.len()),
        whitespaces(),
        cases(),
        selections(facts, &lines),
        other_values(facts, &lines),
    ];
    let plain = Plain::new(facts, &lines);
    let write = |style: &Style| plain.write(style, facts).or_else(|| style.write(facts, &lines));
    Variants::explore(&right, &groups, facts.signed_len(&lines), depth, write)
}

/// The mistake that the list of signed headers shows, if it has an empty name or a name twice.
fn mistake_of_list(facts: &HeaderFacts<'_>) -> Option<Cause> {
    match (facts.lists_empty_name(), facts.lists_name_twice()) {
        (true, _) => Some(HEADER_NAMES_EMPTY),
        (false, true) => Some(HEADER_NAMES_REPEATED),
        (false, false) => None,
    }
}

/// The mistake of a client that signs the list as it was received.
fn mistake_of_listed(facts: &HeaderFacts<'_>) -> Cause {
    let in_order = facts.listed.is_sorted_by_key(|name| name.to_ascii_lowercase());
    let has_capitals = facts.listed.iter().any(|name| has_upper(name));
    let of_case = (in_order && has_capitals).then_some(HEADER_NAMES_NOT_LOWERED);
    mistake_of_list(facts).or(of_case).unwrap_or(HEADERS_MISSORTED)
}

/// Lines for every name of a list with an empty name or a name twice.
fn lists(facts: &HeaderFacts<'_>) -> Group<'static, Style> {
    let Some(cause) = mistake_of_list(facts) else { return Vec::new() };
    let orders = [true, false].map(|sorted| Order::EveryListed { sorted });
    orders.map(|order| Change::new(cause, move |s: &mut Style| s.order = order)).into()
}

fn hosts<'f>(facts: &'f HeaderFacts<'_>) -> Group<'f, Style> {
    let change = |host: &'f Host| {
        let mistake = host.cause.of(String::from_utf8_lossy(&host.value));
        let change = Change::new(mistake, move |s: &mut Style| s.host = Some(host.value.clone()));
        if host.rare { change.rare() } else { change }
    };
    facts.hosts.iter().map(change).collect()
}

fn joins(lines: &[Line]) -> Group<'static, Style> {
    let most = lines.iter().map(|line| line.values.len()).max().unwrap_or_default();
    let cookies = lines.iter().any(|line| line.lower == COOKIE && line.values.len() > 1);
    let change = |(mistake, join, rare)| {
        let change = Change::new(mistake, move |s: &mut Style| s.join = join);
        if rare { change.rare() } else { change }
    };
    wrong_joins(most, cookies).into_iter().map(change).collect()
}

fn orders(facts: &HeaderFacts<'_>, lines: usize) -> Group<'static, Style> {
    let usual = [
        Order::WholeLines,
        Order::WholeLinesAndNames,
        Order::Listed,
        Order::NamesListed,
        Order::Wire,
        Order::WireAndNames,
        Order::Written,
    ];
    let cause = |order| match order {
        Order::Listed | Order::NamesListed => mistake_of_listed(facts),
        _ => HEADERS_MISSORTED,
    };
    let change = |order| Change::new(cause(order), move |s: &mut Style| s.order = order);
    let mut changes: Group<'static, Style> = usual.into_iter().map(change).collect();
    if lines <= MAX_MOVED {
        let places = (0..lines).flat_map(|from| (0..lines).map(move |to| (from, to))).filter(|(from, to)| from != to);
        let moved = places.flat_map(|(from, to)| [true, false].map(|names| Order::Moved { from, to, names }));
        changes.extend(moved.map(|order| change(order).rare()));
    }
    changes
}

fn whitespaces() -> Group<'static, Style> {
    let rules = [
        (HEADER_TAB_KEPT, Whitespace::SpacesOnly),
        (HEADER_TAB_KEPT, Whitespace::EndsAndSpaces),
        (HEADER_QUOTED_KEPT, Whitespace::OutsideQuotes),
        (HEADER_WHITESPACE_KEPT, Whitespace::EndsOnly),
        (HEADER_WHITESPACE_KEPT, Whitespace::Kept),
        (HEADER_NBSP_FOLDED, Whitespace::Nbsp),
        (HEADER_NBSP_FOLDED, Whitespace::NbspByte),
        (HEADER_CHARSET, Whitespace::Utf8OfLatin1),
        (HEADER_CHARSET, Whitespace::Latin1OfUtf8),
    ];
    rules.map(|(cause, whitespace)| Change::new(cause, move |s: &mut Style| s.whitespace = whitespace)).into()
}

fn cases() -> Group<'static, Style> {
    let cases = [NameCase::Both, NameCase::Lines, NameCase::Names];
    cases.map(|case| Change::new(HEADER_NAMES_NOT_LOWERED, move |s: &mut Style| s.case = case)).into()
}

/// Headers with the values that they may have been signed with: the first value of each header, then the second of each.
fn other_values(facts: &HeaderFacts<'_>, lines: &[Line]) -> Group<'static, Style> {
    let mut found: Vec<(usize, usize, Candidate)> = Vec::new();
    for (n, line) in lines.iter().enumerate().take(MAX_TRIED) {
        let values = candidates(&line.lower, &line.values, &facts.body_lengths);
        found.extend(values.into_iter().enumerate().map(|(rank, candidate)| (rank, n, candidate)));
    }
    found.sort_by_key(|(rank, ..)| *rank);
    let change = |(_, n, candidate): (usize, usize, Candidate)| {
        let Candidate { mistake, value, rare } = candidate;
        let change = Change::new(mistake, move |s: &mut Style| s.edit = Edit::Value(n, value.clone()));
        if rare { change.rare() } else { change }
    };
    found.into_iter().map(change).collect()
}

/// Headers left out, and added.
fn selections(facts: &HeaderFacts<'_>, lines: &[Line]) -> Group<'static, Style> {
    let mut changes = Vec::new();
    for (n, line) in lines.iter().enumerate().take(MAX_TRIED) {
        let is_token = line.lower == name::TOKEN_HEADER;
        let mistake = if is_token { TOKEN_NOT_SIGNED.into() } else { HEADER_LISTED_NOT_SIGNED.of(line.lower.as_str()) };
        for name in [true, false] {
            let edit = Edit::Without { line: n, name };
            changes.push(Change::new(mistake.clone(), move |s: &mut Style| s.edit = edit.clone()));
        }
        for join in [Join::LinesAndNames, Join::Lines, Join::Right] {
            let edit = Edit::Doubled(n, join);
            let mistake =
                if is_token { TOKEN_SIGNED_TWICE.into() } else { HEADER_SIGNED_TWICE.of(line.lower.as_str()) };
            let change = Change::new(mistake, move |s: &mut Style| s.edit = edit.clone());
            changes.push(if is_token { change } else { change.rare() });
        }
    }
    let listed: HashSet<_> = lines.iter().map(|line| line.lower.as_str()).collect();
    let is_listed = |name: &str| listed.contains(name.to_ascii_lowercase().as_str());
    let unlisted = facts.received.iter().enumerate().filter(|(_, (name, _))| !is_listed(name));
    for (n, (header, _)) in unlisted.filter(|(_, (name, _))| name != name::AUTHORIZATION).take(MAX_TRIED) {
        for name in [false, true] {
            let (edit, mistake) =
                (Edit::With { received: n, name }, HEADER_SIGNED_NOT_LISTED.of(header.to_lowercase()));
            changes.push(Change::new(mistake, move |s: &mut Style| s.edit = edit.clone()));
        }
    }
    changes
}
