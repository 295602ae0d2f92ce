//! The wrong signer's query.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::wrong_signer::{WrongSigner, decode, encode};

/// A parameter as it is on the wire.
#[derive(Clone, Copy)]
struct Pair<'q> {
    name: &'q str,
    value: Option<&'q str>,
}

pub fn canonical(signer: &WrongSigner, query: Option<&str>) -> Vec<u8> {
    if let Some(query) = signer.told(|m| if let Mistake::QueryIs(query) = m { Some(query) } else { None }) {
        return query.as_bytes().to_vec();
    }
    let has = |mistake| signer.has(mistake);
    if has(Mistake::QueryOmitted) {
        return Vec::new();
    }
    let pieces = query.unwrap_or_default().split('&');
    let pieces = pieces.filter(|piece| !piece.is_empty() || has(Mistake::QueryEmptyPairKept));
    let mut pairs: Vec<Pair<'_>> = pieces
        .map(|piece| match piece.split_once('=') {
            Some((name, value)) => Pair { name, value: Some(value) },
            None => Pair { name: piece, value: None },
        })
        .collect();
    if has(Mistake::QueryLastValueOnly) {
        pairs.reverse();
    }
    if has(Mistake::QueryFirstValueOnly) || has(Mistake::QueryLastValueOnly) {
        let mut seen = Vec::new();
        pairs.retain(|pair| {
            !seen.contains(&pair.name) && {
                seen.push(pair.name);
                true
            }
        });
    }
    if has(Mistake::QuerySemicolonDropped) {
        pairs.retain(|pair| !pair.value.is_some_and(|value| value.contains(';')));
    }
    if has(Mistake::QueryAmzOmitted) {
        pairs.retain(|pair| !pair.name.starts_with("X-Amz-"));
    }
    if has(Mistake::QueryBareKeyDropped) {
        pairs.retain(|pair| pair.value.is_some());
    }
    sort_and_join(signer, pairs)
}

fn sort_and_join(signer: &WrongSigner, mut pairs: Vec<Pair<'_>>) -> Vec<u8> {
    let has = |mistake| signer.has(mistake);
    if has(Mistake::QuerySortedBeforeEncoding) {
        pairs.sort_by_key(|pair| (decode(pair.name.as_bytes()), decode(pair.value.unwrap_or_default().as_bytes())));
    }
    let mut done: Vec<(String, String)> = pairs.iter().map(|pair| parameter(signer, *pair)).collect();
    if has(Mistake::QueryValuesJoined) {
        done.dedup_by(|next, kept| {
            kept.0 == next.0 && {
                kept.1 = format!("{}%2C{}", kept.1, &next.1[1..]);
                true
            }
        });
    }
    let line = |(name, rest): &(String, String)| format!("{name}{rest}");
    if has(Mistake::QueryUnsorted) || has(Mistake::QuerySortedBeforeEncoding) {
    } else if has(Mistake::QuerySortedAsPairs) {
        done.sort_by_key(line);
    } else if has(Mistake::QuerySortedIgnoringCase) {
        done.sort_by_key(|(name, rest)| (name.to_lowercase(), rest.to_lowercase()));
    } else if has(Mistake::QueryValuesUnsorted) {
        done.sort_by_key(|(name, _)| name.clone());
    } else {
        done.sort();
    }
    done.iter().map(line).collect::<Vec<_>>().join("&").into_bytes()
}

/// The name, and `=` with the value.
fn parameter(signer: &WrongSigner, pair: Pair<'_>) -> (String, String) {
    let mut value = pair.value.unwrap_or_default();
    if signer.has(Mistake::QueryCutAtSecondEquals) {
        value = value.split('=').next().unwrap();
    }
    if pair.value.is_none() && signer.has(Mistake::QueryBareKeyNull) {
        value = "null";
    }
    let equals = if pair.value.is_none() && signer.has(Mistake::QueryBareKey) { "" } else { "=" };
    (component(signer, pair.name), format!("{equals}{}", component(signer, value)))
}

fn component(signer: &WrongSigner, raw: &str) -> String {
    let has = |mistake| signer.has(mistake);
    if has(Mistake::QueryNotEncoded) {
        return raw.to_owned();
    }
    if has(Mistake::QueryEncodedTwice) {
        return encode(raw.as_bytes(), b"");
    }
    let literal = has(Mistake::QueryPlusLiteral) || (signer.plus_is_plus && !has(Mistake::QueryPlusAsSpace));
    let plus = if literal { "%2B" } else { "%20" };
    let mut raw = raw.replace('+', plus);
    if has(Mistake::QueryEncodedPlusAsSpace) {
        raw = raw.replace("%2B", "%20");
    }
    let encoded = encode(&decode(raw.as_bytes()), b"");
    match () {
        () if has(Mistake::QueryDecoded) => String::from_utf8(decode(raw.as_bytes())).unwrap(),
        () if has(Mistake::QueryHexLower) => crate::mistakes::wrong_path::lower_hex(&encoded),
        () if has(Mistake::QuerySpaceAsPlus) => encoded.replace("%20", "+"),
        () if has(Mistake::QueryTildeEncoded) => encoded.replace('~', "%7E"),
        () => encoded,
    }
}
