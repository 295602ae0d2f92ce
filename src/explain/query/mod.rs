//! The query, as clients write it.

pub(crate) mod causes;
pub(crate) mod spelling;

use crate::auth::SignatureLocation;
use crate::bytes::percent::PlusDecoding;
use crate::canonical::query::{halves, names};
use crate::explain::headers::causes::{TOKEN_NOT_SIGNED, TOKEN_SIGNED, TOKEN_SIGNED_TWICE};
use crate::explain::query::causes::{
    QUERY_AMZ_OMITTED, QUERY_BARE_KEY, QUERY_BARE_KEY_DROPPED, QUERY_BARE_KEY_NULL, QUERY_CUT, QUERY_DECODED,
    QUERY_EMPTY_PAIR_KEPT, QUERY_ENCODED_TWICE, QUERY_FIRST_VALUE_ONLY, QUERY_HEX_LOWER, QUERY_LAST_VALUE_ONLY,
    QUERY_NOT_ENCODED, QUERY_OMITTED, QUERY_PLUS_AS_SPACE, QUERY_PLUS_LITERAL, QUERY_SEMICOLON_DROPPED,
    QUERY_SORTED_AS_PAIRS, QUERY_SORTED_BEFORE_ENCODING, QUERY_SORTED_IGNORING_CASE, QUERY_SPACE_AS_PLUS,
    QUERY_TILDE_ENCODED, QUERY_UNSORTED, QUERY_VALUES_JOINED, QUERY_VALUES_UNSORTED, QUERY_VERBATIM,
};
use crate::explain::query::spelling::Spelling;
use crate::explain::spelling::{SOFT_SETS, decode};
use crate::explain::variants::{Change, Group, Variants};
use crate::name::{AMZ_PREFIX, query as name};
use crate::settings::SessionTokenPlacement;
use std::collections::{BTreeMap, HashMap};

/// A received query, and how the service reads it.
#[derive(Clone, Copy)]
pub(crate) struct QueryFacts<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) plus: PlusDecoding,
    /// The signature of a presigned URL is not signed.
    pub(crate) location: SignatureLocation,
    pub(crate) token: SessionTokenPlacement,
}

/// How a client writes a query.
#[derive(Clone, Copy)]
struct Style {
    spelling: Spelling,
    order: Order,
    bare: Bare,
    repeats: Repeats,
    extent: Extent,
}

#[derive(Clone, Copy)]
enum Order {
    Right,
    Wire,
    Decoded,
    Pairs,
    Names,
    IgnoringCase,
}

#[derive(Clone, Copy)]
enum Bare {
    Right,
    /// Without `=` as on the wire.
    NoEquals,
    /// Without `=` for every empty value.
    EmptyToo,
    Dropped,
    Null(&'static [u8]),
}

#[derive(Clone, Copy)]
enum Repeats {
    Right,
    First,
    Last,
    Joined,
}

#[derive(Clone, Copy, PartialEq)]
enum Extent {
    Right,
    /// The empty piece in `&&`, as an empty text.
    EmptyKept,
    /// The empty piece in `&&`, as `=`.
    EmptyNamed,
    Omitted,
    WithoutAmz,
    OtherToken,
    TokenTwice,
    WithoutSemicolons,
}

impl Extent {
    const fn keeps_empty(self) -> bool {
        matches!(self, Self::EmptyKept | Self::EmptyNamed)
    }
}

/// One parameter.
struct Pair<'a> {
    /// The position of its piece on the wire.
    place: usize,
    raw_name: &'a [u8],
    raw_value: &'a [u8],
    bare: bool,
    name: Vec<u8>,
    value: Vec<u8>,
}

/// The variants of a query.
pub(crate) fn variants(facts: &QueryFacts<'_>) -> Variants {
    let right = Style {
        spelling: Spelling::Right,
        order: Order::Right,
        bare: Bare::Right,
        repeats: Repeats::Right,
        extent: Extent::Right,
    };
    let groups = [orders(), spellings(facts), bare_keys(), repeats(), extents(facts)];
    let mut variants = Variants::explore(&right, &groups, facts.raw.len(), |style| Some(style.write(facts)));
    let verbatim: Vec<_> = facts.raw.split(|b| *b == b'&').filter(|piece| facts.is_signed(halves(piece).0)).collect();
    variants.push(vec![QUERY_VERBATIM.into()], verbatim.join(&b'&'));
    variants
}

