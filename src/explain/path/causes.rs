//! Mistakes in the path.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#13754, nolabs-ai/nono#1430.
    PATH_ENCODED_ONCE = "path-encoded-once",
        "the client signed the path as it is sent, and this service expects it encoded once more",
        "encode the path that is sent once more for the signature, every byte of it but letters, digits, `-._~` and \
         `/`: when `/a%20b,c` is sent, sign `/a%2520b%2Cc`; do not change what is sent",
        workaround = "remove an option for single encoding (aws4fetch `singleEncode`, Go `DisableURIPathEscaping`, \
         boto3 signature version `s3v4`), or use only letters, digits and `-._~` in paths",
        versions = "curl before 8.9 signs every path as it is sent";
    // aws/aws-sdk-go-v2#3349, mhart/aws4fetch#31, agilord/aws_client#402.
    PATH_ENCODED_TWICE = "path-encoded-twice",
        "the client encoded the path once too often for the signature",
        "decode the path that is sent, and encode it once for S3 and twice for other services, each time every byte \
         but letters, digits, `-._~` and `/`: when `/a%20b` is sent, sign `/a%20b` for S3 and `/a%2520b` otherwise",
        workaround = "tell the client that the service is S3 (aws4fetch `service: \"s3\"`, Go \
         `DisableURIPathEscaping = true`), and pass it a path that is encoded only where the URL needs it";
    PATH_ENCODED_THRICE = "path-encoded-thrice",
        "the client encoded the path at least twice too often for the signature",
        "decode the path that is sent, and encode it once for S3 and twice for other services, each time every byte \
         but letters, digits, `-._~` and `/`: when `/a%20b` is sent, sign `/a%20b` for S3 and `/a%2520b` otherwise",
        workaround = "pass the client the path without percent-encoding (`/a b`), or, if it does not encode paths \
         itself, encode it once (`/a%20b`)";
    PATH_NOT_NORMALIZED = "path-not-normalized",
        "the client signed `.`, `..` or `//` in the path, and the service resolves them first",
        "resolve `.`, `..` and `//` before signing: sign `/b` for `/a/..//b`; send the resolved path, too",
        workaround = "pass the client a URL without `.`, `..` and `//` in its path",
        versions = "aws-sdk-go-v2, reqsign and awscurl do not resolve them";
    PATH_NORMALIZED = "path-normalized",
        "the client resolved `.`, `..` or `//` in the path before it signed, and this service takes the path as it \
         is",
        "sign the path as it is for S3: `/a/../b` and `/a//b` are names of objects",
        workaround = "rename the object so that its key has no `.`, `..` or empty part, or use an SDK of AWS for it",
        versions = "aws4fetch and curl resolve them for every service";
    PATH_SLASHES_MERGED = "path-slashes-merged",
        "the client signed `//` in the path as `/`, and this service keeps both slashes",
        "sign `//` as it is for S3: `/a//b` and `/a/b` are two objects",
        workaround = "send a path without `//`, for example without a slash at the end of the base URL",
        versions = "aws4fetch merges slashes for every service";
    PATH_SLASHES_KEPT = "path-slashes-kept",
        "the client resolved `.` and `..` in the path and kept `//`, which the service signs as `/`",
        "replace `//` with `/` in the path before signing and sending: sign `/a/b` for `/a//b`",
        workaround = "send a path without `//`, for example without a slash at the end of the base URL";
    PATH_FINAL_DOTS = "path-final-dot-segment",
        "the client signed a path that ends in `.` or `..` with a slash at its end, and the service signs it without",
        "sign `/a` for `/a/b/..`, not `/a/`",
        workaround = "send the path without `.` and `..`: `/a` instead of `/a/b/..`",
        versions = "the Rust crate aws-sigv4 and aws4fetch sign `/a/`";
    // source-cooperative/data.source.coop#176, anomalizer/ngx_aws_auth#87.
    PATH_DECODED = "path-decoded",
        "the client signed a decoded path, not the one that is sent",
        "take the path of the request line (`/a%20b`), not the decoded path of a URL parser or router (`/a b`), and \
         encode every byte of it but letters, digits, `-._~` and `/`: sign `/a%2520b` (S3 does not encode `%` again: \
         `/a%20b`)",
        workaround = "use only letters, digits and `-._~` in paths";
    // r-lib/httr2#843.
    PATH_SLASH_DECODED = "path-slash-decoded",
        "the client signed `%2F` in the path as `/`",
        "split the path at `/` before anything decodes it: `%2F` belongs to a segment and is signed as `%252F` (S3: \
         `%2F`)",
        workaround = "avoid names with `/` in a path segment, or use a client that keeps `%2F` when it parses a URL";
    // durch/rust-s3#144.
    PATH_SLASH_ENCODED = "path-slash-encoded",
        "the client signed a slash of the path as `%2F`",
        "never encode a `/`: split the path at `/`, encode each segment, and join the segments with `/`; for S3 decode \
         the sent path first (`/x%2Fy` is signed as `/x/y`)",
        workaround = "send a plain `/` where the path has `%2F`";
    // durch/rust-s3#148, anomalizer/ngx_aws_auth#87.
    PATH_PLUS_AS_SPACE = "path-plus-as-space",
        "the client signed `+` in the path as a space",
        "do not decode a path like a form: `+` in a path is a plus sign; send it as `%2B`",
        workaround = "write `%2B` instead of `+` in the path",
        versions = "aws4 and aws4fetch read `+` as a space for S3";
    PATH_VERBATIM = "path-verbatim-s3",
        "the client signed the path as it is sent, and S3 expects it decoded and encoded again",
        "send and sign the path in S3's own encoding: everything but letters, digits, `-._~` and `/` as `%XX` with \
         capital letters (`%2B` for `+`, `%3D` for `=`, `~` for `%7E`)",
        workaround = "write the path in that encoding when you pass it to the client",
        versions = "curl before 8.9 signs every path as it is sent";
    PATH_RECODED = "path-recoded",
        "the client decoded and encoded the path for the signature, and the service takes it as it is sent",
        "send the path in the encoding that is signed, or sign the path as it is sent",
        workaround = "write the path in the client's own encoding: everything but letters, digits, `-._~` and `/` as \
         `%XX` with capital letters";
    // soto-project/soto#601, awslabs/aws-sdk-rust#330, aws/aws-sdk-java-v2#3154.
    PATH_RESERVED_KEPT = "path-reserved-kept",
        "the client left characters of the path unencoded that have to be encoded for the signature",
        "encode every byte but letters, digits, `-._~` and `/` for the signature (for S3, leave a `%XX` of the sent \
         path as it is): JavaScript's encodeURI leaves \
         `;,/?:@&=+$#!*'()`, and encodeURIComponent leaves `!*'()`",
        workaround = "avoid the marked characters in paths";
    PATH_TILDE_ENCODED = "path-tilde-encoded",
        "the client signed `~` in the path as `%7E`",
        "leave `~` unencoded for the signature",
        workaround = "avoid `~` in paths",
        versions = "Python's `quote` encodes `~` before 3.7, and Java's URLEncoder always";
    PATH_HEX_LOWER = "path-hex-lower-case",
        "the client signed `%xx` in the path with lower-case letters",
        "write percent-encoding in capital letters for the signature: `%2B`, not `%2b`",
        workaround = "write the path that you pass to the client with capital letters: `%2B`, not `%2b`";
    // mhart/aws4#68, mhart/aws4#33.
    PATH_MISSING_STAGE = "path-missing-stage",
        "the client signed the path without its first segment, which is a stage of API Gateway or a base path",
        "sign the path of the URL that is called, with the stage: `/prod/orders`, not `/orders`; a server has to \
         verify before a filter cuts the path (floci-io/floci#4090)",
        workaround = "put the stage into the path that you pass to the client, not only into its base URL";
    PATH_TRAILING_SLASH = "path-trailing-slash",
        "the signed path and the received path differ in the slash at their end",
        "sign exactly the path that is sent, with or without the last slash",
        workaround = "call the URL with the path that the line `client signed` shows; if the paths differ again, a \
         proxy or router adds or cuts the last slash: turn that off";
    PATH_EMPTY = "path-empty",
        "the client signed an empty line for the path `/`",
        "sign an empty path as `/`",
        workaround = "name an object or a path in the URL, or use another client for the bucket's root",
        versions = "botocore and awscrt sign an empty line for S3";
    PATH_OMITTED = "path-omitted",
        "the client signed `/` instead of the path",
        "pass the path of the request to the signer: most take the whole URL or a field such as `path`",
        workaround = "pass the whole URL to the client where it takes the path";
    PATH_CHANGED = "path-changed",
        "the client signed another path than was received",
        "compare the path in the client's log with the path that arrived; look for a proxy or router that rewrites \
         it";
    // awslabs/aws-c-common parses the target as a URI.
    PATH_READ_AS_URL = "path-read-as-url",
        "the client parsed the path as a URL, and signed only what follows its `://` or its leading `//`",
        "do not parse the path on its own: for `/x/a://b/c` sign the whole path, and not `/c`",
        workaround = "avoid `://` in a path, and `//` at its start: write the second slash as `%2F`",
        versions = "awscrt and other clients of aws-c-auth cut the path at `://`";
    PATH_DOTS_DECODED = "path-encoded-dots-resolved",
        "the client resolved a segment `%2e` or `%2e%2e` like `.` or `..`, and sent it",
        "resolve the segment before signing and sending, or leave it as it is in both: a service does not decode \
         `%2e` first",
        workaround = "remove `%2e` segments from the path that you pass to the client",
        versions = "URL parsers of browsers and of Node.js resolve `%2e`";
    // aws/aws-sdk-java-v2#3154.
    PATH_SENT_UNENCODED = "path-sent-unencoded",
        "the client sent characters of the path unencoded, but signed the path as if they were sent encoded",
        "send the path in the encoding that was signed: `/caf%C3%A9` for `/café`, and `%28` for `(`",
        workaround = "percent-encode everything but letters, digits, `-._~` and `/` in the path that you pass to the \
         HTTP client";
    PATH_PARTLY_ENCODED = "path-partly-encoded",
        "the client encoded only some of the characters of the path as often as the service does",
        "encode every byte of the sent path again but letters, digits, `-._~` and `/`: `/a%20b%40c,d` is signed as \
         `/a%2520b%2540c%2Cd` (for S3, a `%XX` stays as it is: `/a%20b%40c%2Cd`); JavaScript's decodeURI leaves `%40` and other reserved characters encoded",
        workaround = "avoid characters in paths that have to be percent-encoded";
    PATH_DECODED_TWICE = "path-decoded-twice",
        "the client decoded the path twice before encoding it",
        "decode the path once at most: `%2520` stands for `%20`, not for a space",
        workaround = "avoid `%` in names that become part of the path";
    PATH_UNRESERVED_ENCODED = "path-unreserved-encoded",
        "the client encoded `-`, `.` or `_` in the path",
        "leave letters, digits and `-._~` unencoded for the signature",
        workaround = "avoid `-`, `.` and `_` in paths",
        versions = "NON_ALPHANUMERIC of Rust's percent-encoding encodes them";
    PATH_SPACE_AS_PLUS = "path-space-as-plus",
        "the client signed a space in the path as `+`",
        "encode a space as `%20`: use a function for paths, such as Python's quote or Go's PathEscape, and not one \
         for forms",
        workaround = "avoid spaces in paths",
        versions = "Java's URLEncoder, Python's quote_plus, Go's QueryEscape and PHP's urlencode write `+`";
    PATH_CASE_LOWERED = "path-case-lowered",
        "the client signed the path in lower case",
        "sign the path with the capital letters that are sent",
        workaround = "use paths in lower case; if the client keeps capital letters, look for a proxy that changes \
         them";
    PATH_WITHOUT_SLASH = "path-without-slash",
        "the client signed the path without the slash at its start",
        "begin the second line of the canonical request with `/`: `/orders`, not `orders`",
        workaround = "begin the path that you pass to the client with `/`";
    // tedder/requests-aws4auth parses with urlparse.
    PATH_CUT_AT_SEMICOLON = "path-cut-at-semicolon",
        "the client cut the path at the `;` in its last segment",
        "keep `;` and what follows it, and sign the `;` as `%3B`: sign `/a%3Bb` when `/a;b` is sent; in Python use \
         urlsplit, not urlparse",
        workaround = "write `;` in the path as `%3B`",
        versions = "requests-aws4auth cuts the path, as urlparse of Python does";
    PATH_INCLUDES_QUERY = "path-includes-query",
        "the client signed the query as part of the path",
        "split the target at its first `?`: the path is the second line of the canonical request, the query the \
         third",
        workaround = "pass the query to the client as parameters, not inside the path";
    PATH_IS_URL = "path-is-url",
        "the client signed the whole URL instead of the path",
        "sign the path alone, from the first slash behind the host up to the `?`",
        workaround = "pass the path to the client where it takes a path, without scheme and host";
    PATH_REWRITTEN = "path-rewritten",
        "a proxy rewrote the path on the way, and its header shows the path that the client signed",
        "verify the path as the client sent it: pass the original path to the verifier, or make the proxy forward it \
         unchanged",
        workaround = "sign for the path that arrives behind the proxy, or call the service without the proxy";
    // mhart/aws4#68.
    PATH_PREFIX_CUT = "path-prefix-cut",
        "the client signed the path with a prefix that is missing from the received path",
        "make the proxy forward the path with its prefix (nginx: `proxy_pass` without a path), or verify the path \
         with the prefix; if there is no proxy, send the path that is signed",
        workaround = "sign for the path without the prefix, if the client has a setting for its base path";
    PATH_PREFIX_ADDED = "path-prefix-added",
        "the client signed the path without a prefix that the received path has",
        "sign the whole path that is sent; if a proxy adds the prefix, let it forward the path unchanged, or verify \
         the path without the prefix",
        workaround = "sign for the path with the prefix, if the client has a setting for its base path";
    PATH_SUFFIX_ADDED = "path-suffix-added",
        "the client signed the path without the end that the received path has",
        "sign the whole path that is sent; look for a proxy or router that appends to the path",
        workaround = "call the URL with the whole path";
    PATH_BUCKET_STYLE = "path-bucket-style",
        "the bucket is in the signed path and not in the received path, or the other way round",
        "sign the path in the style that is sent: `/key` for `bucket.s3.amazonaws.com`, `/bucket/key` for \
         `s3.amazonaws.com`",
        workaround = "set the path style that the endpoint uses, such as `forcePathStyle` or `addressing_style`; if \
         a proxy changes one style into the other, turn that off";
    PATH_HEX_UPPER = "path-hex-upper-case",
        "the client sent `%xx` in the path with lower-case letters, and signed it with capital letters",
        "send percent-encoding in capital letters, as it is signed: `%2F`, not `%2f`",
        workaround = "write the path that you pass to the client with capital letters: `%2F`, not `%2f`";
}
