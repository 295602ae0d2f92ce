//! The headers of a canonical request.

use super::hash::Sha256;
use super::scan::{check_value, prefix};
use http::HeaderMap;

/// Headers by their names in lower case, as those of `http` are.
pub(super) struct Sorted<'a>(Vec<Header<'a>>);

struct Header<'a> {
    prefix: u128,
    name: &'a str,
    value: &'a [u8],
}

impl<'a> Sorted<'a> {
    /// The headers of a map that `keep` keeps, and `added`.
    #[inline]
    pub(super) fn new(
        map: &'a HeaderMap,
        added: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        mut keep: impl FnMut(&str, &'a [u8]) -> bool,
    ) -> Self {
        let header = |name: &'a str, value| Header { prefix: prefix(name.as_bytes()), name, value };
        let mut all = Vec::with_capacity(map.len() + 4);
        for (name, value) in map {
            let (name, value) = (name.as_str(), value.as_bytes());
            if keep(name, value) {
                check_value(value);
                all.push(header(name, value));
            }
        }
        all.extend(added.into_iter().map(|(name, value)| header(name, value)));
        all.sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| a.name.cmp(b.name)));
        let twice = |pair: &[Header<'_>]| pair[0].prefix == pair[1].prefix && pair[0].name == pair[1].name;
        assert!(!all.windows(2).any(twice), "a header comes twice");
        Self(all)
    }

    /// How many bytes the list of names takes.
    pub(super) fn names_len(&self) -> usize {
        self.0.iter().map(|header| header.name.len() + 1).sum::<usize>() - 1
    }

    /// Writes the `name:value` lines, an empty line, and the names.
    #[inline]
    pub(super) fn write(&self, names: &[u8], to: &mut Sha256) {
        for header in &self.0 {
            to.put(header.name.as_bytes());
            to.put(b":");
            to.put(header.value);
            to.put(b"\n");
        }
        to.put(b"\n");
        to.put(names);
    }

    /// Writes the names, joined with `;`.
    #[inline]
    pub(super) fn write_names(&self, to: &mut Vec<u8>) {
        for (n, header) in self.0.iter().enumerate() {
            if n > 0 {
                to.push(b';');
            }
            to.extend_from_slice(header.name.as_bytes());
        }
    }

    /// Whether these are the names, joined with `;`.
    #[inline]
    pub(super) fn are(&self, names: &[u8]) -> bool {
        let mut rest = names;
        let mut all = self.0.iter().enumerate();
        let there = all.all(|(n, header)| {
            let after = if n == 0 { Some(rest) } else { rest.strip_prefix(b";") };
            let after = after.and_then(|rest| rest.strip_prefix(header.name.as_bytes()));
            rest = after.unwrap_or_default();
            after.is_some()
        });
        there && rest.is_empty()
    }
}
