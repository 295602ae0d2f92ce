//! The error of a ledger.

use sig4::printable;
use std::fmt;

/// An error from reading a [`Ledger`](crate::Ledger).
///
/// ```
/// use sig4_conformance::{ErrorKind, Ledger};
///
/// let error = Ledger::parse("# slashes\nh00011\n").unwrap_err();
/// assert_eq!((error.kind(), error.line(), error.entry()), (ErrorKind::MissingReason, 2, "h00011"));
/// assert_eq!(error.to_string(), "invalid ledger: line 2: the entry has no reason: `h00011`");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    line: usize,
    entry: String,
}

/// The problem with an entry of a ledger.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is nothing before the `|`.
    MissingSelector,
    /// There is no `|`, or nothing after it.
    MissingReason,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, line: usize, entry: &str) -> Self {
        Self { kind, line, entry: entry.to_owned() }
    }

    /// The problem.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The line of the entry, counted from one.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The entry.
    #[must_use]
    pub fn entry(&self) -> &str {
        &self.entry
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ErrorKind::MissingSelector => "the entry selects no case",
            ErrorKind::MissingReason => "the entry has no reason",
        };
        write!(f, "invalid ledger: line {}: {what}: `{}`", self.line, printable::message(&self.entry))
    }
}

impl std::error::Error for Error {}
