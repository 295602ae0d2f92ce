//! The explanation of a refusal, on demand and within a budget.
//!
//! Explaining a signature repeats thousands of mistakes, which takes up to 50 ms. A client that sends forged signatures with a known access
//! key id must not make a server do that for each, so a layer and its clones explain a few refusals a second.

use super::refusal::{Cause, Refusal};
use crate::credentials::Credentials;
use crate::explain::Explainer;
use crate::explain::cause::Cause as ExplainCause;
use crate::explain::report::Report;
use crate::explain::report::finding::{Certainty, Finding};
use crate::request::RequestView;
use crate::time::Moment;
use crate::tower::clock::Stopwatch;
use crate::verify::Verifier;
use crate::verify::key_store::AccessKey;
use http::request::Parts;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// The most refusals that a layer and its clones explain at once after a pause.
const MAX_BURST: u32 = 8;
/// The time after which one more refusal may be explained.
const REFILL: Duration = Duration::from_millis(250);

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
            let left_out = "nothing was searched, because too many refusals are explained at present".to_owned();
            return Some(Report { left_out: Some(left_out), ..Report::of_error(error) });
        }
        refusal.explain(&self.verifier, credentials, parts, self.now)
    }
}

/// The number of refusals that may still be explained.
pub(super) struct ExplainBudget {
    started: Stopwatch,
    state: Mutex<Left>,
}

struct Left {
    left: u32,
    /// When the budget was last filled, counted from its start.
    filled: Duration,
}

impl ExplainBudget {
    pub(super) fn new() -> Self {
        Self { started: Stopwatch::start(), state: Mutex::new(Left { left: MAX_BURST, filled: Duration::ZERO }) }
    }

    fn spend(&self) -> bool {
        let now = self.started.elapsed();
        self.state.lock().unwrap_or_else(PoisonError::into_inner).spend(now)
    }
}

impl Left {
    fn spend(&mut self, now: Duration) -> bool {
        while self.left < MAX_BURST && now.saturating_sub(self.filled) >= REFILL {
            self.left += 1;
            self.filled += REFILL;
        }
        if self.left == MAX_BURST {
            self.filled = now;
        }
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, MAX_BURST, REFILL};
    use std::time::Duration;

    #[test]
    fn no_more_is_explained_than_the_budget_has() {
        let mut left = Left { left: MAX_BURST, filled: Duration::ZERO };
        let spent = |left: &mut Left, at| (0..100_u32).map(|_| u32::from(left.spend(at))).sum::<u32>();
        assert_eq!(spent(&mut left, Duration::ZERO), MAX_BURST);
        assert_eq!(spent(&mut left, REFILL * 3), 3);
        assert_eq!(spent(&mut left, REFILL * 1000), MAX_BURST, "a pause saves up no more than a burst");
    }
}
