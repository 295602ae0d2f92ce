//! Every mistake on its own: who makes it, on which request it shows, and what it is called.
//!
//! The sources are issue threads (`owner/repository#number`) and signers that were run against one another.

use crate::mistakes::mistake::Mistake as M;
use crate::mistakes::row::{Row, gateway, row, s3};

/// No thread is known: what hand-written signers and their settings get wrong.
pub const BY_HAND: &str = "hand-written signers";

pub fn rows() -> Vec<Row> {
    [paths(), queries(), hosts(), headers(), header_lists(), bodies(), keys(), tokens(), times(), carriers()]
        .into_iter()
        .flatten()
        .collect()
}

fn paths() -> Vec<Row> {
    let once = "path-encoded-once";
    let gateway_path = || gateway("GET /orders/a%20b");
    vec![
        row(once, "curl 7.88.1", "an escape signed as sent", gateway_path(), [M::PathOnceLess]),
        row(once, "aws/aws-sdk-js#853", "a connection id", gateway("POST /@connections/abcd="), [M::PathOnceLess]),
        row(once, "nolabs-ai/nono#1430", "a model id", gateway("POST /model/a.b-v1:0/invoke"), [M::PathOnceLess]),
        row(once, "mhart/aws4#91", "presigned", gateway("GET /users/a@b.c").presigned(), [M::PathOnceLess]),
        row("path-encoded-twice", "aws/aws-sdk-go-v2#3349", "an S3 key", s3("GET /a%20%281%29"), [M::PathOnceMore]),
        row(
            "path-encoded-twice",
            "agilord/aws_client#402",
            "a colon",
            s3("GET /12%3A30").presigned(),
            [M::PathOnceMore],
        ),
        row("path-encoded-thrice", "faiscadev/fakecloud", "the wire re-encoded", gateway_path(), [M::PathOnceMore]),
        row("path-not-normalized", "aws-sdk-go-v2", "dots kept", gateway("GET /a//b/../c"), [M::PathNotNormalized]),
        row("path-not-normalized", "reqsign", "an end of dots", gateway("GET /a/b/.."), [M::PathNotNormalized]),
        row("path-normalized", "aws4fetch", "dots in an S3 key", s3("GET /a//b/./c/../d"), [M::PathNormalized]),
        row("path-slashes-merged", "aws4fetch", "in an S3 key", s3("GET /a//b/./c"), [M::PathSlashesMerged]),
        row(
            "path-not-normalized",
            "aws4fetch",
            "slashes merged, dots kept",
            gateway("GET /a//b/./c"),
            [M::PathSlashesMerged],
        ),
        row(
            "path-decoded",
            "source-cooperative/data.source.coop#176",
            "a router's path",
            gateway_path(),
            [M::PathDecoded],
        ),
        row(
            "path-decoded",
            "source-cooperative/data.source.coop#176",
            "an S3 key",
            s3("PUT /foo%20bar"),
            [M::PathDecoded],
        ),
        row(
            "path-slash-decoded",
            "r-lib/httr2#843",
            "an ARN as one segment",
            gateway("GET /x%20y/arn%2Fb"),
            [M::PathSlashDecoded],
        ),
        row("path-plus-as-space", "durch/rust-s3#148", "a key with a plus", s3("GET /+a+b"), [M::PathPlusAsSpace]),
        row("path-verbatim-s3", "curl/curl#13754", "a partition", s3("GET /year=2020/a"), [M::PathVerbatim]),
        row("path-verbatim-s3", "soto-project/soto#601", "an at sign", s3("GET /a@b+c"), [M::PathVerbatim]),
        row("path-malformed", "awscrt", "a lone percent sign", gateway("GET /a"), [M::PathGains("%zz")]),
    ]
}

