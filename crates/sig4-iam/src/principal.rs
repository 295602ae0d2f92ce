//! Principals: the root user of an account, a user, or a session of a role.
//!
//! ```text
//! root    = "arn:" partition ":iam::" account ":root"
//! user    = "arn:" partition ":iam::" account ":user" path name
//! session = "arn:" partition ":sts::" account ":assumed-role/" role "/" session
//! role    = "arn:" partition ":iam::" account ":role" path role
//! path    = "/" *( part "/" )
//! ```
//!
//! Source: "IAM identifiers"; "AWS JSON policy elements: Principal".

use crate::case_folding;
use crate::error::{Error, ErrorKind};
use crate::json_path::shown;
use crate::name::{self, Words};
use crate::unique_id;
use std::borrow::Cow;
use std::sync::Arc;
use time::OffsetDateTime;

/// The prefix of the unique ids of users.
pub(crate) const USER_ID: &str = "AIDA";

/// The prefix of the unique ids of roles.
pub(crate) const ROLE_ID: &str = "AROA";

/// The kind of principal.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// The root user of an account, allowed everything that no statement denies.
    Root,
    /// A user, with long-term access keys.
    User,
    /// A session of a role, with temporary credentials.
    AssumedRole,
}

impl PrincipalKind {
    /// The value of `aws:PrincipalType`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Root => "Account",
            Self::User => "User",
            Self::AssumedRole => "AssumedRole",
        }
    }
}

/// A principal that makes requests: a user, a role session or the root user.
///
/// Names that AWS rejects are errors: a user named `team/bob` would have the ARN of the user `bob` at the path `/team/`.
///
/// ```
/// use sig4_iam::{ErrorKind, Principal};
///
/// let alice = Principal::user("123456789012", "alice")?.with_path("/staff/")?.with_tag("team", "pets");
/// assert_eq!(alice.arn(), "arn:aws:iam::123456789012:user/staff/alice");
/// assert_eq!((alice.user_id().len(), &alice.user_id()[..4]), (21, "AIDA"));
///
/// let session = Principal::role_session("123456789012", "deploy", "ci")?.with_unique_id("AROADBQP57FF2AEXAMPLE")?;
/// assert_eq!(session.arn(), "arn:aws:sts::123456789012:assumed-role/deploy/ci");
/// assert_eq!(session.user_id(), "AROADBQP57FF2AEXAMPLE:ci");
///
/// let error = Principal::user("123456789012", "team/bob").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidPrincipal);
/// # Ok::<(), sig4_iam::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Principal {
    kind: PrincipalKind,
    partition: Cow<'static, str>,
    account: String,
    path: Cow<'static, str>,
    name: String,
    session: String,
    unique_id: Option<String>,
    tags: Vec<(String, String)>,
    organization: Option<Arc<str>>,
    /// Shared by the principals of an account.
    organization_paths: Arc<Vec<String>>,
    issued: Option<OffsetDateTime>,
    authenticated: Option<OffsetDateTime>,
    arn: String,
    /// The ARN of the root user, the user, or the role: the value of `aws:PrincipalArn`.
    entity_arn: String,
    user_id: String,
}

impl Principal {
    fn new(kind: PrincipalKind, account: String, name: String, session: String) -> Self {
        let mut principal = Self {
            kind,
            partition: Cow::Borrowed("aws"),
            account,
            path: Cow::Borrowed("/"),
            name,
            session,
            unique_id: None,
            tags: Vec::new(),
            organization: None,
            organization_paths: Arc::default(),
            issued: None,
            authenticated: None,
            arn: String::new(),
            entity_arn: String::new(),
            user_id: String::new(),
        };
        principal.identify();
        principal
    }

    /// The root user of an account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if the account does not have twelve digits.
    pub fn root(account: impl Into<String>) -> Result<Self, Error> {
        let account = account.into();
        name::account(&account).map_err(|words| invalid(words, &account))?;
        Ok(Self::new(PrincipalKind::Root, account, String::new(), String::new()))
    }

