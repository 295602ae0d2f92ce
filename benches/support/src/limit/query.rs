//! The query of a canonical request.

use super::hash::Sha256;
use super::scan::{check_query, find, prefix};

/// The parameters of a query, sorted.
pub(super) struct Pairs<'a> {
    query: &'a [u8],
    pairs: Vec<Pair>,
}

/// One parameter, as positions, so that sorting moves few bytes.
struct Pair {
    prefix: u128,
    start: u32,
    equal_sign: u32,
    end: u32,
}

impl Pair {
    #[inline]
    fn name<'a>(&self, query: &'a [u8]) -> &'a [u8] {
        &query[self.start as usize..self.equal_sign as usize]
    }

    #[inline]
    fn value<'a>(&self, query: &'a [u8]) -> &'a [u8] {
        &query[self.equal_sign as usize + 1..self.end as usize]
    }
}

impl<'a> Pairs<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        check_query(query);
        let query = query.as_bytes();
        let mut pairs = Vec::with_capacity(24);
        let mut start = 0;
        while start < query.len() {
            let text = &query[start..];
            let len = find(text, b'&').unwrap_or(text.len());
            let name = find(&text[..len], b'=').expect("a parameter has a value");
            let [equal_sign, end] = [start + name, start + len].map(|at| at as u32);
            let pair = Pair { prefix: prefix(&text[..name]), start: start as u32, equal_sign, end };
            pairs.push(pair);
            start += len + 1;
        }
        let text = |pair: &Pair| (pair.name(query), pair.value(query));
        pairs.sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| text(a).cmp(&text(b))));
        Self { query, pairs }
    }

    /// The names and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.pairs.iter().map(|pair| (pair.name(self.query), pair.value(self.query)))
    }

    /// Writes the pairs whose name `keep` accepts, joined with `&`.
    #[inline]
    pub(super) fn write_if(&self, keep: impl Fn(&[u8]) -> bool, to: &mut Sha256) {
        let mut first = true;
        for pair in self.pairs.iter().filter(|pair| keep(pair.name(self.query))) {
            if !first {
                to.put(b"&");
            }
            first = false;
            to.put(&self.query[pair.start as usize..pair.end as usize]);
        }
    }
}