fn queries() -> Vec<Row> {
    let unsorted = "query-unsorted";
    let plus = || gateway("GET /?q=a+b");
    vec![
        row(unsorted, "curl/curl#9717", "as typed", gateway("GET /?b=2&a=1"), [M::QueryUnsorted]),
        row(
            unsorted,
            "lucacasonato/deno_aws_sign_v4#7",
            "a list",
            s3("GET /?list-type=2&continuation-token=x"),
            [M::QueryUnsorted],
        ),
        row(
            "query-sorted-before-encoding",
            "smithy-lang/smithy-typescript#1404",
            "brackets",
            gateway("GET /?params%5Bpage%5D=1&params%5BpageSize%5D=2"),
            [M::QuerySortedBeforeEncoding],
        ),
        row(
            "query-sorted-as-pairs",
            "boto/botocore#434",
            "a name that begins another",
            gateway("GET /?q=x&q.parser=y"),
            [M::QuerySortedAsPairs],
        ),
        row("query-not-encoded", "curl 7.88.1", "as sent", gateway("GET /?path=x/y&z=*"), [M::QueryNotEncoded]),
        row("query-not-encoded", "botocore", "lower-case digits", gateway("GET /?a=%c3%a9"), [M::QueryNotEncoded]),
        row("query-encoded-twice", "awscurl", "an escape", gateway("GET /?a=b%20c"), [M::QueryEncodedTwice]),
        row("query-plus-literal", "awscrt", "a raw plus", plus(), [M::QueryPlusLiteral]),
        row("query-plus-as-space", "aws-sigv4", "a raw plus", plus().plus_is_plus(), [M::QueryPlusAsSpace]),
        row(
            "query-plus-as-space",
            "curl/curl#20543",
            "an encoded plus",
            gateway("GET /?q=a%2Bb"),
            [M::QueryEncodedPlusAsSpace],
        ),
        row("query-bare-key", "apache/arrow-rs#2731", "a subresource", s3("POST /key?uploads"), [M::QueryBareKey]),
        row(
            "query-first-value-only",
            "mhart/aws4",
            "a repeated name",
            gateway("GET /?a=1&a=2&a=3"),
            [M::QueryFirstValueOnly],
        ),
        row(
            "query-last-value-only",
            "andrewjroth/requests-auth-aws-sigv4#18",
            "a dictionary",
            gateway("GET /?a=1&a=2&a=3"),
            [M::QueryLastValueOnly],
        ),
        row(
            "query-values-unsorted",
            "mhart/aws4#59",
            "names sorted only",
            gateway("GET /?a=2&a=1&b=0"),
            [M::QueryValuesUnsorted],
        ),
        row(
            "query-omitted",
            "open-policy-agent/opa#4973",
            "no query at all",
            gateway("GET /?a=1&b=2"),
            [M::QueryOmitted],
        ),
        row(
            "query-omitted",
            "RJPearson94/terraform-aws-open-next#48",
            "for S3",
            s3("GET /?prefix=a"),
            [M::QueryOmitted],
        ),
        row("query-empty-pair-kept", "botocore", "`&&`", gateway("GET /?a=1&&b=2"), [M::QueryEmptyPairKept]),
        row(
            "query-cut-at-second-equals",
            "@smithy/signature-v4",
            "base 64",
            gateway("GET /?t=YQ==&u=1"),
            [M::QueryCutAtSecondEquals],
        ),
        row("query-malformed", "awscrt", "a lone percent sign", gateway("GET /?a=1"), [M::QueryGains("b=%zz")]),
    ]
}

fn hosts() -> Vec<Row> {
    const PUBLIC: &str = "api.example.com";
    let behind = || gateway("GET /\nHost: internal:8080");
    vec![
        row("host-with-port", "awscrt", "the default port signed", gateway("GET /"), [M::HostWithPort]),
        row(
            "host-without-port",
            "curl/curl#9550",
            "a port dropped",
            gateway("GET /\nHost: localhost:8333"),
            [M::HostWithoutPort],
        ),
        row(
            "host-without-port",
            "minio/minio-js#262",
            "for S3",
            s3("GET /b/k\nHost: 127.0.0.1:9000"),
            [M::HostWithoutPort],
        ),
        row("host-lower-cased", "botocore", "capitals", gateway("GET /\nHost: Abc.Example.COM"), [M::HostLowerCased]),
        row(
            "host-of-proxy",
            "aws/aws-sdk-go#1473",
            "a known proxy",
            behind().hosts(&["other.example.com", PUBLIC]),
            [M::HostOf(PUBLIC)],
        ),
        row(
            "host-of-proxy",
            "seaweedfs/seaweedfs#6511",
            "a proxy that says so",
            gateway("GET /\nHost: internal:8080\nX-Forwarded-Host: api.example.com"),
            [M::HostOf(PUBLIC)],
        ),
    ]
}

