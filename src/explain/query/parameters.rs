//! Other queries than the received one that a client may have signed: parameters that were added or removed on the way, and
//! other notations of the same parameters.

use crate::canonical::query::{halves, names};
use crate::explain::cause::Mistake;
use crate::explain::query::causes::{
    QUERY_ARRAY_NOTATION, QUERY_CUT_AT_QUESTION_MARK, QUERY_HTML_ESCAPED, QUERY_NAMES_LOWERED, QUERY_PARAMETER_ADDED,
    QUERY_PARAMETER_REMOVED, QUERY_REWRITTEN, QUERY_SIGNED_TWICE,
};
use crate::explain::query::facts::QueryFacts;
use crate::explain::spelling::{decode, lower_case, replace};
use crate::name::query as name;
use std::collections::HashMap;

/// The maximum number of parameters of which each is left out.
const MAX_LEFT_OUT: usize = 32;
/// The number of parameters that are left out also together with mistakes in other sections.
const COMBINED_LEFT_OUT: usize = 12;
/// The maximum number of parameters of which every two are left out.
const MAX_LEFT_OUT_TWO: usize = 12;
/// The maximum length of the names in a finding.
const MAX_DETAIL_LEN: usize = 64;

/// Parameters that trackers, caches and links add to a URL that is signed already.
const OFTEN_ADDED: [&str; 29] = [
    "response-content-disposition",
    "response-content-type",
    "response-cache-control",
    "response-content-encoding",
    "response-content-language",
    "response-expires",
    "fbclid",
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_",
    "x-id",
    "versionid",
    "cb",
    "cachebuster",
    "nocache",
    "ref",
    "download",
];

/// Parameters that clients sign and that get lost on the way.
const OFTEN_REMOVED: [&str; 21] = [
    "list-type=2",
    "x-amz-checksum-mode=ENABLED",
    "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD",
    "uploads=",
    "delete=",
    "acl=",
    "location=",
    "policy=",
    "tagging=",
    "versioning=",
    "versions=",
    "lifecycle=",
    "cors=",
    "encoding-type=url",
    "delimiter=%2F",
    "prefix=",
    "delimiter=",
    "max-keys=1000",
    "attributes=",
    "session=",
    "x-amz-checksum-algorithm=CRC32",
];

/// The operations that aws-sdk-js v3 names in `x-id`, by method.
const OPERATIONS: [(&str, &[&str]); 5] = [
    ("GET", &["GetObject", "ListBuckets", "ListObjects", "ListParts", "GetObjectAcl"]),
    ("HEAD", &["HeadObject"]),
    ("PUT", &["PutObject", "UploadPart", "CopyObject", "UploadPartCopy"]),
    ("DELETE", &["DeleteObject", "AbortMultipartUpload"]),
    ("POST", &["DeleteObjects", "CreateMultipartUpload", "SelectObjectContent"]),
];

/// A raw query that a client may have signed in place of the received one.
pub(super) struct OtherQuery {
    pub(super) mistake: Mistake,
    pub(super) raw: Vec<u8>,
    /// Whether it is combined with mistakes in other sections.
    pub(super) is_combined: bool,
    /// Whether it is likelier than other causes of the same bytes.
    pub(super) is_likely: bool,
}

impl OtherQuery {
    fn new(mistake: impl Into<Mistake>, raw: Vec<u8>) -> Self {
        Self { mistake: mistake.into(), raw, is_combined: true, is_likely: false }
    }

    fn rare(self) -> Self {
        Self { is_combined: false, ..self }
    }
}

