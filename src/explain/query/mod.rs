//! The query, as clients write it.

pub(crate) mod causes;
pub(crate) mod facts;
mod parameters;
pub(crate) mod spelling;
mod style;

use crate::auth::SignatureLocation;
use crate::bytes::percent::PlusDecoding;
use crate::canonical::query::halves;
use crate::explain::cause::Mistake;
use crate::explain::headers::causes::{TOKEN_NOT_SIGNED, TOKEN_SIGNED, TOKEN_SIGNED_TWICE};
use crate::explain::query::causes::{
    QUERY_AMZ_OMITTED, QUERY_BARE_KEY, QUERY_BARE_KEY_DROPPED, QUERY_BARE_KEY_NULL, QUERY_CHARACTER_ENCODED_WHOLE,
    QUERY_CUT, QUERY_DECODED, QUERY_DECODED_TWICE, QUERY_EMPTY_PAIR_KEPT, QUERY_EMPTY_VALUE_DROPPED,
    QUERY_ENCODED_TWICE, QUERY_FIRST_VALUE_ONLY, QUERY_HEX_LOWER, QUERY_LAST_VALUE_ONLY, QUERY_NAMELESS_DROPPED,
    QUERY_NAMELESS_NIL, QUERY_NOT_ENCODED, QUERY_OMITTED, QUERY_PLUS_AS_SPACE, QUERY_PLUS_LITERAL,
    QUERY_SEMICOLON_DROPPED, QUERY_SORTED_AS_PAIRS, QUERY_SORTED_BEFORE_ENCODING, QUERY_SORTED_IGNORING_CASE,
    QUERY_SPACE_AS_PLUS, QUERY_TILDE_ENCODED, QUERY_UNRESERVED_ENCODED, QUERY_UNSORTED, QUERY_VALUES_JOINED,
    QUERY_VALUES_UNSORTED, QUERY_VERBATIM,
};
use crate::explain::query::facts::QueryFacts;
use crate::explain::query::spelling::Spelling;
use crate::explain::query::style::{Bare, Extent, Order, Place, Repeats, Style};
use crate::explain::spelling::{
    ClientSet, HARD_SETS, SOFT_SETS, count_sequences, escaped_bytes, has_hex_letter, rewrite_sequences,
};
use crate::explain::variants::{Change, Depth, Group, Variants};
use crate::settings::SessionTokenPlacement;
use std::ops::Range;

/// The maximum number of percent sequences of which every subset is tried.
const MAX_OCCURRENCES: usize = 4;
/// The maximum number of different escaped bytes of which each is tried alone.
const MAX_ESCAPED: usize = 8;
/// The maximum number of parameters of which each alone is spelled wrongly.
const MAX_SPELLED_ALONE: usize = 12;

/// The variants of a query.
pub(crate) fn variants(facts: &QueryFacts<'_>) -> Variants {
    to_depth(facts, Depth::All)
}

/// Some of the variants of a query.
pub(crate) fn to_depth(facts: &QueryFacts<'_>, depth: Depth) -> Variants {
    let groups = [orders(), spellings(facts), bare_keys(facts), repeats(), extents(facts)];
    let mut variants =
        Variants::explore(&Style::RIGHT, &groups, facts.raw.len(), depth, |style| Some(style.write(facts)));
    if depth != Depth::All {
        return variants;
    }
    let verbatim: Vec<_> = facts.raw.split(|b| *b == b'&').filter(|piece| facts.is_signed(halves(piece).0)).collect();
    variants.push(vec![QUERY_VERBATIM.into()], verbatim.join(&b'&'));
    add_clients(&mut variants, facts);
    add_others(&mut variants, facts);
    add_partly_spelled(&mut variants, facts);
    add_occurrences(&mut variants, facts);
    variants
}

