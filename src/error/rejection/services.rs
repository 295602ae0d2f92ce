//! The answers of most services, and those of API Gateway.
//!
//! Sources: "Common Error Types" and "AWS Auth Error Ordering" for the query protocol; captures of `x-amzn-ErrorType` for API
//! Gateway.

use super::answer::Answer;
use crate::error::kind::ErrorKind;
use http::StatusCode;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                        Access Key and signing method. Consult the service documentation for details.";

const VERSION_2: &str = "Unsupported AWS 'algorithm': 'AWS'.";

/// The codes of the query protocol, which most services speak.
pub(super) const fn query(kind: ErrorKind) -> Answer {
    match kind {
        ErrorKind::AmbiguousAuthentication => Answer::silent("SignatureDoesNotMatch", StatusCode::FORBIDDEN),
        ErrorKind::ContentMismatch => Answer::saying("SignatureDoesNotMatch", StatusCode::FORBIDDEN, MISMATCH),
        ErrorKind::Expired
        | ErrorKind::MissingSignedHeader
        | ErrorKind::NotYetCurrent
        | ErrorKind::Replayed
        | ErrorKind::ScopeMismatch
        | ErrorKind::InvalidSignature
        | ErrorKind::SignatureMismatch
        | ErrorKind::UnsignedHeader
        | ErrorKind::UnsignedPayload => Answer::new("SignatureDoesNotMatch", StatusCode::FORBIDDEN),
        ErrorKind::AsymmetricSignature
        | ErrorKind::IncompleteSignature
        | ErrorKind::InvalidExpires
        | ErrorKind::InvalidPayload
        | ErrorKind::MalformedCredential
        | ErrorKind::MalformedDate
        | ErrorKind::MissingContentSha256
        | ErrorKind::UnsupportedAlgorithm => Answer::new("IncompleteSignature", StatusCode::BAD_REQUEST),
        ErrorKind::PolicyViolation => Answer::new("AccessDenied", StatusCode::FORBIDDEN),
        ErrorKind::SignatureVersion2 => Answer::saying("IncompleteSignature", StatusCode::BAD_REQUEST, VERSION_2),
        ErrorKind::ExpiredToken => Answer::new("ExpiredToken", StatusCode::FORBIDDEN),
        ErrorKind::InvalidToken | ErrorKind::InvalidSessionToken | ErrorKind::UnknownAccessKey => {
            Answer::new("InvalidClientTokenId", StatusCode::FORBIDDEN)
        }
        ErrorKind::InvalidPath => Answer::silent("BadRequest", StatusCode::BAD_REQUEST),
        ErrorKind::InvalidEvent
        | ErrorKind::InvalidHeader
        | ErrorKind::InvalidHost
        | ErrorKind::InvalidQuery
        | ErrorKind::InvalidTrailer
        | ErrorKind::LengthMismatch
        | ErrorKind::MissingHost
        | ErrorKind::EntityTooLarge
        | ErrorKind::EntityTooSmall
        | ErrorKind::FormTooLarge
        | ErrorKind::IncompleteForm
        | ErrorKind::InvalidPolicy
        | ErrorKind::TooManyQueryPairs
        | ErrorKind::TruncatedStream
        | ErrorKind::TooManyHeaders
        | ErrorKind::ChecksumMismatch
        | ErrorKind::ChunkTooLong
        | ErrorKind::InvalidDecodedLength
        | ErrorKind::MalformedChunk
        | ErrorKind::MissingDecodedLength => Answer::new("BadRequest", StatusCode::BAD_REQUEST),
        // Errors of signing and of settings: the request is not at fault.
        ErrorKind::ConflictingToken
        | ErrorKind::ExpiredCredentials
        | ErrorKind::InvalidAccessKeyId
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
        | ErrorKind::UnknownLength => Answer::new("InternalFailure", StatusCode::INTERNAL_SERVER_ERROR),
        ErrorKind::MalformedQuery => Answer::new("MalformedQueryString", StatusCode::BAD_REQUEST),
        ErrorKind::MissingAuthentication => Answer::new("MissingAuthenticationToken", StatusCode::FORBIDDEN),
        ErrorKind::StreamingPayload => Answer::new("NotImplemented", StatusCode::NOT_IMPLEMENTED),
    }
}

