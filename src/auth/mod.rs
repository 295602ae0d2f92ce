//! What accompanies a signature, and its two carriers: the `Authorization` header and the query of a presigned URL.

pub(crate) mod header;
pub(crate) mod params;
pub(crate) mod query;

pub use header::MAX_AUTHORIZATION_LEN;
pub use params::SignatureLocation;

use crate::canonical::headers::CanonicalHeaders;
use crate::scope::Scope;

/// What both carriers say of a signature.
#[derive(Clone, Copy)]
pub(crate) struct Auth<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) scope: &'a Scope,
    pub(crate) signed_headers: &'a CanonicalHeaders<'a>,
}
