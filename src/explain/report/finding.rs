//! One cause in a report.

use crate::explain::cause::{Cause, Mistake};
use crate::redact::Redactor;

/// One cause: its name, what happened and what to do about it, and how sure that is.
#[derive(Clone, Debug)]
pub struct Finding {
    name: String,
    summary: String,
    remedy: String,
    detail: Option<String>,
    certainty: Certainty,
    alternatives: Vec<&'static str>,
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Certainty {
    /// The received signature came out of just this mistake, or the request itself shows it.
    Certain,
    /// It is what is seen, and there is no key to prove it with.
    Likely,
    /// It is a common cause of what cannot be explained, and nothing more.
    Possible,
}

impl Certainty {
    /// The word for it.
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
    /// Mistakes that were made together, in the order of the request.
    pub(crate) fn new(mistakes: &[Mistake], certainty: Certainty) -> Self {
        let joined = |separator: &str, text: &dyn Fn(&Mistake) -> String| {
            mistakes.iter().map(text).collect::<Vec<_>>().join(separator)
        };
        let mut details: Vec<_> =
            mistakes.iter().filter_map(|m| m.detail.as_deref()).filter(|d| !d.is_empty()).collect();
        details.dedup();
        Self {
            name: joined("+", &|m| m.cause.name.to_owned()),
            summary: joined("; and ", &|m| summary(m)),
            remedy: joined("; ", &|m| m.cause.remedy.to_owned()),
            detail: (!details.is_empty()).then(|| details.join(", ")),
            certainty,
            alternatives: Vec::new(),
        }
    }

    /// Adds causes that cannot be told apart from this one.
    pub(crate) fn or(mut self, others: &[Cause]) -> Self {
        self.alternatives.extend(others.iter().map(|cause| cause.name));
        self
    }

    /// Adds a sentence to the summary.
    pub(crate) fn note(&mut self, note: &str) {
        self.summary += "; ";
        self.summary += note;
    }

    /// Masks secrets in its texts.
    pub(crate) fn hide(&mut self, redactor: &Redactor) {
        for text in [&mut self.summary, &mut self.remedy].into_iter().chain(&mut self.detail) {
            *text = redactor.masked(text);
        }
    }

    /// The cause's name, such as `path-encoded-once`. Mistakes that were made together are joined with `+`, in the
    /// order of the request and then of the key: `path-encoded-once+query-unsorted`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What happened, in a line.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What to do about it, in a line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Which header, host or region it was, or by how much.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// How sure it is.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// The names of other causes that give the very same bytes, so that nobody can tell which of them it was.
    #[must_use]
    pub fn alternatives(&self) -> &[&'static str] {
        &self.alternatives
    }
}

fn summary(mistake: &Mistake) -> String {
    match mistake.detail.as_deref().filter(|detail| !detail.is_empty()) {
        Some(detail) => format!("{} ({detail})", mistake.cause.summary),
        None => mistake.cause.summary.to_owned(),
    }
}
