//! Mistakes in the payload's hash.

use crate::explain::cause::{Cause, causes};

causes! {
    // electron-userland/electron-builder#9863, mhart/aws4#83; curl -T and -F.
    PAYLOAD_EMPTY = "payload-empty",
        "the client signed an empty body, and sent one that is not empty",
        "pass the signer the bytes of the body that is sent; read a stream into memory first",
        workaround = "pass the body in the field that the signer reads (aws4: `body`, not `data`); with curl use \
         `--data-binary @FILE` instead of -T or -F",
        versions = "curl -T and -F sign an empty body (in 8.14, too)";
    // aws/aws-sdk-js-v3#308.
    PAYLOAD_UNSIGNED = "payload-unsigned",
        "the client signed UNSIGNED-PAYLOAD, and this service expects the hash of the body",
        "sign the SHA-256 of the body: only S3 accepts UNSIGNED-PAYLOAD",
        workaround = "remove the option for unsigned payloads, or the header x-amz-content-sha256: UNSIGNED-PAYLOAD",
        versions = "reqsign signs UNSIGNED-PAYLOAD for every service by default";
    PAYLOAD_SIGNED = "payload-signed",
        "the client signed the hash of a body, and S3 expects UNSIGNED-PAYLOAD in a presigned URL",
        "write UNSIGNED-PAYLOAD in the last line of the canonical request of a presigned URL for S3",
        workaround = "tell the client that the service is S3, or presign with an SDK of AWS";
    // mhart/aws4#100, mhart/aws4#132.
    PAYLOAD_RESERIALIZED = "payload-reserialized",
        "the client signed the body's data in other bytes than it sent, such as JSON with other spaces",
        "turn the data into bytes once, sign these bytes and send the same bytes",
        workaround = "pass the client a text instead of an object: `JSON.stringify(data)` in axios and fetch, \
         `data=json.dumps(value)` instead of `json=` in Python's requests";
    PAYLOAD_OTHER_HEADER = "payload-other-header",
        "the header x-amz-content-sha256 is not the hash of the body that arrived",
        "hash exactly the bytes that are sent, after compression and conversion; compare the body's length and \
         SHA-256 at both ends, since a proxy may rewrite it",
        workaround = "do not set x-amz-content-sha256 yourself, and turn off compression or rewriting of bodies in \
         proxies";
    PAYLOAD_HASH_UPPER = "payload-hash-upper-case",
        "the client signed the hash of the body in capital letters",
        "write the hash in small letters: `e3b0`, not `E3B0`";
    PAYLOAD_OMITTED = "payload-omitted",
        "the client signed a canonical request without the hash of the body in its last line",
        "end the canonical request with the SHA-256 of the body; of an empty body it begins with `e3b0c44298fc1c14`";
    PAYLOAD_RAW = "payload-not-hashed",
        "the client signed the body itself instead of its hash",
        "end the canonical request with the SHA-256 of the body, in 64 small hexadecimal digits";
    PAYLOAD_MALFORMED = "payload-hash-malformed",
        "the header x-amz-content-sha256 is neither a hash nor a word that the service knows",
        "write the SHA-256 of the body in 64 small hexadecimal digits, UNSIGNED-PAYLOAD or a STREAMING- word",
        workaround = "do not set x-amz-content-sha256 yourself";
    // versity/versitygw#1427.
    PAYLOAD_HASH_ABSENT = "payload-hash-absent",
        "the request has no header x-amz-content-sha256, which this service requires",
        "send the header x-amz-content-sha256 with the SHA-256 of the body in 64 small hexadecimal digits, and sign \
         it",
        workaround = "tell the client that the service is S3; with curl before 8 add `-H \"x-amz-content-sha256: \
         $(sha256sum FILE | cut -d' ' -f1)\"`";
    PAYLOAD_STREAMING = "payload-streaming",
        "the body is signed in chunks, which the verifier does not read here",
        "send the body in one piece with its SHA-256 in x-amz-content-sha256, or verify it with the verifier of \
         streams",
        workaround = "turn off chunked signing (Java: `chunkedEncodingEnabled(false)`) and checksums in trailers \
         (AWS_REQUEST_CHECKSUM_CALCULATION=when_required)";
    PAYLOAD_CHANGED = "payload-changed",
        "the client signed another body than was received",
        "compare the length and the SHA-256 of the body at both ends; look for a proxy or library that compresses, \
         decompresses or rewrites it";
    PAYLOAD_PLACEHOLDER = "payload-placeholder",
        "the client signed a placeholder such as `{}`, `null` or `undefined` instead of the body that it sent",
        "sign exactly the bytes that are sent: no body is signed as the empty text, not as `{}` or `null`",
        workaround = "send the body as text that you serialise yourself, and give a request without a body no \
         body at all, instead of `{}` or `null`";
    PAYLOAD_HASH_TWICE = "payload-hash-twice",
        "the request has the header x-amz-content-sha256 twice",
        "set x-amz-content-sha256 once, in the signer or before it",
        workaround = "do not set x-amz-content-sha256 yourself: the client adds it";
}
