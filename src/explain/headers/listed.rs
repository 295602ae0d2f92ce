//! A line for every name of the list of signed headers, as curl before version 8 writes it.
//!
//! Measured with curl 7.88.1: a header that is given twice has two lines and is listed twice, an empty header (`-H 'X-A;'`) has
//! the line `x-a;`, and whole lines are sorted. The list is made of the beginnings of the lines, so that the empty header leaves
//! an empty name in it.

use std::collections::HashMap;

/// A line for every name in `listed`, and the list as it is. `headers` are the names in lower case and their values.
pub(crate) fn every_listed(listed: &[&str], headers: &[(&str, Vec<Vec<u8>>)], sorted: bool) -> Vec<u8> {
    let mut left: HashMap<&str, Values<'_>> =
        headers.iter().map(|(lower, values)| (*lower, Values::of(values))).collect();
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for (n, name) in listed.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let lower = name.to_ascii_lowercase();
        let values = left.get_mut(lower.as_str());
        let empty_name_follows = listed.get(n + 1).is_some_and(|next| next.is_empty());
        let value = values.map(|values| values.next(empty_name_follows)).unwrap_or_default();
        let colon: &[u8] = if value.is_empty() && empty_name_follows { b";" } else { b":" };
        texts.push([lower.as_bytes(), colon, value].concat());
    }
    if sorted {
        texts.sort();
    }
    let mut out = texts.join(&b'\n');
    out.extend_from_slice(b"\n\n");
    out.extend_from_slice(listed.join(";").as_bytes());
    out
}

/// The values of one header that are left. The last one stays.
struct Values<'v> {
    filled: Vec<&'v [u8]>,
    empty: Vec<&'v [u8]>,
}

impl<'v> Values<'v> {
    /// The values, the first one at the end.
    fn of(values: &'v [Vec<u8>]) -> Self {
        let (empty, filled) = values.iter().rev().map(Vec::as_slice).partition(|value| value.is_empty());
        Self { filled, empty }
    }

    /// The next value. An empty one is preferred where the list says so.
    fn next(&mut self, empty: bool) -> &'v [u8] {
        let (first, second) = match empty {
            true => (&mut self.empty, &mut self.filled),
            false => (&mut self.filled, &mut self.empty),
        };
        let from = if first.is_empty() { second } else { first };
        let value = from.last().copied().unwrap_or_default();
        if self.filled.len() + self.empty.len() > 1 {
            match value.is_empty() {
                true => self.empty.pop(),
                false => self.filled.pop(),
            };
        }
        value
    }
}