/// What some clients do at once, as one mistake.
fn add_clients(variants: &mut Variants, facts: &QueryFacts<'_>) {
    let right = Style::RIGHT;
    let (wire, unescaped) = (Spelling::Wire, Spelling::WireUnescaped(ClientSet::All));
    let as_sent = |spelling| Style { spelling, ..right };
    for (causes, style) in [
        // botocore with headers, and requests-auth-aws-sigv4.
        ([QUERY_NOT_ENCODED, QUERY_EMPTY_PAIR_KEPT], Style { extent: Extent::EmptyNamed, ..as_sent(wire) }),
        ([QUERY_NOT_ENCODED, QUERY_EMPTY_PAIR_KEPT], Style { extent: Extent::EmptyNamed, ..as_sent(unescaped) }),
        ([QUERY_NOT_ENCODED, QUERY_LAST_VALUE_ONLY], Style { repeats: Repeats::Last, ..as_sent(wire) }),
        ([QUERY_NOT_ENCODED, QUERY_BARE_KEY], Style { bare: Bare::NoEquals, ..as_sent(wire) }),
    ] {
        let mistakes = causes.map(Mistake::from).into();
        variants.add_together(mistakes, facts.raw.len(), || style.write(facts));
    }
}

/// Queries with other parameters.
fn add_others(variants: &mut Variants, facts: &QueryFacts<'_>) {
    for other in parameters::others(facts) {
        let facts = QueryFacts { raw: &other.raw, ..*facts };
        let write = || Style::RIGHT.write(&facts);
        if other.is_likely {
            variants.add_first(other.mistake, other.raw.len(), write);
        } else {
            variants.add(other.mistake, other.raw.len(), other.is_combined, write);
        }
    }
}

/// Wrong spellings of only the names, only the values, one parameter or one character.
fn add_partly_spelled(variants: &mut Variants, facts: &QueryFacts<'_>) {
    let len = facts.raw.len();
    let wrong = [
        (QUERY_NOT_ENCODED, Spelling::Wire),
        (QUERY_ENCODED_TWICE, Spelling::Twice),
        (QUERY_ENCODED_TWICE, Spelling::WireEncoded),
        (QUERY_DECODED, Spelling::Decoded),
    ];
    for place in [Place::Names, Place::Values] {
        for (cause, spelling) in wrong {
            variants.add(cause, len, true, || Style { spelling, place, ..Style::RIGHT }.write(facts));
        }
    }
    let reserved: Vec<_> = escaped_bytes(&variants.right, MAX_ESCAPED).into_iter().filter(u8::is_ascii).collect();
    for spelling in reserved.iter().flat_map(|byte| [Spelling::Kept(*byte), Spelling::AllKeptBut(*byte)]) {
        variants.add(QUERY_NOT_ENCODED, len, false, || Style { spelling, ..Style::RIGHT }.write(facts));
    }
    let places = facts.raw.split(|b| *b == b'&').map(|piece| halves(piece).0).enumerate().take(MAX_SPELLED_ALONE);
    for (position, name) in places {
        let place = Place::Parameter(position);
        for (cause, spelling) in wrong {
            let mistake = cause.of(parameters::shown(name));
            variants.add(mistake, len, false, || Style { spelling, place, ..Style::RIGHT }.write(facts));
        }
    }
}

/// Variants in which only some occurrences of percent sequences are otherwise, because the signer saw a URL with raw and encoded
/// characters side by side.
fn add_occurrences(variants: &mut Variants, facts: &QueryFacts<'_>) {
    let len = facts.raw.len();
    let mut add = |cause, raw: &[u8], spelling| {
        let facts = QueryFacts { raw, ..*facts };
        variants.add(cause, len, true, || Style { spelling, ..Style::RIGHT }.write(&facts));
    };
    let is_client = |byte| ClientSet::All.contains(byte);
    for mask in masks(count_sequences(facts.raw, is_client)) {
        let decoded = rewrite_sequences(facts.raw, mask, is_client, |_, byte, out| out.push(byte));
        add(QUERY_NOT_ENCODED, &decoded, Spelling::Wire);
        add(QUERY_ENCODED_TWICE, &decoded, Spelling::WireEncoded);
    }
    for mask in masks(count_sequences(facts.raw, has_hex_letter)) {
        let lower =
            rewrite_sequences(facts.raw, mask, has_hex_letter, |text, _, out| out.extend(text.to_ascii_lowercase()));
        add(QUERY_HEX_LOWER, &lower, Spelling::Wire);
    }
}

