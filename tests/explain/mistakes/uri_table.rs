//! Paths and queries that encoders, URL parsers, routers and proxies change: what is sent, and what was signed, byte for byte.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Case, Row, gateway, row, s3};

type MakeCase = fn(&str) -> Case;

/// A kind of case, its request, and what is signed for it.
type Signed = (MakeCase, &'static str, &'static str);

/// Paths of clients that write them otherwise.
const PATHS: &[(&str, &[Signed])] = &[
    (
        "path-read-as-url",
        &[
            (gateway, "GET /x/a://", "/"),
            (gateway, "GET /x/a://b/c", "/c"),
            (gateway, "GET /proxy/https://h/a%20b", "/a%2520b"),
            (s3, "GET /copy/s3://bucket/key", "/key"),
            (s3, "GET //a/b", "/b"),
        ],
    ),
    (
        "path-encoded-dots-resolved",
        &[
            (gateway, "GET /a/%2e/%C3%BC", "/a/%25C3%25BC"),
            (gateway, "GET /a/b/%2E%2e/c%20d", "/a/c%2520d"),
            (gateway, "GET /a/.%2e/c%20d", "/c%2520d"),
        ],
    ),
    (
        "path-sent-unencoded",
        &[
            (gateway, "GET /café", "/caf%25C3%25A9"),
            (gateway, "GET /ü/café(1)", "/%25C3%25BC/caf%25C3%25A9%281%29"),
            (gateway, "GET /users/a@b.c", "/users/a%2540b.c"),
        ],
    ),
    (
        "path-partly-encoded",
        &[
            (gateway, "GET /a%20b%40c", "/a%20b%2540c"),
            (gateway, "GET /a%20%C3%BC", "/a%2520%C3%BC"),
            (gateway, "GET /a%20b%3Ac%2Bd", "/a%20b%3Ac%252Bd"),
            (s3, "GET /k%20b%40c", "/k%20b%2540c"),
        ],
    ),
    (
        "path-reserved-kept",
        &[
            (gateway, "GET /a(b),c", "/a%28b%29,c"),
            (gateway, "GET /a!b'c(d)*e@f:g", "/a%21b%27c%28d%29%2Ae@f:g"),
            (gateway, "GET /a$b&c+d,e;f=g", "/a$b&c+d%2Ce%3Bf=g"),
            (gateway, "GET /a*b(c)", "/a*b%28c%29"),
            (gateway, "GET /a%20[b]|c", "/a%2520[b]|c"),
            (s3, "GET /a%28b%29%2Cc", "/a%28b%29,c"),
            (s3, "GET /a%3Db%26c%23d", "/a%3Db&c%23d"),
        ],
    ),
    ("path-decoded-twice", &[(s3, "GET /a%2520%C3%BC", "/a%20%C3%BC"), (gateway, "GET /%2541%25C3%25BC", "/A%C3%BC")]),
    (
        "path-unreserved-encoded",
        &[
            (gateway, "GET /a.b-c_d", "/a%2Eb%2Dc%5Fd"),
            (gateway, "GET /a.b", "/a%252Eb"),
            (s3, "GET /a-b_c.d", "/a%2Db_c%2Ed"),
        ],
    ),
    (
        "path-space-as-plus",
        &[(s3, "GET /k/a%20b", "/k/a+b"), (gateway, "GET /a%20b", "/a+b"), (gateway, "GET /a%20b", "/a%2Bb")],
    ),
    ("path-case-lowered", &[(gateway, "GET /Orders/A1", "/orders/a1"), (s3, "GET /KEY", "/key")]),
    ("path-without-slash", &[(gateway, "GET /orders/1", "orders/1"), (s3, "GET /k%20k", "k%20k")]),
    ("path-cut-at-semicolon", &[(gateway, "GET /a/b;v=1", "/a/b"), (gateway, "GET /a;b/c;d;e", "/a%3Bb/c")]),
    ("path-includes-query", &[(gateway, "GET /sum?a=1", "/sum%3Fa%3D1"), (s3, "GET /k?b=2&a=1", "/k?b=2&a=1")]),
    (
        "path-is-url",
        &[
            (gateway, "GET /orders", "https://abc.execute-api.us-east-1.amazonaws.com/orders"),
            (s3, "GET /key", "bucket.s3.us-east-1.amazonaws.com/key"),
        ],
    ),
    (
        "path-prefix-added",
        &[(gateway, "GET /a/b/c", "/c"), (gateway, "GET /prod/api/v1/x%20y", "/x%2520y"), (s3, "GET /a/b/c/d", "/c/d")],
    ),
    (
        "path-prefix-cut",
        &[
            (gateway, "GET /b/k", "/s3/b/k"),
            (gateway, "GET /", "/prod"),
            (gateway, "GET /", "/dev/"),
            (gateway, "GET /x%20y", "/%24default/x%2520y"),
            (gateway, "GET /users", "/api/v1/users"),
            (gateway, "GET /users", "/abc/users"),
        ],
    ),
    (
        "path-suffix-added",
        &[(gateway, "GET /docs/index.html", "/docs/"), (gateway, "GET /orders/1/invoke", "/orders/1")],
    ),
    (
        "path-bucket-style",
        &[
            (s3, "GET /key", "/bucket/key"),
            (s3, "GET /a%20b/c", "/bucket/a%20b/c"),
            (s3, "GET /", "/bucket"),
            (s3, "GET /b/k\nHost: s3.us-east-1.amazonaws.com", "/k"),
            (s3, "GET /b\nHost: minio:9000", "/"),
        ],
    ),
];

