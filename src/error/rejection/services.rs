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

/// The faults that the query protocol and API Gateway name differently, and one answer for the others.
#[derive(Clone, Copy)]
enum Fault {
    AmbiguousAuthentication,
    ContentMismatch,
    /// The signature does not match, or does not hold.
    Signature,
    /// The signature is not complete, or not in a form that the service reads.
    Form,
    SignatureVersion2,
    ExpiredToken,
    UnknownAccessKey,
    MissingAuthentication,
    /// The answer of both.
    Same(Answer),
}

const fn fault(kind: ErrorKind) -> Fault {
    match kind {
        ErrorKind::AmbiguousAuthentication => Fault::AmbiguousAuthentication,
        ErrorKind::ContentMismatch => Fault::ContentMismatch,
        ErrorKind::Expired
        | ErrorKind::MissingSignedHeader
        | ErrorKind::NotYetCurrent
        | ErrorKind::Replayed
        | ErrorKind::ScopeMismatch
        | ErrorKind::InvalidSignature
        | ErrorKind::SignatureMismatch
        | ErrorKind::UnsignedHeader
        | ErrorKind::UnsignedPayload => Fault::Signature,
        ErrorKind::AsymmetricSignature
        | ErrorKind::IncompleteSignature
        | ErrorKind::InvalidExpires
        | ErrorKind::InvalidPayload
        | ErrorKind::MalformedCredential
        | ErrorKind::MalformedDate
        | ErrorKind::MissingContentSha256
        | ErrorKind::UnsupportedAlgorithm => Fault::Form,
        ErrorKind::SignatureVersion2 => Fault::SignatureVersion2,
        ErrorKind::ExpiredToken => Fault::ExpiredToken,
        ErrorKind::InvalidToken | ErrorKind::InvalidSessionToken | ErrorKind::UnknownAccessKey => {
            Fault::UnknownAccessKey
        }
        ErrorKind::MissingAuthentication => Fault::MissingAuthentication,
        ErrorKind::PolicyViolation => Fault::Same(Answer::new("AccessDenied", StatusCode::FORBIDDEN)),
        ErrorKind::InvalidPath => Fault::Same(Answer::silent("BadRequest", StatusCode::BAD_REQUEST)),
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
        | ErrorKind::MissingDecodedLength => Fault::Same(Answer::new("BadRequest", StatusCode::BAD_REQUEST)),
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
        | ErrorKind::UnknownLength => Fault::Same(Answer::new("InternalFailure", StatusCode::INTERNAL_SERVER_ERROR)),
        ErrorKind::MalformedQuery => Fault::Same(Answer::new("MalformedQueryString", StatusCode::BAD_REQUEST)),
        ErrorKind::StreamingPayload => Fault::Same(Answer::new("NotImplemented", StatusCode::NOT_IMPLEMENTED)),
    }
}

/// The codes of the query protocol, which most services speak.
pub(super) const fn query(kind: ErrorKind) -> Answer {
    match fault(kind) {
        Fault::AmbiguousAuthentication => Answer::silent("SignatureDoesNotMatch", StatusCode::FORBIDDEN),
        Fault::ContentMismatch => Answer::saying("SignatureDoesNotMatch", StatusCode::FORBIDDEN, MISMATCH),
        Fault::Signature => Answer::new("SignatureDoesNotMatch", StatusCode::FORBIDDEN),
        Fault::Form => Answer::new("IncompleteSignature", StatusCode::BAD_REQUEST),
        Fault::SignatureVersion2 => Answer::saying("IncompleteSignature", StatusCode::BAD_REQUEST, VERSION_2),
        Fault::ExpiredToken => Answer::new("ExpiredToken", StatusCode::FORBIDDEN),
        Fault::UnknownAccessKey => Answer::new("InvalidClientTokenId", StatusCode::FORBIDDEN),
        Fault::MissingAuthentication => Answer::new("MissingAuthenticationToken", StatusCode::FORBIDDEN),
        Fault::Same(answer) => answer,
    }
}

/// API Gateway's codes: 403 for every bad signature.
pub(super) const fn api_gateway(kind: ErrorKind) -> Answer {
    match fault(kind) {
        Fault::AmbiguousAuthentication => Answer::silent("InvalidSignatureException", StatusCode::FORBIDDEN),
        Fault::ContentMismatch => Answer::saying("InvalidSignatureException", StatusCode::FORBIDDEN, MISMATCH),
        Fault::Signature => Answer::new("InvalidSignatureException", StatusCode::FORBIDDEN),
        Fault::Form => Answer::new("IncompleteSignatureException", StatusCode::FORBIDDEN),
        Fault::SignatureVersion2 => Answer::saying("IncompleteSignatureException", StatusCode::FORBIDDEN, VERSION_2),
        Fault::ExpiredToken => Answer::new("ExpiredTokenException", StatusCode::FORBIDDEN),
        Fault::UnknownAccessKey => Answer::new("UnrecognizedClientException", StatusCode::FORBIDDEN),
        Fault::MissingAuthentication => {
            Answer::saying("MissingAuthenticationTokenException", StatusCode::FORBIDDEN, "Missing Authentication Token")
        }
        Fault::Same(answer) => answer,
    }
}
