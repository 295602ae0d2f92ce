//! Failures that are known, each with its reason.
//!
//! ```text
//! ledger   = *( "#" remark / entry / blank )
//! entry    = selector *( " " selector ) "|" reason
//! selector = id / prefix "*" / "tag:" tag / "cause:" name / "kind:" kind
//! ```

use super::case::Case;
use super::verdict::Verdict;
use crate::error::{Error, ErrorKind};
use std::collections::BTreeSet;

/// The expected exceptions of a signer.
///
/// All selectors of an entry have to fit. An entry that names a case by its id says that it fails: should it pass, that is an
/// unexpected pass. Any other entry excuses the failures that it fits; over a whole suite it has to fit at least one.
///
/// ```
/// use sig4::conformance::Ledger;
///
/// let ledger = Ledger::parse("# slashes\ntag:path:dslash kind:v4-header | merges slashes everywhere\n")?;
/// assert_eq!(ledger.len(), 1);
/// assert!(Ledger::parse("h00011").is_err(), "a reason is missing");
/// # Ok::<(), sig4::Error>(())
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

    fn fits(&self, case: &Case, verdict: &Verdict) -> bool {
        match self {
            Self::Id(id) => case.id() == id,
            Self::Prefix(prefix) => case.id().starts_with(prefix.as_str()),
            Self::Tag(tag) => case.tags().any(|t| t == tag),
            Self::Cause(name) => {
                verdict.failure().is_some_and(|failure| failure.causes().any(|cause| is_of(cause, name)))
            }
            Self::Kind(kind) => case.kind().as_str() == kind,
        }
    }
}

/// Whether the cause is `name`, or several mistakes together of which that is one.
fn is_of(cause: &str, name: &str) -> bool {
    cause == name || cause.split('+').any(|part| part == name)
}

impl Entry {
    fn parse(line: &str) -> Result<Self, Error> {
        let refuse = |what: &str| Err(Error::new(ErrorKind::InvalidLedger, format!("{what}: `{line}`")));
        let Some((selectors, reason)) = line.split_once('|') else { return refuse("an entry has no reason") };
        let (text, reason) = (selectors.trim().to_owned(), reason.trim().to_owned());
        if text.is_empty() || reason.is_empty() {
            return refuse("an entry names no case or no reason");
        }
        Ok(Self { selectors: text.split_whitespace().map(Selector::parse).collect(), text, reason })
    }

    fn names_a_case(&self) -> bool {
        self.selectors.iter().any(|selector| matches!(selector, Selector::Id(_)))
    }

    fn fits(&self, case: &Case, verdict: &Verdict) -> bool {
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
    /// [`ErrorKind::InvalidLedger`] if an entry has no reason.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let lines = text.lines().map(str::trim).filter(|line| !(line.is_empty() || line.starts_with('#')));
        Ok(Self { entries: lines.map(Entry::parse).collect::<Result<_, _>>()? })
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The verdict in the light of what is known. Entries that told something go to `used`, by their number.
    pub(crate) fn applied(&self, case: &Case, verdict: Verdict, used: &mut BTreeSet<usize>) -> Verdict {
        let entries = || self.entries.iter().enumerate();
        let fitting: Vec<_> = entries().filter(|(_, entry)| entry.fits(case, &verdict)).collect();
        let reason = |found: Option<&(usize, &Entry)>| found.map(|(_, entry)| entry.reason.clone());
        match verdict {
            Verdict::Fail(failure) => {
                used.extend(fitting.iter().map(|(number, _)| *number));
                match reason(fitting.first()) {
                    Some(reason) => Verdict::Known(reason, failure),
                    None => Verdict::Fail(failure),
                }
            }
            Verdict::Pass(pass) => {
                let named = fitting.iter().find(|(_, entry)| entry.names_a_case());
                used.extend(named.map(|(number, _)| *number));
                reason(named).map_or_else(|| Verdict::Pass(pass), Verdict::UnexpectedPass)
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
