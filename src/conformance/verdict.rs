//! What a case comes to.

use crate::printable;
use std::fmt;

/// The judgement of one case.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// A service would accept it.
    Pass(Pass),
    /// A service would refuse it.
    Fail(Failure),
    /// The signer does not do this, for the reason given.
    Skipped(String),
    /// It fails, as the ledger says, for the reason given.
    Known(String, Failure),
    /// It passes, though the ledger says that it does not, for the reason given.
    UnexpectedPass(String),
}

impl Verdict {
    /// `pass`, `fail`, `skipped`, `known` or `unexpected-pass`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "pass",
            Self::Fail(_) => "fail",
            Self::Skipped(_) => "skipped",
            Self::Known(..) => "known",
            Self::UnexpectedPass(_) => "unexpected-pass",
        }
    }

    /// Whether the run may succeed with it.
    #[must_use]
    pub const fn is_as_expected(&self) -> bool {
        !matches!(self, Self::Fail(_) | Self::UnexpectedPass(_))
    }

    /// Why a case failed, if it did.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Fail(failure) | Self::Known(_, failure) => Some(failure),
            _ => None,
        }
    }
}

/// How a case passed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pass {
    pub(crate) is_same: bool,
    pub(crate) notes: Vec<String>,
}

impl Pass {
    /// Whether the signature is the expected one. If not, it is another one that verifies all the same, such as one over fewer
    /// headers, or of another time.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.is_same
    }

    /// In what the request is not the expected one: headers that are not signed, a path that the client rewrote.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }
}

/// Why a case failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    pub(crate) causes: Vec<String>,
    pub(crate) difference: String,
}

impl Failure {
    /// The signer gave no signature.
    pub(crate) const NO_SIGNATURE: &str = "no-signature";
    /// No cause was found.
    pub(crate) const UNEXPLAINED: &str = "unexplained";

    /// The causes by name, the surest first, as [`Finding::name`](crate::explain::Finding::name) has them; or `no-signature` if there
    /// is no signature, or `unexplained`. There is always one.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        self.causes.iter().map(String::as_str)
    }

    /// What is different, in a line.
    #[must_use]
    pub fn difference(&self) -> &str {
        &self.difference
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.causes.join(", "), printable::line(&self.difference))
    }
}
