//! The search in an answer of AWS: what AWS computed, the signature that the client sent, and the secret are enough for it.

use crate::algorithm::Algorithm;
use crate::credentials::Credentials;
use crate::crypto::sha256;
use crate::explain::aws::canonical::{AwsCanonicalRequest, sections, with_any_wire_path};
use crate::explain::aws::causes::SECRET_DIFFERS;
use crate::explain::cause::Cause;
use crate::explain::headers::causes::HEADER_CHANGED;
use crate::explain::key::causes::SIGNATURE_UPPER;
use crate::explain::key::signing_step::{ScopeText, SigningFacts, SigningSteps};
use crate::explain::key::step_key::Claimed;
use crate::explain::log::masked::unmasked;
use crate::explain::path::causes::{PATH_TRAILING_SLASH, PATH_VERBATIM};
use crate::explain::query::causes::{QUERY_HEX_LOWER, QUERY_OMITTED};
use crate::explain::report::Report;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::search::comparison::{compare, forms};
use crate::explain::search::sections::Sections;
use crate::explain::search::{Search, SearchOutcome};
use crate::explain::variants::Variants;
use crate::redact::Redactor;
use crate::time::Timestamp;

/// Causes that are told from their neighbours by the request as it was sent: an end of dots is a slash in AWS's text, and a
/// name without `=` is one with an empty value.
const DEPEND_ON_WIRE: [Cause; 5] = [PATH_VERBATIM, PATH_TRAILING_SLASH, QUERY_OMITTED, QUERY_HEX_LOWER, HEADER_CHANGED];

/// What is known about a signature that AWS refused.
pub(crate) struct RefusedSignature<'a> {
    /// AWS's canonical request, which is complete.
    pub(crate) aws: &'a AwsCanonicalRequest<'a>,
    /// AWS's string to sign.
    pub(crate) string_to_sign: &'a str,
    /// The signature that the client sent, and whether its digits are in upper case.
    pub(crate) claimed: Claimed,
    pub(crate) is_upper: bool,
    pub(crate) credentials: &'a Credentials,
    /// The path as it was sent, if the request is known.
    pub(crate) wire_path: Option<&'a str>,
    /// The client's canonical request, if its log has it.
    pub(crate) client: Option<&'a str>,
    pub(crate) redactor: &'a Redactor,
}

/// The result of a search in an answer.
#[derive(Default)]
pub(crate) struct SearchedSignature {
    /// The cause, if there is one.
    pub(crate) finding: Option<Finding>,
    differences: Vec<Difference>,
    signed: Option<String>,
    candidates: usize,
}

impl SearchedSignature {
    /// Replaces the findings of a report, if this search has found one.
    pub(crate) fn replace(self, report: &mut Report) {
        report.candidates = self.candidates;
        if let Some(finding) = self.finding {
            report.findings = vec![finding];
            report.differences = self.differences;
            report.stages.signed_canonical_request = self.signed;
        }
    }
}

impl RefusedSignature<'_> {
    /// Runs the search. `None` if AWS's texts have another form.
    pub(crate) fn search(&self) -> Option<SearchedSignature> {
        let is_s3 = self.aws.is_s3?;
        let sections = sections(self.aws.text.trim_end(), is_s3, self.wire_path)?;
        let is_derived = is_s3 && self.wire_path.is_none();
        let sections = if is_derived { with_any_wire_path(sections) } else { sections };
        let steps = self.steps(&sections)?;
        let mut search = Search::new(&sections, &steps, self.claimed);
        let outcome = search.run();
        let mut found = match outcome {
            SearchOutcome::Right => SearchedSignature {
                finding: Some(Finding::new(&[self.right().into()], Certainty::Certain).proven_by(Proof::Signature)),
                signed: Some(self.aws.text.trim_end().to_owned()),
                ..SearchedSignature::default()
            },
            SearchOutcome::Wrong(found) => {
                // The bytes are proven. How the client came to them is shown by the request alone.
                let is_supposed =
                    self.wire_path.is_none() && found.mistakes.iter().any(|m| DEPEND_ON_WIRE.contains(&m.cause));
                let certainty = if is_supposed { Certainty::Likely } else { Certainty::Certain };
                let finding = Finding::new(&found.mistakes, certainty).proven_by(Proof::Signature).or(&found.others);
                self.signed(&sections, finding, &found.signed)
            }
            SearchOutcome::Nothing => self.logged(&sections, &steps).unwrap_or_default(),
        };
        found.candidates = search.candidates();
        Some(found)
    }

    /// Why AWS refused a signature that is right for this secret.
    const fn right(&self) -> Cause {
        if self.is_upper { SIGNATURE_UPPER } else { SECRET_DIFFERS }
    }

    /// The mistakes of the client's own canonical request, if the signature is that of it.
    fn logged(&self, sections: &Sections<Variants>, steps: &SigningSteps<'_>) -> Option<SearchedSignature> {
        let client = unmasked(self.client?, self.aws.text.as_bytes());
        let step_of = |form: &Vec<u8>| {
            let digest = sha256::digest(form);
            steps.iter().find(|step| step.gives(&digest, &self.claimed))
        };
        let forms = forms(&client);
        let (form, step) = forms.iter().find_map(|form| Some((form, step_of(form)?)))?;
        let mut comparison = compare(form, sections)?;
        comparison.mistakes.extend(step.mistakes.iter().cloned());
        let finding = Finding::new(&comparison.mistakes, Certainty::Certain).proven_by(Proof::Signature);
        let finding = finding.or(&comparison.others);
        Some(self.signed(sections, finding, form))
    }

    fn signed(&self, sections: &Sections<Variants>, finding: Finding, signed: &[u8]) -> SearchedSignature {
        SearchedSignature {
            finding: Some(finding),
            differences: Difference::find(&sections.right(), signed, self.redactor),
            signed: Some(String::from_utf8_lossy(signed).into_owned()),
            candidates: 0,
        }
    }

    /// The ways from a canonical request to a signature, with the time and the scope of AWS's string to sign.
    fn steps<'s>(&'s self, sections: &'s Sections<Variants>) -> Option<SigningSteps<'s>> {
        let mut lines = self.string_to_sign.lines();
        let (algorithm, date, scope) = (Algorithm::parse(lines.next()?).ok()?, lines.next()?, lines.next()?);
        let scope = ScopeText::of(algorithm, scope)?;
        let now = Timestamp::parse_any_year(date).ok()?.to_datetime();
        let host = sections.headers.right.split(|b| *b == b'\n').find_map(|line| line.strip_prefix(b"host:"));
        Some(SigningSteps::new(SigningFacts {
            credentials: self.credentials,
            scope,
            expected: scope,
            region: None,
            date,
            http_date: None,
            now,
            host: host.unwrap_or_default(),
        }))
    }
}
