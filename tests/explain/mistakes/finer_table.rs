//! Finer mistakes, most of them of signers that are being written: a character here, a line break there.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{ID, Row, gateway, row, s3};
use crate::mistakes::table::BY_HAND;

pub fn rows() -> Vec<Row> {
    [paths(), queries(), headers(), bodies(), texts(), keys(), changes()].into_iter().flatten().collect()
}

fn paths() -> Vec<Row> {
    vec![
        row("path-empty", "botocore", "an empty line", s3("GET /"), [M::PathEmpty]),
        row("path-omitted", BY_HAND, "the root", gateway("GET /orders/1"), [M::PathOmitted]),
        row("path-final-dot-segment", "aws-sigv4", "a slash left", gateway("GET /a/b/.."), [M::PathFinalSlash]),
        row("path-slashes-kept", BY_HAND, "RFC 3986 alone", gateway("GET /a//b/./c"), [M::PathSlashesKept]),
        row("path-reserved-kept", "mhart/aws4#91", "an at sign", gateway("GET /a%20@b"), [M::PathReservedKept]),
        row("path-hex-lower-case", "curl/curl#16927", "S3", s3("GET /a%3Ab"), [M::PathHexLower]),
        row("path-tilde-encoded", BY_HAND, "a set from before RFC 3986", gateway("GET /~me"), [M::PathTildeEncoded]),
        row("path-slash-encoded", "durch/rust-s3#144", "slashes encoded", s3("GET /a/b"), [M::PathSlashEncoded]),
        row(
            "path-missing-stage",
            "mhart/aws4#68",
            "the stage only in the URL",
            gateway("GET /prod/orders"),
            [M::PathWithoutStage],
        ),
        row("path-trailing-slash", "mhart/aws4#33", "a slash too many", gateway("GET /orders"), [M::PathTrailingSlash]),
    ]
}

fn queries() -> Vec<Row> {
    vec![
        row(
            "query-verbatim",
            "curl 7.88.1",
            "as sent, in every way",
            gateway("GET /?b=x/y&k&a=1"),
            [M::QueryUnsorted, M::QueryNotEncoded, M::QueryBareKey],
        ),
        row("query-decoded", "okigan/awscurl#27", "decoded", gateway("GET /?a=%5B1%5D"), [M::QueryDecoded]),
        row("query-hex-lower-case", BY_HAND, "lower-case digits", gateway("GET /?a=b%2Fc"), [M::QueryHexLower]),
        row(
            "query-semicolon-dropped",
            "aws-sdk-go-v2",
            "a semicolon",
            gateway("GET /?a=1;2&b=3"),
            [M::QuerySemicolonDropped],
        ),
        row(
            "query-sorted-ignoring-case",
            BY_HAND,
            "a locale's order",
            gateway("GET /?c=0&a=1&B=2"),
            [M::QuerySortedIgnoringCase],
        ),
        row("query-values-joined", BY_HAND, "as headers are", gateway("GET /?a=1&a=2"), [M::QueryValuesJoined]),
        row("query-amz-parameters-omitted", BY_HAND, "a URL", gateway("GET /?a=1").presigned(), [M::QueryAmzOmitted]),
        row(
            "query-space-as-plus",
            "DavidMuller/aws-requests-auth#40",
            "quote_plus",
            gateway("GET /?a=b%20c"),
            [M::QuerySpaceAsPlus],
        ),
        row(
            "query-bare-key-dropped",
            "@smithy/signature-v4",
            "no `=`",
            s3("POST /k?uploads"),
            [M::QueryBareKeyDropped],
        ),
        row(
            "query-bare-key-null",
            "@smithy/signature-v4",
            "the text of null",
            s3("POST /k?uploads"),
            [M::QueryBareKeyNull],
        ),
        row("query-tilde-encoded", BY_HAND, "a set from before RFC 3986", gateway("GET /?a=~"), [M::QueryTildeEncoded]),
    ]
}

fn headers() -> Vec<Row> {
    let get = || gateway("GET /\nX-A: 1");
    vec![
        row("header-listed-not-signed", BY_HAND, "listed only", get(), [M::HeaderListedNotSigned("x-a")]),
        row("header-signed-not-listed", BY_HAND, "not listed", get(), [M::HeaderSignedNotListed("x-a")]),
        row("header-charset", "aws-sign-v4", "ISO 8859-1", gateway("GET /\nX-A: caf\u{e9}"), [M::HeaderInLatin1]),
    ]
}

