//! A user or a role as a file describes it.

use sig4::credentials::Credentials;
use sig4_iam::{Identity, Policies, Principal, PrincipalKind};

/// A user, or a session of a role, of a stack, with the policies that apply to it. It has no access key until
/// [`identity`](Self::identity) gives it one.
#[derive(Clone, Debug)]
pub struct PrincipalDefinition {
    pub(crate) principal: Principal,
    pub(crate) policies: Policies,
}

impl PrincipalDefinition {
    /// The name of the session of a role. Who may assume the role is not checked.
    pub const SESSION: &'static str = "local";

    /// The user, or the session of the role.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whether it is a session of a role, whose credentials have a session token.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.principal.kind() == PrincipalKind::AssumedRole
    }

    /// The policies.
    #[must_use]
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The principal with an access key.
    #[must_use]
    pub fn identity(&self, credentials: Credentials) -> Identity {
        Identity::new(credentials, self.principal.clone()).with_policies(self.policies.clone())
    }
}
