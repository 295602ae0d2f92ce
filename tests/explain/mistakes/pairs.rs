//! Two mistakes made together, as they are met in one signer.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Row, gateway, row, s3};
use crate::mistakes::uri_table;

pub fn rows() -> Vec<Row> {
    let both = || gateway("GET /a%20b?b=2&a=1\nX-A: x   y");
    let mut rows = uri_table::pairs();
    rows.extend([
        row(
            "path-encoded-once+query-unsorted",
            "curl 7.88.1",
            "path and query as sent",
            both(),
            [M::PathOnceLess, M::QueryUnsorted],
        ),
        row(
            "path-not-normalized+query-sorted-before-encoding",
            "aws-sdk-go-v2",
            "Go",
            gateway("GET /a//b?params%5Bpage%5D=1&params%5BpageSize%5D=2"),
            [M::PathNotNormalized, M::QuerySortedBeforeEncoding],
        ),
        row(
            "path-encoded-once+header-whitespace-kept",
            "curl/curl#13754",
            "path and spaces",
            both(),
            [M::PathOnceLess, M::HeaderSpacesKept],
        ),
        row(
            "path-encoded-once+header-first-value-only",
            "reqsign",
            "never encodes twice",
            gateway("GET /a%20b\nX-A: 2\nX-A: 1"),
            [M::PathOnceLess, M::HeaderFirstValueOnly],
        ),
        row(
            "query-unsorted+payload-empty",
            "curl 7.88.1",
            "-T",
            gateway("PUT /a?b=2&a=1\n\nabc"),
            [M::QueryUnsorted, M::PayloadEmpty],
        ),
        row(
            "path-encoded-once+payload-empty",
            "curl 7.88.1",
            "-T",
            gateway("PUT /a%20b\n\nabc"),
            [M::PathOnceLess, M::PayloadEmpty],
        ),
        row(
            "query-sorted-as-pairs+header-last-value-only",
            "aws-sign-v4",
            "lines and strings",
            gateway("GET /?q=x&q.parser=y\nX-A: 1\nX-A: 2"),
            [M::QuerySortedAsPairs, M::HeaderLastValueOnly],
        ),
        row(
            "path-slashes-merged+query-first-value-only",
            "aws4fetch",
            "S3",
            s3("GET /a//b/./c?a=1&a=2"),
            [M::PathSlashesMerged, M::QueryFirstValueOnly],
        ),
        row(
            "path-encoded-twice+query-encoded-twice",
            "awscurl",
            "S3",
            s3("GET /a%20b?c=d%20e"),
            [M::PathOnceMore, M::QueryEncodedTwice],
        ),
        row(
            "query-bare-key+host-without-port",
            "apache/arrow-rs#2731",
            "MinIO",
            s3("POST /b/k?uploads\nHost: minio:9000"),
            [M::QueryBareKey, M::HostWithoutPort],
        ),
        row(
            "host-with-port+payload-unsigned",
            "reqsign",
            "elsewhere than S3",
            gateway("POST /\n\nabc"),
            [M::HostWithPort, M::PayloadUnsigned],
        ),
        row(
            "query-plus-literal+header-tab-kept",
            "aws-sigv4",
            "a plus and a tab",
            gateway("GET /?q=a+b\nX-A: a\tb"),
            [M::QueryPlusLiteral, M::HeaderTabKept],
        ),
        row(
            "query-unsorted+secret-trailing-newline",
            "curl/curl#9717",
            "a secret from a file",
            gateway("GET /?b=2&a=1"),
            [M::QueryUnsorted, M::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n")],
        ),
        row(
            "path-encoded-once+key-region",
            "jamesmbourne/aws4-axios#397",
            "an edge domain",
            gateway("GET /a%20b").region("eu-west-1"),
            [M::PathOnceLess, M::KeyRegion("us-east-1")],
        ),
    ]);
    rows
}