fn bodies() -> Vec<Row> {
    let post = || gateway("POST /orders\n\n{\"a\":1}");
    vec![
        row("payload-hash-upper-case", BY_HAND, "upper case", post(), [M::PayloadHashUpper]),
        row("payload-omitted", BY_HAND, "no last line", post(), [M::PayloadLeftOut]),
        row("payload-not-hashed", BY_HAND, "the body itself", post(), [M::PayloadNotHashed]),
    ]
}

fn texts() -> Vec<Row> {
    let get = || gateway("GET /orders?a=1");
    vec![
        row("canonical-request-crlf", BY_HAND, "Windows", get(), [M::CanonicalCrlf]),
        row("canonical-request-trailing-newline", BY_HAND, "a line too many", get(), [M::CanonicalTrailingNewline]),
        row("canonical-request-no-blank-line", BY_HAND, "a line too few", get(), [M::CanonicalNoBlankLine]),
        row("string-to-sign-unhashed", BY_HAND, "the text itself", get(), [M::StringToSignUnhashed]),
        row("string-to-sign-upper-case", BY_HAND, "upper case", get(), [M::StringToSignHashUpper]),
        row("string-to-sign-trailing-newline", BY_HAND, "a line too many", get(), [M::StringToSignTrailingNewline]),
        row("signature-upper-case", BY_HAND, "upper case", get(), [M::SignatureUpper]),
        row(
            "date-other-than-signed",
            BY_HAND,
            "a second look at the clock",
            get(),
            [M::StringToSignAt("20150830T123601Z")],
        ),
    ]
}

fn keys() -> Vec<Row> {
    let get = || gateway("GET /orders");
    vec![
        row("key-hex-encoded", BY_HAND, "hexadecimal between the steps", get(), [M::KeyHex]),
        row("key-not-derived", BY_HAND, "the secret as the key", get(), [M::KeyNotDerived]),
        row("key-parts-swapped", BY_HAND, "service, then region", get(), [M::KeyPartsSwapped]),
        row("key-terminator", BY_HAND, "three steps", get(), [M::KeyWithoutTerminator]),
        row("secret-is-access-key-id", BY_HAND, "swapped", get(), [M::Secret(ID)]),
    ]
}

/// What happens on the way, and what is sent beside the signature.
fn changes() -> Vec<Row> {
    let get = || gateway("GET /orders?a=1");
    let put = || s3("PUT /k\n\nabc");
    let streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    vec![
        row("path-changed", "floci-io/floci#4090", "a filter", get().tells_canonical(), [M::PathBecomes("/x")]),
        row("query-changed", BY_HAND, "another query", get().tells_canonical(), [M::QueryIs("c=3")]),
        row(
            "payload-changed",
            BY_HAND,
            "rewritten",
            gateway("POST /\n\nabc").tells_canonical(),
            [M::BodyBecomes("ab")],
        ),
        row("payload-other-header", "faiscadev/fakecloud#2294", "rewritten", put(), [M::BodyBecomes("ab")]),
        row("payload-signed", "awslabs/aws-c-auth#248", "a URL of S3", s3("GET /k").presigned(), [M::PayloadSigned]),
        row(
            "payload-streaming",
            "trinodb/aws-proxy#199",
            "chunks",
            put(),
            [M::HeaderChanged("X-Amz-Content-Sha256", streaming)],
        ),
        row("payload-hash-malformed", BY_HAND, "no hash", put(), [M::HeaderChanged("X-Amz-Content-Sha256", "none")]),
        row(
            "payload-hash-absent",
            "versity/versitygw#1427",
            "eaten on the way",
            put(),
            [M::HeaderMissing("x-amz-content-sha256")],
        ),
        row("date-twice", "curl 7.88.1", "given as well", get(), [M::HeaderGained("X-Amz-Date", "20150830T123600Z")]),
        row("host-ambiguous", "mhart/aws4", "a second host", get(), [M::HeaderGained("Host", "other")]),
        row("request-malformed", BY_HAND, "a control character", get(), [M::HeaderGained("X-A", "\u{1}")]),
        row("expires-malformed", "faiscadev/fakecloud#1577", "eight days", get().presigned(), [M::Expires("691200")]),
        row("header-names-empty", "curl 7.88.1", "an empty header", get(), [M::Authorization("=host;", "=host;;")]),
        row("signature-malformed", BY_HAND, "a prefix", get(), [M::Authorization("Signature=", "Signature=0x")]),
        row("token-unexpected", "durch/rust-s3#283", "an old token", get(), [M::TokenOf("AQoDOLD")]),
        row(
            "token-whitespace",
            BY_HAND,
            "read from a file, in a URL: a header's blanks are trimmed on the way",
            get().temporary().presigned(),
            [M::TokenOf("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22+wDOk4x4HIZ8j4FZTwdQW== ")],
        ),
    ]
}
