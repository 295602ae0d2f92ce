//! Paths and queries that encoders, URL parsers, routers and proxies change: what is sent, and what was signed, byte for byte.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Case, Row, gateway, row, s3};

type MakeCase = fn(&str) -> Case;

/// A kind of case, its request, and the path or the query that is signed for it.
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
            (s3, "GET /v1/a://c", ""),
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
            (gateway, "GET /a%5Bb%5D/%C3%BC", "/a%5Bb%5D/%25C3%25BC"),
            (gateway, "GET /%7Bid%7D//a%25b(1)", "/%7Bid%7D/a%2525b%281%29"),
            (gateway, "GET /p/a%20b/f%20(1)", "/p/a%2520b/f%20%281%29"),
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
    (
        "path-hex-lower-case",
        &[
            (gateway, "GET /x%2Fy", "/x%252fy"),
            (gateway, "GET /x%2Fy/%2E/a", "/x%252fy/%252E/a"),
            (gateway, "GET /a%5Bb%5D/%C3%BC", "/a%255Bb%255D/%25c3%25bc"),
            (s3, "GET /%C3%BC", "/%c3%bc"),
        ],
    ),
    ("path-hex-upper-case", &[(gateway, "GET /x%2fy", "/x%252Fy"), (gateway, "GET /%c3%bc", "/%25C3%25BC")]),
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

/// Queries of clients that write them otherwise.
const QUERIES: &[(&str, &[Signed])] = &[
    (
        "query-nameless-dropped",
        &[(gateway, "GET /?=v&a=1", "a=1"), (gateway, "GET /?=?&b=/", "b=%2F"), (s3, "GET /?x=1&=v&=w", "x=1")],
    ),
    (
        "query-nameless-nil",
        &[(gateway, "GET /?=v&a=1", "(nil)=v&a=1"), (gateway, "GET /?b=1&=a%2Bb", "(nil)=a%2Bb&b=1")],
    ),
    (
        "query-empty-value-dropped",
        &[(gateway, "GET /?a=&b=1&c=", "b=1"), (s3, "GET /?prefix=&list-type=2", "list-type=2")],
    ),
    (
        "query-not-encoded",
        &[
            (gateway, "GET /?A=%C3%A9&b=/%2F", "A=é&b=/%2F"),
            (gateway, "GET /?name=a+b&marker=a%7Cb", "marker=a|b&name=a+b"),
            (gateway, "GET /?a.b=%7B%22a%22%3A1%7D", "a.b={\"a\"%3A1}"),
            (gateway, "GET /?a%5B0%5D=x%2Fy", "a[0]=x%2Fy"),
            (gateway, "GET /?a=b(c),d*e", "a=b%28c%29,d%2Ae"),
            (gateway, "GET /?a=b:c@d;e", "a=b:c%40d%3Be"),
            (gateway, "GET /?a[b]=c%20d/e", "a[b]=c%20d%2Fe"),
        ],
    ),
    (
        "query-hex-lower-case",
        &[
            (gateway, "GET /?x=%C3%BC&y=/", "x=%c3%bc&y=/"),
            (gateway, "GET /?a+b=x%2Fy", "a+b=x%2fy"),
            (gateway, "GET /?a=%C3%A9%2F", "a=%C3%A9%2f"),
        ],
    ),
    (
        "query-encoded-twice",
        &[
            (gateway, "GET /?%C3%BC=%7B%22a%22:1%7D", "%25C3%25BC=%7B%22a%22%3A1%7D"),
            (gateway, "GET /?a~b=%C3%BC", "a~b=%25c3%25bc"),
            (gateway, "GET /?a%20b=c%20d", "a%20b=c%2520d"),
            (gateway, "GET /?a=b%20c&d=e%20f", "a=b%2520c&d=e%20f"),
        ],
    ),
    (
        "query-cut-at-question-mark",
        &[(gateway, "GET /?$f=?&a.b=1&b=1", "%24f="), (gateway, "GET /?b=x-y&id=?&list=1", "b=x-y&id=")],
    ),
    (
        "query-unreserved-encoded",
        &[(gateway, "GET /?a-b=c.d_e", "a%2Db=c%2Ed%5Fe"), (gateway, "GET /?a=b.c", "a=b%2Ec")],
    ),
    (
        "query-decoded-twice",
        &[(gateway, "GET /?a=%2520%2F", "a=%20%2F"), (gateway, "GET /?a=%2541&b=%C3%BC", "a=A&b=%C3%BC")],
    ),
    (
        "query-character-encoded-whole",
        &[(gateway, "GET /?a=%C3%BC", "a=%C3BC"), (gateway, "GET /?%E4%B8%AD=1", "%E4B8AD=1")],
    ),
    (
        "query-sorted-before-encoding",
        &[
            (gateway, "GET /?a=2&%C3%BC&a=%C3%A9", "a=%C3%A9&a=2&%C3%BC="),
            (gateway, "GET /?a[]=1&a1=x", "a1=x&a%5B%5D=1"),
        ],
    ),
    (
        "query-array-notation",
        &[
            (gateway, "GET /?a[]=1&a[]=2", "a=1&a=2"),
            (gateway, "GET /?a%5B0%5D=1&a%5B1%5D=2", "a=1&a=2"),
            (gateway, "GET /?id=1&id=2&x=3", "id%5B%5D=1&id%5B%5D=2&x=3"),
            (gateway, "GET /?id=1&id=2", "id%5B0%5D=1&id%5B1%5D=2"),
        ],
    ),
    (
        "query-names-lower-cased",
        &[(gateway, "GET /?Ab=C&d=E", "ab=C&d=E"), (s3, "GET /?partNumber=1&uploadId=X", "partnumber=1&uploadid=X")],
    ),
    ("query-signed-twice", &[(gateway, "GET /?a=1&b=2", "a=1&a=1&b=2&b=2"), (s3, "GET /?acl", "acl=&acl=")]),
    (
        "query-parameter-added",
        &[
            (gateway, "GET /?a=1&b=2&c=3", "a=1&c=3"),
            (gateway, "GET /?a=1&b=2&c=3&d=4", "b=2&d=4"),
            (gateway, "GET /?a=1&utm_source=x&utm_medium=y&utm_campaign=z", "a=1"),
            (gateway, "GET /?fbclid=x", ""),
            (s3, "GET /k?versionId=1&x-id=GetObject", "versionId=1"),
            (s3, "GET /k?response-content-disposition=attachment%3B%20filename%3Da&partNumber=1", "partNumber=1"),
        ],
    ),
    (
        "query-parameter-removed",
        &[
            (s3, "GET /k", "x-id=GetObject"),
            (s3, "PUT /k?partNumber=1", "partNumber=1&x-id=UploadPart"),
            (s3, "GET /?prefix=a", "list-type=2&prefix=a"),
        ],
    ),
];

