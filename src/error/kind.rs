//! The kinds of errors.

/// The kind of an [`Error`](super::Error), to match on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is signed in a header and in its query, or has a parameter of its signature twice.
    AmbiguousAuthentication,
    /// The request is signed with SigV4a, which the verifier does not accept.
    AsymmetricSignature,
    /// The request carries another security token than the credentials.
    ConflictingToken,
    /// The body does not have the checksum of its trailer.
    ChecksumMismatch,
    /// A received chunk that is signed is longer than the verifier allows.
    ChunkTooLong,
    /// The body does not have the SHA-256 that the request states.
    ContentMismatch,
    /// The uploaded file is longer than the policy of the form allows.
    EntityTooLarge,
    /// The uploaded file is shorter than the policy of the form allows.
    EntityTooSmall,
    /// The signature is older than the window allows, or the presigned URL has expired.
    Expired,
    /// The credentials have expired, or expire before the shortest lifetime of a presigned URL.
    ExpiredCredentials,
    /// The security token has expired.
    ExpiredToken,
    /// The fields of a form are longer than [`MAX_FORM_LEN`](crate::post_policy::MAX_FORM_LEN).
    FormTooLarge,
    /// The form to upload a file has no field that it needs, or a field twice.
    IncompleteForm,
    /// A part of the `Authorization` header or of the signature's query parameters is missing or malformed.
    IncompleteSignature,
    /// The access key id is empty, too long, has a character that the `Credential` field cannot hold, or was copied with more than
    /// itself: white space, quotation marks, or the secret.
    InvalidAccessKeyId,
    /// The answer of a service does not have what was asked for, or cannot be read in one way.
    InvalidAnswer,
    /// The size of the chunks of a body is not within the limits.
    InvalidChunkSize,
    /// `x-amz-decoded-content-length` is there twice, or is not a number of bytes.
    InvalidDecodedLength,
    /// The text is not a token of EKS, or breaks a rule that its authenticator enforces.
    InvalidEksToken,
    /// A message of an event stream is malformed or longer than a limit, or follows the signed end.
    InvalidEvent,
    /// The expiry is not within 1 s to 604,800 s, or longer than a token of the service lasts.
    InvalidExpires,
    /// A header or the method cannot be sent, the method is `CONNECT`, or a signed header belongs to the connection.
    InvalidHeader,
    /// The host is there twice, cannot be sent, is spelled in a way that clients change, or is not the authority of the URI.
    InvalidHost,
    /// The name of a user, a cluster, a cache, a stage or a connection, for which a token or a request is made, is empty, too long or
    /// has a character that it cannot have.
    InvalidName,
    /// The path has a control character, a `?` or a `#`, has a malformed percent sequence that must be decoded, or does not begin
    /// with a `/`.
    InvalidPath,
    /// The text is not a value of `x-amz-content-sha256`.
    InvalidPayload,
    /// The policy of a form cannot be read, or a policy to be signed has conditions that exclude each other.
    InvalidPolicy,
    /// The bytes are not a point of the curve P-256.
    InvalidPublicKey,
    /// The query has a control character or a `#`.
    InvalidQuery,
    /// The region is empty, too long, has a character that the credential scope cannot hold, or is an availability zone or a host.
    InvalidRegion,
    /// The text is not a credential scope.
    InvalidScope,
    /// The secret access key is empty, begins or ends with white space, is in quotation marks, or is an access key id.
    InvalidSecretKey,
    /// The service is empty, too long, has a character that the credential scope cannot hold, or is a region or a host.
    InvalidService,
    /// The answer to a request for a session of S3 Express has no credentials that can be read.
    InvalidSession,
    /// The session token is too long, has a character that a header cannot hold, is in quotation marks, or is of an S3 session where
    /// another service is asked.
    InvalidSessionToken,
    /// The text is not a signature of 64 lower-case hexadecimal digits, or the DER form of one of SigV4a.
    InvalidSignature,
    /// The time is outside the years 2000 to 2100, or its text is not `YYYYMMDDTHHMMSSZ`.
    InvalidTime,
    /// The security token is missing, is not the token of the access key id, or must not be there.
    InvalidToken,
    /// The trailer of a body in chunks is malformed, has a field that cannot be sent or was not declared, or lacks one that was.
    InvalidTrailer,
    /// The `http` crate cannot hold the signed URL, because it is longer than 65,534 bytes, for example. Or the URI to sign is a host
    /// without a scheme.
    InvalidUrl,
    /// The body is shorter or longer than its declared length.
    LengthMismatch,
    /// A body in chunks is not framed as `aws-chunked` is.
    MalformedChunk,
    /// The `Credential` does not have five parts.
    MalformedCredential,
    /// The time of signing is not written as `YYYYMMDDTHHMMSSZ`.
    MalformedDate,
    /// A `%` of the query is not followed by two hexadecimal digits.
    MalformedQuery,
    /// The request is not signed.
    MissingAuthentication,
    /// A request with a body in chunks does not have `x-amz-decoded-content-length`.
    MissingDecodedLength,
    /// There is no `Host` header, and the URI has no authority.
    MissingHost,
    /// A header-signed request to a service that requires `x-amz-content-sha256` does not have it.
    MissingContentSha256,
    /// A header that the request names as signed is absent.
    MissingSignedHeader,
    /// The time of signing is in the future.
    NotYetCurrent,
    /// The policy of a form has expired, or does not allow the upload.
    PolicyViolation,
    /// The signature was used before, or the store of signatures cannot remember it.
    Replayed,
    /// The request is signed for another region, service or day.
    ScopeMismatch,
    /// The signature does not match.
    SignatureMismatch,
    /// The request is signed with Signature Version 2, which is not verified.
    SignatureVersion2,
    /// The body is signed in pieces, and the method verifies bodies as one.
    StreamingPayload,
    /// There are more headers than [`MAX_HEADERS`](crate::request::MAX_HEADERS).
    TooManyHeaders,
    /// There are more query parameters than [`MAX_QUERY_PAIRS`](crate::canonical::MAX_QUERY_PAIRS).
    TooManyQueryPairs,
    /// A stream of events ended without its signed end or within a message, or a body in chunks before its last chunk or its trailer.
    TruncatedStream,
    /// The body is a stream, whose bytes are not in memory.
    UnbufferedBody,
    /// The access key id is unknown or inactive.
    UnknownAccessKey,
    /// The length of the body is not known, and has to be declared before the body is sent.
    UnknownLength,
    /// A header that must be signed is not signed.
    UnsignedHeader,
    /// The service requires a signed body, and the body is not signed.
    UnsignedPayload,
    /// The `Authorization` header does not begin with `AWS4-HMAC-SHA256`, or names an algorithm that the verifier does not accept.
    UnsupportedAlgorithm,
}

impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.words())
    }
}

impl ErrorKind {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::AmbiguousAuthentication => "ambiguous authentication",
            Self::AsymmetricSignature => "SigV4a signature",
            Self::ChecksumMismatch => "checksum mismatch",
            Self::ChunkTooLong => "chunk too long",
            Self::ConflictingToken => "conflicting security token",
            Self::ContentMismatch => "body mismatch",
            Self::EntityTooLarge => "upload too large",
            Self::EntityTooSmall => "upload too small",
            Self::Expired => "expired signature",
            Self::ExpiredCredentials => "expired credentials",
            Self::ExpiredToken => "expired security token",
            Self::FormTooLarge => "form too large",
            Self::IncompleteForm => "incomplete form",
            Self::IncompleteSignature => "incomplete signature",
            Self::InvalidAccessKeyId => "invalid access key id",
            Self::InvalidAnswer => "invalid answer",
            Self::InvalidChunkSize => "invalid chunk size",
            Self::InvalidDecodedLength => "invalid x-amz-decoded-content-length",
            Self::InvalidEksToken => "invalid EKS token",
            Self::InvalidEvent => "invalid event",
            Self::InvalidExpires => "invalid expiry",
            Self::InvalidHeader => "invalid header",
            Self::InvalidHost => "invalid host",
            Self::InvalidName => "invalid name",
            Self::InvalidPath => "invalid path",
            Self::InvalidPayload => "invalid payload hash",
            Self::InvalidPolicy => "invalid policy",
            Self::InvalidPublicKey => "invalid public key",
            Self::InvalidQuery => "invalid query",
            Self::InvalidRegion => "invalid region",
            Self::InvalidScope => "invalid credential scope",
            Self::InvalidSecretKey => "invalid secret access key",
            Self::InvalidService => "invalid service",
            Self::InvalidSession => "invalid answer with session credentials",
            Self::InvalidSessionToken => "invalid session token",
            Self::InvalidSignature => "invalid signature",
            Self::InvalidTime => "invalid time",
            Self::InvalidToken => "invalid security token",
            Self::InvalidTrailer => "invalid trailer",
            Self::InvalidUrl => "invalid URL",
            Self::LengthMismatch => "body length mismatch",
            Self::MalformedChunk => "malformed chunk",
            Self::MalformedCredential => "malformed credential",
            Self::MalformedDate => "malformed date",
            Self::MalformedQuery => "malformed query",
            Self::MissingAuthentication => "missing authentication",
            Self::MissingDecodedLength => "missing x-amz-decoded-content-length",
            Self::MissingHost => "missing host",
            Self::MissingContentSha256 => "missing x-amz-content-sha256",
            Self::MissingSignedHeader => "missing signed header",
            Self::NotYetCurrent => "signature not yet current",
            Self::PolicyViolation => "policy violation",
            Self::Replayed => "replayed signature",
            Self::ScopeMismatch => "scope mismatch",
            Self::SignatureMismatch => "signature mismatch",
            Self::SignatureVersion2 => "Signature Version 2",
            Self::StreamingPayload => "streaming payload",
            Self::TooManyHeaders => "too many headers",
            Self::TooManyQueryPairs => "too many query parameters",
            Self::TruncatedStream => "truncated stream",
            Self::UnbufferedBody => "unbuffered body",
            Self::UnknownAccessKey => "unknown access key",
            Self::UnknownLength => "unknown body length",
            Self::UnsignedHeader => "unsigned header",
            Self::UnsignedPayload => "unsigned payload",
            Self::UnsupportedAlgorithm => "unsupported algorithm",
        }
    }
}