fn headers() -> Vec<Row> {
    let spaced = || gateway("GET /\nX-A: a   b  c");
    let three = || gateway("GET /\nX-A: z\nX-B: 1\nX-A: a\nX-A: m");
    vec![
        row("header-whitespace-kept", "apache/arrow-rs-object-store#510", "inside", spaced(), [M::HeaderSpacesKept]),
        row(
            "header-whitespace-kept",
            "fog/fog-aws#160",
            "at the ends",
            gateway("GET /\nX-A:   a  b "),
            [M::HeaderValueVerbatim],
        ),
        row("header-tab-kept", "aws-sigv4", "a tab", gateway("GET /\nX-A: a\tb"), [M::HeaderTabKept]),
        row("header-nbsp-folded", "botocore", "U+00A0", gateway("GET /\nX-A: a\u{a0}b"), [M::HeaderNbspFolded]),
        row("header-values-comma-space", "aws4fetch", "joined by fetch", three(), [M::HeaderValuesCommaSpace]),
        row("header-first-value-only", "reqsign", "the first of three", three(), [M::HeaderFirstValueOnly]),
        row("header-last-value-only", "aws-sign-v4", "the last of three", three(), [M::HeaderLastValueOnly]),
        row("header-values-as-lines", "curl 7.88.1", "a line each", three(), [M::HeaderValuesAsLines]),
        row(
            "header-values-sorted",
            "aws4_testsuite of 2012, get-header-value-order",
            "sorted",
            three(),
            [M::HeaderValuesSorted],
        ),
        row(
            "header-changed",
            "minio/minio#15506",
            "rewritten by a proxy",
            gateway("GET /\naccept-encoding: identity").tells_canonical(),
            [M::HeaderChanged("accept-encoding", "gzip, br")],
        ),
        row(
            "header-changed",
            "FantasticFiasco/aws-signature-version-4#1067",
            "grown on the way",
            gateway("GET /\nx-forwarded-for: 10.0.0.1").tells_canonical(),
            [M::HeaderChanged("x-forwarded-for", "10.0.0.1, 10.0.0.2")],
        ),
    ]
}

fn header_lists() -> Vec<Row> {
    vec![
        row(
            "headers-missorted",
            "curl 7.88.1",
            "lines sorted",
            gateway("GET /\nX-A: 1\nX-A-B: 2"),
            [M::HeaderLinesSorted],
        ),
        row("headers-missorted", "aws-sign-v4", "not sorted", gateway("GET /\nX-B: 1\nX-A: 2"), [M::HeadersUnsorted]),
        row(
            "header-names-not-lowered",
            BY_HAND,
            "as on the wire",
            gateway("GET /\nX-A: 1"),
            [M::HeaderNamesNotLowered],
        ),
        row(
            "header-names-repeated",
            "curl 7.88.1",
            "a name each",
            gateway("GET /\nX-A: 1\nX-A: 2"),
            [M::HeaderNamesRepeated],
        ),
        row(
            "header-not-signed",
            "aws4fetch",
            "an unsigned x-amz-*",
            s3("PUT /k\nX-Amz-Meta-A: 1"),
            [M::HeaderNotSigned("x-amz-meta-a")],
        ),
        row("header-not-signed", BY_HAND, "no host", gateway("GET /"), [M::HeaderNotSigned("host")]),
        row(
            "header-missing",
            "boto/botocore#3643",
            "eaten on the way",
            gateway("GET /\nTE: trailers"),
            [M::HeaderMissing("te")],
        ),
        row(
            "header-missing",
            "dragonflyoss/client#1821",
            "range",
            s3("GET /k\nRange: bytes=0-1"),
            [M::HeaderMissing("range")],
        ),
    ]
}

