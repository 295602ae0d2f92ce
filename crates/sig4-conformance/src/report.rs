//! The verdicts of a run, and their table.

use crate::case::{CaseKind, SigningCase};
use crate::verdict::{CaseVerdict, FailureCause};
use sig4::printable::line;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The number of failures that the table shows; `{:#}` shows all.
const SHOWN: usize = 20;

/// A case and its verdict.
#[derive(Clone, Debug)]
pub struct JudgedCase {
    id: String,
    source: String,
    kind: CaseKind,
    verdict: CaseVerdict,
}

impl JudgedCase {
    pub(crate) fn new(case: &SigningCase, verdict: CaseVerdict) -> Self {
        Self { id: case.id().to_owned(), source: case.source().to_owned(), kind: case.kind(), verdict }
    }

    /// The case's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The case's suite.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How the case is signed.
    #[must_use]
    pub const fn kind(&self) -> CaseKind {
        self.kind
    }

    /// The verdict.
    #[must_use]
    pub const fn verdict(&self) -> &CaseVerdict {
        &self.verdict
    }
}

/// The verdicts of a run. `Display` is a table; `{:#}` adds every failure. A pass counts as `same` if the signature is the
/// expected one, and as `other` if a service accepts a different one.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    pub(crate) judged: Vec<JudgedCase>,
    /// The indices of the ledger's entries that matched.
    pub(crate) used: BTreeSet<usize>,
    pub(crate) stale: Vec<String>,
}

impl RunReport {
    /// Every case that was run, in order.
    #[must_use]
    pub fn judged(&self) -> &[JudgedCase] {
        &self.judged
    }

    /// Whether nothing failed or passed unexpectedly, and the ledger has no stale entry.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        self.stale.is_empty() && self.judged.iter().all(|judged| judged.verdict.is_as_expected())
    }

    /// The number of cases with a verdict of this [name](CaseVerdict::name).
    #[must_use]
    pub fn count(&self, verdict: &str) -> usize {
        self.judged.iter().filter(|judged| judged.verdict.name() == verdict).count()
    }

    /// For each mistake, the number of failing cases, known or not, that it contributes to. Only the first cause of a case
    /// counts; if that is several mistakes, each of them counts.
    #[must_use]
    pub fn causes(&self) -> BTreeMap<&str, usize> {
        let mut causes = BTreeMap::new();
        for failure in self.judged.iter().filter_map(|judged| judged.verdict.failure()) {
            let first = failure.causes().next();
            for mistake in first.into_iter().flat_map(FailureCause::mistakes).collect::<BTreeSet<_>>() {
                *causes.entry(mistake).or_default() += 1;
            }
        }
        causes
    }

    /// The number of skipped cases, by reason.
    #[must_use]
    pub fn skipped(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for judged in &self.judged {
            if let CaseVerdict::Skipped(reason) = &judged.verdict {
                *reasons.entry(reason.as_str()).or_default() += 1;
            }
        }
        reasons
    }

    /// The entries of the ledger that matched no case, over a whole suite.
    pub fn stale(&self) -> impl Iterator<Item = &str> {
        self.stale.iter().map(String::as_str)
    }

    fn write_counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<10}{:<17}{:>6}{:>7}{:>7}{:>7}{:>7}{:>9}{:>12}",
            "suite", "kind", "cases", "same", "other", "fail", "known", "skipped", "unexpected"
        )?;
        let groups: BTreeSet<_> = self.judged.iter().map(|judged| (judged.source(), judged.kind)).collect();
        for (source, kind) in groups {
            let group = self.judged.iter().filter(|judged| judged.source == source && judged.kind == kind);
            write!(f, "{source:<10}{kind:<17}")?;
            write_row(f, group)?;
        }
        write!(f, "{:<27}", "all")?;
        write_row(f, self.judged.iter())
    }

    fn write_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if f.alternate() { usize::MAX } else { SHOWN };
        let wrong = || self.judged.iter().filter(|judged| !judged.verdict.is_as_expected());
        for judged in wrong().take(shown) {
            match &judged.verdict {
                CaseVerdict::Fail(failure) => writeln!(f, "FAIL {}: {failure}", judged.id)?,
                CaseVerdict::UnexpectedPass(reason) => {
                    writeln!(f, "UNEXPECTED PASS {}, though the ledger says: {}", judged.id, line(reason))?;
                }
                _ => {}
            }
        }
        match wrong().count().saturating_sub(shown) {
            0 => Ok(()),
            more => writeln!(f, "and {more} more"),
        }
    }
}

fn write_row<'a>(f: &mut fmt::Formatter<'_>, judged: impl Iterator<Item = &'a JudgedCase> + Clone) -> fmt::Result {
    let count = |name: &str| judged.clone().filter(|judged| judged.verdict.name() == name).count();
    let is = |judged: &&JudgedCase, same| matches!(&judged.verdict, CaseVerdict::Pass(pass) if pass.is_same == same);
    let passed = |same| judged.clone().filter(|judged| is(judged, same)).count();
    writeln!(
        f,
        "{:>6}{:>7}{:>7}{:>7}{:>7}{:>9}{:>12}",
        judged.clone().count(),
        passed(true),
        passed(false),
        count("fail"),
        count("known"),
        count("skipped"),
        count("unexpected-pass")
    )
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_counts(f)?;
        for (title, counts) in [("Failures by cause:", self.causes()), ("Skipped:", self.skipped())] {
            if !counts.is_empty() {
                writeln!(f, "\n{title}")?;
                counts.iter().try_for_each(|(name, count)| writeln!(f, "{count:>6}  {}", line(name)))?;
            }
        }
        if !self.is_as_expected() {
            writeln!(f)?;
        }
        self.write_failures(f)?;
        self.stale().try_for_each(|entry| writeln!(f, "stale ledger entry: matches no case: {}", line(entry)))
    }
}