    /// A user of an account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if the account does not have twelve digits, or the name does not consist of 1 to 64
    /// letters, digits or characters of `_+=,.@-`. Source: IAM API reference, `CreateUser`.
    pub fn user(account: impl Into<String>, name: impl Into<String>) -> Result<Self, Error> {
        let (account, name) = (account.into(), name.into());
        name::account(&account).map_err(|words| invalid(words, &account))?;
        name::entity(&name).map_err(|words| invalid(words, &name))?;
        Ok(Self::new(PrincipalKind::User, account, name, String::new()))
    }

    /// A session of a role of an account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if the account does not have twelve digits, or if the role's name does not consist of 1 to
    /// 64, or the session's name of 2 to 64, letters, digits or characters of `_+=,.@-`. Source: IAM API reference, `CreateRole`; STS API
    /// reference, `AssumeRole`.
    pub fn role_session(
        account: impl Into<String>,
        role: impl Into<String>,
        session: impl Into<String>,
    ) -> Result<Self, Error> {
        let session = session.into();
        name::session(&session).map_err(|words| invalid(words, &session))?;
        Ok(Self::role(account, role)?.with_session(&session))
    }

    /// A role of an account. The session name is set later.
    pub(crate) fn role(account: impl Into<String>, role: impl Into<String>) -> Result<Self, Error> {
        let (account, role) = (account.into(), role.into());
        name::account(&account).map_err(|words| invalid(words, &account))?;
        name::entity(&role).map_err(|words| invalid(words, &role))?;
        Ok(Self::new(PrincipalKind::AssumedRole, account, role, String::new()))
    }

    /// Sets the partition, `aws` by default. Others are `aws-cn` and `aws-us-gov`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if it is neither `aws` nor `aws-` and lower-case letters.
    pub fn with_partition(mut self, partition: impl Into<String>) -> Result<Self, Error> {
        let partition = partition.into();
        name::partition(&partition).map_err(|words| invalid(words, &partition))?;
        self.partition = Cow::Owned(partition);
        self.identify();
        Ok(self)
    }

    /// Sets the path of the user or the role, `/` by default. It begins and ends with a `/`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if it does not begin and end with a `/`, contains a space, or has more than 512
    /// characters.
    pub fn with_path(mut self, path: impl Into<String>) -> Result<Self, Error> {
        let path = path.into();
        name::path(&path).map_err(|words| invalid(words, &path))?;
        self.path = Cow::Owned(path);
        self.identify();
        Ok(self)
    }

    /// Sets the unique id of the user (`AIDA…`) or the role (`AROA…`). The default is derived from account, path and name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPrincipal`] if the prefix is not that of the kind, if `id` does not consist of 16 to 128 capital
    /// letters or digits, or if the principal is a root user.
    pub fn with_unique_id(mut self, id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        let checked = match self.kind {
            PrincipalKind::Root => Err("a root user has no unique id"),
            PrincipalKind::User => name::unique_id(&id, USER_ID),
            PrincipalKind::AssumedRole => name::unique_id(&id, ROLE_ID),
        };
        checked.map_err(|words| invalid(words, &id))?;
        self.unique_id = Some(id);
        self.identify();
        Ok(self)
    }

