//! The query of the canonical request: every name and value decoded once and encoded once, sorted by encoded name and
//! then by encoded value.
//!
//! Source: "Create a signed AWS API request", CanonicalQueryString.

use crate::bytes::order::prefix;
use crate::bytes::percent::{self, EncodeSet, Malformed, PlusDecoding};
use crate::bytes::write::Write;
use crate::error::{Error, ErrorKind};
use crate::name;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most query parameters of a request. The limit bounds sorting, the only superlinear step.
pub const MAX_QUERY_PAIRS: usize = 4096;

/// A query as it is signed.
#[derive(Clone)]
pub(crate) struct CanonicalQuery<'a> {
    given: Option<&'a str>,
    plus: PlusDecoding,
    /// Every parameter in canonical spelling, in the order given.
    text: Cow<'a, [u8]>,
    pairs: Vec<Pair>,
}

/// One parameter, as positions in the text.
#[derive(Clone, Copy, Debug)]
struct Pair {
    prefix: u128,
    start: usize,
    name_end: usize,
    value_start: usize,
    end: usize,
}

impl Pair {
    /// The parameter from `start` to `end`, whose `=` is at `name_end`; `None` if it is empty.
    #[inline]
    fn new(text: &[u8], start: usize, name_end: Option<usize>, end: usize) -> Option<Self> {
        let value_start = name_end.map_or(end, |at| at + 1);
        let name_end = name_end.unwrap_or(end);
        let prefix = prefix(part(text, start, name_end));
        (start < end).then_some(Self { prefix, start, name_end, value_start, end })
    }
}

impl<'a> CanonicalQuery<'a> {
    /// The canonical form of a raw query.
    #[inline]
    pub(crate) fn new(given: Option<&'a str>, plus: PlusDecoding) -> Result<Self, Error> {
        if given.is_none_or(str::is_empty) {
            return Ok(Self { given, plus, text: Cow::Borrowed(b""), pairs: Vec::new() });
        }
        let raw = given.unwrap_or_default().as_bytes();
        match split_canonical(raw) {
            Some(pairs) => Self::sorted(given, plus, Cow::Borrowed(raw), pairs),
            None => Self::of_text(given, plus, recode(raw, plus, |_| true)),
        }
    }

    /// The query of text in canonical spelling.
    #[expect(clippy::expect_used, reason = "a query that loses its parameters becomes a wrong signature")]
    fn of_text(given: Option<&'a str>, plus: PlusDecoding, text: Vec<u8>) -> Result<Self, Error> {
        let pairs = split_canonical(&text).expect("recoded text is in canonical spelling");
        Self::sorted(given, plus, Cow::Owned(text), pairs)
    }

    /// The canonical form of a raw query, with the parameters of an earlier signature replaced by those in `signature`, which
    /// are in canonical spelling and each followed by `&`. `keep_token` keeps a token that the caller put there.
    pub(crate) fn with_signature(
        given: Option<&'a str>,
        plus: PlusDecoding,
        signature: Vec<u8>,
        keep_token: bool,
    ) -> Result<Self, Error> {
        let mut text = signature;
        let raw = given.unwrap_or_default().as_bytes();
        text.extend_from_slice(&recode(raw, plus, |name| {
            !is_of_signature(name) || (keep_token && name == name::query::TOKEN.as_bytes())
        }));
        Self::of_text(given, plus, text)
    }

    /// The canonical form of a presigned URL's query: without the signature, and without the token if that is not signed.
    pub(crate) fn without_signature(
        given: Option<&'a str>,
        plus: PlusDecoding,
        token_signed: bool,
    ) -> Result<Self, Error> {
        let is_signed = |name: &[u8]| {
            let unsigned_token = !token_signed && name == name::query::TOKEN.as_bytes();
            name != name::query::SIGNATURE.as_bytes() && !unsigned_token
        };
        let raw = given.unwrap_or_default().as_bytes();
        match split_canonical(raw) {
            Some(mut pairs) => {
                pairs.retain(|pair| is_signed(part(raw, pair.start, pair.name_end)));
                Self::sorted(given, plus, Cow::Borrowed(raw), pairs)
            }
            None => Self::of_text(given, plus, recode(raw, plus, is_signed)),
        }
    }

    fn sorted(
        given: Option<&'a str>,
        plus: PlusDecoding,
        text: Cow<'a, [u8]>,
        pairs: Vec<Pair>,
    ) -> Result<Self, Error> {
        let of_signature = |pair: &&Pair| is_of_signature(part(&text, pair.start, pair.name_end));
        let too_many = pairs.len() > MAX_QUERY_PAIRS;
        if too_many && pairs.len() - pairs.iter().filter(of_signature).count() > MAX_QUERY_PAIRS {
            let detail = format!("there are more than {MAX_QUERY_PAIRS}");
            return Err(Error::new(ErrorKind::TooManyQueryPairs, detail));
        }
        let mut query = Self { given, plus, text, pairs };
        query.sort();
        Ok(query)
    }