fn bodies() -> Vec<Row> {
    let json = || gateway("POST /orders\nContent-Type: application/json\n\n{\"a\": 1, \"b\": [2, 3]}");
    vec![
        row("method-not-upper-cased", "zirkelc/aws-signature-v4#1", "as given", json(), [M::MethodOf("post")]),
        row("method-changed", BY_HAND, "a URL for GET", s3("HEAD /k").presigned(), [M::MethodOf("GET")]),
        row("method-changed", BY_HAND, "a redirect", gateway("GET /a"), [M::MethodOf("POST")]),
        row("payload-empty", "mhart/aws4#83", "the body not given", json(), [M::PayloadEmpty]),
        row(
            "payload-empty",
            "electron-userland/electron-builder#9863",
            "a stream",
            s3("PUT /k\n\nabc"),
            [M::PayloadEmpty],
        ),
        row("payload-unsigned", "aws/aws-sdk-js-v3#308", "said so", json(), [M::PayloadSaidUnsigned]),
        row("payload-unsigned", "reqsign", "not even said", json(), [M::PayloadUnsigned]),
        row(
            "payload-reserialized",
            "mhart/aws4#100",
            "JSON spelled anew",
            json().original_body("{\"a\":1,\"b\":[2,3]}"),
            [M::PayloadOf("{\"a\":1,\"b\":[2,3]}")],
        ),
        row(
            "payload-reserialized",
            "mhart/aws4#132",
            "a form",
            gateway("POST /\n\na=b+c").original_body("a=b%20c"),
            [M::PayloadOf("a=b%20c")],
        ),
    ]
}

