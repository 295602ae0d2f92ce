//! One cause in a report.

use crate::explain::cause::{Cause, Mistake};
use crate::redact::Redactor;

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
    remedy: String,
    detail: Option<String>,
    certainty: Certainty,
    alternatives: Vec<Cause>,
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
            summary: joined("; and ", &|m| summary(m)),
            remedy: joined("; ", &|m| m.cause.remedy.to_owned()),
            detail: (!details.is_empty()).then(|| details.join(", ")),
            certainty,
            alternatives: Vec::new(),
        }
    }

    /// Adds causes that give the same bytes.
    pub(crate) fn or(mut self, others: &[Cause]) -> Self {
        self.alternatives.extend(others);
        self
    }

    /// Adds a sentence to the summary.
    pub(crate) fn note(&mut self, note: &str) {
        self.summary += "; ";
        self.summary += note;
    }

    /// Overwrites secrets in its texts.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        for text in [&mut self.summary, &mut self.remedy].into_iter().chain(&mut self.detail) {
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

    /// What to do about it, in one line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// The header, host or region that it concerns, or the difference between the clocks.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
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

fn summary(mistake: &Mistake) -> String {
    match mistake.detail.as_deref().filter(|detail| !detail.is_empty()) {
        Some(detail) => format!("{} ({detail})", mistake.cause.summary),
        None => mistake.cause.summary.to_owned(),
    }
}
