//! An access key with its principal and policies.

use crate::policies::Policies;
use crate::principal::{Principal, PrincipalKind};
use sig4::key::SigningKey;
use sig4::session_token::SessionTokenKind;
use sig4::time::Day;
use sig4::verify::{AccessKey, StoredKey};
use sig4::{AccessKeyId, Credentials};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The prefix of temporary access key ids. Source: "IAM identifiers", unique id prefixes.
const TEMPORARY: &str = "ASIA";

/// An access key: its secret or its signing keys, the principal that it belongs to, and the policies of the principal.
///
/// The secret, the signing keys and the token are wiped when the value is dropped, and none of them shows in `Debug`.
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
    key: KeyMaterial,
    principal: Principal,
    policies: Policies,
    expiration: Option<OffsetDateTime>,
    active: bool,
}

/// The secret of credentials that only check a session token.
const UNUSED: &str = "unused";

/// What signatures are verified with.
#[derive(Clone, Debug)]
enum KeyMaterial {
    Secret(Credentials),
    Derived(Derived),
}

/// The signing keys of an access key whose secret is elsewhere.
#[derive(Clone)]
struct Derived {
    access_key_id: Box<str>,
    token: Option<(SessionTokenKind, Zeroizing<String>)>,
    /// A vector, because a slice in an `Arc` would move the keys and leave copies behind.
    keys: Arc<Vec<SigningKey>>,
}

impl Identity {
    /// An access key of a principal, without policies.
    #[must_use]
    pub fn new(credentials: Credentials, principal: Principal) -> Self {
        Self::of(KeyMaterial::Secret(credentials), principal)
    }

