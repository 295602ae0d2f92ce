//! How clients write a query: which parameters, in which spelling and order.

use crate::canonical::query::{halves, names};
use crate::explain::query::facts::QueryFacts;
use crate::explain::query::spelling::Spelling;
use crate::explain::spelling::decode;
use crate::name::{AMZ_PREFIX, query as name};
use std::collections::{BTreeMap, HashMap};

/// How a client writes a query.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) spelling: Spelling,
    /// Where the spelling applies. Elsewhere the right one does.
    pub(super) place: Place,
    pub(super) order: Order,
    pub(super) bare: Bare,
    pub(super) repeats: Repeats,
    pub(super) extent: Extent,
}

/// The parts of a query in which a spelling applies.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Everywhere,
    Names,
    Values,
    /// The parameter at this position.
    Parameter(usize),
}

#[derive(Clone, Copy)]
pub(super) enum Order {
    Right,
    Wire,
    Decoded,
    Pairs,
    Names,
    /// By decoded names, and then by encoded values.
    DecodedNames,
    IgnoringCase,
    /// The parameters of the signature behind all others.
    AmzLast,
}

#[derive(Clone, Copy)]
pub(super) enum Bare {
    Right,
    /// Without `=` as on the wire.
    NoEquals,
    /// Without `=` for every empty value.
    EmptyToo,
    Dropped,
    /// Parameters with an empty value are dropped as well.
    EmptyDropped,
    Null(&'static [u8]),
}

#[derive(Clone, Copy)]
pub(super) enum Repeats {
    Right,
    First,
    Last,
    Joined,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Extent {
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
    /// Without parameters that have an empty name.
    WithoutNameless,
    /// An empty name as `(nil)`, which a C library writes for a missing text.
    NilNames,
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

impl Style {
    pub(super) const RIGHT: Self = Self {
        spelling: Spelling::Right,
        place: Place::Everywhere,
        order: Order::Right,
        bare: Bare::Right,
        repeats: Repeats::Right,
        extent: Extent::Right,
    };

    pub(super) fn write(&self, facts: &QueryFacts<'_>) -> Vec<u8> {
        if self.extent == Extent::Omitted {
            return Vec::new();
        }
        let mut pairs: Vec<_> = self.pairs(facts);
        self.sort(&mut pairs);
        self.drop_repeats(&mut pairs);
        let texts: Vec<_> = pairs.iter().map(|pair| self.text(pair)).collect();
        texts.join(&b'&')
    }

    fn includes(&self, facts: &QueryFacts<'_>, raw_name: &[u8]) -> bool {
        match self.extent {
            Extent::OtherToken if names(raw_name, name::TOKEN) => !facts.is_signed(raw_name),
            Extent::WithoutAmz => {
                !decode(raw_name).to_ascii_lowercase().starts_with(AMZ_PREFIX.as_bytes()) && facts.is_signed(raw_name)
            }
            _ => facts.is_signed(raw_name),
        }
    }

    /// Whether a piece between two `&` is written.
    fn keeps(&self, facts: &QueryFacts<'_>, piece: &[u8]) -> bool {
        if piece.is_empty() && (facts.raw.is_empty() || !self.extent.keeps_empty()) {
            return false;
        }
        let (raw_name, raw_value) = halves(piece);
        let dropped_value = match self.bare {
            Bare::Dropped => self.is_bare(piece),
            Bare::EmptyDropped => raw_value.is_empty(),
            Bare::Right | Bare::NoEquals | Bare::EmptyToo | Bare::Null(_) => false,
        };
        let dropped = match self.extent {
            Extent::WithoutSemicolons => piece.contains(&b';'),
            Extent::WithoutNameless => raw_name.is_empty() && !piece.is_empty(),
            _ => false,
        };
        !dropped && !dropped_value && self.includes(facts, raw_name)
    }

    /// Whether a piece is written without `=`.
    fn is_bare(&self, piece: &[u8]) -> bool {
        let given = piece.is_empty() && self.extent == Extent::EmptyNamed;
        !(given || piece.contains(&b'='))
    }

    /// The spellings of the name and the value of the parameter at this position.
    fn spellings(&self, position: usize) -> [Spelling; 2] {
        match self.place {
            Place::Names => [self.spelling, Spelling::Right],
            Place::Values => [Spelling::Right, self.spelling],
            Place::Parameter(only) if only != position => [Spelling::Right; 2],
            Place::Everywhere | Place::Parameter(_) => [self.spelling; 2],
        }
    }

    fn pairs<'a>(&self, facts: &QueryFacts<'a>) -> Vec<Pair<'a>> {
        let mut pairs = Vec::new();
        let pieces = facts.raw.split(|b| *b == b'&').enumerate();
        for (place, piece) in pieces.filter(|(_, piece)| self.keeps(facts, piece)) {
            let (raw_name, raw_value) = halves(piece);
            let bare = self.is_bare(piece);
            let times = if self.extent == Extent::TokenTwice && names(raw_name, name::TOKEN) { 2 } else { 1 };
            for _ in 0..times {
                let [of_name, of_value] = self.spellings(place);
                let name = of_name.write(raw_name, facts.plus);
                let value = match (bare, self.bare) {
                    (true, Bare::Null(text)) if !piece.is_empty() => text.to_vec(),
                    _ => of_value.write(raw_value, facts.plus),
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
            Order::DecodedNames => pairs.sort_by_cached_key(|pair| (decode(pair.raw_name), pair.value.clone())),
            Order::AmzLast => pairs.sort_by_cached_key(|pair| (is_amz(pair), pair.name.clone(), pair.value.clone())),
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
        let is_nil = self.extent == Extent::NilNames && pair.name.is_empty() && !pair.bare;
        let mut text = if is_nil { b"(nil)".to_vec() } else { pair.name.clone() };
        let without_equals = match self.bare {
            Bare::NoEquals => pair.bare,
            Bare::EmptyToo => pair.value.is_empty(),
            Bare::Right | Bare::Dropped | Bare::EmptyDropped | Bare::Null(_) => false,
        };
        if !(without_equals || (pair.name.is_empty() && pair.bare)) {
            text.push(b'=');
            text.extend_from_slice(&pair.value);
        }
        text
    }
}

fn is_amz(pair: &Pair<'_>) -> bool {
    pair.name.to_ascii_lowercase().starts_with(AMZ_PREFIX.as_bytes())
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
