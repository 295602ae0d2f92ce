//! The two spellings of a signature: the `Authorization` header, and the query of a presigned URL.
//!
//! [`HeaderParams`] and [`QueryParams`] are the parameters of a request, which may be incomplete. [`AuthParams`] is a complete set of
//! either kind.

mod duplicates;
pub(crate) mod header;
mod location;
pub(crate) mod params;
pub(crate) mod query;
pub(crate) mod version_2;

pub use duplicates::DuplicatePolicy;
pub use header::{HeaderParams, MAX_AUTHORIZATION_LEN};
pub use location::SignatureLocation;
pub use params::AuthParams;
pub use query::QueryParams;

use crate::algorithm::Algorithm;
use crate::canonical::headers::CanonicalHeaders;
use crate::scope::Scope;

/// The parameters that both spellings of a signature write.
#[derive(Clone, Copy)]
pub(crate) struct Auth<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) access_key_id: &'a str,
    pub(crate) scope: &'a Scope,
    pub(crate) signed_headers: &'a CanonicalHeaders<'a>,
    /// The region set of Signature Version 4a, which only a query names.
    pub(crate) region_set: Option<&'a str>,
}
