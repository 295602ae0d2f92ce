//! The names of the headers and query parameters that carry a signature.
//!
//! Header names are in lower case, as HTTP/2 and the canonical request write them. Query parameter names are case-sensitive.
//!
//! ```
//! assert_eq!(sig4::name::DATE_HEADER, "x-amz-date");
//! assert_eq!(sig4::name::query::SIGNATURE, "X-Amz-Signature");
//! ```
//!
//! Source: "Authentication methods" in "AWS Signature Version 4 for API requests".

/// The header that carries the signature.
pub const AUTHORIZATION: &str = "authorization";
/// The header that carries the host in HTTP/1.
pub const HOST: &str = "host";
/// The pseudo-header that carries the host in HTTP/2.
pub const AUTHORITY: &str = ":authority";
/// The header that states the time of signing if `x-amz-date` is absent.
pub const HTTP_DATE: &str = "date";
/// The prefix, in lower case, of the names of AWS's own headers and query parameters.
pub const AMZ_PREFIX: &str = "x-amz-";

/// The header that states the payload's hash.
pub const CONTENT_SHA256_HEADER: &str = "x-amz-content-sha256";
/// The header that states the length of a body in chunks before its encoding.
pub const DECODED_LENGTH_HEADER: &str = "x-amz-decoded-content-length";
/// The header that names the fields of the trailer.
pub const TRAILER_HEADER: &str = "x-amz-trailer";
/// The header that states the time of signing.
pub const DATE_HEADER: &str = "x-amz-date";
/// The header that states the regions in which a Signature Version 4a signature is valid.
pub const REGION_SET_HEADER: &str = "x-amz-region-set";
/// The header that carries the session token.
pub const TOKEN_HEADER: &str = "x-amz-security-token";
/// The header that carries the session token of S3 Express One Zone.
pub const S3_TOKEN_HEADER: &str = "x-amz-s3session-token";

/// The query parameters of a presigned URL.
pub mod query {
    /// The algorithm.
    pub const ALGORITHM: &str = "X-Amz-Algorithm";
    /// The access key id and the credential scope.
    pub const CREDENTIAL: &str = "X-Amz-Credential";
    /// The time of signing.
    pub const DATE: &str = "X-Amz-Date";
    /// The lifetime in seconds.
    pub const EXPIRES: &str = "X-Amz-Expires";
    /// The regions in which a Signature Version 4a signature is valid.
    pub const REGION_SET: &str = "X-Amz-Region-Set";
    /// The signature.
    pub const SIGNATURE: &str = "X-Amz-Signature";
    /// The names of the signed headers, joined with `;`.
    pub const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";
    /// The session token.
    pub const TOKEN: &str = "X-Amz-Security-Token";
    /// The session token of S3 Express One Zone.
    pub const S3_TOKEN: &str = "X-Amz-S3session-Token";
    /// The payload's hash. Few signers write it.
    pub const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";

    /// The parameters that presigning adds, and that presigning again replaces.
    pub const ALL: [&str; 9] =
        [ALGORITHM, CREDENTIAL, DATE, EXPIRES, REGION_SET, SIGNATURE, SIGNED_HEADERS, TOKEN, S3_TOKEN];
}
