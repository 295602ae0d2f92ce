//! Why a signature does not match, by name.

pub(crate) mod report;

use crate::credentials::Credentials;
use crate::request::RequestView;
use crate::verify::Verifier;
use report::Report;
use time::OffsetDateTime;

/// Explains received requests to somebody who has the secret.
#[derive(Clone, Debug)]
pub struct Explainer<'e> {
    verifier: &'e Verifier,
    credentials: &'e Credentials,
}

impl<'e> Explainer<'e> {
    /// An explainer of what `verifier` refuses, for requests that are said to be signed with `credentials`.
    #[must_use]
    pub const fn new(verifier: &'e Verifier, credentials: &'e Credentials) -> Self {
        Self { verifier, credentials }
    }

    /// Explains one request as it was received at `now`.
    #[must_use]
    pub fn report(&self, request: &RequestView<'_>, body: &[u8], now: OffsetDateTime) -> Report {
        let claim = self.verifier.claim_view(request);
        let _outcome = claim.and_then(|claim| claim.verify(self.credentials, body, now).map(|_caller| ()));
        Report::default()
    }
}
