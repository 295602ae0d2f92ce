//! Mistakes in headers, hosts, bodies and keys: what was signed is written out, so that no rule of the table is the explainer's.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Case, ID, Row, SECRET, TOKEN, gateway, row, s3};
use crate::mistakes::table::BY_HAND;

const CURL: &str = "curl 7.88.1";

pub fn rows() -> Vec<Row> {
    [lists(), values(), changed_values(), ports(), endpoints(), placeholders(), secrets()]
        .into_iter()
        .flatten()
        .collect()
}

/// These lines and this list are signed. `{h}` and `{d}` are the lines of the host and the date.
fn signed(lines: &str, list: &'static str) -> [M; 1] {
    signed_for("abc.execute-api.us-east-1.amazonaws.com", lines, list)
}

fn signed_for(host: &str, lines: &str, list: &'static str) -> [M; 1] {
    let lines = lines.replace("{h}", &format!("host:{host}\n")).replace("{d}", "x-amz-date:20150830T123600Z\n");
    [M::HeadersAs(lines.leak(), list)]
}

/// A row of a request with these headers, of which these lines are signed.
fn of(expected: &'static str, source: &'static str, headers: &'static str, lines: &str, list: &'static str) -> Row {
    row(
        expected,
        source,
        format!("{headers} {lines}").leak(),
        gateway(&format!("GET /\n{headers}")),
        signed(lines, list),
    )
}

fn lists() -> Vec<Row> {
    let (empty, repeated) = ("header-names-empty", "header-names-repeated");
    vec![
        of(empty, CURL, "X-Empty:", "{h}{d}x-empty;\n", "host;x-amz-date;x-empty;"),
        of(empty, CURL, "X-A:", "{h}x-a;\n{d}", "host;x-a;;x-amz-date"),
        of(empty, CURL, "X-A:\nX-B:", "{h}x-a;\n{d}x-b;\n", "host;x-a;;x-amz-date;x-b;"),
        of(empty, CURL, "X-A:\nX-A-B: 1", "{h}x-a-b:1\nx-a;\n{d}", "host;x-a-b;x-a;;x-amz-date"),
        of(empty, CURL, "X-A: 2\nX-B:\nX-A: 1", "{h}x-a:1\nx-a:2\n{d}x-b;\n", "host;x-a;x-a;x-amz-date;x-b;"),
        of(empty, CURL, "X-A:\nX-A: 1", "{h}x-a:1\nx-a;\n{d}", "host;x-a;x-a;;x-amz-date"),
        of(empty, CURL, "X-A: 1\nX-A:\nX-A: 0", "{h}x-a:0\nx-a:1\nx-a;\n{d}", "host;x-a;x-a;x-a;;x-amz-date"),
        of(empty, BY_HAND, "X-A: 1", "{h}x-a:1\n{d}", ";host;x-a;x-amz-date"),
        of(repeated, CURL, "X-A: 2\nX-A: 1", "{h}x-a:1\nx-a:2\n{d}", "host;x-a;x-a;x-amz-date"),
        of(repeated, CURL, "X-A: 3\nX-A: 1\nX-A: 2", "{h}x-a:1\nx-a:2\nx-a:3\n{d}", "host;x-a;x-a;x-a;x-amz-date"),
        of(
            repeated,
            CURL,
            "X-A: 1\nX-A-B: 2\nx-a: 0",
            "{h}x-a-b:2\nx-a:0\nx-a:1\n{d}",
            "host;x-a-b;x-a;x-a;x-amz-date",
        ),
        of(repeated, BY_HAND, "X-A: 2\nX-A: 1", "{h}x-a:2\nx-a:1\n{d}", "host;x-a;x-a;x-amz-date"),
        of(repeated, "aws4", "X-B: 1", "{h}{h}{d}", "host;host;x-amz-date"),
        of(repeated, BY_HAND, "X-A: 1", "{h}x-a:1\n{d}", "host;host;x-a;x-amz-date"),
        of(repeated, BY_HAND, "X-A: 1", "{h}x-a:1\nx-a:1\n{d}", "host;x-a;x-a;x-amz-date"),
        of("header-names-not-lowered", BY_HAND, "X-A: 1", "{h}x-a:1\n{d}", "Host;X-A;X-Amz-Date"),
        of("header-names-not-lowered", BY_HAND, "x-a: 1", "{h}x-a:1\n{d}", "Host;X-A;X-Amz-Date"),
        of(
            "header-listed-not-signed",
            "an HTTP client",
            "Content-Length: 0",
            "{h}{d}",
            "content-length;host;x-amz-date",
        ),
        of(
            "header-listed-not-signed",
            "a proxy",
            "Transfer-Encoding: chunked",
            "{h}{d}",
            "host;transfer-encoding;x-amz-date",
        ),
        of("header-signed-twice", BY_HAND, "X-A: 1", "{h}x-a:1\nx-a:1\n{d}", "host;x-a;x-amz-date"),
        of("header-signed-twice", BY_HAND, "X-A: 1", "{h}x-a:1,1\n{d}", "host;x-a;x-amz-date"),
    ]
}