    fn sort(&mut self) {
        let text = &*self.text;
        let order = |a: &Pair, b: &Pair| a.prefix.cmp(&b.prefix).then_with(|| order_of(text, a, b));
        // Equal pairs are the same text, so an unstable sort gives the same result as a stable one.
        self.pairs.sort_unstable_by(order);
    }

    /// Writes `name=value` joined with `&`; a parameter without `=` gets one.
    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Write) {
        for (n, pair) in self.pairs.iter().enumerate() {
            if n > 0 {
                sink.put(b"&");
            }
            if pair.name_end == pair.end {
                sink.put(part(&self.text, pair.start, pair.end));
                sink.put(b"=");
            } else {
                sink.put(part(&self.text, pair.start, pair.end));
            }
        }
    }

    /// About how many bytes [`write`](Self::write) writes.
    pub(crate) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Whether the given query has a `+`, which some servers read as a space and others as a plus sign.
    pub(crate) fn has_raw_plus(&self) -> bool {
        self.given.is_some_and(|given| given.contains('+'))
    }

    /// Writes the query to send, with its `?`: the given one, every `+` spelled as it was signed.
    pub(crate) fn write_given(&self, sink: &mut impl Write) {
        let Some(given) = self.given else { return };
        sink.put(b"?");
        let plus: &[u8] = match self.plus {
            PlusDecoding::Literal => b"%2B",
            PlusDecoding::Space => b"%20",
        };
        for (n, piece) in given.as_bytes().split(|b| *b == b'+').enumerate() {
            if n > 0 {
                sink.put(plus);
            }
            sink.put(piece);
        }
    }
}

/// Finds the parameters in one pass; `None` if any is not in canonical spelling.
#[inline]
fn split_canonical(text: &[u8]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::with_capacity(text.len() / 16 + 4);
    let mut start = 0;
    let mut name_end = None;
    for (at, byte) in text.iter().enumerate() {
        match *byte {
            b if EncodeSet::Unreserved.keeps(b) => {}
            b'&' => {
                pairs.extend(Pair::new(text, start, name_end, at));
                (start, name_end) = (at + 1, None);
            }
            b'=' if name_end.is_none() => name_end = Some(at),
            b'%' if percent::starts_canonical(text.get(at..)?, EncodeSet::Unreserved) => {}
            _ => return None,
        }
    }
    pairs.extend(Pair::new(text, start, name_end, text.len()));
    Some(pairs)
}

#[inline]
#[expect(clippy::expect_used, reason = "a parameter that becomes empty becomes a wrong signature")]
fn part(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).expect("a pair's positions are in its text")
}

#[cold]
fn order_of(text: &[u8], a: &Pair, b: &Pair) -> Ordering {
    let name = |p: &Pair| (p.start, p.name_end);
    let value = |p: &Pair| (p.value_start, p.end);
    let compare = |(a1, a2), (b1, b2)| part(text, a1, a2).cmp(part(text, b1, b2));
    compare(name(a), name(b)).then_with(|| compare(value(a), value(b)))
}

/// Writes the parameters whose canonical name `keep` accepts in canonical spelling, each followed by `&`.
fn recode(raw: &[u8], plus: PlusDecoding, keep: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() * 2);
    for piece in raw.split(|b| *b == b'&').filter(|piece| !piece.is_empty()) {
        let (name, value) = halves(piece);
        let start = out.len();
        put_component(name, plus, &mut out);
        if !keep(out.split_at(start).1) {
            out.truncate(start);
            continue;
        }
        out.push(b'=');
        put_component(value, plus, &mut out);
        out.push(b'&');
    }
    out
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
    let cut = piece.iter().position(|b| *b == b'=').unwrap_or(piece.len());
    let (name, value) = piece.split_at(cut);
    (name, value.get(1..).unwrap_or_default())
}

/// Whether the raw name spells `name`. Most names are told apart by their first byte, without decoding.
pub(crate) fn names(raw: &[u8], name: &str) -> bool {
    let begins = raw.first() == name.as_bytes().first() || raw.first() == Some(&b'%');
    let spells = || raw.contains(&b'%') && component(raw, PlusDecoding::Literal) == name.as_bytes();
    raw == name.as_bytes() || (begins && spells())
}

fn is_of_signature(canonical_name: &[u8]) -> bool {
    name::query::ALL.iter().any(|name| name.as_bytes() == canonical_name)
}

#[cfg(test)]
mod tests {
    use super::CanonicalQuery;
    use crate::bytes::percent::PlusDecoding;

    fn query(raw: &str) -> String {
        let mut out = Vec::new();
        CanonicalQuery::new(Some(raw), PlusDecoding::Space).unwrap().write(&mut out);
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
        assert_eq!(query("&&a&&b=1&"), "a=&b=1");
        assert_eq!(query("a=b=c"), "a=b%3Dc");
    }

    #[test]
    fn every_spelling_becomes_one_and_stays() {
        for raw in ["a=%7e&b=%2f&c=+&d=%zz", "x=(1)!", "a=%C3%A9", "a=é", "%2B=%2b"] {
            let once = query(raw);
            assert_eq!(query(&once), once);
        }
        assert_eq!(query("a=%7e&b=%2f&c=+&d=%zz"), "a=~&b=%2F&c=%20&d=%25zz");
    }
}