/// Presigned URLs and signed requests whose query changed on the way: the request, and what was put in place of what.
const CHANGED: &[(&str, MakeCase, bool, &str, M)] = &[
    ("query-parameter-added", s3, true, "GET /k", M::QueryGains("response-content-disposition=attachment")),
    ("query-parameter-added", s3, true, "GET /k?a=1", M::QueryGains("utm_source=mail&utm_medium=link")),
    ("query-parameter-added", s3, true, "GET /k", M::QueryGains("my-own=1")),
    ("query-parameter-added", gateway, true, "GET /a%20b", M::QueryGains("_=1700000000&any=thing")),
    ("query-parameter-added", gateway, false, "GET /x?a=1", M::QueryGains("gclid=abc")),
    ("query-parameter-added", gateway, false, "GET /x?a=1", M::QueryGains("b=2&c=3")),
    ("query-parameter-added", s3, true, "GET /k", M::QueryGains("a=1&b=2&c=3&d=4")),
    ("query-parameter-removed", s3, true, "GET /k?x-id=GetObject", M::QueryChanges("x-id=GetObject&", "")),
    ("query-parameter-removed", gateway, false, "GET /?a=1&prefix=", M::QueryChanges("&prefix=", "")),
];

/// The whole target signed as the path, and an empty query.
const WITH_QUERY: &[Signed] = &[
    (gateway, "GET /sum?a=1", "/sum%3Fa%3D1"),
    (gateway, "GET /a%20b?x=y%20z&b=2", "/a%2520b%3Fx%3Dy%2520z%26b%3D2"),
    (gateway, "GET /a?b=1", "/a?b=1"),
    (s3, "GET /?list-type=2", "/%3Flist-type%3D2"),
];

/// Path and query signed as they are sent, as curl before 8.3 does: the names, the request, and the signed path and query.
const AS_SENT: &[(&str, &str, &str, &str)] = &[
    (
        "path-encoded-once+path-not-normalized+query-unsorted+query-empty-pair-kept",
        "GET /users//a|b?b=0&a=2&x=2&a1=abc&",
        "/users//a|b",
        "b=0&a=2&x=2&a1=abc&",
    ),
    (
        "path-encoded-once+path-not-normalized+query-verbatim",
        "GET /a+b/x-y/B/a,b//c?a=x%2fy&prefix=1&a-b=x-y&k&q=abc",
        "/a+b/x-y/B/a,b//c",
        "a=x%2fy&prefix=1&a-b=x-y&k&q=abc",
    ),
    (
        "path-prefix-cut+query-unsorted+query-not-encoded",
        "GET /a%26b/x-y?a1=2&prefix=x-y&b=x%2fy",
        "/prod/a%2526b/x-y",
        "a1=2&prefix=x-y&b=x%2fy",
    ),
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
    let html = [M::QueryChanges("&b", "&amp;b")];
    let query = [M::QueryChanges("a=1", "z=9"), M::HeaderGained("X-Original-URI", "/?a=1")];
    let others = vec![
        row("query-html-escaped", "HTML", "one parameter", gateway("GET /?a=1&b=2"), html),
        row("query-rewritten", "nginx", "X-Original-URI", gateway("GET /?a=1"), query),
    ];
    [signed(PATHS, M::PathIs), signed(QUERIES, M::QueryIs), changed(), rewritten(), others]
        .into_iter()
        .flatten()
        .collect()
}

/// Two mistakes made together.
pub fn pairs() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(expected, request, path, query) in AS_SENT {
        rows.push(row(expected, request, path, gateway(request), [M::PathIs(path), M::QueryIs(query)]));
    }
    for &(case, request, path) in WITH_QUERY {
        let mistakes = [M::PathIs(path), M::QueryOmitted];
        rows.push(row("path-includes-query+query-omitted", request, path, case(request), mistakes));
    }
    rows
}

fn signed(table: &[(&'static str, &[Signed])], is: fn(&'static str) -> M) -> Vec<Row> {
    let mut rows = Vec::new();
    for &(expected, signed) in table {
        rows.extend(
            signed.iter().map(|&(case, request, text)| row(expected, request, text, case(request), [is(text)])),
        );
    }
    rows
}

fn changed() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(expected, case, presigned, request, mistake) in CHANGED {
        let case = if presigned { case(request).presigned() } else { case(request) };
        let what: &str = format!("{mistake:?}").leak();
        rows.push(row(expected, request, what, case, [mistake]));
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