/// Values of a header that is sent more than once.
fn values() -> Vec<Row> {
    let list = "host;x-a;x-amz-date";
    let of_a = |expected, headers, line: &str| of(expected, BY_HAND, headers, &format!("{{h}}x-a:{line}\n{{d}}"), list);
    let cookies = |headers, line: &str| {
        of("cookies-joined", "HTTP/2", headers, &format!("cookie:{line}\n{{h}}{{d}}"), "cookie;host;x-amz-date")
    };
    vec![
        of_a("header-one-value-only", "X-A: 1\nx-A: 2\nX-a: 3", "2"),
        of_a("header-one-value-only", "X-A: d\nX-A: c\nX-A: b\nX-A: a", "b"),
        of_a("header-values-reordered", "X-A: 1\nX-A: 2", "2,1"),
        of_a("header-values-reordered", "X-A: 1\nX-A: 2\nX-A: 3", "2,3,1"),
        of_a("header-values-reordered", "X-A: 1\nX-A: 2\nX-A: 3\nX-A: 4", "3,1,4,2"),
        of_a("header-values-reordered", "X-A: 1\nX-A: 2\nX-A: 3\nX-A: 4\nX-A: 5", "5,4,3,2,1"),
        of_a("header-values-comma-space", "X-A: 1\nX-A: 2\nX-A:", "1, 2,"),
        of_a("header-values-comma-space", "X-A:\nX-A: 2", ", 2"),
        of_a("header-values-comma-space", "X-A: 1\nX-A:\nX-A: 3", "1, , 3"),
        of_a("header-empty-values-dropped", "X-A: 1\nX-A:\nX-A: 3", "1,3"),
        of_a("header-empty-values-dropped", "X-A:\nX-A: 1\nX-A: 3", "1, 3"),
        of_a("header-values-other-separator", "X-A: 1\nX-A: 2", "1; 2"),
        of_a("header-values-other-separator", "X-A: 1\nX-A: 2", "1;2"),
        of_a("header-values-other-separator", "X-A: 1\nX-A: 2", "1 2"),
        cookies("Cookie: a=1\nCookie: b=2", "a=1; b=2"),
        cookies("cookie: a=1\ncookie: b=2\ncookie: c=3", "a=1; b=2; c=3"),
    ]
}

/// One header with another value than the received one.
fn changed_values() -> Vec<Row> {
    let one = |expected, received: &'static str, line: &str| {
        let name = line.split(':').next().unwrap();
        let (lines, list) = match name < "x-amz-date" {
            true => (format!("{{h}}{line}\n{{d}}"), format!("host;{name};x-amz-date")),
            false => (format!("{{h}}{{d}}{line}\n"), format!("host;x-amz-date;{name}")),
        };
        of(expected, BY_HAND, received, &lines, list.leak())
    };
    let changed = "header-changed";
    vec![
        one(changed, "If-Range: a, b", "if-range:a,b"),
        one(changed, "User-Agent: app/1 lib/2 (x y) proxy/3", "user-agent:app/1 lib/2"),
        one(changed, "User-Agent: Amazon CloudFront", "user-agent:node"),
        one(changed, "Via: 1.1 a, 1.1 b", "via:1.1 a"),
        one(changed, "X-Forwarded-For: 10.0.0.1, 10.0.0.2", "x-forwarded-for:10.0.0.1"),
        one("header-signed-empty", "X-A: 1", "x-a:"),
        one("header-signed-empty", "Te: trailers", "te:"),
        one(changed, "User-Agent: a b", "user-agent:undici"),
        one(changed, "Te: gzip", "te:trailers"),
        one(changed, "Transfer-Encoding: gzip, chunked", "transfer-encoding:chunked"),
        one(changed, "X-A: a; b;", "x-a:a; b"),
        one(changed, "X-A: a;b", "x-a:a; b"),
        one("header-signed-empty", "X-A: 1", "x-a:undefined"),
        one("header-signed-empty", "X-A: 1", "x-a:null"),
        one("header-value-encoded", "X-A: caf%C3%A9", "x-a:caf\u{e9}"),
        one("header-value-encoded", "X-A: caf\u{e9} b", "x-a:caf%C3%A9%20b"),
        one("header-quotes-changed", "If-Match: \"abc\"", "if-match:abc"),
        one("header-quotes-changed", "If-Match: abc", "if-match:\"abc\""),
        one("header-quotes-changed", "X-A: a; b=\"c\"", "x-a:a; b=c"),
        one(
            "header-date-rewritten",
            "If-Modified-Since: Sun, 30 Aug 2015 12:36:00 GMT",
            "if-modified-since:2015-08-30T12:36:00Z",
        ),
        one(
            "header-date-rewritten",
            "If-Modified-Since: Sun, 30 Aug 2015 12:36:00 GMT",
            "if-modified-since:Sun, 30 Aug 2015 12:36:00 +0000",
        ),
        one("header-date-rewritten", "X-A: 2015-08-03T12:36:00Z", "x-a:Mon, 3 Aug 2015 12:36:00 GMT"),
    ]
}