    /// An access key of a principal, without policies and without a secret. Add its [signing keys](Self::with_signing_keys): without
    /// them, its requests are refused as those of an unknown access key id.
    ///
    /// ```
    /// use sig4::key::SigningKey;
    /// use sig4::{Credentials, scope::Scope};
    /// use sig4_iam::{Identity, Principal};
    ///
    /// // Where the secret is:
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let today = SigningKey::derive(&credentials, &Scope::parse("20150830/us-east-1/execute-api/aws4_request")?);
    ///
    /// // Where requests are verified:
    /// let alice = Principal::user("123456789012", "alice")?;
    /// let identity = Identity::without_secret("AKIDEXAMPLE".parse()?, alice).with_signing_keys(vec![today]);
    /// assert_eq!((identity.access_key_id(), identity.signing_keys().len()), ("AKIDEXAMPLE", 1));
    /// assert!(identity.credentials().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_secret(access_key_id: AccessKeyId, principal: Principal) -> Self {
        let access_key_id = access_key_id.as_str().into();
        Self::of(KeyMaterial::Derived(Derived { access_key_id, token: None, keys: Arc::default() }), principal)
    }

    fn of(key: KeyMaterial, principal: Principal) -> Self {
        Self { key, principal, policies: Policies::new(), expiration: None, active: true }
    }

    /// Sets the signing keys that requests are verified with. A secret is dropped, and a session token stays. Keys of other access key
    /// ids verify nothing.
    #[must_use]
    pub fn with_signing_keys(self, keys: Vec<SigningKey>) -> Self {
        self.with_shared_keys(Arc::new(keys))
    }

    /// Sets the session token that requests must carry. An empty token means no token.
    ///
    /// # Errors
    ///
    /// [`InvalidSessionToken`](sig4::ErrorKind::InvalidSessionToken) as for
    /// [`Credentials::with_session_token`](sig4::Credentials::with_session_token).
    pub fn with_session_token(mut self, token: impl Into<String>) -> Result<Self, sig4::Error> {
        self.key = match self.key {
            KeyMaterial::Secret(credentials) => KeyMaterial::Secret(credentials.with_session_token(token)?),
            KeyMaterial::Derived(derived) => {
                // Credentials know the rules of a token. Their secret is not used.
                let checked = Credentials::new(&*derived.access_key_id, UNUSED)?.with_session_token(token)?;
                KeyMaterial::Derived(Derived::of(&checked, derived.keys))
            }
        };
        Ok(self)
    }

    /// The same for keys that are shared.
    pub(crate) fn with_shared_keys(mut self, keys: Arc<Vec<SigningKey>>) -> Self {
        self.key = KeyMaterial::Derived(match self.key {
            KeyMaterial::Derived(derived) => Derived { keys, ..derived },
            KeyMaterial::Secret(credentials) => Derived::of(&credentials, keys),
        });
        self
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
        match &self.key {
            KeyMaterial::Secret(credentials) => credentials.access_key_id(),
            KeyMaterial::Derived(derived) => &derived.access_key_id,
        }
    }

    /// The access key id, its secret and its session token. `None` if the secret is not here.
    #[must_use]
    pub const fn credentials(&self) -> Option<&Credentials> {
        match &self.key {
            KeyMaterial::Secret(credentials) => Some(credentials),
            KeyMaterial::Derived(_) => None,
        }
    }

    /// The session token of temporary credentials, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        match &self.key {
            KeyMaterial::Secret(credentials) => credentials.session_token(),
            KeyMaterial::Derived(derived) => derived.token.as_ref().map(|(_, token)| token.as_str()),
        }
    }

    /// The signing keys that requests are verified with. The list is empty if the [secret](Self::credentials) is here.
    #[must_use]
    pub fn signing_keys(&self) -> &[SigningKey] {
        match &self.key {
            KeyMaterial::Secret(_) => &[],
            KeyMaterial::Derived(derived) => &derived.keys,
        }
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

    /// Whether there is a secret or a signing key, of whichever day.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.credentials().is_some() || !self.signing_keys().is_empty()
    }

    /// Whether requests of this day can be verified: with the secret, or with a signing key of the day.
    ///
    /// ```
    /// # use sig4::key::SigningKey;
    /// # use sig4::{Credentials, scope::Scope};
    /// # use sig4_iam::{Identity, Principal};
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let key = SigningKey::derive(&credentials, &Scope::parse("20150830/us-east-1/iam/aws4_request")?);
    /// let with_secret = Identity::new(credentials, Principal::user("123456789012", "alice")?);
    /// assert!(with_secret.has_key_of("20150831".parse()?));
    /// let without = with_secret.with_signing_keys(vec![key]);
    /// assert!(without.has_key_of("20150830".parse()?) && !without.has_key_of("20150831".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn has_key_of(&self, day: Day) -> bool {
        self.credentials().is_some() || self.signing_keys().iter().any(|key| key.scope().day() == day)
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
        if self.is_temporary() && self.session_token().is_none() {
            return StoredKey::unknown();
        }
        let key = match &self.key {
            KeyMaterial::Secret(credentials) => StoredKey::secret(credentials),
            KeyMaterial::Derived(derived) => derived.stored_key(),
        };
        self.expiration.map_or(key, |end| key.with_expiration(end))
    }

    /// Whether the credentials need a session token.
    pub(crate) fn is_temporary(&self) -> bool {
        self.access_key_id().starts_with(TEMPORARY) || self.principal.kind() == PrincipalKind::AssumedRole
    }
}

impl Derived {
    /// The keys in place of the secret of `credentials`.
    fn of(credentials: &Credentials, keys: Arc<Vec<SigningKey>>) -> Self {
        let token = credentials.session_token().map(|token| Zeroizing::new(token.to_owned()));
        let token = credentials.session_token_kind().zip(token);
        Self { access_key_id: credentials.access_key_id().into(), token, keys }
    }

    fn stored_key(&self) -> StoredKey<'_> {
        let key = StoredKey::signing_keys(&self.keys);
        match &self.token {
            None => key,
            Some((SessionTokenKind::S3Session, token)) => key.with_s3_session_token(token),
            Some((_, token)) => key.with_session_token(token),
        }
    }
}

impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derived")
            .field("access_key_id", &self.access_key_id)
            .field("keys", &self.keys.len())
            .field("session_token", &self.token.is_some())
            .finish()
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
