//! Mistakes in the path.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#13754, nolabs-ai/nono#1430.
    PATH_ENCODED_ONCE = "path-encoded-once",
        "the path was signed as it is on the wire, and the service encodes it once more",
        "encode the path again before signing it (curl's --aws-sigv4 never does; in other signers turn single encoding \
         off)";
    // aws/aws-sdk-go-v2#3349, mhart/aws4fetch#31, agilord/aws_client#402.
    PATH_ENCODED_TWICE = "path-encoded-twice",
        "the path was encoded once more for the signature than the service encodes it",
        "sign for S3 with single encoding (aws4fetch: service \"s3\"; Go: DisableURIPathEscaping), and send the path \
         as it is encoded for the signature";
    PATH_ENCODED_THRICE = "path-encoded-thrice",
        "the path was encoded twice more than it is on the wire, or more often",
        "give the signer the path as it goes over the wire, or the decoded one, as it wants it: it was encoded in two \
         places";
    PATH_NOT_NORMALIZED = "path-not-normalized",
        "the path was signed with its dot segments or repeated slashes, which the service resolves first",
        "resolve `.`, `..` and `//` before signing and sending (aws-sdk-go-v2, reqsign and awscurl do not)";
    PATH_NORMALIZED = "path-normalized",
        "dot segments of the path were resolved for the signature, and the service takes the path as it is",
        "sign S3 keys without normalising the path (aws4fetch and curl normalise it)";
    PATH_SLASHES_MERGED = "path-slashes-merged",
        "repeated slashes of the path were merged for the signature, and the service keeps them",
        "sign S3 keys without normalising the path, or do not send `//`";
    PATH_SLASHES_KEPT = "path-slashes-kept",
        "dot segments of the path were resolved for the signature, and repeated slashes were not merged",
        "merge repeated slashes before signing and sending";
    PATH_FINAL_DOTS = "path-final-dot-segment",
        "a final dot segment of the path was resolved to a path with a slash at its end",
        "send the path without dot segments: signers disagree on `/a/b/..` (aws-sigv4 and aws4fetch sign `/a/`)";
    // source-cooperative/data.source.coop#176, anomalizer/ngx_aws_auth#87.
    PATH_DECODED = "path-decoded",
        "the decoded path was signed",
        "give the signer the raw path of the request line, not the decoded one of a URL parser or a router";
    // r-lib/httr2#843.
    PATH_SLASH_DECODED = "path-slash-decoded",
        "a `%2F` of the path was signed as a slash",
        "sign the raw path segment by segment: the URL parser had decoded `%2F`";
    // durch/rust-s3#144.
    PATH_SLASH_ENCODED = "path-slash-encoded",
        "a slash of the path was signed as `%2F`",
        "do not encode the slashes of a path; encode each segment on its own";
    // durch/rust-s3#148, anomalizer/ngx_aws_auth#87.
    PATH_PLUS_AS_SPACE = "path-plus-as-space",
        "a `+` of the path was signed as a space",
        "a `+` in a path is a plus sign: do not decode the path as a form, and send `%2B` (aws4 and aws4fetch read a \
         space for S3)";
    PATH_VERBATIM = "path-verbatim-s3",
        "the path was signed as it is on the wire, and S3 decodes and encodes it first",
        "send the path in its canonical encoding, `%2B` for `+` and upper-case digits, and sign that";
    PATH_RECODED = "path-recoded",
        "the path was decoded and encoded for the signature, and the service takes it as it is on the wire",
        "send the path in the encoding that was signed";
    // soto-project/soto#601, awslabs/aws-sdk-rust#330, aws/aws-sdk-java-v2#3154.
    PATH_RESERVED_KEPT = "path-reserved-kept",
        "reserved characters of the path were signed unencoded",
        "encode everything but letters, digits, `-._~` and `/` (encodeURI and encodeURIComponent leave more)";
    PATH_TILDE_ENCODED = "path-tilde-encoded",
        "a `~` of the path was signed as `%7E`",
        "leave `~` as it is (Java's URLEncoder and Python's quote before 3.7 encode it)";
    PATH_HEX_LOWER = "path-hex-lower-case",
        "the path was signed with lower-case percent sequences",
        "write the digits of percent sequences in upper case: `%2B`, not `%2b`";
    // mhart/aws4#68, mhart/aws4#33.
    PATH_MISSING_STAGE = "path-missing-stage",
        "the path was signed without its first segment, which is API Gateway's stage or a custom domain's base path",
        "sign the path that the client sends, with the stage (floci-io/floci#4090: and verify before a filter rewrites \
         it)";
    PATH_TRAILING_SLASH = "path-trailing-slash",
        "the path was signed with a slash at its end and sent without, or the other way round",
        "sign exactly the path that is sent; look for a proxy or router that adds or cuts the last slash";
    PATH_EMPTY = "path-empty",
        "an empty line was signed for the path `/`",
        "sign an empty path as `/` (botocore and awscrt sign an empty line for S3)";
    PATH_OMITTED = "path-omitted",
        "`/` was signed whatever the path is",
        "hand the path of the request to the signer";
    PATH_CHANGED = "path-changed",
        "another path was signed than was received",
        "look for a proxy or router that rewrites the path";
}
