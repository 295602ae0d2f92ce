//! The report of an explanation, and how it is shown.

pub(crate) mod diff;
pub(crate) mod finding;
pub(crate) mod json;

use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding};
use crate::explain::report::json::Object;
use crate::printable;
use crate::redact::Redactor;
use std::fmt;

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
/// assert!(report.to_string().contains("remedy: get new temporary credentials"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(crate) verified: bool,
    pub(crate) findings: Vec<Finding>,
    pub(crate) difference: Option<Difference>,
    pub(crate) stages: Stages,
    pub(crate) candidates: usize,
    /// What was not examined, in one line.
    pub(crate) left_out: Option<String>,
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
    pub const fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
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

    /// The report as one JSON object on one line.
    ///
    /// ```text
    /// verdict            "nothing-wrong", "explained" or "unexplained"
    /// findings           objects of name, certainty, summary, detail, remedy and alternatives
    /// difference         null, or an object of line, byte, part, computed and signed
    /// canonical_request  null, or the text as the service computes it
    /// signed_canonical_request
    ///                    null, or the text that the client signed
    /// string_to_sign     null, or the text as the service computes it
    /// signature          null, or 64 hexadecimal digits if they are shown
    /// candidates         how many were tried
    /// left_out           null, or what was not examined
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let difference = self.difference.as_ref().map_or_else(|| "null".to_owned(), difference_json);
        Object::new()
            .text("verdict", self.verdict().as_str())
            .raw("findings", &json::array(self.findings.iter().map(finding_json)))
            .raw("difference", &difference)
            .maybe("canonical_request", self.canonical_request())
            .maybe("signed_canonical_request", self.signed_canonical_request())
            .maybe("string_to_sign", self.string_to_sign())
            .maybe("signature", self.signature())
            .raw("candidates", &self.candidates.to_string())
            .maybe("left_out", self.left_out())
            .end()
    }

    /// The report for people, with colours for a terminal.
    #[must_use]
    pub fn to_ansi(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write(&mut text, &Colours { good: "\x1b[32m", bad: "\x1b[31m", dim: "\x1b[2m", end: "\x1b[0m" });
        text
    }

    /// Overwrites secrets in every text that contains parts of the request. The right signature stays.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        self.findings.iter_mut().for_each(|finding| finding.redact(redactor));
        self.difference.iter_mut().for_each(|difference| difference.redact(redactor));
        let Stages { canonical_request, signed_canonical_request, string_to_sign, signature: _ } = &mut self.stages;
        for text in [canonical_request, signed_canonical_request, string_to_sign].into_iter().flatten() {
            *text = redactor.redact_same_length(text);
        }
    }

    fn write(&self, out: &mut dyn fmt::Write, colours: &Colours) -> fmt::Result {
        let Colours { good, bad, dim, end } = colours;
        match self.verdict() {
            Verdict::NothingWrong => return writeln!(out, "{good}Nothing is wrong{end}: the request verifies."),
            Verdict::Explained => {}
            Verdict::Unexplained if self.candidates == 0 => {
                writeln!(out, "{bad}Unexplained{end}: what is at hand shows no cause.")?;
            }
            Verdict::Unexplained => {
                let tried = self.candidates;
                writeln!(out, "{bad}Unexplained{end}: no known mistake gives the signature ({tried} tried).")?;
            }
        }
        if let Some(left_out) = &self.left_out {
            writeln!(out, "  {}", printable::line(left_out))?;
        }
        for finding in &self.findings {
            let (name, certainty) = (finding.name(), finding.certainty().as_str());
            writeln!(out, "{bad}{name}{end} ({certainty}): {}", printable::line(finding.summary()))?;
            writeln!(out, "  {good}remedy{end}: {}", finding.remedy())?;
            if !finding.alternatives().is_empty() {
                let others: Vec<_> = finding.alternatives().iter().map(|cause| cause.name()).collect();
                let others = others.join(", ");
                writeln!(out, "  the same bytes come of: {others}")?;
            }
        }
        match &self.difference {
            Some(difference) => writeln!(out, "  {dim}{difference}{end}"),
            None => Ok(()),
        }
    }
}

/// The escape sequences for colours.
struct Colours {
    good: &'static str,
    bad: &'static str,
    dim: &'static str,
    end: &'static str,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &Colours { good: "", bad: "", dim: "", end: "" })
    }
}

fn finding_json(finding: &Finding) -> String {
    Object::new()
        .text("name", finding.name())
        .text("certainty", finding.certainty().as_str())
        .text("summary", finding.summary())
        .maybe("detail", finding.detail())
        .text("remedy", finding.remedy())
        .raw("alternatives", &json::array(finding.alternatives().iter().map(|cause| json::text(cause.name()))))
        .end()
}

fn difference_json(difference: &Difference) -> String {
    Object::new()
        .raw("line", &difference.line().to_string())
        .raw("byte", &difference.byte().to_string())
        .text("part", &difference.part().to_string())
        .text("computed", difference.computed())
        .text("signed", difference.signed())
        .end()
}