fn ports() -> Vec<Row> {
    let to = |host: &str, more: &str| gateway(&format!("GET /\nHost: {host}{more}"));
    let list = "host;x-amz-date";
    let other = "host-with-other-port";
    let at = |expected, case: Case, host: &str| {
        row(expected, "seaweedfs", format!("signed {host} {case:?}").leak(), case, signed_for(host, "{h}{d}", list))
    };
    vec![
        at(other, to("localhost:9000", ""), "localhost:8333"),
        at(other, to("127.0.0.1:3000", ""), "127.0.0.1:443"),
        at(other, to("api.example:8080", "\nX-Forwarded-Port: 12345"), "api.example:12345"),
        at(other, to("api.example:8080", "\nX-Forwarded-Host: api.example:6001"), "api.example:6001"),
        at(other, to("api.example:8080", "\nForwarded: for=1;host=\"api.example:6002\""), "api.example:6002"),
        at(other, to("api.example:8080", "\nOrigin: https://api.example:6003"), "api.example:6003"),
        at(other, to("api.example:8080", "\nReferer: http://api.example:6004/a"), "api.example:6004"),
        at("host-without-port", to("API.example:8080", ""), "api.example"),
        at("host-with-port", to("api.example", "\nX-Forwarded-Port: 12345"), "api.example:12345"),
        at("host-with-port", to("api.example", ""), "api.example:7480"),
        at("host-is-url", to("api.example", ""), "https://api.example"),
        at("host-is-url", to("api.example", ""), "api.example/"),
        at("host-empty", to("api.example", ""), ""),
        at("host-empty", to("api.example", ""), "undefined"),
        at("host-of-proxy", to("127.0.0.1:9000", "\nOrigin: https://api.example"), "api.example"),
    ]
}

/// A URL, or a request, that goes to another endpoint than the one it was signed for.
fn endpoints() -> Vec<Row> {
    let list = "host;x-amz-content-sha256;x-amz-date";
    let empty = "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    let moved = |request: &str, host: &str| {
        let lines = format!("{{h}}{empty}{{d}}");
        row(
            "host-of-aws-endpoint",
            "S3",
            format!("{request} {host}").leak(),
            s3(request),
            signed_for(host, &lines, list),
        )
    };
    let url = |request: &str, host: &str| {
        row(
            "host-of-aws-endpoint",
            "S3",
            format!("a URL {request} {host}").leak(),
            s3(request).presigned(),
            signed_for(host, "{h}", "host"),
        )
    };
    let get = "GET /k";
    vec![
        moved(get, "bucket.s3.amazonaws.com"),
        moved(get, "bucket.s3.dualstack.us-east-1.amazonaws.com"),
        moved("GET /k\nHost: static.example.com", "static.example.com.s3.us-east-1.amazonaws.com"),
        url(get, "bucket.s3-accelerate.amazonaws.com"),
        url(get, "bucket.s3.amazonaws.com"),
        url("GET /b/k\nHost: localhost:9000", "s3.us-east-1.amazonaws.com"),
        url("GET /b/k\nHost: cdn.example", "b.s3.us-east-1.amazonaws.com"),
        row(
            "host-of-aws-endpoint",
            "API Gateway",
            "a private endpoint",
            gateway("GET /\nHost: vpce-1.execute-api.us-east-1.vpce.amazonaws.com\nX-Apigw-Api-Id: abc"),
            signed("{h}{d}", "host;x-amz-date"),
        ),
        row(
            "host-of-aws-endpoint",
            "LocalStack",
            "an emulator",
            gateway("GET /\nHost: abc.example"),
            signed_for("abc.execute-api.localhost.localstack.cloud:4566", "{h}{d}", "host;x-amz-date"),
        ),
    ]
}

