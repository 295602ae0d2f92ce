//! The line of what a place names, as errors of a directory write it: `users.alice.access_keys[0].id`.

use core::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A step of a place, and what is left of it.
enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

/// Where the deepest key or value stands that `place` names.
pub(crate) fn span(document: &DeTable<'_>, place: &str) -> Option<Range<usize>> {
    let (first, mut rest) = step(place)?;
    let Step::Name(name) = first else { return None };
    let (key, mut value) = document.get_key_value(name)?;
    let mut span = key.span();
    while let Some((next, after)) = step(rest) {
        let Some((found, inner)) = within(value, &next) else { break };
        (span, value, rest) = (found, inner, after);
    }
    Some(span)
}

/// What a step leads to, and where that begins.
fn within<'d, 't>(
    value: &'d Spanned<DeValue<'t>>,
    step: &Step<'_>,
) -> Option<(Range<usize>, &'d Spanned<DeValue<'t>>)> {
    match step {
        Step::Name(name) => {
            let (key, value) = value.get_ref().as_table()?.get_key_value(*name)?;
            Some((key.span(), value))
        }
        Step::Index(index) => {
            let value = value.get_ref().as_array()?.get(*index)?;
            Some((value.span(), value))
        }
    }
}

/// The first step of a place.
fn step(place: &str) -> Option<(Step<'_>, &str)> {
    if let Some(rest) = place.strip_prefix("[\"") {
        return rest.split_once("\"]").map(|(name, rest)| (Step::Name(name), rest));
    }
    if let Some(rest) = place.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        return Some((Step::Index(index.parse().ok()?), rest));
    }
    let place = place.strip_prefix('.').unwrap_or(place);
    let end = place.find(['.', '[']).unwrap_or(place.len());
    let (name, rest) = place.split_at_checked(end)?;
    (!name.is_empty()).then_some((Step::Name(name), rest))
}
