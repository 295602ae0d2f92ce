//! The answers of the S3 family, to a request that is not presigned and to a presigned URL.
//!
//! Sources:
//! - "Error responses" of Amazon S3, list of error codes, for the codes and statuses. `AuthorizationHeaderMalformed`,
//!   `AuthorizationQueryParametersError`, `ExpiredToken`, `InvalidArgument`, `InvalidRequest`, `InvalidToken`, `InvalidURI`,
//!   `RequestHeaderSectionTooLarge` and `XAmzContentSHA256Mismatch` are 400, `AccessDenied`, `InvalidAccessKeyId`,
//!   `RequestTimeTooSkewed` and `SignatureDoesNotMatch` are 403, `InternalError` is 500 and `NotImplemented` 501;
//! - measurements, for the words and for the code of each fault, against `s3.us-east-1.amazonaws.com` that
//!   brekkylab/backlot (September 2026) and versity/versitygw record.

use super::answer::Answer;
use crate::error::kind::ErrorKind;
use http::StatusCode;

const SKEWED: &str = "The difference between the request time and the current time is too large.";
const NO_DATE: &str = "AWS authentication requires a valid Date or x-amz-date header";
const THREE_COMPONENTS: &str = "The authorization header is malformed; the authorization header requires three components: \
                                Credential, SignedHeaders, and Signature.";
const SIX_PARAMETERS: &str = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                              X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
const ONE_ALGORITHM: &str = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
const LONG_DATE: &str = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"";
/// The code of a presigned URL whose own parameters are wrong.
const PARAMETERS: &str = "AuthorizationQueryParametersError";
/// The code of an `Authorization` header whose parameters are wrong.
const HEADER: &str = "AuthorizationHeaderMalformed";

const PAYLOAD_HASH: &str = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                            STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                            STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or \
                            a valid sha256 value.";
const OTHER_BODY: &str = "The provided 'x-amz-content-sha256' header does not match what was computed.";
const S3_MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and \
                           signing method.";
const NOT_SIGNED: &str = "There were headers present in the request which were not signed";
const NO_SUCH_KEY: &str = "The AWS Access Key Id you provided does not exist in our records.";
const BAD_TOKEN: &str = "The provided token is malformed or otherwise invalid.";
const NOT_IMPLEMENTED: &str = "A header you provided implies functionality that is not implemented";
const LARGE_HEADERS: &str = "Your request header section exceeds the maximum allowed request header section size.";
const INCOMPLETE_BODY: &str = "The request body terminated unexpectedly";
const MALFORMED_TRAILER: &str = "The request contained trailing data that was not well-formed or did not conform to our \
                                 published schema.";
const TOO_LARGE: &str = "Your proposed upload exceeds the maximum allowed size";
const TOO_SMALL: &str = "Your proposed upload is smaller than the minimum allowed size";
const LARGE_FORM: &str = "Your POST request fields preceding the upload file were too large.";
/// The answer of the regions that never took version 2.
const ONLY_VERSION_4: &str =
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
const NO_LENGTH: &str = "You must provide the Content-Length HTTP header.";
const INTERNAL: &str = "We encountered an internal error. Please try again.";

