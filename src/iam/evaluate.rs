//! The decision.

use crate::iam::context::RequestContext;
use crate::iam::decision::{Decision, PolicyKind, Reason};
use crate::iam::policies::Policies;
use crate::iam::policy::ResourcePolicy;

/// Whether the policies allow the request.
#[must_use]
pub fn evaluate(
    _context: &RequestContext<'_>,
    _policies: &Policies,
    _resource_policy: Option<&ResourcePolicy>,
) -> Decision {
    Decision(Reason::NotAllowed(PolicyKind::Identity))
}