fn placeholders() -> Vec<Row> {
    let post = |body: &str| gateway(&format!("POST /\n\n{body}"));
    let mut rows: Vec<_> = ["{}", "null", "\"\"", "undefined", "[]", "null\n", "[object Object]", "None", "{}\n"]
        .into_iter()
        .map(|text| row("payload-placeholder", "axios", text, post(""), [M::PayloadOf(text)]))
        .collect();
    rows.extend([
        row("payload-placeholder", "axios", "an object", post("{\"a\":1}"), [M::PayloadOf("[object Object]")]),
        row("payload-placeholder", "axios", "an unset body", post("{\"a\":1}"), [M::PayloadOf("{}")]),
        row("payload-empty", "axios", "an empty object sent", post("{}"), [M::PayloadEmpty]),
        row("payload-empty", "axios", "null sent", post("null"), [M::PayloadEmpty]),
    ]);
    rows
}

fn secrets() -> Vec<Row> {
    let of = |expected: &'static str, secret: &str| {
        let secret: &'static str = secret.to_owned().leak();
        row(expected, BY_HAND, secret, gateway("GET /orders"), [M::Secret(secret)])
    };
    let (first, last) = (&SECRET[1..], &SECRET[..SECRET.len() - 1]);
    let cut = |at: char| SECRET.split(at).next().unwrap();
    let mut rows = vec![
        of("secret-truncated", first),
        of("secret-truncated", last),
        of("secret-truncated", &SECRET[..SECRET.len() - 2]),
        of("secret-truncated", cut('/')),
        of("secret-truncated", cut('+')),
        of("secret-undefined", ""),
        of("secret-undefined", "undefined"),
        of("secret-undefined", "null"),
        of("secret-undefined", "None"),
        of("secret-escaped", &SECRET.replace('/', "\\/")),
        of("secret-escaped", &format!("{SECRET}\\n")),
        of("secret-escaped", &format!("{SECRET}\\r\\n")),
        of("secret-escaped", &SECRET.replace('/', "&#x2F;")),
        of("secret-escaped", &SECRET.replace('+', "&#43;")),
        of("secret-case-changed", &SECRET.to_lowercase()),
        of("secret-case-changed", &SECRET.to_uppercase()),
        of("secret-doubled", &format!("{SECRET}{SECRET}")),
        of("secret-doubled", &format!("{SECRET}\n{SECRET}")),
        // printf %s "$SECRET" | base64
        of("secret-base64", "d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZRVhBTVBMRUtFWQ=="),
        // echo "$SECRET" | base64
        of("secret-base64", "d0phbHJYVXRuRkVNSS9LN01ERU5HK2JQeFJmaUNZRVhBTVBMRUtFWQo="),
        of("secret-punctuation", &format!("<{SECRET}>")),
        of("secret-punctuation", &format!("{SECRET},")),
        of("secret-punctuation", &format!("{SECRET};")),
        of("secret-with-its-name", &format!("AWS_SECRET_ACCESS_KEY={SECRET}")),
        of("secret-with-its-name", &format!("{ID}:{SECRET}")),
        of("secret-trailing-newline", &format!("{SECRET}\r")),
        of("secret-whitespace", &format!("{SECRET}\u{200b}")),
        of("secret-whitespace", &format!("{SECRET}\u{a0}")),
        of("key-prefix-twice", &format!("AWS4{SECRET}")),
    ];
    rows.push(row(
        "secret-is-session-token",
        BY_HAND,
        "the token",
        gateway("GET /orders").temporary(),
        [M::Secret(TOKEN)],
    ));
    rows
}

