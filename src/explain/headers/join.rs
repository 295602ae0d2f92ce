//! The values of a header that is sent more than once, as clients write them.

use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::{
    COOKIES_JOINED, HEADER_EMPTY_VALUES_DROPPED, HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY,
    HEADER_NAMES_REPEATED, HEADER_ONE_VALUE_ONLY, HEADER_VALUES_AS_LINES, HEADER_VALUES_COMMA_SPACE,
    HEADER_VALUES_OTHER_SEPARATOR, HEADER_VALUES_REORDERED, HEADER_VALUES_SORTED,
};

/// The maximum number of values of which each alone is tried.
const MAX_PICKED: usize = 8;
/// The maximum number of values that are tried in every order.
const MAX_PERMUTED: usize = 4;

/// The name of the header that HTTP/2 splits and that clients join with `; `.
pub(crate) const COOKIE: &str = "cookie";

/// How a client writes the values of one header.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Join {
    Right,
    /// Joined with this text.
    With(&'static str),
    /// Joined with `, `, and without white space at the ends.
    CommaSpaceTrimmed,
    /// Joined with this text, without empty values.
    NotEmpty(&'static str),
    /// Cookies joined with `; `.
    Cookies,
    /// One value alone.
    Nth(usize),
    Last,
    Lines,
    /// A line for each value, with the name listed for each.
    LinesAndNames,
    /// Joined, with the name listed for each value.
    Names,
    Sorted,
    Reversed,
    /// In the order with this number, of all orders of its values.
    Permuted(usize),
}

/// The ways to join that differ from the right one, each with its mistake and whether it is rare. `most` is the largest number
/// of values of a header; `cookies` is whether there is more than one header of cookies.
pub(crate) fn wrong_joins(most: usize, cookies: bool) -> Vec<(Mistake, Join, bool)> {
    if most < 2 {
        return Vec::new();
    }
    let mut joins: Vec<(Mistake, Join, bool)> = Vec::new();
    let mut add = |cause: Cause, join, rare| joins.push((cause.into(), join, rare));
    if cookies {
        add(COOKIES_JOINED, Join::Cookies, false);
    }
    add(HEADER_VALUES_COMMA_SPACE, Join::With(", "), false);
    add(HEADER_VALUES_COMMA_SPACE, Join::CommaSpaceTrimmed, false);
    add(HEADER_FIRST_VALUE_ONLY, Join::Nth(0), false);
    add(HEADER_LAST_VALUE_ONLY, Join::Last, false);
    add(HEADER_VALUES_AS_LINES, Join::Lines, false);
    add(HEADER_NAMES_REPEATED, Join::LinesAndNames, false);
    add(HEADER_NAMES_REPEATED, Join::Names, false);
    add(HEADER_VALUES_SORTED, Join::Sorted, false);
    add(HEADER_EMPTY_VALUES_DROPPED, Join::NotEmpty(","), false);
    add(HEADER_EMPTY_VALUES_DROPPED, Join::NotEmpty(", "), true);
    add(HEADER_VALUES_REORDERED, Join::Reversed, true);
    for at in 1..most.min(MAX_PICKED) {
        joins.push((HEADER_ONE_VALUE_ONLY.of(format!("value {}", at + 1)), Join::Nth(at), false));
    }
    for separator in ["; ", ";", " ", ""] {
        joins.push((HEADER_VALUES_OTHER_SEPARATOR.of(format!("`{separator}`")), Join::With(separator), true));
    }
    let orders: usize = (1..=most.min(MAX_PERMUTED)).product();
    joins.extend((1..orders).map(|order| (HEADER_VALUES_REORDERED.into(), Join::Permuted(order), true)));
    joins
}

impl Join {
    /// The values of the header `lower` as they stand in its lines.
    pub(crate) fn write(self, lower: &str, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let one = |value: Option<&Vec<u8>>| vec![value.cloned().unwrap_or_default()];
        match self {
            Self::Cookies if lower == COOKIE => vec![values.join(b"; ".as_slice())],
            Self::Right | Self::Names | Self::Cookies => vec![values.join(&b',')],
            Self::With(text) => vec![values.join(text.as_bytes())],
            Self::CommaSpaceTrimmed => vec![values.join(b", ".as_slice()).trim_ascii().to_vec()],
            Self::NotEmpty(text) => vec![not_empty(values).join(text.as_bytes())],
            Self::Nth(at) => one(values.get(at).or_else(|| values.last())),
            Self::Last => one(values.last()),
            Self::Lines | Self::LinesAndNames => values.to_vec(),
            Self::Sorted => {
                let mut sorted = values.to_vec();
                sorted.sort();
                vec![sorted.join(&b',')]
            }
            Self::Reversed => vec![values.iter().rev().cloned().collect::<Vec<_>>().join(&b',')],
            Self::Permuted(order) => vec![permuted(values, order).join(&b',')],
        }
    }
}

fn not_empty(values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    values.iter().filter(|value| !value.is_empty()).cloned().collect()
}

/// The values in the order with this number. More values than are tried in every order stay as they are.
fn permuted(values: &[Vec<u8>], order: usize) -> Vec<Vec<u8>> {
    if values.len() > MAX_PERMUTED {
        return values.to_vec();
    }
    let (mut left, mut rest, mut out) = (values.to_vec(), order, Vec::new());
    while !left.is_empty() {
        let at = rest % left.len();
        rest /= left.len();
        out.push(left.remove(at));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Join, permuted};
    use std::collections::BTreeSet;

    fn values(texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    #[test]
    fn every_order_has_a_number() {
        let four = values(&["a", "b", "c", "d"]);
        let orders: BTreeSet<_> = (0..24).map(|order| permuted(&four, order)).collect();
        assert_eq!((orders.len(), permuted(&four, 0)), (24, four));
    }

    #[test]
    fn joined_in_every_way() {
        let sent = values(&["1", "2", ""]);
        for (join, expected) in [
            (Join::Right, "1,2,"),
            (Join::With(", "), "1, 2, "),
            (Join::CommaSpaceTrimmed, "1, 2,"),
            (Join::NotEmpty(","), "1,2"),
            (Join::Nth(1), "2"),
            (Join::Reversed, ",2,1"),
            (Join::Cookies, "1,2,"),
        ] {
            assert_eq!(join.write("x-a", &sent), values(&[expected]));
        }
        assert_eq!(Join::Cookies.write("cookie", &values(&["a=1", "b=2"])), values(&["a=1; b=2"]));
    }
}
