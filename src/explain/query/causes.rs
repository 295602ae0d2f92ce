//! Mistakes in the query.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#9717, lucacasonato/deno_aws_sign_v4#7.
    QUERY_UNSORTED = "query-unsorted",
        "the client signed the query parameters in the order of the URL, without sorting them",
        "sort the parameters for the signature by name and then by value, both after encoding them and by their \
         bytes (`%`, `-`, `.`, digits, capital letters, `_`, small letters, `~`): sign `B=3&a=1&b=2` for \
         `?b=2&a=1&B=3`",
        workaround = "write the parameters in alphabetical order in the URL, names with a capital letter before the \
         others",
        versions = "curl before 8.3 does not sort the query";
    // smithy-lang/smithy-typescript#1404, aws/aws-sdk-php#3200.
    QUERY_SORTED_BEFORE_ENCODING = "query-sorted-before-encoding",
        "the client sorted the query parameters before it encoded them",
        "encode the names and values first, and sort them then: `a[0]` is compared as `a%5B0%5D`, so that it comes \
         before `aB`",
        workaround = "avoid names that contain special characters such as `[ ]` and begin like other names (`a[0]` \
         beside `aB`)",
        versions = "aws-sdk-go-v2 and rusty-s3 sort first";
    // boto/botocore#434, mhart/aws4#103, tedder/requests-aws4auth#21.
    QUERY_SORTED_AS_PAIRS = "query-sorted-as-pairs",
        "the client sorted the query as whole `name=value` texts, not by name",
        "compare the names first and the values only where names are equal: `a=2` comes before `a-b=1`",
        workaround = "avoid a parameter whose name is the beginning of another (`a` beside `a-b`)";
    // mhart/aws4#59, aws/aws-sdk-go#1491.
    QUERY_VALUES_UNSORTED = "query-values-unsorted",
        "the client did not sort the values of a parameter that comes more than once",
        "sort parameters of the same name by value, after encoding it and by its bytes (`%`, `-`, `.`, digits, capital \
         letters, `_`, small letters, `~`): sign `a=%C3%A9&a=1&a=B&a=b` for `?a=b&a=B&a=1&a=%C3%A9`",
        workaround = "write the values of a repeated parameter in that order in the URL";
    QUERY_SORTED_IGNORING_CASE = "query-sorted-ignoring-case",
        "the client sorted the query parameters without regard to capital letters",
        "sort by bytes: all capital letters come before all small ones, `B` before `a`",
        workaround = "use small letters in all names of parameters";
    // curl/curl#13058.
    QUERY_NOT_ENCODED = "query-not-encoded",
        "the client left characters of the query unencoded that have to be encoded for the signature",
        "encode every byte of names and values but letters, digits and `-._~` for the signature, in capital letters: \
         `a:b/c` as `a%3Ab%2Fc`, and a space, sent as `+` or `%20`, as `%20`",
        workaround = "write the query of the URL in that encoding, so that there is nothing left to encode",
        versions = "botocore and curl before 8.3 sign the query's characters as they are sent";
    QUERY_DECODED = "query-decoded",
        "the client signed the query decoded",
        "encode names and values again after a parser has decoded them: sign `a=b%20c`, not `a=b c`",
        workaround = "use only letters, digits and `-._~` in the query";
    // okigan/awscurl.
    QUERY_ENCODED_TWICE = "query-encoded-twice",
        "the client encoded the query twice for the signature",
        "find the two places that encode the query, and remove one: `a b` is signed as `a%20b`, not `a%2520b`; write \
         `%XX` in capital letters",
        workaround = "pass the parameters to the client without percent-encoding",
        versions = "awscurl encodes the query twice";
    QUERY_HEX_LOWER = "query-hex-lower-case",
        "the client signed `%xx` in the query with lower-case letters",
        "write percent-encoding in capital letters for the signature: `%2F`, not `%2f`",
        workaround = "write the query of the URL with capital letters: `%2F`, not `%2f`";
    QUERY_TILDE_ENCODED = "query-tilde-encoded",
        "the client signed `~` in the query as `%7E`",
        "leave `~` unencoded for the signature",
        workaround = "avoid `~` in the query",
        versions = "Python's `quote` encodes `~` before 3.7, and Java's URLEncoder always";
    // curl/curl#20543, mhart/aws4fetch#83.
    QUERY_PLUS_LITERAL = "query-plus-literal",
        "the client signed `+` in the query as a plus sign, and the service reads it as a space",
        "send and sign a space as `%20` and a plus sign as `%2B`: both can be read in one way only",
        workaround = "write `%20` or `%2B` instead of `+` in the URL";
    // curl/curl#20543.
    QUERY_PLUS_AS_SPACE = "query-plus-as-space",
        "the client signed a plus sign of the query as a space",
        "send and sign a space as `%20` and a plus sign as `%2B`: both can be read in one way only",
        workaround = "avoid plus signs in the query",
        versions = "curl 8.14 signs both `+` and `%2B` as `%20`";
    // DavidMuller/aws-requests-auth#40, jmenga/requests-aws-sign#7, basho/riak_cs#1141.
    QUERY_SPACE_AS_PLUS = "query-space-as-plus",
        "the client signed a space of the query as `+`",
        "encode a space as `%20` for the signature (Python: `quote`, not `quote_plus`; JavaScript: \
         encodeURIComponent, not URLSearchParams)",
        workaround = "avoid spaces in the query";
    // apache/arrow-rs#2731, curl 7.88.
    QUERY_BARE_KEY = "query-bare-key",
        "the client signed a parameter that has no value without `=`",
        "sign `uploads=` when `?uploads` is sent",
        workaround = "write `?uploads=` in the URL instead of `?uploads`",
        versions = "curl before 8.3 signs `uploads`";
    QUERY_BARE_KEY_DROPPED = "query-bare-key-dropped",
        "the client did not sign a parameter that has no value",
        "sign `uploads=` when `?uploads` is sent",
        workaround = "write `?uploads=` in the URL instead of `?uploads`",
        versions = "@smithy/signature-v4 drops a parameter without `=`";
    QUERY_BARE_KEY_NULL = "query-bare-key-null",
        "the client signed the word for a missing value, such as `null`, as the value of a parameter",
        "sign an empty value: `uploads=` when `?uploads` is sent",
        workaround = "give the parameter an empty text as its value, not null or undefined",
        versions = "@smithy/signature-v4 signs `null`";
    // andrewjroth/requests-auth-aws-sigv4#18, aws/aws-sdk-go#1495.
    QUERY_FIRST_VALUE_ONLY = "query-first-value-only",
        "the client signed only the first value of a parameter that comes more than once",
        "sign each value: `a=1&a=2` for `?a=1&a=2`; keep parameters in a list of pairs or in a multi-map",
        workaround = "send each parameter once",
        versions = "botocore's presigner keeps the first value, and so does aws4 for S3";
    QUERY_LAST_VALUE_ONLY = "query-last-value-only",
        "the client signed only the last value of a parameter that comes more than once",
        "sign each value: `a=1&a=2` for `?a=1&a=2`; keep parameters in a list of pairs, not in a dictionary",
        workaround = "send each parameter once";
    QUERY_VALUES_JOINED = "query-values-joined",
        "the client signed the values of a repeated parameter as one value with commas",
        "sign each value as a parameter of its own: `a=1&a=2`, not `a=1%2C2`",
        workaround = "send each parameter once";
    // open-policy-agent/opa#4973, RJPearson94/terraform-aws-open-next#48.
    QUERY_OMITTED = "query-omitted",
        "the client did not sign the query",
        "pass the query to the signer: some take it in a field of its own (`query`, `params`), others in the URL or \
         path",
        workaround = "pass the parameters through the client's own option for them, not in a URL that is changed \
         after signing";
    QUERY_EMPTY_PAIR_KEPT = "query-empty-pair-kept",
        "the client signed an empty parameter, such as the one in `a=1&&b=2`",
        "leave empty parameters out of the signature",
        workaround = "remove the extra `&` from the URL",
        versions = "botocore and curl 7.88 sign empty parameters";
    QUERY_CUT = "query-cut-at-second-equals",
        "the client cut a value of the query at its second `=`",
        "split a parameter at its first `=` only: `a=b=c` is signed as `a=b%3Dc`",
        workaround = "write `=` in a value as `%3D`",
        versions = "@smithy/signature-v4 cuts the value";
    QUERY_SEMICOLON_DROPPED = "query-semicolon-dropped",
        "the client did not sign a parameter that contains `;`",
        "treat `;` as a character of the value, and sign it as `%3B`",
        workaround = "write `;` in the query as `%3B`",
        versions = "aws-sdk-go-v2 drops such parameters";
    QUERY_VERBATIM = "query-verbatim",
        "the client signed the query exactly as it is sent",
        "decode and encode each name and value, add `=` to names without a value, and sort the parameters by their \
         bytes before signing: `B` comes before `a`",
        workaround = "write the query in its signed form: sorted, `=` after each name, and everything but letters, \
         digits and `-._~` as `%XX` with capital letters",
        versions = "curl before 8.3 signs the query as it is sent";
    QUERY_AMZ_OMITTED = "query-amz-parameters-omitted",
        "the client did not sign the X-Amz- parameters of the presigned URL",
        "add X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-Expires and X-Amz-SignedHeaders to the query, sign \
         the whole query, and add X-Amz-Signature last";
    QUERY_CHANGED = "query-changed",
        "the client signed another query than was received",
        "compare the query in the client's log with the query that arrived; look for a proxy that adds, drops or \
         rewrites parameters";
    // aws4fetch, aws4.
    QUERY_NAMELESS_DROPPED = "query-nameless-dropped",
        "the client did not sign a parameter with an empty name, such as `=v`",
        "sign a parameter with an empty name like any other: `?=v&a=1` is signed as `=v&a=1`",
        workaround = "remove the parameter without a name from the URL",
        versions = "aws4 and aws4fetch drop such parameters";
    QUERY_NAMELESS_NIL = "query-nameless-nil",
        "the client signed an empty name of a parameter as `(nil)`",
        "sign an empty name as an empty text: `=v`, not `(nil)=v`",
        workaround = "remove the parameter without a name from the URL",
        versions = "curl 8 signs `(nil)=v`";
    QUERY_EMPTY_VALUE_DROPPED = "query-empty-value-dropped",
        "the client did not sign a parameter with an empty value",
        "sign `a=` for a parameter with an empty value",
        workaround = "remove parameters with empty values from the URL";
    QUERY_PARAMETER_ADDED = "query-parameter-added",
        "a parameter of the query is not signed: it was added after signing, or the signer left it out",
        "add every parameter before signing; a tracker, a link or a proxy must not add one to a signed URL",
        workaround = "remove the parameter from the URL, or pass it to the client that signs (for S3: `ResponseContentDisposition` \
         and the other response overrides)";
    QUERY_PARAMETER_REMOVED = "query-parameter-removed",
        "the client signed a parameter that is missing from the received query",
        "send every parameter that is signed; look for a proxy, a CDN or a router that drops parameters",
        workaround = "let the proxy or CDN forward the whole query (CloudFront: a policy that forwards all query strings)";
    QUERY_REWRITTEN = "query-rewritten",
        "a proxy rewrote the query on the way, and its header shows the query that the client signed",
        "verify the query as the client sent it, or make the proxy forward it unchanged",
        workaround = "sign for the query that arrives behind the proxy, or call the service without the proxy";
    QUERY_CUT_AT_QUESTION_MARK = "query-cut-at-question-mark",
        "the client signed the query only up to a `?` in it",
        "split the target at its first `?` only, and sign a `?` in the query as `%3F`",
        workaround = "write `?` in the query as `%3F`",
        versions = "aws-sdk-js v2 cuts the query at its second `?`";
    QUERY_HTML_ESCAPED = "query-html-escaped",
        "the URL was HTML-escaped after signing: `&amp;` stands for `&`",
        "put the URL into HTML with `&amp;`, but send it with `&`",
        workaround = "replace every `&amp;` in the URL by `&` before calling it";
    QUERY_NAMES_LOWERED = "query-names-lower-cased",
        "the client signed the names of the parameters in lower case",
        "sign names with the capital letters that are sent: only names of headers become lower case",
        workaround = "use names in lower case";
    QUERY_ARRAY_NOTATION = "query-array-notation",
        "the client signed an array in another notation than it sent, such as `a=1&a=2` for `a[]=1&a[]=2`",
        "serialise the parameters once, sign that text, and send the same text",
        workaround = "write each value as a parameter of its own with the same name, or set the HTTP client's array format";
    QUERY_SIGNED_TWICE = "query-signed-twice",
        "the client signed every parameter twice",
        "pass the parameters to the signer either in the URL or separately, not in both",
        workaround = "pass the parameters to the client either in the URL or separately, not in both";
    QUERY_UNRESERVED_ENCODED = "query-unreserved-encoded",
        "the client encoded `-`, `.` or `_` in the query",
        "leave letters, digits and `-._~` unencoded for the signature",
        workaround = "avoid `-`, `.` and `_` in the query",
        versions = "NON_ALPHANUMERIC of Rust's percent-encoding encodes them";
    QUERY_DECODED_TWICE = "query-decoded-twice",
        "the client decoded the query twice before encoding it",
        "decode names and values once: `%2520` stands for `%20`, not for a space",
        workaround = "avoid `%` in names and values";
    QUERY_CHARACTER_ENCODED_WHOLE = "query-character-encoded-whole",
        "the client wrote one `%` for all bytes of a character of the query",
        "write a `%` in front of every byte: `ü` is `%C3%BC`, not `%C3BC`",
        workaround = "use ASCII characters only",
        versions = "the crate aws-sign-v4 does so";
}
