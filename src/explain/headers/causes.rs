//! Mistakes in the host and the headers.

use crate::explain::cause::{Cause, causes};

causes! {
    // curl/curl#9550, minio/minio-js#262.
    HOST_WITH_PORT = "host-with-port",
        "the host was signed with a port, and was received without",
        "leave the scheme's default port out of the signed host; have the proxy pass the Host header on unchanged";
    // seaweedfs/seaweedfs#6511, apache/opendal-reqsign#22.
    HOST_WITHOUT_PORT = "host-without-port",
        "the host was signed without its port",
        "sign the Host header as it is sent, with a port that is not the scheme's own";
    HOST_LOWER_CASED = "host-lower-cased",
        "the host was signed in lower case, and was sent as written",
        "write the host of the URL in lower case (botocore and aws4fetch sign it so)";
    // aws/aws-sdk-go#1473, awslabs/aws-sigv4-proxy#90, aws-amplify/amplify-js#1339.
    HOST_OF_PROXY = "host-of-proxy",
        "another host was signed than the verifier sees",
        "sign the host that the service sees, or have the proxy keep Host, or tell the verifier the host that clients \
         call (with_authority)";
    // fog/fog-aws#160, apache/arrow-rs-object-store#510.
    HEADER_WHITESPACE_KEPT = "header-whitespace-kept",
        "white space of a header value was signed as it stands",
        "trim values and fold every run of spaces to one space";
    HEADER_QUOTED_KEPT = "header-quoted-whitespace-kept",
        "white space inside quotes of a header value was signed as it stands",
        "fold runs of spaces inside quotes as well: the rule for quotes is gone";
    HEADER_TAB_KEPT = "header-tab-kept",
        "a tab of a header value was signed as a tab",
        "send a space instead of a tab (aws-sigv4 and aws-sdk-go-v2 fold only spaces)";
    HEADER_NBSP_FOLDED = "header-nbsp-folded",
        "a no-break space (U+00A0) of a header value was folded like a space",
        "fold only space and tab: in UTF-8 the byte 0xA0 belongs to other characters (botocore and aws4 fold it)";
    HEADER_CHARSET = "header-charset",
        "a header value outside ASCII was signed in another encoding than it was sent in",
        "sign the bytes that are sent, or encode the value in ASCII";
    // aws/aws-sdk-java-v2#2501; aws4fetch.
    HEADER_VALUES_COMMA_SPACE = "header-values-comma-space",
        "the values of a repeated header were joined with `, `",
        "join them with `,` alone (Fetch's Headers joins with `, `: send one header instead)";
    HEADER_FIRST_VALUE_ONLY = "header-first-value-only",
        "only the first value of a repeated header was signed",
        "sign all values, joined with `,`, or send the header once (reqsign signs the first)";
    HEADER_LAST_VALUE_ONLY = "header-last-value-only",
        "only the last value of a repeated header was signed",
        "sign all values, joined with `,`, or send the header once";
    HEADER_VALUES_AS_LINES = "header-values-as-lines",
        "the values of a repeated header were signed as lines of their own",
        "join the values with `,` in one line";
    HEADER_VALUES_SORTED = "header-values-sorted",
        "the values of a repeated header were sorted",
        "join the values in the order in which they are sent";
    HEADERS_MISSORTED = "headers-missorted",
        "the headers were signed in another order",
        "sort by lower-case name alone, a name before its longer variants (curl 7.88 and aws-sign-v4 sort whole \
         lines)";
    HEADER_NAMES_NOT_LOWERED = "header-names-not-lowered",
        "header names were signed with upper-case letters",
        "write the names in lower case in the canonical headers and in the list of signed headers";
    HEADER_NAMES_REPEATED = "header-names-repeated",
        "the list of signed headers holds a name twice",
        "list every name once and join the values with `,` (curl lists a header once for every -H)";
    HEADER_NAMES_EMPTY = "header-names-empty",
        "the list of signed headers holds an empty name",
        "send the header with a value, or not at all (curl's -H 'X-Empty;' does this)";
    // FantasticFiasco/aws-signature-version-4#1231, boto/botocore#3643, rustfs/rustfs#438.
    HEADER_CHANGED = "header-changed",
        "a signed header was changed on the way",
        "leave headers that proxies and HTTP stacks change out of the signature, or have the proxy pass them on \
         unchanged";
    HEADER_NOT_SIGNED = "header-not-signed",
        "a header that has to be signed is not",
        "sign host and every x-amz- header that is sent; add headers before signing, not after";
    HEADER_MISSING = "header-missing",
        "a header that is said to be signed is not there",
        "find out who removes it (hop-by-hop headers are removed by every proxy), or leave it out of the signature";
    HEADER_LISTED_NOT_SIGNED = "header-listed-not-signed",
        "a header stands in the list of signed headers, and was not signed",
        "list exactly the headers that are in the canonical request";
    HEADER_SIGNED_NOT_LISTED = "header-signed-not-listed",
        "a header was signed that is not in the list of signed headers",
        "list exactly the headers that are in the canonical request";
    TOKEN_NOT_SIGNED = "token-not-signed",
        "the session token was left out of the signature",
        "add the session token before signing";
    TOKEN_SIGNED = "token-signed",
        "the session token was signed, and the service wants it added after signing",
        "add X-Amz-Security-Token after signing, as for iotdevicegateway";
    // awslabs/aws-c-auth#109.
    TOKEN_SIGNED_TWICE = "token-signed-twice",
        "the session token was signed, or sent, twice",
        "add the token in one place: give it to the signer and do not set the header or parameter yourself";
}
