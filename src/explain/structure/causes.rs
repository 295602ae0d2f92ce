//! Mistakes that a verifier finds before it computes anything, and refusals unrelated to the signature.

use crate::explain::cause::{Cause, causes};

causes! {
    NOT_SIGNED = "not-signed",
        "the request carries no signature",
        "sign it: send an Authorization header, or a presigned URL with all its X-Amz- parameters";
    SIGNED_TWICE = "signed-twice",
        "the request carries two signatures",
        "sign in the header or in the query, and take an earlier signature out before signing again \
         (smithy-lang/smithy-java#1268)";
    SIGV4A = "sigv4a",
        "the request is signed with SigV4a, which is not verified",
        "sign with AWS4-HMAC-SHA256 for a single region";
    SIGV2 = "sigv2",
        "the request is signed with Signature Version 2, which is not verified",
        "sign with version 4: signature_version=\"s3v4\" in boto3's Config, which presigns URLs of S3 with version 2 by \
         default, and `aws configure set default.s3.signature_version s3v4` for the AWS CLI";
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported",
        "the Authorization header or the presigned URL is not one of AWS4-HMAC-SHA256",
        "sign with Signature Version 4; a bearer token or a password is no signature";
    AUTHORIZATION_MALFORMED = "authorization-malformed",
        "a part of the signature is missing or cannot be read",
        "send algorithm, credential, signed headers, signature and time, each once";
    CREDENTIAL_MALFORMED = "credential-malformed",
        "the credential has not five parts",
        "write access key id, day, region, service and aws4_request with slashes between them, and percent-encode it \
         in a query";
    DATE_MALFORMED = "date-malformed",
        "the time of signing cannot be read",
        "write x-amz-date as 20150830T123600Z";
    DATE_TWICE = "date-twice",
        "the time of signing was sent twice",
        "let the signer set x-amz-date, and do not pass it yourself (curl sends a given one twice)";
    EXPIRES_MALFORMED = "expires-malformed",
        "the lifetime of the presigned URL is missing or not within its bounds",
        "set X-Amz-Expires to a number of seconds from 1 to 604800";
    QUERY_MALFORMED = "query-malformed",
        "the query cannot be read in one way only",
        "write a percent sign as `%25`, and every X-Amz- parameter once";
    PATH_MALFORMED = "path-malformed",
        "the path cannot be read in one way only",
        "write a percent sign as `%25`, and send no dot segments that leave the root or are encoded";
    HOST_AMBIGUOUS = "host-ambiguous",
        "the request names two hosts, or none",
        "send one Host header that is the authority of the URL";
    REQUEST_MALFORMED = "request-malformed",
        "the request holds something that HTTP cannot carry",
        "look for a line break or another control character in the method, the target or a header";
    LIMIT_EXCEEDED = "limit-exceeded",
        "the request has more headers or parameters, or a longer token, than is accepted",
        "send fewer";
    CARRIER_REFUSED = "carrier-refused",
        "the signature stands where the verifier does not accept one",
        "sign in the place that the service asks for";
    // noobaa/noobaa-core#7931.
    ACCESS_KEY_UNKNOWN = "access-key-unknown",
        "no secret is known for the access key id",
        "look for credentials of another account or profile, for an id and a secret that are swapped, and for an access \
         key id that was deleted or is not encoded in the query";
    REPLAYED = "replayed",
        "the signature was used before",
        "sign every request anew, retries too";
    REFUSED = "refused",
        "the verifier refused the request",
        "see the detail";
    NOT_AUTHORIZED = "not-authorized",
        "the signature is right, and the caller is not allowed to do this",
        "allow execute-api:Invoke or the service's action for the caller, and change the statement that denies it, if one does";
    ROUTE_UNKNOWN = "route-unknown",
        "API Gateway says the same to an unknown path or method",
        "compare path, stage and method with the deployed API";
    FORBIDDEN = "forbidden",
        "an HTTP API answers every refusal alike",
        "look into the access log for $context.authorizer.error, or explain the request itself";
    MISMATCH = "signature-mismatch",
        "the service computed another signature",
        "give the signer's own canonical request, to be compared with the service's";
}
