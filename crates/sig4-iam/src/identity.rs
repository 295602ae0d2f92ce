//! An access key with its principal and policies.

use crate::policies::Policies;
use crate::principal::{Principal, PrincipalKind};
use sig4::Credentials;
use sig4::verify::{AccessKey, StoredKey};
use time::OffsetDateTime;

/// The prefix of temporary access key ids. Source: "IAM identifiers", unique id prefixes.
const TEMPORARY: &str = "ASIA";

/// An access key: its secret, the principal that it belongs to, and the policies of the principal.
///
/// The secret and the token are wiped when the value is dropped, and neither shows in `Debug`.
///
/// ```
/// use sig4::Credentials;
/// use sig4_iam::{Identity, Principal};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let identity = Identity::new(credentials, Principal::user("123456789012", "alice")?);
/// assert_eq!(identity.access_key_id(), "AKIDEXAMPLE");
/// assert_eq!(format!("{:?}", identity.stored_key()), r#"StoredKey("secret")"#);
/// assert_eq!(format!("{:?}", identity.with_active(false).stored_key()), r#"StoredKey("inactive")"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Identity {
    credentials: Credentials,
    principal: Principal,
    policies: Policies,
    expiration: Option<OffsetDateTime>,
    active: bool,
}

impl Identity {
    /// An access key of a principal, without policies.
    #[must_use]
    pub fn new(credentials: Credentials, principal: Principal) -> Self {
        Self { credentials, principal, policies: Policies::new(), expiration: None, active: true }
    }

    /// Sets the policies.
    #[must_use]
    pub fn with_policies(mut self, policies: Policies) -> Self {
        self.policies = policies;
        self
    }

    /// Sets when the session's credentials expire.
    #[must_use]
    pub const fn with_expiration(mut self, end: OffsetDateTime) -> Self {
        self.expiration = Some(end);
        self
    }

    /// Sets whether the access key is active, `true` by default. Signatures with an inactive key are refused.
    #[must_use]
    pub const fn with_active(mut self, active: bool) -> Self {
        self.active = active;
        self
    }

    /// The access key id, which is not a secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.credentials.access_key_id()
    }

    /// The access key id, its secret and its session token.
    #[must_use]
    pub const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The principal that the access key belongs to.
    #[must_use]
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The policies that apply to the principal.
    #[must_use]
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// When the session's credentials expire.
    #[must_use]
    pub const fn expiration(&self) -> Option<OffsetDateTime> {
        self.expiration
    }

    /// Whether the access key may be used.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.active
    }

    /// What a [`Claim`](sig4::Claim) is verified with.
    ///
    /// A temporary access key id (`ASIA…`) or a role session without a session token is an unknown key, as its credentials are
    /// incomplete.
    #[must_use]
    pub fn stored_key(&self) -> StoredKey<'_> {
        if !self.active {
            return StoredKey::inactive();
        }
        if self.is_temporary() && self.credentials.session_token().is_none() {
            return StoredKey::unknown();
        }
        let key = StoredKey::secret(&self.credentials);
        self.expiration.map_or(key, |end| key.with_expiration(end))
    }

    /// Whether the credentials need a session token.
    pub(crate) fn is_temporary(&self) -> bool {
        self.access_key_id().starts_with(TEMPORARY) || self.principal.kind() == PrincipalKind::AssumedRole
    }
}

impl AccessKey for Identity {
    fn stored_key(&self) -> StoredKey<'_> {
        self.stored_key()
    }

    /// The ARN of the principal.
    fn owner(&self) -> Option<&str> {
        Some(self.principal.arn())
    }
}
