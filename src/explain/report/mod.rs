//! The report of an explanation, and how it is shown.

// Lowest first, as in `lib.rs`.
pub(crate) mod finding;
pub(crate) mod part;
pub(crate) mod parts;
pub(crate) mod excerpt;
pub(crate) mod diff;
pub(crate) mod next;
pub(crate) mod json;
pub(crate) mod object;
pub(crate) mod text;

use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding};
use crate::explain::report::next::NextStep;
use crate::redact::Redactor;

/// The causes of a refusal and their remedies.
///
/// | form | for |
/// |---|---|
/// | `Display` | people: a few lines |
/// | [`to_ansi`](Self::to_ansi) | a terminal: the same lines in colour |
/// | [`to_json`](Self::to_json) | scripts: one JSON object |
///
/// No form contains a secret, a key or a session token, unless
/// [`with_secrets_shown`](crate::explain::Explainer::with_secrets_shown) was called, or the right signature, unless
/// [`with_signature_shown`](crate::explain::Explainer::with_signature_shown) was called.
///
/// ```
/// use sig4::explain::{AwsResponse, Verdict};
///
/// let response = AwsResponse::parse(r#"{"message":"The security token included in the request is expired"}"#);
/// let report = response.expect("it is a refusal").report(None);
/// assert_eq!(report.verdict(), Verdict::Explained);
/// assert!(report.to_string().starts_with("The temporary credentials have expired"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(crate) verified: bool,
    pub(crate) findings: Vec<Finding>,
    pub(crate) differences: Vec<Difference>,
    pub(crate) stages: Stages,
    pub(crate) candidates: usize,
    /// What was not examined, in one line.
    pub(crate) left_out: Option<String>,
    /// What to do next. [`next_step`](Self::next_step) is `None` if a finding is certain.
    pub(crate) next: Option<NextStep>,
}

/// The stages as the service computes them, and the canonical request that the client signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stages {
    pub(crate) canonical_request: Option<String>,
    /// What the client signed, if the signature proves it or the client's log has it.
    pub(crate) signed_canonical_request: Option<String>,
    pub(crate) string_to_sign: Option<String>,
    pub(crate) signature: Option<String>,
}

/// The result of an explanation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The request verifies.
    NothingWrong,
    /// The request is refused, and a finding is certain or likely.
    Explained,
    /// The request is refused, and no known cause explains it. Every finding is only possible.
    Unexplained,
}

impl Verdict {
    /// The word in JSON: `nothing-wrong`, `explained` or `unexplained`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingWrong => "nothing-wrong",
            Self::Explained => "explained",
            Self::Unexplained => "unexplained",
        }
    }
}

impl Report {
    /// The findings, the most certain first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The result of the explanation.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let sure = self.findings.iter().any(|finding| finding.certainty() < Certainty::Possible);
        match (self.verified, sure) {
            (true, _) => Verdict::NothingWrong,
            (false, true) => Verdict::Explained,
            (false, false) => Verdict::Unexplained,
        }
    }

    /// Whether the request verifies.
    #[must_use]
    pub const fn nothing_wrong(&self) -> bool {
        self.verified
    }

    /// The first difference between the canonical request that was signed and the computed one, if both are known.
    #[must_use]
    pub fn difference(&self) -> Option<&Difference> {
        self.differences.first()
    }

    /// The differences between the canonical request that was signed and the computed one, if both are known: at most 16, in
    /// the order of the canonical request.
    ///
    /// ```
    /// use sig4::explain::AwsResponse;
    ///
    /// let body = "<Message>m</Message><CanonicalRequest>GET\n/a\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
    /// let report = AwsResponse::parse(body).expect("it is a refusal").report(Some("GET\n/b\n\nhost:g\n\nhost\ne3b0"));
    /// let lines: Vec<_> = report.differences().iter().map(|difference| difference.line()).collect();
    /// assert_eq!(lines, [2, 4]);
    /// ```
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// What would settle the cause, in one line without a full stop, for a user of the command `sig4`. `None` if a finding is
    /// certain, and if nothing is known to help.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        let is_open = !self.verified && self.findings.iter().all(|finding| finding.certainty() != Certainty::Certain);
        self.next.filter(|_| is_open).map(NextStep::text)
    }

    /// The canonical request as the service computes it. Asterisks replace session tokens and other [secrets](Redactor).
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.stages.canonical_request.as_deref()
    }

    /// The canonical request that the client signed, if its signature proves it or its log has it. Asterisks replace
    /// [secrets](Redactor).
    #[must_use]
    pub fn signed_canonical_request(&self) -> Option<&str> {
        self.stages.signed_canonical_request.as_deref()
    }

    /// The string to sign as the service computes it.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&str> {
        self.stages.string_to_sign.as_deref()
    }

    /// The right signature in hexadecimal digits, if
    /// [`with_signature_shown`](crate::explain::Explainer::with_signature_shown) was called.
    #[must_use]
    pub fn signature(&self) -> Option<&str> {
        self.stages.signature.as_deref()
    }

    /// How many candidates were tried, at most [`MAX_CANDIDATES`](crate::explain::MAX_CANDIDATES).
    #[must_use]
    pub const fn candidates(&self) -> usize {
        self.candidates
    }

    /// What was not examined, in one line: a request of more than
    /// [`MAX_EXPLAINED_BYTES`](crate::explain::Explainer::MAX_EXPLAINED_BYTES), a canonical request of more than
    /// [`AwsResponse::MAX_LEN`](crate::explain::AwsResponse::MAX_LEN), or a body that was not read.
    #[must_use]
    pub fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }

    /// Overwrites secrets in every text that contains parts of the request. The right signature stays.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        self.findings.iter_mut().for_each(|finding| finding.redact(redactor));
        self.differences.iter_mut().for_each(|difference| difference.redact(redactor));
        let Stages { canonical_request, signed_canonical_request, string_to_sign, signature: _ } = &mut self.stages;
        for text in [canonical_request, signed_canonical_request, string_to_sign].into_iter().flatten() {
            *text = redactor.redact_same_length(text);
        }
    }
}
