//! The explanation of a refusal, on demand and within a budget.
//!
//! A layer and its clones share an [`ExplainBudget`].

use super::explain_budget::ExplainBudget;
use super::refusal::{Cause, Refusal};
use crate::credentials::Credentials;
use crate::explain::Explainer;
use crate::explain::cause::Cause as ExplainCause;
use crate::explain::report::Report;
use crate::explain::report::finding::{Certainty, Finding};
use crate::request::RequestView;
use crate::time::Moment;
use crate::verify::Verifier;
use crate::verify::key_store::AccessKey;
use http::request::Parts;
use std::sync::{Arc, OnceLock};
use time::OffsetDateTime;

impl<K> Refusal<K> {
    /// Explains a refused signature, or a request that is refused before its signature is read, such as one with an ambiguous
    /// path. `None` if the refusal has a different cause. Each call searches; a layer's
    /// [`RefusedRequest::explained`](super::RefusedRequest::explained) is bounded.
    ///
    /// `credentials` belong to the claimed access key id. Without them nothing is searched: the report names the mistake that the
    /// verifier's error and the request show.
    #[must_use]
    pub fn explain(
        &self,
        verifier: &Verifier,
        credentials: Option<&Credentials>,
        parts: &Parts,
        now: impl Moment,
    ) -> Option<Report> {
        let error = match self.cause() {
            Cause::Unverified(error) => error,
            Cause::BadRequest(error) => return Some(Report::of_error(error)),
            _ => return None,
        };
        let Ok(now) = now.into_datetime() else { return Some(Report::of_error(error)) };
        let view = RequestView::from(parts);
        let Some(credentials) = credentials else { return Some(Report::without_secret(error, verifier, &view, now)) };
        let explainer = Explainer::new(verifier, credentials).with_refusal(error.kind());
        let report = match self.body() {
            Some(body) => explainer.report(&view, body, now),
            None => explainer.report_without_body(&view, now),
        };
        // The explainer knows only credentials. The store may have more reasons to refuse a key, such as the end of a session.
        Some(if report.nothing_wrong() { Report::of_error(error) } else { report })
    }
}

/// What an explanation needs beside the refusal and the request, and the explanation once it was asked for.
pub(super) struct Explained {
    pub(super) verifier: Verifier,
    pub(super) now: OffsetDateTime,
    pub(super) budget: Arc<ExplainBudget>,
    pub(super) report: OnceLock<Option<Report>>,
}

impl Explained {
    /// The report, made when it is first asked for.
    pub(super) fn report<K: AccessKey>(&self, refusal: &Refusal<K>, parts: &Parts) -> Option<&Report> {
        self.report.get_or_init(|| self.explain(refusal, parts)).as_ref()
    }

    fn explain<K: AccessKey>(&self, refusal: &Refusal<K>, parts: &Parts) -> Option<Report> {
        let error = match refusal.cause() {
            Cause::Unverified(error) => error,
            Cause::Denied(denial) => {
                let mistake = ExplainCause::NOT_AUTHORIZED.of(denial.to_string());
                let findings = vec![Finding::new(&[mistake], Certainty::Certain)];
                return Some(Report { findings, ..Report::default() });
            }
            // It takes no search, so it does not count.
            Cause::BadRequest(_) => return refusal.explain(&self.verifier, None, parts, self.now),
            _ => return None,
        };
        let credentials = refusal.claimed_key().and_then(|key| key.stored_key().credentials());
        if credentials.is_some() && !self.budget.spend() {
            return Some(Report { left_out: Some(ExplainBudget::SPENT.to_owned()), ..Report::of_error(error) });
        }
        refusal.explain(&self.verifier, credentials, parts, self.now)
    }
}
