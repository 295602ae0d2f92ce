//! Mistakes that give the very same bytes on some request.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Case, gateway, s3};

type Named = (M, &'static str);

pub fn pairs() -> Vec<(Case, Named, Named)> {
    let unsorted = (M::QueryUnsorted, "query-unsorted");
    vec![
        (s3("GET /a//b"), (M::PathSlashesMerged, "path-slashes-merged"), (M::PathNormalized, "path-normalized")),
        (gateway("GET /?a=2&a=1"), unsorted, (M::QueryValuesUnsorted, "query-values-unsorted")),
        (gateway("GET /?q.r=1&q=2"), unsorted, (M::QuerySortedAsPairs, "query-sorted-as-pairs")),
        (gateway("GET /?aS=2&a%5B=1"), unsorted, (M::QuerySortedBeforeEncoding, "query-sorted-before-encoding")),
        (
            gateway("GET /\nX-A: 2\nX-A: 1\nX-A: 2"),
            (M::HeaderFirstValueOnly, "header-first-value-only"),
            (M::HeaderLastValueOnly, "header-last-value-only"),
        ),
        (
            gateway("POST /\n\nabc").original_body(""),
            (M::PayloadEmpty, "payload-empty"),
            (M::PayloadOf(""), "payload-reserialized"),
        ),
    ]
}
