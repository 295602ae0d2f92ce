//! The policies that apply to one principal.

use crate::policy::Policy;
use std::sync::Arc;

/// The policies of one principal. Without policies, only the root user is allowed anything.
///
/// ```
/// use sig4_iam::{Policies, Policy};
///
/// let invoke = r#"{"Version": "2012-10-17", "Statement":
///     {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:abc/*"}}"#;
/// let policies = Policies::new().with_identity(Policy::parse("invoke", invoke)?);
/// assert_eq!(policies.identity().map(Policy::name).collect::<Vec<_>>(), ["invoke"]);
/// # Ok::<(), sig4_iam::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// Shared lists of policies.
    identity: Vec<Arc<[Policy]>>,
    pub(crate) boundary: Option<Policy>,
    pub(crate) session: Vec<Policy>,
    /// Shared by the principals of an account.
    pub(crate) service_control: Arc<Vec<Vec<Policy>>>,
}

impl Policies {
    /// No policies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a policy of the user, of one of its groups, or of the role. At least one of them must allow the request.
    #[must_use]
    pub fn with_identity(mut self, policy: Policy) -> Self {
        self.identity.push(Arc::new([policy]));
        self
    }

    /// Adds policies of the user, of one of its groups, or of the role.
    pub(crate) fn with_identity_list(mut self, policies: Arc<[Policy]>) -> Self {
        self.identity.push(policies);
        self
    }

    /// Sets the permissions boundary, which must also allow the request.
    #[must_use]
    pub fn with_boundary(mut self, policy: Policy) -> Self {
        self.boundary = Some(policy);
        self
    }

    /// Adds a policy that was passed when the session was created. If there are any, at least one of them must allow the request.
    #[must_use]
    pub fn with_session(mut self, policy: Policy) -> Self {
        self.session.push(policy);
        self
    }

    /// Adds the service control policies of one level of the organization: the root, a unit, or the account. Each level must
    /// allow the request. A level without policies allows nothing.
    #[must_use]
    pub fn with_service_control(mut self, level: impl IntoIterator<Item = Policy>) -> Self {
        Arc::make_mut(&mut self.service_control).push(level.into_iter().collect());
        self
    }

    /// The permissions boundary.
    #[must_use]
    pub const fn boundary(&self) -> Option<&Policy> {
        self.boundary.as_ref()
    }

    /// The policies of the user, of its groups, or of the role.
    pub fn identity(&self) -> impl Iterator<Item = &Policy> {
        self.identity.iter().flat_map(|list| list.iter())
    }
}
