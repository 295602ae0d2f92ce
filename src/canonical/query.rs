//! The query of the canonical request: every name and value decoded once and encoded once, sorted by encoded name and
//! then by encoded value.
//!
//! Source: "Create a signed AWS API request", CanonicalQueryString.

use crate::bytes::order::{self, prefix};
use crate::bytes::percent::{self, EncodeSet, Malformed, PlusDecoding};
use crate::bytes::word;
use crate::bytes::write::Write;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most query parameters of a request. The limit bounds sorting, the only superlinear step.
pub const MAX_QUERY_PAIRS: usize = 4096;

/// A query as it is signed.
#[derive(Clone)]
pub(crate) struct CanonicalQuery<'a> {
    /// Every parameter in canonical spelling, joined with `&`, in the order given. Between two there may be other text.
    text: Cow<'a, [u8]>,
    pairs: Vec<Pair>,
    /// Where the query begins that the text ends with, if it is sorted and needs no pairs.
    whole_from: Option<usize>,
}

/// One parameter, as positions in the text.
#[derive(Clone, Copy)]
struct Pair {
    prefix: u128,
    start: usize,
    /// The position of the `=`, or the parameter's end if it has none.
    name_end: usize,
    end: usize,
}

impl Pair {
    #[inline]
    fn new(text: &[u8], start: usize, name_end: Option<usize>, end: usize) -> Self {
        let name_end = name_end.unwrap_or(end);
        Self { prefix: prefix(part(text, start, name_end)), start, name_end, end }
    }

    const fn moved_by(self, bytes: usize) -> Self {
        let Self { prefix, start, name_end, end } = self;
        Self { prefix, start: start + bytes, name_end: name_end + bytes, end: end + bytes }
    }

    fn name<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        part(text, self.start, self.name_end)
    }

    fn value<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        part(text, self.value_start(), self.end)
    }

    fn value_start(&self) -> usize {
        self.end.min(self.name_end + 1)
    }
}

impl<'a> CanonicalQuery<'a> {
    /// The parameters of a raw query, in the order given.
    #[inline]
    pub(crate) fn read(raw: Option<&'a str>, plus: PlusDecoding) -> Self {
        let Some(raw) = raw.filter(|raw| !raw.is_empty()).map(str::as_bytes) else {
            return Self { text: Cow::Borrowed(b""), pairs: Vec::new(), whole_from: None };
        };
        match split_canonical(raw) {
            Some(pairs) => Self { text: Cow::Borrowed(raw), pairs, whole_from: None },
            None => Self::recoded(raw, plus),
        }
    }

    fn recoded(raw: &[u8], plus: PlusDecoding) -> Self {
        let (mut text, mut pairs) = (Vec::with_capacity(2 * raw.len()), Vec::with_capacity(likely_pairs(raw)));
        for piece in raw.split(|b| *b == b'&').filter(|piece| !piece.is_empty()) {
            let (name, value) = halves(piece);
            let start = text.len();
            put_component(name, plus, &mut text);
            let name_end = text.len();
            text.push(b'=');
            put_component(value, plus, &mut text);
            pairs.push(Pair::new(&text, start, Some(name_end), text.len()));
            text.push(b'&');
        }
        text.truncate(text.len().saturating_sub(1));
        Self { text: Cow::Owned(text), pairs, whole_from: None }
    }

    /// Adds parameters in canonical spelling and order: those of `text` from `start` on, each with its `=`, joined with `&`.
    #[inline]
    pub(crate) fn add_sorted(&mut self, text: Vec<u8>, start: usize) {
        if self.pairs.is_empty() {
            (self.text, self.whole_from) = (Cow::Owned(text), Some(start));
        } else {
            self.append(text.split_at(start).1);
        }
    }

    #[expect(clippy::expect_used, reason = "a query that loses its parameters becomes a wrong signature")]
    fn append(&mut self, added: &[u8]) {
        let text = self.text.to_mut();
        text.push(b'&');
        let before = text.len();
        text.put(added);
        let added = split_canonical(added).expect("the parameters are in canonical spelling");
        self.pairs.extend(added.into_iter().map(|pair| pair.moved_by(before)));
    }

    /// The text of [`add_sorted`](Self::add_sorted), if there are no other parameters. It ends with the query.
    pub(crate) fn take_text(&mut self) -> Option<Vec<u8>> {
        self.whole_from.take().map(|_| std::mem::take(&mut self.text).into_owned())
    }

    /// Keeps the parameters whose name `keep` accepts.
    pub(crate) fn retain(&mut self, keep: impl Fn(&[u8]) -> bool) {
        self.pairs.retain(|pair| keep(pair.name(&self.text)));
    }