/// API Gateway's codes: 403 for every bad signature.
pub(super) const fn api_gateway(kind: ErrorKind) -> Answer {
    match kind {
        ErrorKind::AmbiguousAuthentication => Answer::silent("InvalidSignatureException", StatusCode::FORBIDDEN),
        ErrorKind::ContentMismatch => Answer::saying("InvalidSignatureException", StatusCode::FORBIDDEN, MISMATCH),
        ErrorKind::Expired
        | ErrorKind::MissingSignedHeader
        | ErrorKind::NotYetCurrent
        | ErrorKind::Replayed
        | ErrorKind::ScopeMismatch
        | ErrorKind::InvalidSignature
        | ErrorKind::SignatureMismatch
        | ErrorKind::UnsignedHeader
        | ErrorKind::UnsignedPayload => Answer::new("InvalidSignatureException", StatusCode::FORBIDDEN),
        ErrorKind::AsymmetricSignature
        | ErrorKind::IncompleteSignature
        | ErrorKind::InvalidExpires
        | ErrorKind::InvalidPayload
        | ErrorKind::MalformedCredential
        | ErrorKind::MalformedDate
        | ErrorKind::MissingContentSha256
        | ErrorKind::UnsupportedAlgorithm => Answer::new("IncompleteSignatureException", StatusCode::FORBIDDEN),
        ErrorKind::PolicyViolation => Answer::new("AccessDenied", StatusCode::FORBIDDEN),
        ErrorKind::SignatureVersion2 => {
            Answer::saying("IncompleteSignatureException", StatusCode::FORBIDDEN, VERSION_2)
        }
        ErrorKind::ExpiredToken => Answer::new("ExpiredTokenException", StatusCode::FORBIDDEN),
        ErrorKind::InvalidToken | ErrorKind::InvalidSessionToken | ErrorKind::UnknownAccessKey => {
            Answer::new("UnrecognizedClientException", StatusCode::FORBIDDEN)
        }
        ErrorKind::InvalidPath => Answer::silent("BadRequest", StatusCode::BAD_REQUEST),
        ErrorKind::InvalidEvent
        | ErrorKind::InvalidHeader
        | ErrorKind::InvalidHost
        | ErrorKind::InvalidQuery
        | ErrorKind::InvalidTrailer
        | ErrorKind::LengthMismatch
        | ErrorKind::MissingHost
        | ErrorKind::EntityTooLarge
        | ErrorKind::EntityTooSmall
        | ErrorKind::FormTooLarge
        | ErrorKind::IncompleteForm
        | ErrorKind::InvalidPolicy
        | ErrorKind::TooManyQueryPairs
        | ErrorKind::TruncatedStream
        | ErrorKind::TooManyHeaders
        | ErrorKind::ChecksumMismatch
        | ErrorKind::ChunkTooLong
        | ErrorKind::InvalidDecodedLength
        | ErrorKind::MalformedChunk
        | ErrorKind::MissingDecodedLength => Answer::new("BadRequest", StatusCode::BAD_REQUEST),
        // Errors of signing and of settings: the request is not at fault.
        ErrorKind::ConflictingToken
        | ErrorKind::ExpiredCredentials
        | ErrorKind::InvalidAccessKeyId
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
        | ErrorKind::UnknownLength => Answer::new("InternalFailure", StatusCode::INTERNAL_SERVER_ERROR),
        ErrorKind::MalformedQuery => Answer::new("MalformedQueryString", StatusCode::BAD_REQUEST),
        ErrorKind::MissingAuthentication => {
            Answer::saying("MissingAuthenticationTokenException", StatusCode::FORBIDDEN, "Missing Authentication Token")
        }
        ErrorKind::StreamingPayload => Answer::new("NotImplemented", StatusCode::NOT_IMPLEMENTED),
    }
}
