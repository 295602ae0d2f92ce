//! Mistakes in the key, the scope, the time, the token and the string to sign.

use crate::explain::cause::{Cause, causes};

causes! {
    KEY_REGION = "key-region",
        "the signing key was derived for another region than the credential scope names",
        "derive the key from the very scope that is sent";
    KEY_SERVICE = "key-service",
        "the signing key was derived for another service than the credential scope names",
        "derive the key from the very scope that is sent";
    KEY_DAY = "key-day",
        "the signing key was derived for another day than the credential scope names",
        "derive the key anew for every day in UTC: a cached key was yesterday's, or the day was the local one";
    KEY_TERMINATOR = "key-terminator",
        "the signing key was derived without the last step",
        "end the derivation with aws4_request";
    KEY_PARTS_SWAPPED = "key-parts-swapped",
        "region and service changed places in the derivation of the key",
        "derive in this order: day, region, service, aws4_request";
    KEY_WITHOUT_PREFIX = "key-without-prefix",
        "the signing key was derived without the letters AWS4 before the secret",
        "begin the derivation with AWS4 followed by the secret";
    KEY_HEX = "key-hex-encoded",
        "the steps of the key derivation were chained as hexadecimal text",
        "use the bytes of each HMAC as the next key, not their hexadecimal text";
    KEY_NOT_DERIVED = "key-not-derived",
        "the secret itself was used as the signing key",
        "derive the signing key from day, region and service";
    SECRET_TRAILING_NEWLINE = "secret-trailing-newline",
        "the secret was used with a line break at its end",
        "trim the secret where it is read: a file or `echo` without -n left a line break";
    SECRET_WHITESPACE = "secret-whitespace",
        "the secret was used with other white space around it",
        "trim the secret where it is read";
    SECRET_PERCENT_ENCODED = "secret-percent-encoded",
        "the secret was used percent-encoded, or decoded once too often",
        "use the secret as it was issued: `/` and `+` stay as they are";
    SECRET_QUOTED = "secret-quoted",
        "the secret was used with the quotes around it",
        "remove the quotes: docker --env-file and systemd keep them";
    SECRET_IS_ACCESS_KEY_ID = "secret-is-access-key-id",
        "the access key id was used as the secret",
        "pass the secret access key: the two were swapped";
    SECRET_OF_OTHER_KEY = "secret-of-other-key",
        "the secret may not belong to the access key id",
        "compare the two secrets' first letters, and look for a rotated key";
    // Kong/insomnia#830, jamesmbourne/aws4-axios#397.
    SCOPE_REGION = "scope-region",
        "the credential scope names another region",
        "set the signer's region explicitly: it was guessed, or is the region of something else";
    // Kong/insomnia#830.
    SCOPE_SERVICE = "scope-service",
        "the credential scope names another service",
        "set the signer's service explicitly: behind a custom domain it cannot be guessed from the host";
    SCOPE_TERMINATOR = "scope-terminator",
        "the credential scope does not end with aws4_request",
        "end the scope with aws4_request";
    // treeverse/lakeFS#2465.
    SCOPE_DAY = "scope-day",
        "the day of the credential scope is not that of the time of signing",
        "take both from one reading of the clock, in UTC";
    DATE_HEADER_USED = "date-header-used",
        "the `Date` header was used for the time of signing",
        "sign with x-amz-date, and let the signer set it: do not pass a Date header of your own (curl and botocore use \
         it)";
    DATE_OTHER = "date-other-than-signed",
        "the time in the string to sign is not the one that was sent",
        "read the clock once for every signature";
    // awslabs/aws-sdk-rust#1033, aws-amplify/aws-sdk-android#253.
    EXPIRED = "expired",
        "the signature was too old when it was received",
        "sign shortly before sending and again on every retry, make a new presigned URL, and set the client's clock";
    NOT_YET_CURRENT = "not-yet-current",
        "the signature is from the future",
        "set the client's clock, or the server's";
    TOKEN_MISSING = "token-missing",
        "temporary credentials were used without their session token",
        "send x-amz-security-token with keys whose access key id begins with ASIA";
    TOKEN_WRONG = "token-wrong",
        "the session token is not that of the access key id",
        "take access key id, secret and token from one and the same set of credentials";
    // rusoto/rusoto#1653, durch/rust-s3#115.
    TOKEN_PERCENT_ENCODED = "token-percent-encoded",
        "the session token was sent percent-encoded once too often, or once too little",
        "send the token as it was issued in a header, and encoded once in a query";
    // kndt84/aws-api-gateway-client#31.
    TOKEN_UNDEFINED = "token-undefined",
        "the session token is the text of a missing value",
        "leave x-amz-security-token out where there is no token";
    TOKEN_WHITESPACE = "token-whitespace",
        "the session token was sent with white space in or around it",
        "trim the token where it is read";
    TOKEN_UNEXPECTED = "token-unexpected",
        "a session token was sent with credentials that have none",
        "leave x-amz-security-token out: an old AWS_SESSION_TOKEN is set beside long-term keys";
    TOKEN_EXPIRED = "token-expired",
        "the session of the token is over",
        "get new temporary credentials";
    CANONICAL_CRLF = "canonical-request-crlf",
        "the canonical request was signed with CR LF at its line ends",
        "end the lines with LF alone, on every platform";
    CANONICAL_TRAILING_NEWLINE = "canonical-request-trailing-newline",
        "the canonical request was signed with a line break at its end",
        "end the canonical request with the payload's hash";
    CANONICAL_NO_BLANK_LINE = "canonical-request-no-blank-line",
        "the empty line between headers and signed headers was left out",
        "end every header line with a line break, the last one too, and add an empty line";
    STS_UNHASHED = "string-to-sign-unhashed",
        "the string to sign ends with the canonical request instead of its hash",
        "end the string to sign with the SHA-256 of the canonical request";
    STS_HASH_UPPER = "string-to-sign-upper-case",
        "the hash in the string to sign was written in upper case",
        "write the hash in lower-case hexadecimal digits";
    STS_TRAILING_NEWLINE = "string-to-sign-trailing-newline",
        "the string to sign was signed with a line break at its end",
        "end the string to sign with the hash";
    STS_SCOPE = "string-to-sign-scope",
        "the string to sign holds another scope than the credential names",
        "use one scope in the credential and in the string to sign";
    SIGNATURE_UPPER = "signature-upper-case",
        "the signature was sent in upper case",
        "write the signature in lower-case hexadecimal digits";
    SIGNATURE_BASE64 = "signature-base64",
        "the signature was sent in base 64",
        "write the signature in lower-case hexadecimal digits";
    SIGNATURE_MALFORMED = "signature-malformed",
        "the signature is not 64 lower-case hexadecimal digits",
        "write the 32 bytes of the HMAC in lower-case hexadecimal digits, all of them";
}
