//! What AWS answers to a request that a verifier refuses: one table a dialect.
//!
//! The dialects differ in their codes, in the status (API Gateway answers 403 whatever is wrong with a signature), and in
//! the words. S3 further tells a header-signed request from a presigned one.
//!
//! Sources:
//! - "Common Error Types" and "AWS Auth Error Ordering" for the query protocol; captures of `x-amzn-ErrorType` for API Gateway;
//! - "Error responses" of Amazon S3, list of error codes, for S3's codes and statuses. `AuthorizationHeaderMalformed`,
//!   `AuthorizationQueryParametersError`, `ExpiredToken`, `InvalidArgument`, `InvalidRequest`, `InvalidToken`, `InvalidURI`,
//!   `RequestHeaderSectionTooLarge` and `XAmzContentSHA256Mismatch` are 400, `AccessDenied`, `InvalidAccessKeyId`,
//!   `RequestTimeTooSkewed` and `SignatureDoesNotMatch` are 403, `InternalError` is 500 and `NotImplemented` 501;
//! - for S3's words and for which code answers what: measurements against `s3.us-east-1.amazonaws.com` that
//!   brekkylab/backlot (September 2026) and versity/versitygw record.

use super::ErrorKind;

/// How a service spells its refusals.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dialect {
    /// The codes of the query protocol, which most services speak.
    Query,
    /// API Gateway: other codes, and 403 whatever is wrong with a signature.
    ApiGateway,
    /// The S3 family, to a request that is not presigned.
    S3Header,
    /// The S3 family, to a presigned URL.
    S3Query,
}

/// The code, the status and the words of an answer.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) status: u16,
    words: Words,
}

#[derive(Clone, Copy)]
enum Words {
    /// What the error says.
    Detail,
    /// These.
    Fixed(&'static str),
    /// AWS answers without a message.
    Silent,
}

/// Why a verifier refuses a request.
#[derive(Clone, Copy)]
enum Reason {
    AmbiguousAuthentication,
    AsymmetricSignature,
    ContentMismatch,
    Expired,
    ExpiredToken,
    IncompleteSignature,
    InvalidExpires,
    InvalidPath,
    InvalidPayload,
    InvalidRequest,
    InvalidSettings,
    InvalidToken,
    MalformedCredential,
    MalformedDate,
    MalformedQuery,
    MissingAuthentication,
    MissingContentSha256,
    MissingSignedHeader,
    NotYetCurrent,
    Replayed,
    ScopeMismatch,
    SignatureMismatch,
    StreamingPayload,
    TooManyHeaders,
    UnknownAccessKey,
    UnsignedHeader,
    UnsignedPayload,
    UnsupportedAlgorithm,
}

impl Dialect {
    /// The same, to a presigned URL.
    pub(crate) const fn of_presigned(self) -> Self {
        match self {
            Self::S3Header | Self::S3Query => Self::S3Query,
            Self::Query | Self::ApiGateway => self,
        }
    }

    /// Whether it is the S3 family's.
    pub(crate) const fn is_s3(self) -> bool {
        matches!(self, Self::S3Header | Self::S3Query)
    }

    pub(super) const fn answer(self, kind: ErrorKind) -> Answer {
        let reason = kind.reason();
        match self {
            Self::Query => query(reason),
            Self::ApiGateway => api_gateway(reason),
            Self::S3Header => {
                let [to_header, _] = s3(reason);
                to_header
            }
            Self::S3Query => {
                let [_, to_query] = s3(reason);
                to_query
            }
        }
    }
}

impl Answer {
    /// An answer in the error's own words.
    const fn new(code: &'static str, status: u16) -> Self {
        Self { code, status, words: Words::Detail }
    }

    const fn saying(code: &'static str, status: u16, words: &'static str) -> Self {
        Self { code, status, words: Words::Fixed(words) }
    }

    const fn silent(code: &'static str, status: u16) -> Self {
        Self { code, status, words: Words::Silent }
    }

