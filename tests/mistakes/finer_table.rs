//! Finer mistakes, most of them of signers that are being written: a character here, a line break there.

use crate::mistake::Mistake as M;
use crate::row::{ID, Row, gateway, row, s3};
use crate::table::BY_HAND;

pub fn rows() -> Vec<Row> {
    [paths(), queries(), headers(), bodies(), texts(), keys()].into_iter().flatten().collect()
}

fn paths() -> Vec<Row> {
    vec![
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
