//! What the search knows about the query.

use crate::auth::SignatureLocation;
use crate::bytes::percent::PlusDecoding;
use crate::canonical::query::names;
use crate::explain::targets::OriginalTarget;
use crate::name::query as name;
use crate::settings::SessionTokenPlacement;

/// A received query, and how the service reads it.
#[derive(Clone, Copy)]
pub(crate) struct QueryFacts<'a> {
    pub(crate) raw: &'a [u8],
    /// Whether it is the canonical query of an answer, which does not show a parameter that was sent without `=`.
    pub(crate) is_canonical: bool,
    pub(crate) method: &'a str,
    pub(crate) plus: PlusDecoding,
    /// The signature of a presigned URL is not signed.
    pub(crate) location: SignatureLocation,
    pub(crate) token: SessionTokenPlacement,
    /// What headers of proxies state.
    pub(crate) targets: &'a [OriginalTarget<'a>],
}

impl QueryFacts<'_> {
    /// Whether a parameter with this raw name is signed.
    pub(super) fn is_signed(&self, raw_name: &[u8]) -> bool {
        let unsigned_token = self.token == SessionTokenPlacement::Unsigned && names(raw_name, name::TOKEN);
        self.location == SignatureLocation::Header || !(names(raw_name, name::SIGNATURE) || unsigned_token)
    }
}
