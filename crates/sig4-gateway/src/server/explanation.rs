//! The explanation of a refusal, for the access log and for clients that may know it.
//!
//! Explaining a refusal tries thousands of ways to sign the request. A flood of forged requests must not take more than a small
//! part of the machine, so a server explains a number of refusals per second. Further ones have the verifier's message only.

use super::own_response::Refusal;
use crate::access::AccessRecord;
use crate::access::inspection::Inspection;
use crate::explain_headers::{CAUSE_HEADER, REMEDY_HEADER};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use sig4::explain::{self, Explainer, Finding, Report, Verdict};
use sig4::printable;
use sig4::request::RequestView;
use sig4::tower::{Cause, ExplainBudget};
use sig4::verify::Verifier;
use sig4_iam::tower::PolicyDenial;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use time::OffsetDateTime;

/// A refused request.
pub(super) type Refused = (Parts, Arc<Refusal>);

/// The cause of a refusal or a failure, and the remedy if there is one.
#[derive(Clone, Debug)]
pub(super) struct Explanation {
    /// For a refusal of a signature or by a policy it begins with the name of a cause of `explain`.
    pub(super) cause: String,
    pub(super) remedy: Option<String>,
    /// The whole report, if the signature was searched for the cause.
    report: Option<Report>,
}

impl Explanation {
    /// The explanation of an error that no search explains.
    pub(super) fn of_cause(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), remedy: None, report: None }
    }

    /// Replaces the cause of a record by this one.
    pub(super) fn note(self, record: &mut AccessRecord) {
        let Self { cause, remedy, report } = self;
        record.explain(cause, remedy);
        record.inspect(|inspection| inspection.report = report);
    }

    /// Adds the headers for a client that may know the explanation.
    pub(super) fn put(&self, headers: &mut HeaderMap) {
        headers.insert(CAUSE_HEADER, value(&self.cause));
        if let Some(remedy) = &self.remedy {
            headers.insert(REMEDY_HEADER, value(remedy));
        }
    }
}

/// One line of ASCII, at most [`printable::MAX_FOREIGN_LEN`] bytes of the text.
fn value(text: &str) -> HeaderValue {
    let mut line = String::new();
    for c in printable::message(text).chars() {
        if c.is_ascii() { line.push(c) } else { line.extend(c.escape_unicode()) }
    }
    // No character of it is hidden, so it is a valid value.
    HeaderValue::from_maybe_shared(Bytes::from(line)).unwrap_or(HeaderValue::from_static("unknown"))
}

/// Explains refusals, a limited number per second.
pub(super) struct RefusalExplainer {
    verifier: Verifier,
    budget: Arc<ExplainBudget>,
}

impl RefusalExplainer {
    pub(super) fn new(verifier: Verifier) -> Self {
        Self { verifier, budget: Arc::new(ExplainBudget::new()) }
    }

    /// An explainer of what another verifier refuses. The number per second is for both together.
    pub(super) fn with_verifier(&self, verifier: Verifier) -> Self {
        Self { verifier, budget: Arc::clone(&self.budget) }
    }

    /// Whether a refusal may be explained now. An explanation that needs a [search](is_worth_a_search) is counted.
    pub(super) fn may_explain(&self, refusal: &Refusal) -> bool {
        // Without a search it costs nothing.
        !is_worth_a_search(refusal) || self.budget.spend()
    }

    /// Explains a refusal, if its cause is the signature or a policy. It may take 50 ms.
    pub(super) fn explain(&self, refused: &Refused, now: OffsetDateTime) -> Option<Explanation> {
        catch_unwind(AssertUnwindSafe(|| explanation(refused, &self.verifier, now))).ok().flatten()
    }

    /// The report of a request whose signature matches: its stages. It costs little more than a verification.
    pub(super) fn report_verified(&self, inspection: &Inspection, now: OffsetDateTime) -> Option<Report> {
        let credentials = inspection.proven.as_ref()?.credentials()?;
        let view = RequestView::from(&inspection.head);
        let explain = || Explainer::new(&self.verifier, credentials).report(&view, &inspection.body, now);
        catch_unwind(AssertUnwindSafe(explain)).ok()
    }
}

