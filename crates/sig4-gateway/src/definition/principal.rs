//! A user or a role in a file.

use sig4::credentials::Credentials;
use sig4_iam::{Identity, Policies, Principal, PrincipalKind};

/// A user or a role session of a stack, with its policies. [`identity`](Self::identity) gives it an access key.
#[derive(Clone, Debug)]
pub struct PrincipalDefinition {
    pub(crate) principal: Principal,
    pub(crate) policies: Policies,
}

impl PrincipalDefinition {
    /// The name of a role's session. The role's trust policy is not checked.
    pub const SESSION: &'static str = "local";

    /// The user or the role session.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whether it is a role session, whose credentials have a session token.
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