    /// Adds a tag of the user, the role or the session, `aws:PrincipalTag/KEY`. Keys are case-insensitive; a later tag replaces an
    /// earlier one of the same key.
    #[must_use]
    pub fn with_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let key = key.into();
        self.tags.retain(|(other, _)| !case_folding::eq_ignore_case(other, &key));
        self.tags.push((key, value.into()));
        self
    }

    /// Sets the id of the account's organization, `aws:PrincipalOrgID`, such as `o-a1b2c3d4e5`.
    #[must_use]
    pub fn with_org_id(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into().into());
        self
    }

    /// Adds a path of the account in its organization, `aws:PrincipalOrgPaths`.
    #[must_use]
    pub fn with_org_path(mut self, path: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.organization_paths).push(path.into());
        self
    }

    /// Sets the account's organization and its paths in it.
    pub(crate) fn with_organization(mut self, id: &Arc<str>, paths: &Arc<Vec<String>>) -> Self {
        (self.organization, self.organization_paths) = (Some(Arc::clone(id)), Arc::clone(paths));
        self
    }

    /// Sets when the session's credentials were issued, `aws:TokenIssueTime`.
    #[must_use]
    pub const fn with_token_issue_time(mut self, issued: OffsetDateTime) -> Self {
        self.issued = Some(issued);
        self
    }

    /// Sets when the caller authenticated with a second factor to get the session's credentials. The keys
    /// `aws:MultiFactorAuthPresent` and `aws:MultiFactorAuthAge` follow from it.
    #[must_use]
    pub const fn with_multi_factor_at(mut self, moment: OffsetDateTime) -> Self {
        self.authenticated = Some(moment);
        self
    }

    /// The ARN of the principal. For a role session it is the ARN of the session.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The account's twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The unique id: `AIDA…` of a user, `AROA…:SESSION` of a session, the account of a root user. It is the value of
    /// `aws:userid`.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The caller id of API Gateway. Equal to [`user_id`](Self::user_id).
    #[must_use]
    pub fn caller_id(&self) -> &str {
        &self.user_id
    }

    /// The kind of principal.
    #[must_use]
    pub const fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The name of the user or of the role; empty for the root user.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the role's session.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        (self.kind == PrincipalKind::AssumedRole).then_some(&self.session)
    }

    /// The id of the account's organization.
    #[must_use]
    pub fn org_id(&self) -> Option<&str> {
        self.organization.as_deref()
    }

    /// A session of the same role, with a name that was checked.
    pub(crate) fn with_session(mut self, session: &str) -> Self {
        session.clone_into(&mut self.session);
        self.identify();
        self
    }

    /// The ARN of the root user, the user, or the role.
    pub(crate) fn entity_arn(&self) -> &str {
        &self.entity_arn
    }

    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(own, _)| case_folding::eq_ignore_case(own, key)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn tags(&self) -> &[(String, String)] {
        &self.tags
    }

    pub(crate) fn org_paths(&self) -> &[String] {
        &self.organization_paths
    }

    pub(crate) const fn token_issue_time(&self) -> Option<OffsetDateTime> {
        self.issued
    }

    pub(crate) const fn multi_factor_at(&self) -> Option<OffsetDateTime> {
        self.authenticated
    }

    /// Whether `id` is the unique id of the user or the role.
    pub(crate) fn has_unique_id(&self, id: &str) -> bool {
        self.user_id.split(':').next() == Some(id) && self.kind != PrincipalKind::Root
    }

    /// Updates the ARNs and the ids that are derived from other fields.
    fn identify(&mut self) {
        let Self { partition, account, path, name, session, .. } = self;
        let (entity, prefix) = match self.kind {
            PrincipalKind::Root => (format!("arn:{partition}:iam::{account}:root"), ""),
            PrincipalKind::User => (format!("arn:{partition}:iam::{account}:user{path}{name}"), USER_ID),
            PrincipalKind::AssumedRole => (format!("arn:{partition}:iam::{account}:role{path}{name}"), ROLE_ID),
        };
        let id = self.unique_id.clone().unwrap_or_else(|| unique_id::of(prefix, &entity));
        (self.arn, self.user_id) = match self.kind {
            PrincipalKind::Root => (entity.clone(), account.clone()),
            PrincipalKind::User => (entity.clone(), id),
            PrincipalKind::AssumedRole => {
                (format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"), format!("{id}:{session}"))
            }
        };
        self.entity_arn = entity;
    }
}

/// The error for a name. It shows the beginning of the name.
#[cold]
fn invalid(words: Words, text: &str) -> Error {
    Error::new(ErrorKind::InvalidPrincipal, format!("{words}: {:?}", shown(text)))
}