/// The subsets of so many occurrences, but not the empty one. None if there are too many.
fn masks(occurrences: usize) -> Range<u32> {
    if occurrences > MAX_OCCURRENCES { 0..0 } else { 1..(1 << occurrences) }
}

fn orders() -> Group<'static, Style> {
    let orders = [
        (QUERY_VALUES_UNSORTED, Order::Names),
        (QUERY_SORTED_AS_PAIRS, Order::Pairs),
        (QUERY_SORTED_BEFORE_ENCODING, Order::Decoded),
        (QUERY_UNSORTED, Order::Wire),
        (QUERY_SORTED_BEFORE_ENCODING, Order::DecodedNames),
        (QUERY_SORTED_IGNORING_CASE, Order::IgnoringCase),
        (QUERY_UNSORTED, Order::AmzLast),
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
        (QUERY_DECODED, Spelling::Decoded),
        (QUERY_NOT_ENCODED, Spelling::WireUnescaped(ClientSet::All)),
        (QUERY_CUT, Spelling::Cut),
        (QUERY_ENCODED_TWICE, Spelling::Twice),
        (QUERY_ENCODED_TWICE, Spelling::WireEncoded),
        (QUERY_HEX_LOWER, Spelling::LowerHex),
        (QUERY_HEX_LOWER, Spelling::WireLowerHex),
    ];
    if has_space {
        spellings.push((QUERY_SPACE_AS_PLUS, Spelling::SpaceAsPlus));
    }
    for set in [ClientSet::NonAscii, ClientSet::Ascii, ClientSet::Space] {
        spellings.push((QUERY_NOT_ENCODED, Spelling::WireUnescaped(set)));
    }
    for set in [ClientSet::All, ClientSet::NonAscii, ClientSet::Ascii, ClientSet::Space] {
        spellings.push((QUERY_ENCODED_TWICE, Spelling::UnescapedEncoded(set)));
    }
    spellings.push((QUERY_ENCODED_TWICE, Spelling::LowerHexEncoded));
    spellings.extend(SOFT_SETS.map(|soft| (QUERY_NOT_ENCODED, Spelling::Soft(soft))));
    spellings.push((QUERY_NOT_ENCODED, Spelling::SequencesKept));
    for set in HARD_SETS {
        let cause = if set == b"~" { QUERY_TILDE_ENCODED } else { QUERY_UNRESERVED_ENCODED };
        spellings.push((cause, Spelling::Hard(set)));
    }
    if has_space {
        spellings.push((QUERY_SPACE_AS_PLUS, Spelling::Form));
    }
    if escaped_bytes(facts.raw, usize::MAX).contains(&b'%') {
        spellings.push((QUERY_DECODED_TWICE, Spelling::DecodedTwice));
    }
    spellings.push((QUERY_CHARACTER_ENCODED_WHOLE, Spelling::OnePercent));
    let change = |(cause, spelling)| Change::new(cause, move |s: &mut Style| s.spelling = spelling);
    spellings.into_iter().map(change).collect()
}

fn bare_keys(facts: &QueryFacts<'_>) -> Group<'static, Style> {
    let mut bare_keys = vec![
        (QUERY_BARE_KEY, Bare::NoEquals),
        (QUERY_BARE_KEY, Bare::EmptyToo),
        (QUERY_BARE_KEY_DROPPED, Bare::Dropped),
        (QUERY_EMPTY_VALUE_DROPPED, Bare::EmptyDropped),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"null")),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"None")),
        (QUERY_BARE_KEY_NULL, Bare::Null(b"undefined")),
    ];
    if facts.is_canonical {
        bare_keys.push((QUERY_BARE_KEY_DROPPED, Bare::EmptyDropped));
    }
    let change = |(cause, bare)| Change::new(cause, move |s: &mut Style| s.bare = bare);
    bare_keys.into_iter().map(change).collect()
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
        (QUERY_NAMELESS_DROPPED, Extent::WithoutNameless, true),
        (QUERY_NAMELESS_NIL, Extent::NilNames, true),
        (QUERY_SEMICOLON_DROPPED, Extent::WithoutSemicolons, true),
        (QUERY_OMITTED, Extent::Omitted, true),
    ];
    let possible = extents.into_iter().filter(|(_, _, is_possible)| *is_possible);
    possible.map(|(cause, extent, _)| Change::new(cause, move |s: &mut Style| s.extent = extent)).collect()
}

