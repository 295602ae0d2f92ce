//! Mistakes that a verifier finds before it computes anything, and refusals unrelated to the signature.

use crate::explain::cause::{Cause, causes};

causes! {
    NOT_SIGNED = "not-signed",
        "the request has no signature",
        "sign it: send an Authorization header that begins with AWS4-HMAC-SHA256, or a presigned URL with all its \
         X-Amz- parameters",
        workaround = "use a client that signs (`sig4 call URL`, `curl --aws-sigv4`, an SDK of AWS); of a presigned \
         URL, copy everything to its end, and put it in quotes in a shell, because `&` ends a command";
    SIGNED_TWICE = "signed-twice",
        "the request has two signatures",
        "sign in the header or in the query, and remove an earlier signature before signing again \
         (smithy-lang/smithy-java#1268)",
        workaround = "do not send an Authorization header with a presigned URL";
    SIGV4A = "sigv4a",
        "the request is signed with SigV4a (AWS4-ECDSA-P256-SHA256), which is not verified here",
        "sign for one region with AWS4-HMAC-SHA256; a verifier accepts SigV4a with `Verifier::with_algorithms`, and \
         `sig4 explain` with `--sigv4a`",
        workaround = "turn SigV4a and multi-region settings of the client off";
    SIGV2 = "sigv2",
        "the request is signed with Signature Version 2, an older scheme",
        "sign with Signature Version 4 (AWS4-HMAC-SHA256)",
        workaround = "turn version 4 on: boto3 `Config(signature_version=\"s3v4\")`, AWS CLI `aws configure set \
         default.s3.signature_version s3v4`, s3cmd without `--signature-v2`",
        versions = "boto3 presigns URLs of S3 with version 2 in regions that still accept it";
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported",
        "the request is authenticated by something other than AWS4-HMAC-SHA256",
        "send an Authorization header that begins with AWS4-HMAC-SHA256: a bearer token or a password is not a \
         signature",
        workaround = "use the client's option for AWS signatures: `--aws-sigv4` in curl, `AWS Signature` in Postman \
         and Insomnia";
    AUTHORIZATION_MALFORMED = "authorization-malformed",
        "a part of the signature is missing or cannot be read",
        "send AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature in the Authorization header, and X-Amz-Date, \
         each once; in a URL all six X-Amz- parameters",
        workaround = "copy the whole header or URL, and put a URL in quotes in a shell, because `&` ends a command";
    CREDENTIAL_MALFORMED = "credential-malformed",
        "the Credential does not have five parts, or four in SigV4a",
        "write Credential as `AKIAEXAMPLE/20260301/us-east-1/execute-api/aws4_request`, in SigV4a without the region; in a URL \
         write each `/` as `%2F`",
        workaround = "set the client's access key id, region and service: one of them is empty or contains `/`";
    DATE_MALFORMED = "date-malformed",
        "the time of signing cannot be read",
        "write X-Amz-Date as `20260301T120000Z`, in UTC",
        workaround = "do not set X-Amz-Date yourself";
    DATE_TWICE = "date-twice",
        "the request has the time of signing twice",
        "send X-Amz-Date once",
        workaround = "do not set X-Amz-Date yourself: the client adds it",
        versions = "curl 7.88 sends a given X-Amz-Date twice";
    EXPIRES_MALFORMED = "expires-malformed",
        "the presigned URL has no valid lifetime",
        "set X-Amz-Expires to a number of seconds from 1 to 604800 (seven days)",
        workaround = "ask the client for a lifetime of at most seven days";
    QUERY_MALFORMED = "query-malformed",
        "the query can be read in more than one way",
        "write a percent sign as `%25`, and send each X-Amz- parameter once",
        workaround = "percent-encode names and values when you write the URL: `100%` as `100%25`";
    PATH_MALFORMED = "path-malformed",
        "the path can be read in more than one way",
        "write a percent sign as `%25`, and send a path without `..` that leaves the root and without `%2e`",
        workaround = "percent-encode the path when you write the URL: `/100%` as `/100%25`";
    HOST_AMBIGUOUS = "host-ambiguous",
        "the request names two hosts, or none",
        "send exactly one Host header, with the host of the URL",
        workaround = "do not set a Host header yourself";
    REQUEST_MALFORMED = "request-malformed",
        "the request has a character that HTTP does not allow",
        "remove line breaks and control characters from the method, the URL and the headers",
        workaround = "look for a value that was read from a file with a line break at its end";
    LIMIT_EXCEEDED = "limit-exceeded",
        "the request has more headers or parameters, or a longer token, than the service accepts",
        "send fewer headers and parameters";
    CARRIER_REFUSED = "carrier-refused",
        "the signature is in a place where this service does not accept one",
        "sign in the Authorization header if the service refuses presigned URLs, or the other way round";
    // noobaa/noobaa-core#7931.
    ACCESS_KEY_UNKNOWN = "access-key-unknown",
        "the service does not know the access key id",
        "check that the access key id is one of this account or server, that it was not deleted, and that it was not \
         swapped with the secret; in a URL write the `/` of Credential as `%2F`",
        workaround = "see which key the client uses (`aws configure list`), and choose the right profile";
    REPLAYED = "replayed",
        "the service has received this signature before",
        "sign each request anew, retries too";
    REFUSED = "refused",
        "the verifier refused the request",
        "change what the words in parentheses name";
    NOT_AUTHORIZED = "not-authorized",
        "the signature is right, and the caller is not allowed to do this",
        "change the policies, not the signer: allow the action for the caller (for API Gateway `execute-api:Invoke` \
         on the route's ARN), and remove a statement that denies it";
    ROUTE_UNKNOWN = "route-unknown",
        "API Gateway has no such path or method",
        "compare the path, the stage and the method with the deployed API";
    FORBIDDEN = "forbidden",
        "an HTTP API answers Forbidden to each refusal, whatever its cause",
        "explain the request itself (`sig4 explain -f FILE`), or read `$context.authorizer.error` in the API's \
         access log";
    MISMATCH = "signature-mismatch",
        "the service computed another signature",
        "compare the client's own canonical request with the service's: give it with `--canonical-request FILE`";
    // Amazon S3, "Browser-based uploads using POST".
    POST_FORM = "post-policy-form",
        "the request is a form upload: its signature is in the form and covers the form's policy, not the request",
        "check the form where forms are expected (`Verifier::post_claim` of sig4's `post_policy`), or send a PUT that is \
         signed in its headers or its URL",
        workaround = "send the form to the S3 bucket that it was made for, or use a presigned PUT URL";
    URL_DAMAGED = "presigned-url-damaged",
        "the presigned URL was changed on its way: it is escaped, cut off, or its parameters have other names",
        "pass the URL on byte for byte: do not escape it for HTML, and do not change the case of its parameters",
        workaround = "put the URL in single quotes in a shell, and copy it from the text instead of the HTML source";
    S3_SESSION = "s3-session-token",
        "the request is signed with the credentials of an S3 Express session, and the service knows other ones",
        "verify it with the access key id, the secret and the token that `CreateSession` returned, and with the service \
         name s3express",
        workaround = "turn session authentication off in the client: `disable_s3_express_session_auth = true` in the AWS \
         configuration file";
}
