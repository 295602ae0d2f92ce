//! The query of a canonical request.

use super::hash::Sha256;
use super::scan::{check_query, prefix, split};

/// The parameters of a query, sorted.
pub(super) struct Pairs<'a>(Vec<Pair<'a>>);

struct Pair<'a> {
    prefix: u128,
    name: &'a [u8],
    value: &'a [u8],
    /// `name=value`.
    text: &'a [u8],
}

impl<'a> Pairs<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        check_query(query);
        let mut pairs = Vec::with_capacity(24);
        let mut rest = query.as_bytes();
        while !rest.is_empty() {
            let (text, after) = split(rest, b'&').unwrap_or((rest, b""));
            let (name, value) = split(text, b'=').expect("a parameter has a value");
            pairs.push(Pair { prefix: prefix(name), name, value, text });
            rest = after;
        }
        pairs.sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| (a.name, a.value).cmp(&(b.name, b.value))));
        Self(pairs)
    }

    /// The names and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.0.iter().map(|pair| (pair.name, pair.value))
    }

    /// Writes the pairs whose name `keep` accepts, joined with `&`.
    #[inline]
    pub(super) fn write_if(&self, keep: impl Fn(&[u8]) -> bool, to: &mut Sha256) {
        let mut first = true;
        for pair in self.0.iter().filter(|pair| keep(pair.name)) {
            if !first {
                to.put(b"&");
            }
            first = false;
            to.put(pair.text);
        }
    }
}
