//! Mistakes in the payload's hash.

use crate::explain::cause::{Cause, causes};

causes! {
    // electron-userland/electron-builder#9863, mhart/aws4#83; curl -T and -F.
    PAYLOAD_EMPTY = "payload-empty",
        "the hash of an empty body was signed, and there is a body",
        "give the body to the signer (curl's -T and -F sign an empty one; a stream has to be read, or left unsigned \
         where the service allows it)";
    // aws/aws-sdk-js-v3#308.
    PAYLOAD_UNSIGNED = "payload-unsigned",
        "UNSIGNED-PAYLOAD was signed, and the service wants the body's hash",
        "sign the body's SHA-256: only the S3 family takes UNSIGNED-PAYLOAD (reqsign sends it to every service)";
    PAYLOAD_SIGNED = "payload-signed",
        "the hash of a body was signed, and the service takes UNSIGNED-PAYLOAD here",
        "sign UNSIGNED-PAYLOAD in presigned URLs of S3";
    // mhart/aws4#100, mhart/aws4#132.
    PAYLOAD_RESERIALIZED = "payload-reserialized",
        "another serialisation of the same body was signed",
        "serialise the body once, sign those bytes and send those bytes (axios: hand over a text, not an object)";
    PAYLOAD_OTHER_HEADER = "payload-other-header",
        "x-amz-content-sha256 is not the hash of the body that was received",
        "hash exactly the bytes that are sent; look for a proxy that decompresses or rewrites the body";
    PAYLOAD_HASH_UPPER = "payload-hash-upper-case",
        "the body's hash was signed in upper case",
        "write the hash in lower-case hexadecimal digits";
    PAYLOAD_OMITTED = "payload-omitted",
        "the last line of the canonical request was left empty",
        "end the canonical request with the body's hash; of an empty body it is that of the empty text";
    PAYLOAD_RAW = "payload-not-hashed",
        "the body itself was signed instead of its hash",
        "end the canonical request with the SHA-256 of the body in lower-case hexadecimal digits";
    PAYLOAD_MALFORMED = "payload-hash-malformed",
        "x-amz-content-sha256 is neither a hash nor a marker",
        "write 64 lower-case hexadecimal digits, UNSIGNED-PAYLOAD or a STREAMING- marker";
    // versity/versitygw#1427.
    PAYLOAD_HASH_ABSENT = "payload-hash-absent",
        "x-amz-content-sha256 is absent, and the service requires it in a request that is signed in its headers",
        "send x-amz-content-sha256 with the body's SHA-256 in lower-case hexadecimal digits, and sign it";
    PAYLOAD_STREAMING = "payload-streaming",
        "the body is signed in chunks, which the verifier does not do here",
        "send the body in one piece, or verify it with what reads chunks";
    PAYLOAD_CHANGED = "payload-changed",
        "another body was signed than was received",
        "compare the body's SHA-256 at both ends; look for a proxy that decompresses or rewrites it";
}