fn orders() -> Group<'static, Style> {
    let orders = [
        (QUERY_VALUES_UNSORTED, Order::Names),
        (QUERY_SORTED_AS_PAIRS, Order::Pairs),
        (QUERY_SORTED_BEFORE_ENCODING, Order::Decoded),
        (QUERY_UNSORTED, Order::Wire),
        (QUERY_SORTED_IGNORING_CASE, Order::IgnoringCase),
    ];
    orders.map(|(cause, order)| Change::new(cause, move |s: &mut Style| s.order = order)).into()
}

fn spellings(facts: &QueryFacts<'_>) -> Group<'static, Style> {
    let has_space = facts.raw.windows(3).any(|w| w == b"%20");
    let (plus, has_space) = match facts.plus {
        PlusDecoding::Space => (QUERY_PLUS_LITERAL, has_space || facts.raw.contains(&b'+')),
        PlusDecoding::Literal => (QUERY_PLUS_AS_SPACE, has_space),
    };
    let mut spellings = vec![
        (plus, Spelling::OtherPlus),
        (QUERY_PLUS_AS_SPACE, Spelling::EveryPlusAsSpace),
        (QUERY_NOT_ENCODED, Spelling::Wire),
        (QUERY_CUT, Spelling::Cut),
        (QUERY_ENCODED_TWICE, Spelling::Twice),
        (QUERY_ENCODED_TWICE, Spelling::WireEncoded),
        (QUERY_DECODED, Spelling::Decoded),
        (QUERY_HEX_LOWER, Spelling::LowerHex),
        (QUERY_TILDE_ENCODED, Spelling::Tilde),
    ];
    spellings.extend(SOFT_SETS.map(|soft| (QUERY_NOT_ENCODED, Spelling::Soft(soft))));
    if has_space {
        spellings.push((QUERY_SPACE_AS_PLUS, Spelling::SpaceAsPlus));
    }
    let change = |(cause, spelling)| Change::new(cause, move |s: &mut Style| s.spelling = spelling);
    spellings.into_iter().map(change).collect()
}

fn bare_keys() -> Group<'static, Style> {
    let bare_keys = [
        (QUERY_BARE_KEY, Bare::NoEquals),
        (QUERY_BARE_KEY, Bare::EmptyToo),
        (QUERY_BARE_KEY_DROPPED, Bare::Dropped),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"null")),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"None")),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"undefined")),
    ];
    bare_keys.map(|(cause, bare)| Change::new(cause, move |s: &mut Style| s.bare = bare)).into()
}

fn repeats() -> Group<'static, Style> {
    let repeats = [
        (QUERY_FIRST_VALUE_ONLY, Repeats::First),
        (QUERY_LAST_VALUE_ONLY, Repeats::Last),
        (QUERY_VALUES_JOINED, Repeats::Joined),
    ];
    repeats.map(|(cause, repeats)| Change::new(cause, move |s: &mut Style| s.repeats = repeats)).into()
}

fn extents(facts: &QueryFacts<'_>) -> Group<'static, Style> {
    let token = match facts.token {
        SessionTokenPlacement::Signed => TOKEN_NOT_SIGNED,
        SessionTokenPlacement::Unsigned => TOKEN_SIGNED,
    };
    let is_presigned = facts.location == SignatureLocation::Query;
    let extents = [
        (QUERY_EMPTY_PAIR_KEPT, Extent::EmptyKept, true),
        (QUERY_EMPTY_PAIR_KEPT, Extent::EmptyNamed, true),
        (token, Extent::OtherToken, is_presigned),
        (TOKEN_SIGNED_TWICE, Extent::TokenTwice, is_presigned),
        (QUERY_AMZ_OMITTED, Extent::WithoutAmz, true),
        (QUERY_SEMICOLON_DROPPED, Extent::WithoutSemicolons, true),
        (QUERY_OMITTED, Extent::Omitted, true),
    ];
    let possible = extents.into_iter().filter(|(_, _, is_possible)| *is_possible);
    possible.map(|(cause, extent, _)| Change::new(cause, move |s: &mut Style| s.extent = extent)).collect()
}

impl QueryFacts<'_> {
    /// Whether a parameter with this raw name is signed.
    fn is_signed(&self, raw_name: &[u8]) -> bool {
        let unsigned_token = self.token == SessionTokenPlacement::Unsigned && names(raw_name, name::TOKEN);
        self.location == SignatureLocation::Header || !(names(raw_name, name::SIGNATURE) || unsigned_token)
    }

    fn includes(&self, raw_name: &[u8], extent: Extent) -> bool {
        match extent {
            Extent::OtherToken if names(raw_name, name::TOKEN) => !self.is_signed(raw_name),
            Extent::WithoutAmz => {
                !decode(raw_name).to_ascii_lowercase().starts_with(AMZ_PREFIX.as_bytes()) && self.is_signed(raw_name)
            }
            _ => self.is_signed(raw_name),
        }
    }
}