/// Each of twenty signed headers with one mistake.
pub fn of_twenty_headers() -> Vec<Row> {
    const SENT: [(&str, &str, &str); 18] = [
        ("accept", "*/*", "application/json"),
        ("accept-encoding", "gzip, br", "gzip"),
        ("accept-language", "de, en", "de"),
        ("cache-control", "max-age=0", "no-cache"),
        ("content-type", "text/plain; charset=utf-8", "text/plain"),
        ("if-match", "\"abc\"", "abc"),
        ("if-modified-since", "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600Z"),
        ("origin", "https://A.example", "https://a.example"),
        ("pragma", "a", "no-cache"),
        ("range", "bytes=0-99", "bytes=0-"),
        ("referer", "https://a.example/", ""),
        ("user-agent", "app/1 proxy/2", "app/1"),
        ("via", "1.1 a, 1.1 b", "1.1 a"),
        ("x-a", "1", "undefined"),
        ("x-amz-meta-a", "a b", "a%20b"),
        ("x-forwarded-for", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("x-forwarded-proto", "http", "https"),
        ("x-z", "A", "a"),
    ];
    let lines = |changed: usize| {
        let value = |(n, sent, signed): (usize, &'static str, &'static str)| if n == changed { signed } else { sent };
        let mut lines: Vec<_> = SENT
            .iter()
            .enumerate()
            .map(|(n, (name, sent, signed))| format!("{name}:{}\n", value((n, sent, signed))))
            .collect();
        lines.extend(["{h}".to_owned(), "{d}".to_owned()]);
        lines.sort_by_key(|line| match line.as_str() {
            "{h}" => "host".to_owned(),
            "{d}" => "x-amz-date".to_owned(),
            line => line.split(':').next().unwrap().to_owned(),
        });
        lines.concat()
    };
    let mut names: Vec<_> = SENT.iter().map(|(name, ..)| *name).chain(["host", "x-amz-date"]).collect();
    names.sort_unstable();
    let list: &'static str = names.join(";").leak();
    let headers: &'static str = SENT.map(|(name, sent, _)| format!("{name}: {sent}")).join("\n").leak();
    let of_one = |(n, (name, ..)): (usize, &(&'static str, &str, &str))| of(name, BY_HAND, headers, &lines(n), list);
    SENT.iter().enumerate().map(of_one).collect()
}

/// Mistakes of this table together with those of other parts.
pub fn together() -> Vec<Row> {
    let path = gateway("GET /a%20b\nX-Empty:");
    let [curl] = signed("{h}{d}x-empty;\n", "host;x-amz-date;x-empty;");
    let [twice] = signed("{h}x-a:1\nx-a:2\n{d}", "host;x-a;x-a;x-amz-date");
    let date = M::HeaderGained("X-Amz-Date", "20150830T123600Z");
    let date_path = gateway("GET /a%20b?b=1&a=2");
    let gained = |name, value| M::HeaderGained(name, value);
    let of_path = || gateway("GET /a%20b");
    let at_host = |host| signed_for(host, "{h}", "host")[0];
    let [other_host] = signed_for("front.example", "{h}{d}", "host;x-amz-date");
    vec![
        row(
            "path-encoded-once",
            BY_HAND,
            "a second host",
            of_path(),
            [M::PathOnceLess, gained("Host", "front.example")],
        ),
        row(
            "path-bucket-style+host-of-aws-endpoint",
            "S3",
            "a URL in path style",
            s3("GET /bucket/k\nHost: s3.us-east-1.amazonaws.com").presigned(),
            [M::PathIs("/k"), at_host("bucket.s3.us-east-1.amazonaws.com")],
        ),
        row(
            "path-bucket-style+host-of-aws-endpoint",
            "S3",
            "a URL in virtual-host style",
            s3("GET /k").presigned(),
            [M::PathIs("/bucket/k"), at_host("s3.us-east-1.amazonaws.com")],
        ),
        row(
            "path-bucket-style+host-of-aws-endpoint",
            "S3",
            "a URL in virtual-host style without a region",
            s3("GET /k").presigned(),
            [M::PathIs("/bucket/k"), at_host("s3.amazonaws.com")],
        ),
        row("host-of-proxy", BY_HAND, "two hosts", gateway("GET /"), [other_host, gained("Host", "front.example")]),
        row(
            "path-encoded-once",
            BY_HAND,
            "a second date",
            of_path(),
            [M::PathOnceLess, gained("X-Amz-Date", "20150830T130000Z")],
        ),
        row("path-encoded-once+header-names-empty", CURL, "a path", path, [M::PathOnceLess, curl]),
        row(
            "path-encoded-once+header-names-repeated",
            CURL,
            "a path",
            gateway("GET /a%20b\nX-A: 2\nX-A: 1"),
            [M::PathOnceLess, twice],
        ),
        row(
            "path-encoded-once+query-unsorted",
            CURL,
            "a given date",
            date_path,
            [M::PathOnceLess, M::QueryUnsorted, date],
        ),
    ]
}