    /// Sorts the parameters. Call it once all are there.
    #[inline]
    pub(crate) fn sort(&mut self) {
        if self.pairs.len() < 2 {
            return;
        }
        let text = &*self.text;
        let in_full = |a: &Pair, b: &Pair| order_of(text, a, b);
        order::sort(&mut self.pairs, |pair| pair.prefix, in_full);
    }

    /// Whether the raw query is in canonical spelling: it has no `+`, and no malformed percent sequence.
    #[inline]
    pub(crate) const fn is_raw(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// Names and values in the raw query, if that is in canonical spelling.
    #[inline]
    #[expect(clippy::expect_used, reason = "a parameter that becomes empty becomes a wrong signature")]
    pub(crate) fn raw_pairs(&self, raw: &'a str) -> Option<impl Iterator<Item = (&'a str, &'a str)>> {
        let part = move |start, end| raw.get(start..end).expect("the text is the raw query");
        let halves = move |pair: &Pair| (part(pair.start, pair.name_end), part(pair.value_start(), pair.end));
        self.is_raw().then(|| self.pairs.iter().map(halves))
    }

    /// The number of parameters.
    pub(crate) const fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Names and values.
    #[inline]
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.pairs.iter().map(|pair| (pair.name(&self.text), pair.value(&self.text)))
    }

    /// Whether a name begins with `beginning`, which has up to sixteen bytes.
    #[inline]
    pub(crate) fn has_names(&self, beginning: &str) -> bool {
        let others = u128::MAX.checked_shr(beginning.bytes().fold(0, |bits, _| bits + 8)).unwrap_or_default();
        let wanted = prefix(beginning.as_bytes());
        self.pairs.iter().any(|pair| pair.prefix & !others == wanted)
    }

    /// At least as many bytes as [`write`](Self::write) writes.
    pub(crate) fn longest(&self) -> usize {
        self.text.len() + self.pairs.len()
    }

    /// Writes `name=value` joined with `&`; a parameter without `=` gets one.
    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Write) {
        if !self.text.is_empty() {
            self.write_some(sink);
        }
    }

    fn write_some(&self, sink: &mut impl Write) {
        if let Some(whole) = self.whole() {
            return sink.put(whole);
        }
        for (n, pair) in self.pairs.iter().enumerate() {
            if n > 0 {
                sink.put(b"&");
            }
            sink.put(part(&self.text, pair.start, pair.end));
            if pair.name_end == pair.end {
                sink.put(b"=");
            }
        }
    }

    /// The part of the text that is the query as it stands. A presigned URL has it, unless the request has other parameters (rows
    /// `presign` and `verify-url`).
    #[inline]
    fn whole(&self) -> Option<&[u8]> {
        if let Some(start) = self.whole_from {
            return Some(part(&self.text, start, self.text.len()));
        }
        let (first, last) = (self.pairs.first()?, self.pairs.last()?);
        let next_to = |pair: &[Pair]| matches!(pair, [a, b] if a.end + 1 == b.start);
        let in_order = self.pairs.windows(2).all(next_to) && self.pairs.iter().all(|pair| pair.name_end < pair.end);
        in_order.then(|| part(&self.text, first.start, last.end))
    }
}

/// Finds the parameters in one scan; `None` if any is not in canonical spelling.
#[inline]
fn split_canonical(text: &[u8]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::with_capacity(likely_pairs(text));
    let (mut start, mut name_end, mut canonical) = (0, None, true);
    word::each(text, b'a', |first, word| {
        for at in word::positions(percent::unusual(word)).map(|at| first + at) {
            match text.get(at) {
                Some(b'&') => {
                    if start < at {
                        pairs.push(Pair::new(text, start, name_end, at));
                    }
                    (start, name_end) = (at + 1, None);
                }
                Some(b'=') if name_end.is_none() => name_end = Some(at),
                _ => canonical &= is_canonical(text, at),
            }
        }
    });
    if start < text.len() {
        pairs.push(Pair::new(text, start, name_end, text.len()));
    }
    canonical.then_some(pairs)
}

/// About the number of parameters, to allocate room for them at once.
const fn likely_pairs(text: &[u8]) -> usize {
    text.len() / 16 + 4
}

/// Whether the byte at `at` stays as it is, or begins a percent sequence that does.
fn is_canonical(text: &[u8], at: usize) -> bool {
    let (_, rest) = text.split_at(at);
    rest.first().is_some_and(|byte| EncodeSet::Unreserved.keeps(*byte))
        || percent::starts_canonical(rest, EncodeSet::Unreserved)
}

#[inline]
#[expect(clippy::expect_used, reason = "a parameter that becomes empty becomes a wrong signature")]
fn part(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).expect("a pair's positions are in its text")
}