impl Style {
    fn write(&self, facts: &QueryFacts<'_>) -> Vec<u8> {
        if self.extent == Extent::Omitted {
            return Vec::new();
        }
        let mut pairs: Vec<_> = self.pairs(facts);
        self.sort(&mut pairs);
        self.drop_repeats(&mut pairs);
        let texts: Vec<_> = pairs.iter().map(|pair| self.text(pair)).collect();
        texts.join(&b'&')
    }

    /// Whether a piece between two `&` is written.
    fn keeps(&self, facts: &QueryFacts<'_>, piece: &[u8]) -> bool {
        if piece.is_empty() && (facts.raw.is_empty() || !self.extent.keeps_empty()) {
            return false;
        }
        let dropped = (self.is_bare(piece) && matches!(self.bare, Bare::Dropped))
            || (piece.contains(&b';') && self.extent == Extent::WithoutSemicolons);
        !dropped && facts.includes(halves(piece).0, self.extent)
    }

    /// Whether a piece is written without `=`.
    fn is_bare(&self, piece: &[u8]) -> bool {
        let given = piece.is_empty() && self.extent == Extent::EmptyNamed;
        !(given || piece.contains(&b'='))
    }

    fn pairs<'a>(&self, facts: &QueryFacts<'a>) -> Vec<Pair<'a>> {
        let mut pairs = Vec::new();
        let pieces = facts.raw.split(|b| *b == b'&').enumerate();
        for (place, piece) in pieces.filter(|(_, piece)| self.keeps(facts, piece)) {
            let (raw_name, raw_value) = halves(piece);
            let bare = self.is_bare(piece);
            let times = if self.extent == Extent::TokenTwice && names(raw_name, name::TOKEN) { 2 } else { 1 };
            for _ in 0..times {
                let name = self.spelling.write(raw_name, facts.plus);
                let value = match (bare, self.bare) {
                    (true, Bare::Null(text)) if !piece.is_empty() => text.to_vec(),
                    _ => self.spelling.write(raw_value, facts.plus),
                };
                pairs.push(Pair { place, raw_name, raw_value, bare, name, value });
            }
        }
        pairs
    }

    fn sort(&self, pairs: &mut [Pair<'_>]) {
        match self.order {
            Order::Wire => {}
            Order::Right => pairs.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value))),
            Order::Decoded => pairs.sort_by_cached_key(|pair| (decode(pair.raw_name), decode(pair.raw_value))),
            Order::Pairs => pairs.sort_by_cached_key(|pair| self.text(pair)),
            Order::Names => pairs.sort_by(|a, b| a.name.cmp(&b.name)),
            Order::IgnoringCase => {
                pairs.sort_by_cached_key(|pair| (pair.name.to_ascii_lowercase(), pair.name.clone(), pair.value.clone()))
            }
        }
    }

    /// Keeps one parameter of each name, the first or the last on the wire.
    fn drop_repeats(&self, pairs: &mut Vec<Pair<'_>>) {
        let last = match self.repeats {
            Repeats::Right => return,
            Repeats::Joined => return join_repeats(pairs),
            Repeats::First => false,
            Repeats::Last => true,
        };
        let mut kept: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        for pair in pairs.iter() {
            let place = kept.entry(pair.name.clone()).or_insert(pair.place);
            if (pair.place > *place) == last {
                *place = pair.place;
            }
        }
        pairs.retain(|pair| kept.get(&pair.name) == Some(&pair.place));
    }

    fn text(&self, pair: &Pair<'_>) -> Vec<u8> {
        let mut text = pair.name.clone();
        let without_equals = match self.bare {
            Bare::NoEquals => pair.bare,
            Bare::EmptyToo => pair.value.is_empty(),
            Bare::Right | Bare::Dropped | Bare::Null(_) => false,
        };
        if !(without_equals || (pair.name.is_empty() && pair.bare)) {
            text.push(b'=');
            text.extend_from_slice(&pair.value);
        }
        text
    }
}