/// The answers to a request that is not presigned, and to a presigned URL.
pub(super) const fn answers(kind: ErrorKind) -> [Answer; 2] {
    match kind {
        ErrorKind::AmbiguousAuthentication => [Answer::new("InvalidArgument", StatusCode::BAD_REQUEST); 2],
        ErrorKind::AsymmetricSignature | ErrorKind::StreamingPayload => {
            [Answer::saying("NotImplemented", StatusCode::NOT_IMPLEMENTED, NOT_IMPLEMENTED); 2]
        }
        ErrorKind::ChecksumMismatch => [Answer::new("BadDigest", StatusCode::BAD_REQUEST); 2],
        ErrorKind::ChunkTooLong => [Answer::new("InvalidChunkSizeError", StatusCode::FORBIDDEN); 2],
        ErrorKind::ContentMismatch => {
            [Answer::saying("XAmzContentSHA256Mismatch", StatusCode::BAD_REQUEST, OTHER_BODY); 2]
        }
        ErrorKind::Expired => [
            Answer::saying("RequestTimeTooSkewed", StatusCode::FORBIDDEN, SKEWED),
            Answer::saying("AccessDenied", StatusCode::FORBIDDEN, "Request has expired"),
        ],
        ErrorKind::ExpiredToken => {
            [Answer::saying("ExpiredToken", StatusCode::BAD_REQUEST, "The provided token has expired."); 2]
        }
        ErrorKind::IncompleteSignature => [
            Answer::saying(HEADER, StatusCode::BAD_REQUEST, THREE_COMPONENTS),
            Answer::saying(PARAMETERS, StatusCode::BAD_REQUEST, SIX_PARAMETERS),
        ],
        ErrorKind::InvalidDecodedLength => [Answer::new("InvalidArgument", StatusCode::BAD_REQUEST); 2],
        ErrorKind::InvalidPath | ErrorKind::MalformedQuery => {
            [Answer::saying("InvalidURI", StatusCode::BAD_REQUEST, "Couldn't parse the specified URI."); 2]
        }
        ErrorKind::InvalidPayload => [Answer::saying("InvalidArgument", StatusCode::BAD_REQUEST, PAYLOAD_HASH); 2],
        ErrorKind::InvalidEvent
        | ErrorKind::InvalidHeader
        | ErrorKind::InvalidHost
        | ErrorKind::InvalidQuery
        | ErrorKind::MissingHost
        | ErrorKind::TooManyQueryPairs => [Answer::new("InvalidRequest", StatusCode::BAD_REQUEST); 2],
        // Errors of signing and of settings: the request is not at fault.
        ErrorKind::ConflictingToken
        | ErrorKind::ExpiredCredentials
        | ErrorKind::InvalidAccessKeyId
        | ErrorKind::InvalidAnswer
        | ErrorKind::InvalidChunkSize
        | ErrorKind::InvalidEksToken
        | ErrorKind::InvalidName
        | ErrorKind::InvalidRegion
        | ErrorKind::InvalidScope
        | ErrorKind::InvalidPublicKey
        | ErrorKind::InvalidSecretKey
        | ErrorKind::InvalidService
        | ErrorKind::InvalidSession
        | ErrorKind::InvalidTime
        | ErrorKind::InvalidUrl
        | ErrorKind::UnbufferedBody
        | ErrorKind::UnknownLength => [Answer::saying("InternalError", StatusCode::INTERNAL_SERVER_ERROR, INTERNAL); 2],
        ErrorKind::InvalidToken | ErrorKind::InvalidSessionToken => {
            [Answer::saying("InvalidToken", StatusCode::BAD_REQUEST, BAD_TOKEN); 2]
        }
        ErrorKind::InvalidTrailer => {
            [Answer::saying("MalformedTrailerError", StatusCode::BAD_REQUEST, MALFORMED_TRAILER); 2]
        }
        ErrorKind::LengthMismatch | ErrorKind::MalformedChunk | ErrorKind::TruncatedStream => {
            [Answer::saying("IncompleteBody", StatusCode::BAD_REQUEST, INCOMPLETE_BODY); 2]
        }
        // The words depend on the fault: the readers of credential and lifetime write them.
        ErrorKind::InvalidExpires | ErrorKind::MalformedCredential | ErrorKind::ScopeMismatch => {
            [Answer::new(HEADER, StatusCode::BAD_REQUEST), Answer::new(PARAMETERS, StatusCode::BAD_REQUEST)]
        }
        ErrorKind::MalformedDate => [
            Answer::saying("AccessDenied", StatusCode::FORBIDDEN, NO_DATE),
            Answer::saying(PARAMETERS, StatusCode::BAD_REQUEST, LONG_DATE),
        ],
        ErrorKind::MissingAuthentication => [
            Answer::saying("AccessDenied", StatusCode::FORBIDDEN, "Access Denied"),
            Answer::saying(PARAMETERS, StatusCode::BAD_REQUEST, ONE_ALGORITHM),
        ],
        ErrorKind::MissingContentSha256 => [Answer::new("InvalidRequest", StatusCode::BAD_REQUEST); 2],
        ErrorKind::MissingDecodedLength => {
            [Answer::saying("MissingContentLength", StatusCode::LENGTH_REQUIRED, NO_LENGTH); 2]
        }
        ErrorKind::MissingSignedHeader | ErrorKind::InvalidSignature | ErrorKind::SignatureMismatch => {
            [Answer::saying("SignatureDoesNotMatch", StatusCode::FORBIDDEN, S3_MISMATCH); 2]
        }
        ErrorKind::NotYetCurrent => [
            Answer::saying("RequestTimeTooSkewed", StatusCode::FORBIDDEN, SKEWED),
            Answer::saying("AccessDenied", StatusCode::FORBIDDEN, "Request is not yet valid"),
        ],
        ErrorKind::Replayed | ErrorKind::UnsignedPayload => [Answer::new("AccessDenied", StatusCode::FORBIDDEN); 2],
        ErrorKind::SignatureVersion2 => [Answer::saying("InvalidRequest", StatusCode::BAD_REQUEST, ONLY_VERSION_4); 2],
        ErrorKind::EntityTooLarge => [Answer::saying("EntityTooLarge", StatusCode::BAD_REQUEST, TOO_LARGE); 2],
        ErrorKind::EntityTooSmall => [Answer::saying("EntityTooSmall", StatusCode::BAD_REQUEST, TOO_SMALL); 2],
        ErrorKind::FormTooLarge => {
            [Answer::saying("MaxPostPreDataLengthExceeded", StatusCode::BAD_REQUEST, LARGE_FORM); 2]
        }
        ErrorKind::IncompleteForm => [Answer::new("InvalidArgument", StatusCode::BAD_REQUEST); 2],
        ErrorKind::InvalidPolicy => [Answer::new("InvalidPolicyDocument", StatusCode::BAD_REQUEST); 2],
        ErrorKind::PolicyViolation => [Answer::new("AccessDenied", StatusCode::FORBIDDEN); 2],
        ErrorKind::TooManyHeaders => {
            [Answer::saying("RequestHeaderSectionTooLarge", StatusCode::BAD_REQUEST, LARGE_HEADERS); 2]
        }
        ErrorKind::UnknownAccessKey => [Answer::saying("InvalidAccessKeyId", StatusCode::FORBIDDEN, NO_SUCH_KEY); 2],
        ErrorKind::UnsignedHeader => [Answer::saying("AccessDenied", StatusCode::FORBIDDEN, NOT_SIGNED); 2],
        ErrorKind::UnsupportedAlgorithm => [
            Answer::saying("InvalidArgument", StatusCode::BAD_REQUEST, "Unsupported Authorization Type"),
            Answer::saying(PARAMETERS, StatusCode::BAD_REQUEST, ONE_ALGORITHM),
        ],
    }
}
