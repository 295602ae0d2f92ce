//! A refused request and AWS's answer to it, explained together.

use crate::bytes::percent::EncodeSet;
use crate::explain::aws::causes::{REQUEST_CHANGED, SECRET_DIFFERS, SETTINGS_DIFFER};
use crate::explain::aws::response::AwsResponse;
use crate::explain::cause::Mistake;
use crate::explain::explainer::Explainer;
use crate::explain::report::Report;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::report::part::Part;
use crate::explain::search::observed_request::ObservedRequest;
use crate::explain::spelling::encode;
use crate::explain::structure::causes::MISMATCH;
use crate::name;
use crate::request::RequestView;

impl AwsResponse {
    /// Explains the refusal of a request that is at hand, with the report of an [`Explainer`] on it.
    ///
    /// The answer decides: what it names is the cause, and its canonical request is what the service computed. If
    /// that is not the one that the explainer computed, the request was changed on the way, or the settings of the explainer
    /// are not those of the service; the report says where the two differ. The request adds what the answer lacks: the signature,
    /// and the path as it was sent.
    ///
    /// ```
    /// use sig4::explain::{AwsResponse, Explainer};
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let (parts, body) = request.into_parts();
    /// let (view, explainer) = (RequestView::from(&parts), Explainer::new(&verifier, &credentials));
    /// let answer = "User: a is not authorized to perform: execute-api:Invoke on resource: r \
    ///     with an explicit deny in a service control policy";
    /// let answer = AwsResponse::parse(answer).expect("it is a refusal");
    /// let report = answer.report_on(&view, &explainer, explainer.report(&view, body, now));
    /// assert_eq!(report.findings()[0].name(), "denied-by-service-control-policy");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn report_on(&self, request: &RequestView<'_>, explainer: &Explainer<'_>, report: Report) -> Report {
        let mut report = report;
        let named = self.aws_message().findings();
        let is_mismatch = named.first().is_none_or(|finding| finding.causes() == [MISMATCH]);
        match is_mismatch {
            true => self.add_mismatch(request, explainer, &mut report),
            false => add_named(named, &mut report),
        }
        report.redact(
            &self.redactor_with([explainer.client, self.canonical_request()]).with_credentials(explainer.credentials),
        );
        report
    }

    /// The service computed another signature: looks for the place where it did.
    fn add_mismatch(&self, request: &RequestView<'_>, explainer: &Explainer<'_>, report: &mut Report) {
        let was_right = std::mem::take(&mut report.verified);
        let redactor =
            self.redactor_with([explainer.client, self.canonical_request()]).with_credentials(explainer.credentials);
        let (Some(aws), Some(own)) = (self.whole_canonical_request(), report.canonical_request().map(str::to_owned))
        else {
            if was_right {
                report.findings =
                    vec![Finding::new(&[SECRET_DIFFERS.into()], Certainty::Likely).or(&[REQUEST_CHANGED])];
            }
            return;
        };
        let aws = redactor.redact_same_length(aws);
        if aws == own {
            if was_right {
                report.findings =
                    vec![Finding::new(&[SECRET_DIFFERS.into()], Certainty::Certain).proven_by(Proof::Signature)];
            }
            return;
        }
        if let Some((theirs, ours)) = other_times(&aws, &own) {
            let why =
                format!("the answer is to another request: its x-amz-date is {theirs}, and that of the request {ours}");
            report.left_out.get_or_insert(why);
            report.verified = was_right;
            return;
        }
        let certainty = if was_right { Certainty::Certain } else { Certainty::Likely };
        let differences = Difference::find(aws.as_bytes(), own.as_bytes(), &redactor);
        let changed = differences.first().map(|difference| changed(&aws, &own, difference));
        let changed = changed.map(|mistake| Finding::new(&[mistake], certainty).proven_by(Proof::Answer));
        let observed = ObservedRequest::read(explainer.verifier, request);
        let claimed = observed.as_ref().and_then(ObservedRequest::signature);
        let search = |claimed| self.search(explainer.credentials, claimed, Some(request.path), explainer.client);
        report.stages.canonical_request = self.canonical_request().map(str::to_owned);
        report.stages.string_to_sign = self.string_to_sign().map(str::to_owned);
        match claimed.and_then(search).filter(|found| found.finding.is_some()) {
            Some(found) => found.replace(report),
            None => {
                report.findings.clear();
                // What the client signed is known only if the signature is right for the request.
                report.differences = if was_right { differences } else { Vec::new() };
            }
        }
        report.findings.extend(changed);
    }
}

/// The cause that the answer names. What the request alone shows stays if the answer names nothing for sure.
fn add_named(mut named: Vec<Finding>, report: &mut Report) {
    let is_vague = named.iter().all(|finding| finding.certainty() == Certainty::Possible);
    if is_vague && report.verified {
        for finding in &mut named {
            finding.note(
                "the signature is right for the secret and the settings that are given here: look at the policies next",
            );
        }
    }
    if !is_vague || report.findings.is_empty() {
        report.findings = named;
        report.differences.clear();
    }
    report.verified = false;
}

/// The times of two canonical requests, if they differ.
fn other_times<'c>(aws: &'c str, own: &'c str) -> Option<(&'c str, &'c str)> {
    let (theirs, ours) = (time(aws)?, time(own)?);
    (theirs != ours).then_some((theirs, ours))
}

fn time(canonical: &str) -> Option<&str> {
    canonical.lines().find_map(|line| line.strip_prefix(name::DATE_HEADER)?.strip_prefix(':'))
}

/// Why AWS's canonical request is not the one that is computed from the request.
fn changed(aws: &str, own: &str, difference: &Difference) -> Mistake {
    let path = |text: &'_ str| text.lines().nth(1).unwrap_or_default().to_owned();
    let again = |path: &str| encode(path.as_bytes(), EncodeSet::UnreservedAndSlash);
    let (theirs, ours) = (path(aws), path(own));
    let is_setting =
        *difference.part() == Part::Path && (again(&theirs) == ours.as_bytes() || again(&ours) == theirs.as_bytes());
    let cause = if is_setting { SETTINGS_DIFFER } else { REQUEST_CHANGED };
    cause.of(difference.part().to_string())
}