    pub(super) const fn message(self, detail: &str) -> Option<&str> {
        match self.words {
            Words::Detail => Some(detail),
            Words::Fixed(words) => Some(words),
            Words::Silent => None,
        }
    }
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                        Access Key and signing method. Consult the service documentation for details.";

const fn query(reason: Reason) -> Answer {
    match reason {
        Reason::AmbiguousAuthentication => Answer::silent("SignatureDoesNotMatch", 403),
        Reason::ContentMismatch => Answer::saying("SignatureDoesNotMatch", 403, MISMATCH),
        Reason::Expired
        | Reason::MissingSignedHeader
        | Reason::NotYetCurrent
        | Reason::Replayed
        | Reason::ScopeMismatch
        | Reason::SignatureMismatch
        | Reason::UnsignedHeader
        | Reason::UnsignedPayload => Answer::new("SignatureDoesNotMatch", 403),
        Reason::AsymmetricSignature
        | Reason::IncompleteSignature
        | Reason::InvalidExpires
        | Reason::InvalidPayload
        | Reason::MalformedCredential
        | Reason::MalformedDate
        | Reason::MissingContentSha256
        | Reason::UnsupportedAlgorithm => Answer::new("IncompleteSignature", 400),
        Reason::ExpiredToken => Answer::new("ExpiredToken", 403),
        Reason::InvalidToken | Reason::UnknownAccessKey => Answer::new("InvalidClientTokenId", 403),
        Reason::InvalidPath => Answer::silent("BadRequest", 400),
        Reason::InvalidRequest | Reason::TooManyHeaders => Answer::new("BadRequest", 400),
        Reason::InvalidSettings => Answer::new("InternalFailure", 500),
        Reason::MalformedQuery => Answer::new("MalformedQueryString", 400),
        Reason::MissingAuthentication => Answer::new("MissingAuthenticationToken", 403),
        Reason::StreamingPayload => Answer::new("NotImplemented", 501),
    }
}

const fn api_gateway(reason: Reason) -> Answer {
    match reason {
        Reason::AmbiguousAuthentication => Answer::silent("InvalidSignatureException", 403),
        Reason::ContentMismatch => Answer::saying("InvalidSignatureException", 403, MISMATCH),
        Reason::Expired
        | Reason::MissingSignedHeader
        | Reason::NotYetCurrent
        | Reason::Replayed
        | Reason::ScopeMismatch
        | Reason::SignatureMismatch
        | Reason::UnsignedHeader
        | Reason::UnsignedPayload => Answer::new("InvalidSignatureException", 403),
        Reason::AsymmetricSignature
        | Reason::IncompleteSignature
        | Reason::InvalidExpires
        | Reason::InvalidPayload
        | Reason::MalformedCredential
        | Reason::MalformedDate
        | Reason::MissingContentSha256
        | Reason::UnsupportedAlgorithm => Answer::new("IncompleteSignatureException", 403),
        Reason::ExpiredToken => Answer::new("ExpiredTokenException", 403),
        Reason::InvalidToken | Reason::UnknownAccessKey => Answer::new("UnrecognizedClientException", 403),
        Reason::InvalidPath => Answer::silent("BadRequest", 400),
        Reason::InvalidRequest | Reason::TooManyHeaders => Answer::new("BadRequest", 400),
        Reason::InvalidSettings => Answer::new("InternalFailure", 500),
        Reason::MalformedQuery => Answer::new("MalformedQueryString", 400),
        Reason::MissingAuthentication => {
            Answer::saying("MissingAuthenticationTokenException", 403, "Missing Authentication Token")
        }
        Reason::StreamingPayload => Answer::new("NotImplemented", 501),
    }
}

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
const INTERNAL: &str = "We encountered an internal error. Please try again.";

/// The answer to a request that is not presigned, and the one to a presigned URL.
const fn s3(reason: Reason) -> [Answer; 2] {
    match reason {
        Reason::AmbiguousAuthentication => [Answer::new("InvalidArgument", 400); 2],
        Reason::AsymmetricSignature | Reason::StreamingPayload => {
            [Answer::saying("NotImplemented", 501, NOT_IMPLEMENTED); 2]
        }
        Reason::ContentMismatch => [Answer::saying("XAmzContentSHA256Mismatch", 400, OTHER_BODY); 2],
        Reason::Expired => [
            Answer::saying("RequestTimeTooSkewed", 403, SKEWED),
            Answer::saying("AccessDenied", 403, "Request has expired"),
        ],
        Reason::ExpiredToken => [Answer::saying("ExpiredToken", 400, "The provided token has expired."); 2],
        Reason::IncompleteSignature => {
            [Answer::saying(HEADER, 400, THREE_COMPONENTS), Answer::saying(PARAMETERS, 400, SIX_PARAMETERS)]
        }
        Reason::InvalidPath | Reason::MalformedQuery => {
            [Answer::saying("InvalidURI", 400, "Couldn't parse the specified URI."); 2]
        }
        Reason::InvalidPayload => [Answer::saying("InvalidArgument", 400, PAYLOAD_HASH); 2],
        Reason::InvalidRequest => [Answer::new("InvalidRequest", 400); 2],
        Reason::InvalidSettings => [Answer::saying("InternalError", 500, INTERNAL); 2],
        Reason::InvalidToken => [Answer::saying("InvalidToken", 400, BAD_TOKEN); 2],
        // The words depend on what is wrong, and are written where the credential or the lifetime is read.
        Reason::InvalidExpires | Reason::MalformedCredential | Reason::ScopeMismatch => {
            [Answer::new(HEADER, 400), Answer::new(PARAMETERS, 400)]
        }
        Reason::MalformedDate => {
            [Answer::saying("AccessDenied", 403, NO_DATE), Answer::saying(PARAMETERS, 400, LONG_DATE)]
        }
        Reason::MissingAuthentication => {
            [Answer::saying("AccessDenied", 403, "Access Denied"), Answer::saying(PARAMETERS, 400, ONE_ALGORITHM)]
        }
        Reason::MissingContentSha256 => [Answer::new("InvalidRequest", 400); 2],
        Reason::MissingSignedHeader | Reason::SignatureMismatch => {
            [Answer::saying("SignatureDoesNotMatch", 403, S3_MISMATCH); 2]
        }
        Reason::NotYetCurrent => [
            Answer::saying("RequestTimeTooSkewed", 403, SKEWED),
            Answer::saying("AccessDenied", 403, "Request is not yet valid"),
        ],
        Reason::Replayed | Reason::UnsignedPayload => [Answer::new("AccessDenied", 403); 2],
        Reason::TooManyHeaders => [Answer::saying("RequestHeaderSectionTooLarge", 400, LARGE_HEADERS); 2],
        Reason::UnknownAccessKey => [Answer::saying("InvalidAccessKeyId", 403, NO_SUCH_KEY); 2],
        Reason::UnsignedHeader => [Answer::saying("AccessDenied", 403, NOT_SIGNED); 2],
        Reason::UnsupportedAlgorithm => [
            Answer::saying("InvalidArgument", 400, "Unsupported Authorization Type"),
            Answer::saying(PARAMETERS, 400, ONE_ALGORITHM),
        ],
    }
}

impl ErrorKind {
    /// Why a verifier refuses a request with an error of this kind.
    const fn reason(self) -> Reason {
        match self {
            Self::AmbiguousAuthentication => Reason::AmbiguousAuthentication,
            Self::AsymmetricSignature => Reason::AsymmetricSignature,
            Self::ContentMismatch => Reason::ContentMismatch,
            Self::Expired => Reason::Expired,
            Self::ExpiredToken => Reason::ExpiredToken,
            Self::IncompleteSignature => Reason::IncompleteSignature,
            Self::InvalidExpires => Reason::InvalidExpires,
            Self::InvalidHeader
            | Self::InvalidHost
            | Self::InvalidQuery
            | Self::MissingHost
            | Self::TooManyQueryPairs => Reason::InvalidRequest,
            Self::InvalidPath => Reason::InvalidPath,
            Self::InvalidPayload => Reason::InvalidPayload,
            Self::InvalidToken | Self::InvalidSessionToken => Reason::InvalidToken,
            Self::MalformedCredential => Reason::MalformedCredential,
            Self::MalformedDate => Reason::MalformedDate,
            Self::MalformedQuery => Reason::MalformedQuery,
            Self::MissingAuthentication => Reason::MissingAuthentication,
            Self::MissingContentSha256 => Reason::MissingContentSha256,
            Self::MissingSignedHeader => Reason::MissingSignedHeader,
            Self::NotYetCurrent => Reason::NotYetCurrent,
            Self::Replayed => Reason::Replayed,
            Self::ScopeMismatch => Reason::ScopeMismatch,
            Self::InvalidSignature | Self::SignatureMismatch => Reason::SignatureMismatch,
            Self::StreamingPayload => Reason::StreamingPayload,
            Self::TooManyHeaders => Reason::TooManyHeaders,
            Self::UnknownAccessKey => Reason::UnknownAccessKey,
            Self::UnsignedHeader => Reason::UnsignedHeader,
            Self::UnsignedPayload => Reason::UnsignedPayload,
            Self::UnsupportedAlgorithm => Reason::UnsupportedAlgorithm,
            // The verifier's own settings are wrong; and the kinds that no verifier gives.
            Self::InvalidRegion
            | Self::InvalidScope
            | Self::InvalidService
            | Self::ConflictingToken
            | Self::ExpiredCredentials
            | Self::CredentialsUnavailable
            | Self::ForeignOrigin
            | Self::InvalidAccessKeyId
            | Self::InvalidApi
            | Self::InvalidConfig
            | Self::InvalidDirectory
            | Self::InvalidFraming
            | Self::InvalidLedger
            | Self::InvalidOrigin
            | Self::InvalidPolicy
            | Self::InvalidPrincipal
            | Self::InvalidReply
            | Self::InvalidRoute
            | Self::InvalidTemplate
            | Self::InvalidTime
            | Self::InvalidUrl
            | Self::NotListening
            | Self::RequestChanged
            | Self::TooLongArn
            | Self::TooLongBody => Reason::InvalidSettings,
        }
    }
}
