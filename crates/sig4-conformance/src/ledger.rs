//! Known failures, each with its reason.
//!
//! ```text
//! ledger   = *( "#" remark / entry / blank )
//! entry    = selector *( " " selector ) "|" reason
//! selector = id / prefix "*" / "tag:" tag / "cause:" name / "kind:" kind
//! ```

use crate::case::SigningCase;
use crate::error::{Error, ErrorKind};
use crate::verdict::CaseVerdict;
use std::collections::BTreeSet;

/// The expected exceptions of a signer.
///
/// An entry matches a case if all its selectors do. An entry with the id of a case expects the case to fail; if it passes, that
/// is an unexpected pass. Any other entry excuses the failures that it matches. Over a whole suite, each entry must match at
/// least one failure.
///
/// ```
/// use sig4_conformance::Ledger;
///
/// let ledger = Ledger::parse("# slashes\ntag:path:dslash kind:v4-header | merges slashes everywhere\n")?;
/// assert_eq!(ledger.len(), 1);
/// assert!(Ledger::parse("h00011").is_err(), "a reason is missing");
/// # Ok::<(), sig4_conformance::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    selectors: Vec<Selector>,
    text: String,
    reason: String,
}

#[derive(Clone, Debug)]
enum Selector {
    Id(String),
    Prefix(String),
    Tag(String),
    Cause(String),
    Kind(String),
}

impl Selector {
    fn parse(text: &str) -> Self {
        let own = str::to_owned;
        let named = |label: &str| text.strip_prefix(label).map(own);
        let other = || text.strip_suffix('*').map_or_else(|| Self::Id(own(text)), |prefix| Self::Prefix(own(prefix)));
        named("tag:")
            .map(Self::Tag)
            .or_else(|| named("cause:").map(Self::Cause))
            .or_else(|| named("kind:").map(Self::Kind))
            .unwrap_or_else(other)
    }

    fn fits(&self, case: &SigningCase, verdict: &CaseVerdict) -> bool {
        match self {
            Self::Id(id) => case.id() == id,
            Self::Prefix(prefix) => case.id().starts_with(prefix.as_str()),
            Self::Tag(tag) => case.tags().any(|t| t == tag),
            Self::Cause(name) => verdict.failure().is_some_and(|failure| failure.causes().any(|cause| cause.has(name))),
            Self::Kind(kind) => case.kind().as_str() == kind,
        }
    }
}

impl Entry {
    fn parse(number: usize, line: &str) -> Result<Self, Error> {
        let refuse = |kind| Err(Error::new(kind, number, line));
        let (selectors, reason) = line.split_once('|').unwrap_or((line, ""));
        let (text, reason) = (selectors.trim().to_owned(), reason.trim().to_owned());
        if reason.is_empty() {
            return refuse(ErrorKind::MissingReason);
        }
        if text.is_empty() {
            return refuse(ErrorKind::MissingSelector);
        }
        Ok(Self { selectors: text.split_whitespace().map(Selector::parse).collect(), text, reason })
    }

    fn names_a_case(&self) -> bool {
        self.selectors.iter().any(|selector| matches!(selector, Selector::Id(_)))
    }

    fn fits(&self, case: &SigningCase, verdict: &CaseVerdict) -> bool {
        self.selectors.iter().all(|selector| selector.fits(case, verdict))
    }
}

impl Ledger {
    /// No exceptions.
    #[must_use]
    pub const fn empty() -> Self {
        Self { entries: Vec::new() }
    }

    /// Reads a ledger.
    ///
    /// # Errors
    ///
    /// The first entry without a selector or without a reason.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let lines = text.lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(line, _)| !(line.is_empty() || line.starts_with('#')));
        Ok(Self { entries: lines.map(|(line, number)| Entry::parse(number, line)).collect::<Result<_, _>>()? })
    }

    /// The number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the ledger has no entries.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The verdict after applying the ledger. The indices of the entries that matched are added to `used`.
    pub(crate) fn applied(&self, case: &SigningCase, verdict: CaseVerdict, used: &mut BTreeSet<usize>) -> CaseVerdict {
        let entries = || self.entries.iter().enumerate();
        let fitting: Vec<_> = entries().filter(|(_, entry)| entry.fits(case, &verdict)).collect();
        let reason = |found: Option<&(usize, &Entry)>| found.map(|(_, entry)| entry.reason.clone());
        match verdict {
            CaseVerdict::Fail(failure) => {
                used.extend(fitting.iter().map(|(number, _)| *number));
                match reason(fitting.first()) {
                    Some(reason) => CaseVerdict::Known(reason, failure),
                    None => CaseVerdict::Fail(failure),
                }
            }
            CaseVerdict::Pass(pass) => {
                let named = fitting.iter().find(|(_, entry)| entry.names_a_case());
                used.extend(named.map(|(number, _)| *number));
                reason(named).map_or_else(|| CaseVerdict::Pass(pass), CaseVerdict::UnexpectedPass)
            }
            other => other,
        }
    }

    /// The entries that are not among `used`.
    pub(crate) fn unused(&self, used: &BTreeSet<usize>) -> Vec<String> {
        let unused = self.entries.iter().enumerate().filter(|(number, _)| !used.contains(number));
        unused.map(|(_, entry)| format!("{} | {}", entry.text, entry.reason)).collect()
    }
}