/// The other queries, the likeliest first.
pub(super) fn others(facts: &QueryFacts<'_>) -> Vec<OtherQuery> {
    let mut others = notations(facts);
    others.extend(facts.targets.iter().filter_map(|target| {
        let mistake = QUERY_REWRITTEN.of(target.header);
        target.query.map(|query| OtherQuery::new(mistake, query.to_vec()))
    }));
    let pieces: Vec<_> = facts.raw.split(|b| *b == b'&').collect();
    let is_candidate = |piece: &[u8]| {
        let name = halves(piece).0;
        facts.is_signed(name) && !piece.is_empty() && !names(name, name::TOKEN)
    };
    let places = pieces.iter().enumerate().filter(|(_, piece)| is_candidate(piece)).map(|(place, _)| place);
    let places: Vec<_> = places.take(MAX_LEFT_OUT).collect();
    others.extend(left_out(&pieces, &places));
    others.extend(added(facts));
    others.extend(two_left_out(&pieces, &places));
    others
}

/// Queries without the parameters that are often added, and without each parameter.
fn left_out(pieces: &[&[u8]], places: &[usize]) -> Vec<OtherQuery> {
    let is_known = |place: &&usize| pieces.get(**place).is_some_and(|piece| is_often_added(halves(piece).0));
    let (known, unknown): (Vec<_>, Vec<_>) = places.iter().partition(is_known);
    let mut others = Vec::new();
    if known.len() > 1 {
        others.push(OtherQuery { is_likely: true, ..without(pieces, &known) });
    }
    others.extend(known.iter().map(|place| OtherQuery { is_likely: true, ..without(pieces, &[*place]) }));
    for (n, place) in unknown.into_iter().enumerate() {
        others.push(OtherQuery { is_combined: n < COMBINED_LEFT_OUT, ..without(pieces, &[place]) });
    }
    others
}

/// Queries without any two parameters, and without several at the end.
fn two_left_out(pieces: &[&[u8]], places: &[usize]) -> Vec<OtherQuery> {
    let places: Vec<_> = places.iter().rev().take(MAX_LEFT_OUT_TWO).rev().copied().collect();
    let mut others = Vec::new();
    for (n, first) in places.iter().enumerate() {
        others.extend(places.iter().skip(n + 1).map(|second| without(pieces, &[*first, *second]).rare()));
    }
    for last in 3..places.len() {
        let end = places.get(places.len() - last..).unwrap_or_default();
        others.push(without(pieces, end).rare());
    }
    others
}

fn without(pieces: &[&[u8]], places: &[usize]) -> OtherQuery {
    let names = places.iter().filter_map(|place| pieces.get(*place)).map(|piece| shown(halves(piece).0));
    let mistake = QUERY_PARAMETER_ADDED.of(names.collect::<Vec<_>>().join(", "));
    let kept = pieces.iter().enumerate().filter(|(place, _)| !places.contains(place)).map(|(_, piece)| *piece);
    OtherQuery::new(mistake, kept.collect::<Vec<_>>().join(&b'&'))
}

fn is_often_added(raw_name: &[u8]) -> bool {
    let name = raw_name.to_ascii_lowercase();
    name.starts_with(b"utm_") || OFTEN_ADDED.iter().any(|known| name == known.as_bytes())
}

/// Queries with a parameter that often gets lost.
fn added(facts: &QueryFacts<'_>) -> Vec<OtherQuery> {
    let operations = OPERATIONS.iter().filter(|(method, _)| *method == facts.method).flat_map(|(_, names)| *names);
    let ids = operations.map(|operation| format!("x-id={operation}"));
    let has = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default().as_bytes();
        facts.raw.split(|b| *b == b'&').any(|piece| halves(piece).0 == name)
    };
    let parameters = ids.chain(OFTEN_REMOVED.iter().map(|parameter| (*parameter).to_owned()));
    let with = |(n, parameter): (usize, String)| {
        let other = OtherQuery::new(QUERY_PARAMETER_REMOVED.of(&*parameter), joined(facts.raw, parameter.as_bytes()));
        OtherQuery { is_combined: n < 2, ..other }
    };
    parameters.filter(|parameter| !has(parameter)).enumerate().map(with).collect()
}

