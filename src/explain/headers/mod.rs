//! The signed headers, as clients write them: their lines, an empty line, and the list of their names.

pub(crate) mod candidates;
pub(crate) mod causes;
pub(crate) mod host;
pub(crate) mod lines;
pub(crate) mod whitespace;

use crate::explain::headers::candidates::candidates;
use crate::explain::headers::causes::{
    HEADER_CHARSET, HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY, HEADER_LISTED_NOT_SIGNED,
    HEADER_NAMES_NOT_LOWERED, HEADER_NAMES_REPEATED, HEADER_NBSP_FOLDED, HEADER_QUOTED_KEPT, HEADER_SIGNED_NOT_LISTED,
    HEADER_TAB_KEPT, HEADER_VALUES_AS_LINES, HEADER_VALUES_COMMA_SPACE, HEADER_VALUES_SORTED, HEADER_WHITESPACE_KEPT,
    HEADERS_MISSORTED, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use crate::explain::headers::host::Host;
use crate::explain::headers::lines::{Edit, HeaderFacts, Join, Line, NameCase, Order, Style};
use crate::explain::headers::whitespace::Whitespace;
use crate::explain::variants::{Change, Group, Variants};
use crate::name;
use std::collections::HashSet;

/// The maximum number of headers that are tried with other values, added or left out.
const MAX_TRIED: usize = 24;

/// The maximum number of headers that are tried in other orders.
const MAX_MOVED: usize = 6;

/// The variants of the signed headers.
pub(crate) fn variants(facts: &HeaderFacts<'_>) -> Variants {
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
        hosts(facts),
        joins(),
        orders(lines.len()),
        whitespaces(),
        cases(),
        selections(facts, &lines),
        other_values(facts, &lines),
    ];
    Variants::explore(&right, &groups, facts.signed_len(&lines), |style| style.write(facts, &lines))
}

fn hosts<'f>(facts: &'f HeaderFacts<'_>) -> Group<'f, Style> {
    let change = |host: &'f Host| {
        let mistake = host.cause.of(String::from_utf8_lossy(&host.value));
        Change::new(mistake, move |s: &mut Style| s.host = Some(host.value.clone()))
    };
    facts.hosts.iter().map(change).collect()
}

fn joins() -> Group<'static, Style> {
    let joins = [
        (HEADER_VALUES_COMMA_SPACE, Join::CommaSpace),
        (HEADER_FIRST_VALUE_ONLY, Join::First),
        (HEADER_LAST_VALUE_ONLY, Join::Last),
        (HEADER_VALUES_AS_LINES, Join::Lines),
        (HEADER_NAMES_REPEATED, Join::LinesAndNames),
        (HEADER_NAMES_REPEATED, Join::Names),
        (HEADER_VALUES_SORTED, Join::Sorted),
    ];
    joins.map(|(cause, join)| Change::new(cause, move |s: &mut Style| s.join = join)).into()
}

fn orders(lines: usize) -> Group<'static, Style> {
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
    let change = |order| Change::new(HEADERS_MISSORTED, move |s: &mut Style| s.order = order);
    orders.into_iter().map(change).collect()
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

/// Headers with the values that they may have been signed with.
fn other_values(facts: &HeaderFacts<'_>, lines: &[Line]) -> Group<'static, Style> {
    let mut changes = Vec::new();
    for (n, line) in lines.iter().enumerate().take(MAX_TRIED) {
        for (mistake, value) in candidates(&line.lower, &line.values, &facts.body_lengths) {
            changes.push(Change::new(mistake, move |s: &mut Style| s.edit = Edit::Value(n, value.clone())));
        }
    }
    changes
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
        if is_token {
            for join in [Join::LinesAndNames, Join::Lines, Join::Right] {
                let edit = Edit::Doubled(n, join);
                changes.push(Change::new(TOKEN_SIGNED_TWICE, move |s: &mut Style| s.edit = edit.clone()));
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
            changes.push(Change::new(mistake, move |s: &mut Style| s.edit = edit.clone()));
        }
    }
    changes
}
