//! The decision about a request, and the statement that caused it.

use std::fmt;
use std::sync::Arc;

/// Whether the policies allow a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DecisionKind {
    /// Allowed: every policy that must allow it does, and no statement denies it.
    Allowed,
    /// Denied by a statement.
    ExplicitDeny,
    /// Not allowed: no statement denies it, but a policy that must allow it does not.
    ImplicitDeny,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PolicyKind {
    /// The user, one of its groups, or the role.
    Identity,
    /// The user or the role, as a limit on what its own policies can allow.
    Boundary,
    /// The session; the policy was passed when the session was created.
    Session,
    /// The organization, one of its units, or the account.
    ServiceControl,
    /// The resource, such as the API that is called.
    Resource,
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::Resource => "resource-based policy",
        })
    }
}

/// The statement that caused a decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatementRef {
    pub(crate) policy: Arc<str>,
    pub(crate) kind: PolicyKind,
    pub(crate) sid: Option<Arc<str>>,
    pub(crate) index: usize,
}

impl StatementRef {
    /// The name of the policy.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// What the policy is attached to.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The statement's `Sid`.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// The statement's index in its document, from zero.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}", self.index.saturating_add(1))?;
        if let Some(sid) = &self.sid {
            write!(f, " ({sid:?})")?;
        }
        write!(f, " of the {} {:?}", self.kind, self.policy)
    }
}

/// The decision about a request. Only [`evaluate`](fn@crate::evaluate) makes one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision(pub(crate) Reason);

/// The reason for a decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Reason {
    /// A statement allows it.
    Allowed(StatementRef),
    /// The root user needs no statement.
    Root,
    /// A statement denies it.
    Denied(StatementRef),
    /// A deny statement might apply: its conditions depend on unknown keys.
    Undecided(StatementRef),
    /// No policy of the kind allows it.
    NotAllowed(PolicyKind),
    /// The resource belongs to another account, and no policy of the resource allows the caller.
    OtherAccount,
    /// The owner of the resource is unknown, and no policy of the resource allows the caller.
    UnknownOwner,
    /// Comparing the request with the policies would take too many steps.
    TooLong,
}

impl Decision {
    /// Whether the request is allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self.kind(), DecisionKind::Allowed)
    }

    /// The effect: allowed, denied by a statement, or not allowed.
    #[must_use]
    pub const fn kind(&self) -> DecisionKind {
        match self.0 {
            Reason::Allowed(_) | Reason::Root => DecisionKind::Allowed,
            Reason::Denied(_) | Reason::Undecided(_) => DecisionKind::ExplicitDeny,
            Reason::NotAllowed(_) | Reason::OtherAccount | Reason::UnknownOwner | Reason::TooLong => {
                DecisionKind::ImplicitDeny
            }
        }
    }

    /// Whether a statement denies the request, or might deny it.
    #[cfg(feature = "tower")]
    pub(crate) const fn may_be_denied(&self) -> bool {
        matches!(self.0, Reason::Denied(_) | Reason::Undecided(_) | Reason::TooLong)
    }

    /// The statement that allows or denies the request. `None` if no statement does, and for the root user.
    #[must_use]
    pub const fn statement(&self) -> Option<&StatementRef> {
        match &self.0 {
            Reason::Allowed(statement) | Reason::Denied(statement) | Reason::Undecided(statement) => Some(statement),
            _ => None,
        }
    }

    /// The kind of policy that caused the decision: that of the [statement](Self::statement), or the kind that must allow the
    /// request and does not.
    #[must_use]
    pub const fn policy_kind(&self) -> Option<PolicyKind> {
        match &self.0 {
            Reason::Allowed(statement) | Reason::Denied(statement) | Reason::Undecided(statement) => {
                Some(statement.kind)
            }
            Reason::NotAllowed(kind) => Some(*kind),
            Reason::OtherAccount | Reason::UnknownOwner => Some(PolicyKind::Resource),
            Reason::Root | Reason::TooLong => None,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Allowed(statement) => write!(f, "allowed by {statement}"),
            Reason::Root => f.write_str("allowed to the root user of the account, as nothing denies it"),
            Reason::Denied(statement) => write!(f, "denied by {statement}"),
            Reason::Undecided(statement) => {
                write!(f, "denied, as it cannot be told from the request whether {statement} applies, which denies")
            }
            Reason::NotAllowed(kind) => write!(f, "not allowed: no {kind} allows it"),
            Reason::OtherAccount => f.write_str(
                "not allowed: the resource is another account's, and no resource-based policy of it allows it",
            ),
            Reason::UnknownOwner => f.write_str(
                "not allowed: the account that owns the resource is not known, and no resource-based policy allows it",
            ),
            Reason::TooLong => f.write_str("not allowed: comparing the request with the policies takes too many steps"),
        }
    }
}
