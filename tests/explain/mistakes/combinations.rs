//! Any two or three mistakes in different parts of one request, on a request that shows them all.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Row, gateway, row};

type Named = (M, &'static str);

const METHOD: &[Named] = &[(M::MethodOf("post"), "method-not-upper-cased")];

const PATH: &[Named] = &[
    (M::PathOnceLess, "path-encoded-once"),
    (M::PathOnceMore, "path-encoded-thrice"),
    (M::PathNotNormalized, "path-not-normalized"),
    (M::PathDecoded, "path-decoded"),
];

const QUERY: &[Named] = &[
    (M::QueryUnsorted, "query-unsorted"),
    (M::QuerySortedAsPairs, "query-sorted-as-pairs"),
    (M::QueryEncodedTwice, "query-encoded-twice"),
    (M::QueryPlusLiteral, "query-plus-literal"),
    (M::QueryBareKey, "query-bare-key"),
    (M::QueryFirstValueOnly, "query-first-value-only"),
    (M::QueryOmitted, "query-omitted"),
    (M::QueryCutAtSecondEquals, "query-cut-at-second-equals"),
];

const HEADERS: &[Named] = &[
    (M::HostWithPort, "host-with-port"),
    (M::HostLowerCased, "host-lower-cased"),
    (M::HeaderSpacesKept, "header-whitespace-kept"),
    (M::HeaderTabKept, "header-tab-kept"),
    (M::HeaderValuesCommaSpace, "header-values-comma-space"),
    (M::HeaderFirstValueOnly, "header-first-value-only"),
    (M::HeaderValuesAsLines, "header-values-as-lines"),
    (M::HeaderLinesSorted, "headers-missorted"),
];

const PAYLOAD: &[Named] = &[(M::PayloadEmpty, "payload-empty"), (M::PayloadUnsigned, "payload-unsigned")];

const KEY: &[Named] = &[
    (M::KeyService("s3"), "key-service"),
    (M::KeyDay("20150829"), "key-day"),
    (M::KeyWithoutPrefix, "key-without-prefix"),
    (M::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n"), "secret-trailing-newline"),
];

const REQUEST: &str = "POST /a%20b//c/../d@e?b=2&a=1&a=3&a=2&k&p=x+y%20z&q=x&q.r=y=z
Host: Api.Example.com
X-A: 3
X-A: 1
X-A-B: a  b
X-T: a\tb

{\"a\": 1}";

pub fn rows() -> Vec<Row> {
    let parts = [METHOD, PATH, QUERY, HEADERS, PAYLOAD, KEY];
    let mut rows = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        for (first, second) in
            part.iter().flat_map(|a| parts[n + 1..].iter().flat_map(move |p| p.iter().map(move |b| (a, b))))
        {
            let name: &'static str = format!("{}+{}", first.1, second.1).leak();
            rows.push(row(name, "every two", "together", gateway(REQUEST), [first.0, second.0]));
        }
    }
    rows
}

/// A sample of [`all_triples`], in which each mistake comes several times.
pub fn triples() -> Vec<Row> {
    all_triples().into_iter().step_by(5).collect()
}

/// A mistake in the path, one in the query and one in the headers.
pub fn all_triples() -> Vec<Row> {
    let queries = QUERY.iter().flat_map(|query| HEADERS.iter().map(move |headers| (query, headers)));
    let triples = PATH.iter().flat_map(|path| queries.clone().map(move |(query, headers)| [path, query, headers]));
    triples.map(|made| together(&made)).collect()
}

fn together(made: &[&Named]) -> Row {
    let names: Vec<_> = made.iter().map(|(_, name)| *name).collect();
    let mistakes: Vec<_> = made.iter().map(|(mistake, _)| *mistake).collect();
    row(names.join("+").leak(), "several", "together", gateway(REQUEST), mistakes)
}
