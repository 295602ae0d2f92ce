//! The verdict on a case.

use sig4::printable;
use std::fmt;

/// The verdict on a case.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CaseVerdict {
    /// A service would accept the request.
    Pass(CasePass),
    /// A service would refuse the request.
    Fail(CaseFailure),
    /// The signer does not support the case, for this reason.
    Skipped(String),
    /// The case fails as the ledger says, for this reason.
    Known(String, CaseFailure),
    /// The case passes although the ledger says that it fails, for this reason.
    UnexpectedPass(String),
}

impl CaseVerdict {
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

    /// Whether a run with this verdict can be as expected.
    #[must_use]
    pub const fn is_as_expected(&self) -> bool {
        !matches!(self, Self::Fail(_) | Self::UnexpectedPass(_))
    }

    /// Why a case failed, if it did.
    #[must_use]
    pub const fn failure(&self) -> Option<&CaseFailure> {
        match self {
            Self::Fail(failure) | Self::Known(_, failure) => Some(failure),
            _ => None,
        }
    }
}

/// How a case passed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CasePass {
    pub(crate) is_same: bool,
    pub(crate) notes: Vec<String>,
}

impl CasePass {
    /// Whether the signature is the expected one. Otherwise it is a different valid signature, for example over fewer headers or
    /// with a different time.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.is_same
    }

    /// The differences from the expected request: unsigned headers, or a path that the client rewrote.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }
}

/// Why a case failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CaseFailure {
    pub(crate) causes: Vec<FailureCause>,
    pub(crate) difference: String,
}

impl CaseFailure {
    /// The causes, the most certain first. There is at least one.
    pub fn causes(&self) -> impl Iterator<Item = &FailureCause> {
        self.causes.iter()
    }

    /// The difference, in one line.
    #[must_use]
    pub fn difference(&self) -> &str {
        &self.difference
    }
}

/// A cause of a failure: one mistake, or several that were made together.
///
/// A mistake has the name of a cause of a [`Finding`](sig4::explain::Finding), such as `path-encoded-once`, or `no-signature` if
/// the signer gave no signature, or `unexplained` if no cause was found. A cause displays as its mistakes, joined with `+`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FailureCause {
    mistakes: Vec<String>,
}

impl FailureCause {
    pub(crate) fn new<'m>(mistakes: impl IntoIterator<Item = &'m str>) -> Self {
        Self { mistakes: mistakes.into_iter().map(str::to_owned).collect() }
    }

    /// The signer gave no signature.
    pub(crate) fn no_signature() -> Self {
        Self::new(["no-signature"])
    }

    /// The signature is right, and the request states another credential.
    pub(crate) fn credential() -> Self {
        Self::new(["credential"])
    }

    /// No cause was found.
    pub(crate) fn unexplained() -> Self {
        Self::new(["unexplained"])
    }

    /// The names of the mistakes, in the order of the request.
    pub fn mistakes(&self) -> impl Iterator<Item = &str> {
        self.mistakes.iter().map(String::as_str)
    }

    /// Whether `name` is one of the mistakes, or equals the `Display` text of the cause.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.mistakes().any(|mistake| mistake == name) || self.to_string() == name
    }
}

impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.mistakes.join("+"))
    }
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, cause) in self.causes.iter().enumerate() {
            write!(f, "{}{cause}", if number == 0 { "" } else { ", " })?;
        }
        write!(f, ": {}", printable::line(&self.difference))
    }
}