/// The whole target signed as the path, and an empty query.
const WITH_QUERY: &[Signed] = &[
    (gateway, "GET /sum?a=1", "/sum%3Fa%3D1"),
    (gateway, "GET /a%20b?x=y%20z&b=2", "/a%2520b%3Fx%3Dy%2520z%26b%3D2"),
    (gateway, "GET /a?b=1", "/a?b=1"),
    (s3, "GET /?list-type=2", "/%3Flist-type%3D2"),
];

/// Paths that a proxy rewrote, which says so in a header: what was signed, what arrived, and the header.
const REWRITTEN: &[(&str, MakeCase, &str, &str, &str, &str)] = &[
    ("path-prefix-cut", gateway, "GET /team/orders", "/orders", "X-Forwarded-Prefix", "/team"),
    ("path-prefix-cut", s3, "GET /store/b/k%20", "/b/k%20", "X-Forwarded-Prefix", "store/"),
    ("path-prefix-cut", gateway, "GET /app/x", "/x", "X-Script-Name", "/app"),
    ("path-rewritten", gateway, "GET /v7/o%20o", "/internal/o", "X-Original-URI", "/v7/o%20o"),
    ("path-rewritten", gateway, "GET /old", "/new", "X-Original-URL", "https://a.example.com/old"),
    ("path-rewritten", s3, "GET /old(1)", "/new", "X-Rewrite-URL", "/old(1)?x=1"),
    ("path-rewritten", gateway, "GET /e", "/f/g", "X-Envoy-Original-Path", "/e"),
    ("path-rewritten", gateway, "GET /e", "/f/g", "X-Forwarded-Uri", "/e"),
    ("path-rewritten", gateway, "GET /e", "/f/g", "X-Forwarded-Path", "/e"),
    ("path-prefix-added", gateway, "GET /x", "/long/prefix/x", "X-Forwarded-Prefix", "/long/prefix"),
];

pub fn rows() -> Vec<Row> {
    [paths(), rewritten()].into_iter().flatten().collect()
}

/// Two mistakes made together.
pub fn pairs() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(case, request, path) in WITH_QUERY {
        let mistakes = [M::PathIs(path), M::QueryOmitted];
        rows.push(row("path-includes-query+query-omitted", request, path, case(request), mistakes));
    }
    rows
}

fn paths() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(expected, signed) in PATHS {
        rows.extend(
            signed.iter().map(|&(case, request, path)| row(expected, request, path, case(request), [M::PathIs(path)])),
        );
    }
    rows
}

fn rewritten() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(expected, case, request, becomes, header, value) in REWRITTEN {
        let mistakes = [M::PathBecomes(becomes), M::HeaderGained(header, value)];
        rows.push(row(expected, request, header, case(request), mistakes));
    }
    rows
}
