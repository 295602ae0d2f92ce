//! The names of the headers and query parameters that carry a signature, each once.

pub(crate) const AUTHORIZATION: &str = "authorization";
pub(crate) const HOST: &str = "host";
/// What stands for the host in HTTP/2.
pub(crate) const AUTHORITY: &str = ":authority";
/// The header that states the time of signing where `x-amz-date` does not.
pub(crate) const HTTP_DATE: &str = "date";
/// What the names of AWS's own headers and query parameters begin with, in lower case.
pub(crate) const AMZ_PREFIX: &str = "x-amz-";

/// The header that states the payload's hash.
pub(crate) const CONTENT_SHA256_HEADER: &str = "x-amz-content-sha256";
/// The header that states the time of signing.
pub(crate) const DATE_HEADER: &str = "x-amz-date";
/// The header that carries the session token.
pub(crate) const TOKEN_HEADER: &str = "x-amz-security-token";

/// The parameters of a presigned URL. Query names are case-sensitive, unlike header names.
pub(crate) mod query {
    pub(crate) const ALGORITHM: &str = "X-Amz-Algorithm";
    pub(crate) const CREDENTIAL: &str = "X-Amz-Credential";
    pub(crate) const DATE: &str = "X-Amz-Date";
    pub(crate) const EXPIRES: &str = "X-Amz-Expires";
    pub(crate) const SIGNATURE: &str = "X-Amz-Signature";
    pub(crate) const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";
    pub(crate) const TOKEN: &str = "X-Amz-Security-Token";
    /// States the payload's hash of a presigned URL; few signers write it.
    pub(crate) const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";

    /// What presigning adds, and what presigning again replaces.
    pub(crate) const ALL: [&str; 7] = [ALGORITHM, CREDENTIAL, DATE, EXPIRES, SIGNATURE, SIGNED_HEADERS, TOKEN];
}