fn keys() -> Vec<Row> {
    let get = || gateway("GET /orders");
    let far = || gateway("GET /orders").region("eu-west-1");
    vec![
        row("key-region", "jamesmbourne/aws4-axios#397", "an edge domain", far(), [M::KeyRegion("us-east-1")]),
        row("key-service", BY_HAND, "another service", get(), [M::KeyService("apigateway")]),
        row("key-service", "mhart/aws4fetch#31", "a custom domain", get(), [M::KeyService("s3")]),
        row("key-day", BY_HAND, "a key of yesterday", get(), [M::KeyDay("20150829")]),
        row("key-day", BY_HAND, "a key of tomorrow", get(), [M::KeyDay("20150831")]),
        row("scope-region", "Kong/insomnia#830", "a region guessed", far(), [M::ScopeRegion("us-east-1")]),
        row("scope-service", "Kong/insomnia#830", "a service guessed", get(), [M::ScopeService("lambda")]),
        row("scope-day", "treeverse/lakeFS#2465", "yesterday's scope", get(), [M::ScopeDay("20150829")]),
        row("scope-terminator", BY_HAND, "misspelt", get(), [M::ScopeTerminator("aws4request")]),
        row(
            "secret-trailing-newline",
            BY_HAND,
            "read from a file",
            get(),
            [M::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n")],
        ),
        row("secret-whitespace", BY_HAND, "pasted", get(), [M::Secret(" wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")]),
        row(
            "secret-percent-encoded",
            BY_HAND,
            "out of a URL",
            get(),
            [M::Secret("wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY")],
        ),
        row(
            "secret-quoted",
            BY_HAND,
            "out of a file of settings",
            get(),
            [M::Secret("\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"")],
        ),
        row("key-without-prefix", BY_HAND, "no `AWS4`", get(), [M::KeyWithoutPrefix]),
        row("access-key-unknown", "floci-io/floci#2895", "another key", get(), [M::AccessKeyId("AKIDOTHER")]),
    ]
}

fn tokens() -> Vec<Row> {
    let get = || gateway("GET /orders").temporary();
    let url = || s3("GET /key").presigned().temporary();
    let encoded = "AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLEtc764bNrC9SAPBSM22%2BwDOk4x4HIZ8j4FZTwdQW%3D%3D";
    vec![
        row("token-not-signed", "awslabs/aws-c-auth#109", "a header added after", get(), [M::TokenNotSigned]),
        row("token-not-signed", "awslabs/aws-c-auth#109", "a parameter added after", url(), [M::TokenNotSigned]),
        row("token-signed-twice", "awslabs/aws-c-auth#109", "a parameter twice", url(), [M::TokenTwice]),
        row("token-missing", "zirkelc/aws-signature-v4#34", "not sent", get(), [M::TokenMissing]),
        row("token-missing", "zirkelc/aws-signature-v4#34", "not in the URL", url(), [M::TokenMissing]),
        row("token-wrong", "seaweedfs/seaweedfs#7941", "another session's", get(), [M::TokenOf("AQoDOTHER")]),
        row("token-percent-encoded", "rusoto/rusoto#1653", "twice in a URL", url(), [M::TokenOf(encoded)]),
        row("token-percent-encoded", "durch/rust-s3#283", "in a header", get(), [M::TokenOf(encoded)]),
        row(
            "token-undefined",
            "kndt84/aws-api-gateway-client#31",
            "an option not set",
            get(),
            [M::TokenOf("undefined")],
        ),
        row(
            "token-undefined",
            "kndt84/aws-api-gateway-client#31",
            "with permanent credentials",
            gateway("GET /orders"),
            [M::TokenOf("undefined")],
        ),
    ]
}

fn times() -> Vec<Row> {
    let get = || gateway("GET /orders");
    let dated = || gateway("GET /orders\nDate: Sun, 30 Aug 2015 12:35:00 GMT");
    vec![
        row("date-header-used", "botocore", "signed by its Date", dated(), [M::StringToSignAt("20150830T123500Z")]),
        row(
            "date-header-used",
            "botocore",
            "no x-amz-date",
            get(),
            [M::DateInDateHeader("Sun, 30 Aug 2015 12:36:00 GMT")],
        ),
        row("expired", "aws-amplify/aws-sdk-android#253", "a slow clock", get(), [M::SignedAt("20150830T123000Z")]),
        row("expired", "aws/aws-sdk-js#401", "an old URL", get().presigned(), [M::SignedAt("20150830T123000Z")]),
        row("not-yet-current", "aws/aws-sdk-go-v2#3187", "a fast clock", get(), [M::SignedAt("20150830T124200Z")]),
        row("date-malformed", "stackshy/cloudemu#493", "extended", get(), [M::DateAs("2015-08-30T12:36:00Z")]),
        row("date-malformed", BY_HAND, "as HTTP has it", get(), [M::DateAs("Sun, 30 Aug 2015 12:36:00 GMT")]),
    ]
}

fn carriers() -> Vec<Row> {
    let get = || gateway("GET /orders");
    vec![
        row("not-signed", "aws-amplify/amplify-js#1654", "a preflight", gateway("OPTIONS /orders"), [M::NotSigned]),
        row("signed-twice", BY_HAND, "in both places", get(), [M::SignedTwice]),
        row("sigv4a", "aws/aws-sdk-java-v2#2725", "another algorithm", get(), [M::Algorithm("AWS4-ECDSA-P256-SHA256")]),
        row(
            "sigv4a",
            "aws/aws-sdk-java-v2#2725",
            "in a URL",
            get().presigned(),
            [M::Algorithm("AWS4-ECDSA-P256-SHA256")],
        ),
        row("sigv2", "rustfs/rustfs#3374", "another algorithm", get(), [M::Algorithm("AWS")]),
        row("algorithm-unsupported", BY_HAND, "in a URL", get().presigned(), [M::Algorithm("AWS4-HMAC-SHA512")]),
        row(
            "authorization-malformed",
            BY_HAND,
            "a part missing",
            get(),
            [M::Authorization(", SignedHeaders=host;x-amz-date", "")],
        ),
        row(
            "authorization-malformed",
            BY_HAND,
            "a typing error",
            get(),
            [M::Authorization("Signature=", "Signature:")],
        ),
        row(
            "credential-malformed",
            BY_HAND,
            "a slash too many",
            get(),
            [M::Authorization("Credential=AKID", "Credential=AK/ID")],
        ),
        row(
            "credential-malformed",
            BY_HAND,
            "only the key id",
            get(),
            [M::Authorization("/20150830/us-east-1/execute-api/aws4_request", "")],
        ),
    ]
}
