//! The action and the resource of a request.

use sig4::printable;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The action of a request and the resource that it acts on, as policies name them.
///
/// ```
/// use sig4_iam::tower::ResourceAction;
///
/// let asked = ResourceAction::new("s3:GetObject", "arn:aws:s3:::photos/cat.jpg");
/// assert_eq!(asked.to_string(), "s3:GetObject on arn:aws:s3:::photos/cat.jpg");
/// assert_eq!(asked.with_account("123456789012").account(), Some("123456789012"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResourceAction {
    action: Cow<'static, str>,
    resource: String,
    account: Option<Arc<str>>,
}

impl ResourceAction {
    /// An action, such as `execute-api:Invoke`, on the resource of an ARN.
    #[must_use]
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: Cow::Owned(action.into()), resource: resource.into(), account: None }
    }

    /// The call of an API's method.
    pub(super) const fn of_call(action: Cow<'static, str>, arn: String, account: Arc<str>) -> Self {
        Self { action, resource: arn, account: Some(account) }
    }

    /// Sets the account that owns the resource, as twelve digits. Needed for resources whose ARN has no account, such as S3's:
    /// without an owner they count as another account's, so that the caller's policies and a resource policy must both allow. An
    /// account other than the one in the ARN makes the owner unknown.
    ///
    /// Source: "Cross-account policy evaluation logic".
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into().into());
        self
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The resource's ARN.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The account that owns the resource, if it was set.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }
}

impl fmt::Display for ResourceAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", printable::line(&self.action), printable::line(&self.resource))
    }
}
