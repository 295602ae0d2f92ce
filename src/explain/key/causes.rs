//! Mistakes in the key, the scope, the time, the token and the string to sign.

use crate::explain::cause::{Cause, causes};

causes! {
    KEY_REGION = "key-region",
        "the client made its signing key for another region than its Credential names",
        "use one variable for the region, both in the key (HMAC of day, region, service, `aws4_request`) and in \
         Credential",
        workaround = "set the client's region in one place only: option, AWS_REGION or profile";
    KEY_SERVICE = "key-service",
        "the client made its signing key for another service than its Credential names",
        "use one variable for the service, both in the key (HMAC of day, region, service, `aws4_request`) and in \
         Credential",
        workaround = "set the client's service in one place only";
    KEY_DAY = "key-day",
        "the client made its signing key for another day than its Credential names",
        "take the day from the first 8 digits of X-Amz-Date, in UTC, and make a new key each day",
        workaround = "restart the client if it runs for more than a day: it keeps yesterday's key";
    KEY_TERMINATOR = "key-terminator",
        "the client made its signing key without the last step",
        "make the key in four steps: HMAC of the day, the region, the service and `aws4_request`";
    KEY_PARTS_SWAPPED = "key-parts-swapped",
        "the client used region and service in the wrong order for its signing key",
        "make the key in this order: HMAC of the day, the region, the service and `aws4_request`";
    KEY_WITHOUT_PREFIX = "key-without-prefix",
        "the client made its signing key without `AWS4` before the secret access key",
        "use `AWS4` followed by the secret access key as the key of the first HMAC";
    KEY_HEX = "key-hex-encoded",
        "the client used the hexadecimal text of an HMAC as the key of the next step",
        "use the 32 bytes of each HMAC as the next key (Python `.digest()`, Node `.digest()` without an argument), \
         not their hexadecimal text";
    KEY_NOT_DERIVED = "key-not-derived",
        "the client used the secret access key itself as the signing key",
        "make the signing key first: HMAC of the day, the region, the service and `aws4_request`, beginning with \
         `AWS4` and the secret access key";
    SECRET_TRAILING_NEWLINE = "secret-trailing-newline",
        "the client's secret access key has a line break at its end",
        "remove line breaks and spaces where the secret is read from a file, a variable or a secret store",
        workaround = "store the secret again without the line break: `printf %s` instead of `echo`";
    SECRET_WHITESPACE = "secret-whitespace",
        "the client's secret access key has a space, tab, line break or byte order mark around it, or lacks one",
        "remove spaces and line breaks around the secret where it is read",
        workaround = "store the secret again without spaces and line breaks around it";
    SECRET_PERCENT_ENCODED = "secret-percent-encoded",
        "the client's secret access key was percent-encoded or decoded before it was used",
        "use the secret exactly as AWS issued it, with its `/` and `+`",
        workaround = "set the secret in a variable or a credentials file, not in a URL or form";
    SECRET_QUOTED = "secret-quoted",
        "the client's secret access key has quotes around it",
        "remove quotes around the secret where it is read",
        workaround = "write the secret without quotes: docker --env-file and systemd's EnvironmentFile keep them";
    SECRET_IS_ACCESS_KEY_ID = "secret-is-access-key-id",
        "the client uses the access key id (AKIA...) in place of the secret access key",
        "pass the secret access key, the longer of the two, as the secret",
        workaround = "set AWS_SECRET_ACCESS_KEY to the secret access key, and AWS_ACCESS_KEY_ID to the id";
    SECRET_OF_OTHER_KEY = "secret-of-other-key",
        "the client's secret access key is not the one of this access key id",
        "compare the secret on both sides without showing it, with `printf %s \"$AWS_SECRET_ACCESS_KEY\" | \
         sha256sum`; if the results differ, copy the key id and the secret again, both from the same place";
    // Kong/insomnia#830, jamesmbourne/aws4-axios#397.
    SCOPE_REGION = "scope-region",
        "the client signed for another region than the service's",
        "set the signer's region to the service's",
        workaround = "set the region in the client's options or in AWS_REGION: the host \
         `abc.execute-api.eu-west-1.amazonaws.com` is in `eu-west-1`; for SigV4a set AWS_SIGV4A_SIGNING_REGION_SET to a \
         set that has the region";
    // Kong/insomnia#830.
    SCOPE_SERVICE = "scope-service",
        "the client signed for another service than the one that it called",
        "set the signer's service to the service's signing name, such as `execute-api` for API Gateway and `s3` for \
         S3",
        workaround = "set the service in the client's options: it cannot be guessed from a custom domain";
    SCOPE_TERMINATOR = "scope-terminator",
        "the client's Credential does not end in `aws4_request`",
        "write Credential as `AKIAEXAMPLE/20260301/us-east-1/execute-api/aws4_request`";
    // treeverse/lakeFS#2465.
    SCOPE_DAY = "scope-day",
        "the day in the client's Credential is not the day of X-Amz-Date",
        "take the day from the first 8 digits of X-Amz-Date, in UTC",
        workaround = "do not set a Date or X-Amz-Date header yourself";
    DATE_HEADER_USED = "date-header-used",
        "the client took the time of signing from the header `Date`",
        "set X-Amz-Date, such as 20260301T120000Z, sign it, and take the time and the day from it",
        workaround = "do not set a Date header yourself",
        versions = "curl and botocore use a given Date header";
    DATE_OTHER = "date-other-than-signed",
        "the client signed another time than it sent in X-Amz-Date",
        "read the clock once for each signature, and use this time in X-Amz-Date, the string to sign and Credential",
        workaround = "do not set X-Amz-Date yourself, and sign again before each retry";
    // awslabs/aws-sdk-rust#1033, aws-amplify/aws-sdk-android#253.
    EXPIRED = "expired",
        "the request arrived too long after it was signed",
        "sign right before sending, with the time in UTC, and sign again for each retry",
        workaround = "set the client's clock (`timedatectl set-ntp true`), or, if the clock is right, make a new \
         presigned URL or sign the request again";
    NOT_YET_CURRENT = "not-yet-current",
        "the request was signed for a time in the future",
        "set the clock of the client, or of the server if that one is wrong, and sign in UTC, not in local time",
        workaround = "set the clock, for example with `timedatectl set-ntp true`";
    TOKEN_MISSING = "token-missing",
        "the client used temporary credentials without their session token",
        "send the session token in the header X-Amz-Security-Token, and sign it: key ids that begin with `ASIA` need \
         it",
        workaround = "set AWS_SESSION_TOKEN, or the client's option for the session token, together with the two \
         keys";
    TOKEN_WRONG = "token-wrong",
        "the session token does not belong to the access key id",
        "take the access key id, the secret and the session token from one response or one set of variables",
        workaround = "get new temporary credentials, and set all three values: AWS_ACCESS_KEY_ID, \
         AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN";
    // rusoto/rusoto#1653, durch/rust-s3#115.
    TOKEN_PERCENT_ENCODED = "token-percent-encoded",
        "the client percent-encoded or decoded the session token once too often",
        "send the token as it was issued in a header, and percent-encoded once in a URL (`+` as `%2B`, `/` as `%2F`)",
        workaround = "give the token to the client exactly as it was issued";
    // kndt84/aws-api-gateway-client#31.
    TOKEN_UNDEFINED = "token-undefined",
        "the client sent the word for a missing value, such as `undefined`, as the session token",
        "leave X-Amz-Security-Token out when there is no token",
        workaround = "set the client's session token, or do not pass the option at all";
    TOKEN_WHITESPACE = "token-whitespace",
        "the client sent the session token with spaces or line breaks",
        "remove spaces and line breaks where the token is read",
        workaround = "copy the token again as one line";
    TOKEN_UNEXPECTED = "token-unexpected",
        "the client sent a session token with an access key that has none",
        "leave X-Amz-Security-Token out for long-term keys, whose ids begin with `AKIA`",
        workaround = "remove an old AWS_SESSION_TOKEN: `unset AWS_SESSION_TOKEN`";
    TOKEN_EXPIRED = "token-expired",
        "the temporary credentials have expired",
        "get new temporary credentials (`aws sso login`, or assume the role again), and use all three values of them";
    CANONICAL_CRLF = "canonical-request-crlf",
        "the client ended the lines of the canonical request with CR LF",
        "end each line with the byte 0x0A (`\\n`) alone, on Windows, too";
    CANONICAL_TRAILING_NEWLINE = "canonical-request-trailing-newline",
        "the client ended the canonical request with a line break",
        "end the canonical request with the hash of the body, without a line break";
    CANONICAL_NO_BLANK_LINE = "canonical-request-no-blank-line",
        "the client left out the empty line between the header lines and SignedHeaders",
        "end each header line with a line break, the last one too, and write another line break before SignedHeaders";
    STS_UNHASHED = "string-to-sign-unhashed",
        "the client put the canonical request itself into the string to sign, not its hash",
        "end the string to sign with the SHA-256 of the canonical request, in 64 small hexadecimal digits";
    STS_HASH_UPPER = "string-to-sign-upper-case",
        "the client wrote the hash in the string to sign in capital letters",
        "write the SHA-256 of the canonical request in small hexadecimal digits";
    STS_TRAILING_NEWLINE = "string-to-sign-trailing-newline",
        "the client ended the string to sign with a line break",
        "end the string to sign with the hash, without a line break";
    STS_SCOPE = "string-to-sign-scope",
        "the client wrote another scope into the string to sign than into Credential",
        "use the same `DAY/REGION/SERVICE/aws4_request` in the string to sign and in Credential";
    SIGNATURE_UPPER = "signature-upper-case",
        "the client sent the signature in capital letters",
        "write the signature in small hexadecimal digits: `5d67`, not `5D67`";
    SIGNATURE_BASE64 = "signature-base64",
        "the client sent the signature in base 64",
        "write the signature in small hexadecimal digits (Python `.hexdigest()`, Node `.digest('hex')`)";
    SIGNATURE_MALFORMED = "signature-malformed",
        "the signature does not have 64 small hexadecimal digits",
        "write all 32 bytes of the HMAC in small hexadecimal digits, with leading zeros",
        workaround = "copy the whole request or URL: the signature may have been cut off";
    SECRET_TRUNCATED = "secret-truncated",
        "the client used a part of the secret: its beginning or its end is missing, or it was cut at a special character",
        "compare the length of the secret on both sides, and quote it where it is stored: files, shells and URLs cut it at \
         `/`, `+`, `#` or `=`",
        workaround = "copy the whole secret again, and put it in quotes in the shell";
    SECRET_UNDEFINED = "secret-undefined",
        "the client used an empty secret, or the text of a missing value such as `undefined`",
        "stop with an error if the secret is not set, instead of signing with an empty one",
        workaround = "set AWS_SECRET_ACCESS_KEY (or the client's option) in the environment that the client runs in";
    SECRET_ESCAPED = "secret-escaped",
        "the client used the secret with escapes in it, or after a shell or a template had changed it",
        "unescape the secret once where it is read: JSON writes `\\/` for `/`, HTML `&#x2F;`, and a text file may end \
         with the two characters `\\n`",
        workaround = "write the secret without backslashes, in single quotes in a shell";
    SECRET_CASE_CHANGED = "secret-case-changed",
        "the client used the secret in lower case or in upper case",
        "use the secret as it was issued: upper and lower case differ";
    SECRET_BASE64 = "secret-base64",
        "the client used the secret encoded in base 64, or decoded from base 64",
        "use the secret as it was issued: decode a value of a Kubernetes Secret once, and do not decode the secret itself",
        workaround = "write the secret under `stringData` of the Kubernetes Secret, or encode it with `printf %s`, not `echo`";
    SECRET_DOUBLED = "secret-doubled",
        "the client used the secret twice in a row",
        "set the secret once: it was pasted twice";
    SECRET_PUNCTUATION = "secret-punctuation",
        "the client used the secret with brackets or punctuation around it",
        "remove what is not a part of the secret: `<` and `>` of a template, a comma or semicolon of a file";
    SECRET_WITH_NAME = "secret-with-its-name",
        "the client used the secret with its name or the access key id before it",
        "pass the secret alone, without `AWS_SECRET_ACCESS_KEY=` or `id:` before it";
    SECRET_IS_TOKEN = "secret-is-session-token",
        "the client used the session token as the secret",
        "pass the three values in their places: access key id, secret access key and session token";
    KEY_PREFIX_TWICE = "key-prefix-twice",
        "the client put the letters AWS4 before the secret twice, or left them out because the secret begins with them",
        "begin the derivation with AWS4 followed by the secret, once",
        workaround = "set the secret without AWS4 before it: the client adds these letters";
    STS_ALGORITHM = "string-to-sign-algorithm",
        "the first line of the client's string to sign names another algorithm",
        "begin the string to sign with `AWS4-HMAC-SHA256`";
    STS_HASH_OTHER = "string-to-sign-hash-other",
        "the hash in the client's string to sign is not the one of its canonical request",
        "end the string to sign with the SHA-256 of the canonical request of the same request, in lower-case \
         hexadecimal digits";
    CANONICAL_DIFFERS = "canonical-request-differs",
        "the client's canonical request is not the one of the service; its string to sign has only the hash of it",
        "give the client's canonical request, too: `--canonical-request FILE` shows the line that differs";
}
