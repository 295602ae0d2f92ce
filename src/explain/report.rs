//! What an explanation says, and how it is shown.

use std::fmt;

/// What is wrong with a request, and what to do about it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

/// One cause.
#[derive(Clone, Debug)]
pub struct Finding {
    name: &'static str,
    summary: String,
    remedy: String,
}

impl Report {
    /// The causes, the surest first. Empty if nothing is wrong, or nothing was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether the request verifies.
    #[must_use]
    pub const fn nothing_wrong(&self) -> bool {
        self.findings.is_empty()
    }

    /// The report as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        "{}".to_owned()
    }

    /// The report for people, with colours for a terminal.
    #[must_use]
    pub fn to_ansi(&self) -> String {
        self.to_string()
    }
}

impl Finding {
    /// The cause's name, such as `path-encoded-once`; a pair of mistakes is two names joined with `+`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The cause in a line.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What to do about it, in a line.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| writeln!(f, "{}: {}", finding.summary, finding.remedy))
    }
}
