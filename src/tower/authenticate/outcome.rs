//! The outcome of a request, for metrics.

use super::refusal_kind::RefusalKind;
use std::fmt;
use std::time::Duration;

/// The outcome of one request: allowed, exempt or refused, and how long that took.
///
/// [`AuthenticateLayer::on_decision`](super::AuthenticateLayer::on_decision) hands it to your hook.
#[derive(Clone)]
pub struct AuthOutcome<'o> {
    pub(super) kind: AuthOutcomeKind,
    pub(super) elapsed: Duration,
    pub(super) access_key_id: Option<&'o str>,
}

/// The kind of an [`AuthOutcome`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AuthOutcomeKind {
    /// The signature matched, and the decision allows the request.
    Allowed,
    /// The request is [exempt](super::AuthenticateLayer::exempt).
    Exempt,
    /// The request is refused.
    Refused(RefusalKind),
}

impl AuthOutcomeKind {
    /// `allowed`, `exempt`, or the name of the [kind of the refusal](RefusalKind::as_str). The set of names is finite and does not
    /// depend on requests, so a name may be a label of a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Exempt => "exempt",
            Self::Refused(kind) => kind.as_str(),
        }
    }
}

impl AuthOutcome<'_> {
    /// Whether the request is allowed, exempt or refused.
    #[must_use]
    pub const fn kind(&self) -> AuthOutcomeKind {
        self.kind
    }

    /// The time from the request's arrival at the layer to the outcome: reading the body and asking the stores included, the inner
    /// service not included.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The access key id of an allowed or denied request, whose signature matched. As a label it has as many values as your key store
    /// has keys. An access key id that a client only claims is not here, because strangers would choose the number of labels.
    #[must_use]
    pub const fn proven_access_key_id(&self) -> Option<&str> {
        self.access_key_id
    }
}

impl fmt::Debug for AuthOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthOutcome").field("kind", &self.kind).field("elapsed", &self.elapsed).finish_non_exhaustive()
    }
}