#[cfg(test)]
mod tests {
    use super::facts::QueryFacts;
    use super::variants;
    use crate::auth::SignatureLocation;
    use crate::bytes::percent::PlusDecoding;
    use crate::canonical::query::CanonicalQuery;
    use crate::settings::SessionTokenPlacement;

    fn facts(raw: &str, location: SignatureLocation) -> QueryFacts<'_> {
        QueryFacts {
            raw: raw.as_bytes(),
            is_canonical: false,
            method: "GET",
            plus: PlusDecoding::Space,
            location,
            token: SessionTokenPlacement::Signed,
            targets: &[],
        }
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
            ("=v&a=1", "a=1", "query-nameless-dropped"),
            ("=v&a=1", "(nil)=v&a=1", "query-nameless-nil"),
            ("a=&b=1", "b=1", "query-empty-value-dropped"),
            ("a=%C3%A9&b=%2F", "a=é&b=%2F", "query-not-encoded"),
            ("m=a%7Cb&n=x%3Ay", "m=a|b&n=x%3Ay", "query-not-encoded"),
            ("x=%C3%BC&y=/", "x=%c3%bc&y=/", "query-hex-lower-case"),
            ("%C3%BC=%7B%22a%22:1%7D", "%25C3%25BC=%7B%22a%22%3A1%7D", "query-encoded-twice"),
            ("a~b=%C3%BC", "a~b=%25c3%25bc", "query-encoded-twice"),
            ("a=%C3%A9&b=x%2Fy%2F", "a=%C3%A9&b=x%2fy%2F", "query-hex-lower-case"),
            ("a=%7B1%7B%2F", "a={1%7B%2F", "query-not-encoded"),
            ("b=x&id=?&z=1", "b=x&id=", "query-cut-at-question-mark"),
            ("a=1%3B2%2F3", "a=1%3B2/3", "query-not-encoded"),
            ("a[b]=c%20d", "a[b]=c%20d", "query-not-encoded"),
            ("a=x.y-z", "a=x%2Ey%2Dz", "query-unreserved-encoded"),
            ("a=1&%C3%BC=/", "%C3BC=%2F&a=1", "query-character-encoded-whole"),
            ("a=%E4%B8%AD", "a=%E4B8AD", "query-character-encoded-whole"),
            ("a=%2520%2F", "a=%20%2F", "query-decoded-twice"),
            ("a=1&b=2&c=3", "a=1&c=3", "query-parameter-added"),
            ("a=1&utm_source=x&utm_medium=y", "a=1", "query-parameter-added"),
            ("fbclid=x", "", "query-parameter-added"),
            ("a=1&b=2&c=3", "b=2", "query-parameter-added"),
            ("a=1", "a=1&x-id=GetObject", "query-parameter-removed"),
            ("", "list-type=2", "query-parameter-removed"),
            ("a=1&amp;b=2", "a=1&b=2", "query-html-escaped"),
            ("A=1&Bc=2", "a=1&bc=2", "query-names-lower-cased"),
            ("a%5B%5D=1&a%5B%5D=2", "a=1&a=2", "query-array-notation"),
            ("a=1&a=2", "a%5B%5D=1&a%5B%5D=2", "query-array-notation"),
            ("a=1&a=2", "a%5B0%5D=1&a%5B1%5D=2", "query-array-notation"),
            ("a=1&b=2", "a=1&a=1&b=2&b=2", "query-signed-twice"),
        ] {
            let variants = variants(&facts(raw, SignatureLocation::Header));
            let variant = variants.find(signed.as_bytes()).unwrap_or_else(|| panic!("{raw} signed as {signed}"));
            let names: Vec<_> = variant.mistakes.iter().map(|m| m.cause.name).collect();
            assert_eq!(names.join("+"), expected, "{raw} signed as {signed}, or {:?}", variant.others);
        }
    }
}
