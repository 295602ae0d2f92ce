//! Where a request carries its signature.

/// Where a request carries its signature.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SignatureLocation {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query,
}
