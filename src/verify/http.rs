//! Reads the claim of a request of the `http` crate.

use super::claim::Claim;
use super::verifier::Verifier;
use crate::error::Error;
use crate::request::RequestView;
use http::request::Parts;

impl Verifier {
    /// Parses the signature of a request; see [`claim_view`](Self::claim_view).
    ///
    /// # Errors
    ///
    /// See [`claim_view`](Self::claim_view).
    pub fn claim<'a>(&'a self, parts: &'a Parts) -> Result<Claim<'a>, Error> {
        self.claim_view(&RequestView::from(parts))
    }
}