/// What is said of a refusal while too many are explained: the cause that the verifier's error names, or its message.
pub(super) fn without_search(refusal: &Refusal) -> Explanation {
    const LEFT_OUT: &str = ExplainBudget::SPENT;
    let report = match refusal.cause() {
        Cause::Unverified(error) => Report::of_error(error),
        _ => Report::default(),
    };
    let (cause, remedy) = match report.findings().first() {
        Some(finding) => {
            (format!("{}: {} ({LEFT_OUT})", finding.name(), finding.summary()), finding.remedy().to_owned())
        }
        None => (format!("{refusal} ({LEFT_OUT})"), "send it again, and it is searched for the cause".to_owned()),
    };
    Explanation { cause, remedy: Some(remedy), report: None }
}

/// Whether an explanation needs a search: the access key id is known, and the signature does not match.
pub(super) fn is_worth_a_search(refusal: &Refusal) -> bool {
    matches!(refusal.cause(), Cause::Unverified(_)) && refusal.claimed_key().is_some()
}

fn explanation((head, refusal): &Refused, verifier: &Verifier, now: OffsetDateTime) -> Option<Explanation> {
    if let Some(PolicyDenial::NotAllowed { .. }) = refusal.denial().and_then(|denial| denial.reason()) {
        let cause = explain::Cause::NOT_AUTHORIZED;
        let (cause, remedy) = (format!("{}: {refusal}", cause.name()), Some(cause.remedy().to_owned()));
        return Some(Explanation { cause, remedy, report: None });
    }
    let credentials = refusal.claimed_key().and_then(|identity| identity.credentials());
    let report = refusal.explain(verifier, credentials, head, now)?;
    let (cause, remedy) = told(&report)?;
    Some(Explanation { cause, remedy: Some(remedy), report: Some(report) })
}

/// The cause and the remedy that a report tells.
fn told(report: &Report) -> Option<(String, String)> {
    let finding = report.findings().first()?;
    let left_out = report.left_out().map_or_else(String::new, |left_out| format!(" ({left_out})"));
    if report.verdict() == Verdict::Unexplained {
        let possible: Vec<_> = report.findings().iter().map(possibility).collect();
        let cause = explain::Cause::SIGNATURE_MISMATCH;
        let text = format!(
            "{}: no known mistake gives the signature{left_out}; perhaps {}",
            cause.name(),
            possible.join(", ")
        );
        // The remedy of `cause` asks for the client's canonical request, which a server cannot be given.
        let remedy =
            format!("{}; if it is not that, compare what the client signed with what arrived", finding.remedy());
        return Some((text, remedy));
    }
    Some((format!("{}: {}{left_out}", finding.name(), finding.summary()), finding.remedy().to_owned()))
}

/// Describes a finding that is only possible.
fn possibility(finding: &Finding) -> String {
    let detail = finding.detail().map_or_else(String::new, |detail| format!(" ({detail})"));
    format!("{}{detail}", finding.name())
}

#[cfg(test)]
mod tests {
    use super::Explanation;
    use http::HeaderMap;
    use sig4::printable::MAX_FOREIGN_LEN;

    #[test]
    fn a_client_gets_one_line_of_ascii() {
        let mut headers = HeaderMap::new();
        Explanation::of_cause("a\r\nset-cookie: b\u{1b}[2J é\u{202e}").put(&mut headers);
        assert_eq!(headers["x-sig4-cause"], r"a\u{d}\u{a}set-cookie: b\u{1b}[2J \u{e9}\u{202e}");
        assert!(!headers.contains_key("x-sig4-remedy"));
        Explanation::of_cause("x".repeat(100_000)).put(&mut headers);
        assert!(headers["x-sig4-cause"].len() < MAX_FOREIGN_LEN + 64);
    }
}