#[cold]
fn order_of(text: &[u8], a: &Pair, b: &Pair) -> Ordering {
    a.name(text).cmp(b.name(text)).then_with(|| a.value(text).cmp(b.value(text)))
}

fn put_component(raw: &[u8], plus: PlusDecoding, out: &mut Vec<u8>) {
    let done = percent::recode(raw, EncodeSet::Unreserved, plus, Malformed::Literal, out);
    debug_assert_eq!(done, Ok(()), "a malformed sequence is a literal");
}

pub(crate) fn component(raw: &[u8], plus: PlusDecoding) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    put_component(raw, plus, &mut out);
    out
}

/// Name and value, split at the first `=`.
#[inline]
pub(crate) fn halves(piece: &[u8]) -> (&[u8], &[u8]) {
    let cut = word::position(piece, b'=').unwrap_or(piece.len());
    let (name, value) = piece.split_at(cut);
    (name, value.get(1..).unwrap_or_default())
}

/// Whether the raw name spells `name`. Most names are told apart by their first byte, without decoding.
pub(crate) fn names(raw: &[u8], name: &str) -> bool {
    let begins = raw.first() == name.as_bytes().first() || raw.first() == Some(&b'%');
    let spells = || raw.contains(&b'%') && component(raw, PlusDecoding::Literal) == name.as_bytes();
    raw == name.as_bytes() || (begins && spells())
}

#[cfg(test)]
mod tests {
    use super::CanonicalQuery;
    use crate::bytes::percent::PlusDecoding;

    fn query(raw: &str) -> String {
        let mut query = CanonicalQuery::read(Some(raw), PlusDecoding::Space);
        query.sort();
        let mut out = Vec::new();
        query.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn pairs_sort_by_encoded_name_then_value() {
        assert_eq!(query("b=2&a=1"), "a=1&b=2");
        assert_eq!(query("a-b=1&a=2&a1=3&a.b=4"), "a=2&a-b=1&a.b=4&a1=3", "not as `k=v` lines");
        assert_eq!(query("a=b&a=B&a=%20&a="), "a=&a=%20&a=B&a=b");
        assert_eq!(query("é=1&z=2"), "%C3%A9=1&z=2", "by encoded bytes: '%' is before 'z'");
        assert_eq!(query("abcdefgh2=1&abcdefgh1=2&abcdefgh=3"), "abcdefgh=3&abcdefgh1=2&abcdefgh2=1");
    }

    #[test]
    fn missing_and_empty_parts() {
        assert_eq!(query(""), "");
        assert_eq!(query("a"), "a=");
        assert_eq!(query("a="), "a=");
        assert_eq!(query("=v"), "=v");
        assert_eq!(query("="), "=");
        assert_eq!(query("&&a&&b=1&"), "a=&b=1");
        assert_eq!(query("&a=1&&b=1"), "a=1&b=1");
        assert_eq!(query("a&b=1"), "a=&b=1");
        assert_eq!(query("a=b=c"), "a=b%3Dc");
    }

    #[test]
    fn every_spelling_becomes_one_and_stays() {
        for raw in ["a=%7e&b=%2f&c=+&d=%zz", "x=(1)!", "a=%C3%A9", "a=é", "%2B=%2b"] {
            let once = query(raw);
            assert_eq!(query(&once), once);
            let is_canonical = |raw| CanonicalQuery::read(Some(raw), PlusDecoding::Space).is_raw();
            assert!(is_canonical(&once), "{once}");
            assert_eq!(is_canonical(raw), raw == once, "{raw}");
        }
        assert_eq!(query("a=%7e&b=%2f&c=+&d=%zz"), "a=~&b=%2F&c=%20&d=%25zz");
    }

    #[test]
    fn parameters_are_added_and_taken_away() {
        for (raw, expected) in
            [("", "X=%2F&Y="), ("a=1&X-1=2", "X=%2F&Y=&a=1"), ("a=+", "X=%2F&Y=&a=%20"), ("&a&", "X=%2F&Y=&a=")]
        {
            let mut query = CanonicalQuery::read(Some(raw), PlusDecoding::Space);
            assert_eq!((query.has_names("X-"), query.has_names("")), (raw.contains("X-"), !raw.is_empty()), "{raw}");
            query.retain(|name| name != b"X-1");
            query.add_sorted(b"/?X=%2F&Y=".to_vec(), 2);
            query.sort();
            let mut out = Vec::new();
            query.write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{raw}");
            assert_eq!(query.take_text(), raw.is_empty().then(|| b"/?X=%2F&Y=".to_vec()), "{raw}");
        }
    }
}
