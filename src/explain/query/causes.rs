//! Mistakes in the query.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#9717, lucacasonato/deno_aws_sign_v4#7.
    QUERY_UNSORTED = "query-unsorted",
        "the query was signed in the order of the wire",
        "sort the parameters by encoded name, then by encoded value (curl before 8.2 does not)";
    // smithy-lang/smithy-typescript#1404, aws/aws-sdk-php#3200.
    QUERY_SORTED_BEFORE_ENCODING = "query-sorted-before-encoding",
        "the query was sorted before it was encoded",
        "encode names and values first, then sort: `[` sorts otherwise as `%5B` (aws-sdk-go-v2 and rusty-s3 sort \
         first)";
    // boto/botocore#434, mhart/aws4#103, tedder/requests-aws4auth#21.
    QUERY_SORTED_AS_PAIRS = "query-sorted-as-pairs",
        "the query was sorted as whole `name=value` texts",
        "sort by name and only then by value: as texts `a-b=1` comes before `a=2`";
    // mhart/aws4#59, aws/aws-sdk-go#1491.
    QUERY_VALUES_UNSORTED = "query-values-unsorted",
        "the values of a repeated parameter were signed in the order of the wire",
        "sort by value where names are equal";
    QUERY_SORTED_IGNORING_CASE = "query-sorted-ignoring-case",
        "the query was sorted without regard to upper and lower case",
        "sort by byte: upper case comes before lower case";
    // curl/curl#13058.
    QUERY_NOT_ENCODED = "query-not-encoded",
        "characters of the query were signed unencoded, or as they are on the wire",
        "encode everything but letters, digits and `-._~` in names and values, with upper-case digits (botocore and \
         curl sign them as sent)";
    QUERY_DECODED = "query-decoded",
        "the decoded query was signed",
        "encode names and values after decoding them";
    // okigan/awscurl.
    QUERY_ENCODED_TWICE = "query-encoded-twice",
        "the query was encoded twice",
        "give the signer the decoded parameters, or the raw query, as it wants it: it was encoded in two places \
         (awscurl does)";
    QUERY_HEX_LOWER = "query-hex-lower-case",
        "the query was signed with lower-case percent sequences",
        "write the digits of percent sequences in upper case: `%2F`, not `%2f`";
    QUERY_TILDE_ENCODED = "query-tilde-encoded",
        "a `~` of the query was signed as `%7E`",
        "leave `~` as it is (Java's URLEncoder and Python's quote before 3.7 encode it)";
    // curl/curl#20543, mhart/aws4fetch#83.
    QUERY_PLUS_LITERAL = "query-plus-literal",
        "a `+` of the query was signed as a plus sign, and the service reads a space",
        "write a space as `%20` and a plus sign as `%2B` on the wire: both are unambiguous";
    // curl/curl#20543.
    QUERY_PLUS_AS_SPACE = "query-plus-as-space",
        "a plus sign of the query was signed as a space, and the service reads a plus sign",
        "write a space as `%20` and a plus sign as `%2B` on the wire, and sign `%2B` (curl 8.14 signs both as `%20`)";
    // DavidMuller/aws-requests-auth#40, jmenga/requests-aws-sign#7, basho/riak_cs#1141.
    QUERY_SPACE_AS_PLUS = "query-space-as-plus",
        "a space of the query was signed as `+`",
        "encode a space as `%20`: use quote, not quote_plus or URLSearchParams";
    // apache/arrow-rs#2731, curl 7.88.
    QUERY_BARE_KEY = "query-bare-key",
        "a parameter without a value was signed without `=`",
        "sign `uploads=` for `?uploads` (curl 7.88 signs `uploads`)";
    QUERY_BARE_KEY_DROPPED = "query-bare-key-dropped",
        "a parameter without a value was left out of the signature",
        "write `uploads=` instead of `uploads` (smithy drops a parameter without `=`)";
    QUERY_BARE_KEY_NULL = "query-bare-key-null",
        "a parameter without a value was signed with the text of a missing value",
        "give the parameter an empty text as its value (smithy signs `null`)";
    // andrewjroth/requests-auth-aws-sigv4#18, aws/aws-sdk-go#1495.
    QUERY_FIRST_VALUE_ONLY = "query-first-value-only",
        "only the first value of a repeated parameter was signed",
        "keep the parameters in a multi-map (botocore's presigner and aws4 for S3 keep the first value)";
    QUERY_LAST_VALUE_ONLY = "query-last-value-only",
        "only the last value of a repeated parameter was signed",
        "keep the parameters in a multi-map, not in a dictionary";
    QUERY_VALUES_JOINED = "query-values-joined",
        "the values of a repeated parameter were signed as one, joined with commas",
        "sign every value as a parameter of its own";
    // open-policy-agent/opa#4973, RJPearson94/terraform-aws-open-next#48.
    QUERY_OMITTED = "query-omitted",
        "the query was left out of the signature",
        "hand the query to the signer, in the place where it looks for it";
    QUERY_EMPTY_PAIR_KEPT = "query-empty-pair-kept",
        "an empty parameter, as in `&&`, was signed",
        "leave empty parameters out (curl and botocore keep them)";
    QUERY_CUT = "query-cut-at-second-equals",
        "a value was cut at its second `=`",
        "encode `=` in a value as `%3D` (smithy cuts the value there)";
    QUERY_SEMICOLON_DROPPED = "query-semicolon-dropped",
        "a parameter with a `;` was left out of the signature",
        "encode `;` as `%3B` (aws-sdk-go-v2 drops such parameters)";
    QUERY_VERBATIM = "query-verbatim",
        "the whole query was signed as it is on the wire",
        "sort and encode the query before signing it (curl's --aws-sigv4 before 8.2 does neither)";
    QUERY_AMZ_OMITTED = "query-amz-parameters-omitted",
        "the X-Amz- parameters of the presigned URL were left out of the signature",
        "add X-Amz-Algorithm to X-Amz-SignedHeaders to the query first, and then sign";
    QUERY_CHANGED = "query-changed",
        "another query was signed than was received",
        "look for a proxy or router that adds, drops or rewrites parameters";
}