fn joined(raw: &[u8], more: &[u8]) -> Vec<u8> {
    let separator: &[u8] = if raw.is_empty() { b"" } else { b"&" };
    [raw, separator, more].concat()
}

/// Other notations of the same parameters.
fn notations(facts: &QueryFacts<'_>) -> Vec<OtherQuery> {
    let mut others = Vec::new();
    if facts.raw.windows(5).any(|window| window == b"&amp;") {
        others.push(OtherQuery::new(QUERY_HTML_ESCAPED, replace(facts.raw, b"&amp;", b"&")));
    }
    if let Some(mark) = facts.raw.iter().position(|b| *b == b'?') {
        others.push(OtherQuery::new(QUERY_CUT_AT_QUESTION_MARK, facts.raw.split_at(mark).0.to_vec()));
    }
    let lower = |name: &[u8]| if facts.is_signed(name) { lower_case(name) } else { name.to_vec() };
    others.push(OtherQuery::new(QUERY_NAMES_LOWERED, renamed(facts.raw, lower)).rare());
    others.extend(array_notations(facts));
    others.push(OtherQuery::new(QUERY_SIGNED_TWICE, joined(facts.raw, facts.raw)).rare());
    others
}

/// The names of arrays without brackets, with empty ones and with positions.
fn array_notations(facts: &QueryFacts<'_>) -> Vec<OtherQuery> {
    let mut number: HashMap<&[u8], usize> = HashMap::new();
    for piece in facts.raw.split(|b| *b == b'&') {
        *number.entry(halves(piece).0).or_default() += 1;
    }
    let is_repeated = |name: &[u8]| number.get(name).is_some_and(|number| *number > 1);
    let with_brackets = |name: &[u8]| {
        let base = without_brackets(name);
        if is_repeated(name) || base.len() < decode(name).len() {
            [&base, &b"%5B%5D"[..]].concat()
        } else {
            name.to_vec()
        }
    };
    let mut counted: HashMap<Vec<u8>, usize> = HashMap::new();
    let with_positions = |name: &[u8]| {
        let base = without_brackets(name);
        if !is_repeated(name) {
            return name.to_vec();
        }
        let position = counted.entry(base.clone()).or_default();
        let positioned = [&base, format!("%5B{position}%5D").as_bytes()].concat();
        *position += 1;
        positioned
    };
    let queries = [
        renamed(facts.raw, |name| if ends_with_bracket(name) { without_brackets(name) } else { name.to_vec() }),
        renamed(facts.raw, with_brackets),
        renamed(facts.raw, with_positions),
    ];
    queries.into_iter().map(|raw| OtherQuery::new(QUERY_ARRAY_NOTATION, raw).rare()).collect()
}

fn ends_with_bracket(raw_name: &[u8]) -> bool {
    raw_name.ends_with(b"]") || raw_name.to_ascii_uppercase().ends_with(b"%5D")
}

/// The name up to its last opening bracket, if it ends with brackets that are empty or hold a position.
fn without_brackets(raw_name: &[u8]) -> Vec<u8> {
    let name = decode(raw_name);
    let inner = name.strip_suffix(b"]").and_then(|name| {
        let open = name.iter().rposition(|b| *b == b'[')?;
        let (base, position) = name.split_at(open);
        position.iter().skip(1).all(u8::is_ascii_digit).then(|| base.to_vec())
    });
    inner.unwrap_or_else(|| raw_name.to_vec())
}

/// The query with other names.
fn renamed(raw: &[u8], mut rename: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let pieces = raw.split(|b| *b == b'&').map(|piece| {
        let (name, _) = halves(piece);
        let rest = piece.get(name.len()..).unwrap_or_default();
        [&rename(name), rest].concat()
    });
    pieces.collect::<Vec<_>>().join(&b'&')
}

pub(super) fn shown(raw_name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&decode(raw_name)).into_owned();
    text.chars().filter(|c| !c.is_control()).take(MAX_DETAIL_LEN).collect()
}
