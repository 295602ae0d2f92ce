//! A line for every name of the list of signed headers, as curl before version 8 writes it.
//!
//! Measured with curl 7.88.1: a header that is given twice has two lines and is listed twice, an empty header (`-H 'X-A;'`) has
//! the line `x-a;`, and whole lines are sorted. The list is made of the beginnings of the lines, so that the empty header leaves
//! an empty name in it.

use std::collections::HashMap;

/// A line for every name in `listed`, and the list as it is. `headers` are the names in lower case and their values.
pub(crate) fn every_listed(listed: &[&str], headers: &[(&str, Vec<Vec<u8>>)], sorted: bool) -> Vec<u8> {
    let mut left: HashMap<&str, &[Vec<u8>]> =
        headers.iter().map(|(lower, values)| (*lower, values.as_slice())).collect();
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for (n, name) in listed.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let lower = name.to_ascii_lowercase();
        let values = left.get_mut(lower.as_str());
        let value = values.map(next_or_last).unwrap_or_default();
        let empty_name_follows = listed.get(n + 1).is_some_and(|next| next.is_empty());
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

/// The next value. The last one stays.
fn next_or_last<'v>(values: &mut &'v [Vec<u8>]) -> &'v [u8] {
    let Some((first, rest)) = values.split_first() else { return b"" };
    if !rest.is_empty() {
        *values = rest;
    }
    first
}
