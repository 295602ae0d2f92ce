//! One cause in a report.

use crate::explain::cause::{Cause, Mistake};
use crate::redact::Redactor;

/// The maximum length of a detail in the headline of a report, in bytes.
const MAX_SHORT_DETAIL: usize = 64;

/// A cause of a refusal, or several causes together, with the remedy and the certainty.
///
/// ```
/// use sig4::explain::{AwsResponse, Cause, Certainty};
///
/// let response = AwsResponse::parse(r#"{"message":"Credential should be scoped to a valid region, not 'us-east-1'. "}"#);
/// let report = response.expect("it is a refusal").report(None);
/// let finding = &report.findings()[0];
/// assert_eq!((finding.name(), finding.detail()), ("scope-region", Some("us-east-1")));
/// assert_eq!(finding.causes().iter().map(|cause| cause.name()).collect::<Vec<_>>(), ["scope-region"]);
/// assert_eq!(finding.certainty(), Certainty::Certain);
/// ```
#[derive(Clone, Debug)]
pub struct Finding {
    causes: Vec<Cause>,
    name: String,
    summary: String,
    /// The summary of each mistake, with short details only.
    clauses: Vec<String>,
    /// Whether a detail is missing there because it is too long.
    is_detail_long: bool,
    note: Option<String>,
    remedy: String,
    detail: Option<String>,
    certainty: Certainty,
    proof: Option<Proof>,
    alternatives: Vec<Cause>,
}

/// What proves a finding.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Proof {
    /// The mistake gives the signature that the client sent.
    Signature,
    /// The request itself shows the mistake.
    Request,
    /// The service's answer names the mistake, or its canonical request shows it.
    Answer,
}

impl Proof {
    /// The word in JSON: `signature`, `request` or `answer`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Request => "request",
            Self::Answer => "answer",
        }
    }
}

/// How certain a finding is. The order is from certain to possible.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Certainty {
    /// This mistake reproduces the received signature, or the request itself shows it.
    Certain,
    /// The available texts show this mistake, but without the key it is not proven.
    Likely,
    /// A common cause of otherwise unexplained refusals.
    Possible,
}

impl Certainty {
    /// The word in reports and JSON: `certain`, `likely` or `possible`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl Finding {
    /// A finding of mistakes that were made together, in the order of the request.
    pub(crate) fn new(mistakes: &[Mistake], certainty: Certainty) -> Self {
        let joined = |separator: &str, text: &dyn Fn(&Mistake) -> String| {
            mistakes.iter().map(text).collect::<Vec<_>>().join(separator)
        };
        let mut details: Vec<_> =
            mistakes.iter().filter_map(|m| m.detail.as_deref()).filter(|d| !d.is_empty()).collect();
        details.dedup();
        Self {
            causes: mistakes.iter().map(|mistake| mistake.cause).collect(),
            name: joined("+", &|m| m.cause.name.to_owned()),
            summary: joined("; and ", &|m| summary(m, usize::MAX)),
            clauses: mistakes.iter().map(|mistake| summary(mistake, MAX_SHORT_DETAIL)).collect(),
            is_detail_long: details.iter().any(|detail| detail.len() > MAX_SHORT_DETAIL),
            note: None,
            remedy: joined("; ", &|m| m.cause.remedy.to_owned()),
            detail: (!details.is_empty()).then(|| details.join(", ")),
            certainty,
            proof: (certainty == Certainty::Certain).then_some(Proof::Request),
            alternatives: Vec::new(),
        }
    }

    /// Names the proof of a finding that is certain. Without this it is the request.
    pub(crate) fn proven_by(mut self, proof: Proof) -> Self {
        self.proof = self.proof.map(|_| proof);
        self
    }

    /// Adds causes that give the same bytes.
    pub(crate) fn or(mut self, others: &[Cause]) -> Self {
        self.alternatives.extend(others);
        self
    }

    /// Adds a sentence to the summary.
    pub(crate) fn note(&mut self, note: &str) {
        self.summary.extend(["; ", note]);
        self.note = Some(note.to_owned());
    }

    /// Overwrites secrets in its texts.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        let texts = [&mut self.summary, &mut self.remedy].into_iter().chain(&mut self.clauses);
        for text in texts.chain(&mut self.detail) {
            *text = redactor.redact_same_length(text);
        }
    }

    /// The causes, in the order of the request and then of the key. More than one if mistakes were made together.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The names of the [causes](Self::causes), joined with `+`: `path-encoded-once+query-unsorted`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What happened, in one line.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What happened, as a clause for each cause, without details that are too long for a headline.
    pub(crate) fn clauses(&self) -> &[String] {
        &self.clauses
    }

    /// The sentence that was added to the summary.
    pub(crate) fn added_note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The details, if the clauses lack one of them.
    pub(crate) fn long_detail(&self) -> Option<&str> {
        self.detail().filter(|_| self.is_detail_long)
    }

    /// What the author of the signer has to do about it, in one line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// The header, host or region that it concerns, or the difference between the clocks.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What a person can do who uses the signer and cannot change it, in one line. `None` if the [remedy](Self::remedy) is for
    /// both.
    #[must_use]
    pub fn workaround(&self) -> Option<String> {
        self.joined(Cause::workaround)
    }

    /// The clients that make the mistake, and the version in which they were fixed, in one line. `None` if none is known.
    #[must_use]
    pub fn versions(&self) -> Option<String> {
        self.joined(Cause::versions)
    }

    fn joined(&self, text: fn(Cause) -> Option<&'static str>) -> Option<String> {
        let texts: Vec<_> = self.causes.iter().filter_map(|cause| text(*cause)).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// What proves it. `None` unless it is [certain](Certainty::Certain).
    #[must_use]
    pub const fn proof(&self) -> Option<Proof> {
        self.proof
    }

    /// How certain it is.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// Other causes that give the same bytes. The request does not show which of them applies.
    #[must_use]
    pub fn alternatives(&self) -> &[Cause] {
        &self.alternatives
    }
}

/// The summary of a mistake, with its detail if that has at most this many bytes.
fn summary(mistake: &Mistake, most: usize) -> String {
    match mistake.detail.as_deref().filter(|detail| !detail.is_empty() && detail.len() <= most) {
        Some(detail) => format!("{} ({detail})", mistake.cause.summary),
        None => mistake.cause.summary.to_owned(),
    }
}