fn join_repeats(pairs: &mut Vec<Pair<'_>>) {
    let mut joined: Vec<Pair<'_>> = Vec::new();
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    for pair in pairs.drain(..) {
        match places.get(&pair.name).and_then(|place| joined.get_mut(*place)) {
            Some(known) => {
                known.value.extend_from_slice(b"%2C");
                known.value.extend_from_slice(&pair.value);
            }
            None => {
                places.insert(pair.name.clone(), joined.len());
                joined.push(pair);
            }
        }
    }
    *pairs = joined;
}

#[cfg(test)]
mod tests {
    use super::{QueryFacts, variants};
    use crate::auth::SignatureLocation;
    use crate::bytes::percent::PlusDecoding;
    use crate::canonical::query::CanonicalQuery;
    use crate::settings::SessionTokenPlacement;

    fn facts(raw: &str, location: SignatureLocation) -> QueryFacts<'_> {
        QueryFacts { raw: raw.as_bytes(), plus: PlusDecoding::Space, location, token: SessionTokenPlacement::Signed }
    }

    #[test]
    fn the_right_way_is_the_pipelines() {
        for raw in
            ["", "b=2&a=1", "a", "a=", "=v", "&&a&&b=1&", "a=b=c", "a=%7e&b=%2f&c=+&d=%zz", "é=1&z=2", "a=2&a=1&A=0"]
        {
            let mut right = Vec::new();
            let mut query = CanonicalQuery::read(Some(raw), PlusDecoding::Space);
            query.sort();
            query.write(&mut right);
            assert_eq!(variants(&facts(raw, SignatureLocation::Header)).right, right, "{raw}");
        }
        let presigned = "X-Amz-Signature=00&X-Amz-Security-Token=t%2F&a=1&%58-Amz-Signature=1";
        assert_eq!(variants(&facts(presigned, SignatureLocation::Query)).right, b"X-Amz-Security-Token=t%2F&a=1");
    }

    #[test]
    fn mistakes_of_clients_have_their_names() {
        for (raw, signed, expected) in [
            ("b=2&a=1", "b=2&a=1", "query-unsorted"),
            ("p[page]=1&p[pageSize]=2", "p%5BpageSize%5D=2&p%5Bpage%5D=1", "query-sorted-before-encoding"),
            ("q.parser=s&q=1", "q.parser=s&q=1", "query-sorted-as-pairs"),
            ("a=2&a=1", "a=2&a=1", "query-values-unsorted"),
            ("a=x/y", "a=x/y", "query-not-encoded"),
            ("a=%2f", "a=%2f", "query-not-encoded"),
            ("a=%2F", "a=%252F", "query-encoded-twice"),
            ("a=1+2", "a=1%2B2", "query-plus-literal"),
            ("a=1%202", "a=1+2", "query-space-as-plus"),
            ("uploads", "uploads", "query-bare-key"),
            ("a&b=1", "b=1", "query-bare-key-dropped"),
            ("a=2&b=1&a=1", "a=2&b=1", "query-first-value-only"),
            ("a=2&b=1&a=1", "a=1&b=1", "query-last-value-only"),
            ("a=1", "", "query-omitted"),
            ("a=1&&b=2", "&a=1&b=2", "query-empty-pair-kept"),
            ("a=1&&b=2", "=&a=1&b=2", "query-empty-pair-kept"),
            ("a=%2B+", "a=%20%20", "query-plus-as-space"),
            ("a=b=c", "a=b", "query-cut-at-second-equals"),
            ("b&a=/", "b=&a=/", "query-unsorted+query-not-encoded"),
            ("c&b=/&a=1&", "c&b=/&a=1&", "query-verbatim"),
        ] {
            let variants = variants(&facts(raw, SignatureLocation::Header));
            let variant = variants.find(signed.as_bytes()).unwrap_or_else(|| panic!("{raw} signed as {signed}"));
            let names: Vec<_> = variant.mistakes.iter().map(|m| m.cause.name).collect();
            assert_eq!(names.join("+"), expected, "{raw} signed as {signed}, or {:?}", variant.others);
        }
    }
}
