//! The facts of a request that policies are evaluated with.

use crate::arn::Arn;
use crate::budget::Budget;
use crate::case_folding;
use crate::key::{Key, NamedKey};
use crate::name;
use crate::principal::{Principal, PrincipalKind};
use crate::value::{KeyValues, Value};
use core::net::IpAddr;
use time::OffsetDateTime;

/// A request that policies are evaluated for: the principal, the action, the resource and the condition keys.
///
/// These condition keys follow from the principal, the resource's owner and the time: `aws:CurrentTime`,
/// `aws:EpochTime`, `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:PrincipalTag/…`,
/// `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:userid`, `aws:username` (of users), `aws:TokenIssueTime`,
/// `aws:MultiFactorAuthPresent`, `aws:MultiFactorAuthAge` (of sessions), `aws:RequestedRegion` from the resource's ARN,
/// `aws:ResourceAccount` of its [owner](Self::with_resource_account), and, as the call is a signed one that no service
/// makes for somebody, `aws:ViaAWSService` and `aws:PrincipalIsAWSService`, which are false.
///
/// `aws:RequestedRegion`, `aws:SecureTransport`, `aws:SourceIp`, `aws:ResourceAccount`, and `aws:ResourceOrgID` and
/// `aws:ResourceOrgPaths` of another account's resource are unknown until they are set. A statement that allows by a
/// condition on an unknown key does not apply; a statement that denies by one does.
/// [`with_condition_key`](Self::with_condition_key) without a value makes a key absent, as `aws:SourceIp` is of calls through a VPC endpoint.
///
/// # The owner of the resource
///
/// A resource belongs to the account that its ARN names, or else to the one that is [given](Self::with_resource_account).
/// If there is neither, or they contradict each other, the owner is unknown. An unknown owner counts as another account than
/// the caller's: the resource's policy and the caller's policies both have to allow. The same holds for an ARN of another
/// partition.
///
/// ```
/// use sig4_iam::{Policies, Policy, Principal, RequestContext, evaluate};
///
/// let read = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#;
/// let policies = Policies::new().with_identity(Policy::parse("read", read)?);
/// let alice = Principal::user("123456789012", "alice")?;
/// let photo = RequestContext::new(&alice, "s3:GetObject", "arn:aws:s3:::photos/7", time::OffsetDateTime::UNIX_EPOCH);
/// assert!(!evaluate(&photo, &policies, None).is_allowed(), "the owner of the bucket is unknown");
/// assert!(evaluate(&photo.with_resource_account("123456789012"), &policies, None).is_allowed());
/// # Ok::<(), sig4_iam::Error>(())
/// ```
///
/// Source: "Cross-account policy evaluation logic"; "AWS global condition context keys", `aws:ResourceAccount`.
#[derive(Clone, Debug)]
pub struct RequestContext<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) action: &'a str,
    pub(crate) resource: Arn<'a>,
    /// The account that the resource is said to belong to.
    account: Option<&'a str>,
    /// The region of the endpoint.
    region: Option<&'a str>,
    pub(crate) now: OffsetDateTime,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) secure_transport: Option<bool>,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) referer: Option<&'a str>,
    pub(crate) given: Vec<(String, Vec<String>)>,
}

impl<'a> RequestContext<'a> {
    /// A request of `principal` for `action`, such as `execute-api:Invoke`, on the resource with the ARN `resource`, at `now`.
    #[must_use]
    pub const fn new(principal: &'a Principal, action: &'a str, resource: &'a str, now: OffsetDateTime) -> Self {
        Self {
            principal,
            action,
            resource: Arn::new(resource),
            account: None,
            region: None,
            now,
            source_ip: None,
            secure_transport: None,
            user_agent: None,
            referer: None,
            given: Vec::new(),
        }
    }

    /// Sets the account that the resource belongs to, as twelve digits, for resources whose ARN names none, such as S3's.
    ///
    /// The owner is unknown if the ARN names another account, or if `account` does not have twelve digits. If the resource is not
    /// an ARN, its partition is the caller's.
    #[must_use]
    pub const fn with_resource_account(mut self, account: &'a str) -> Self {
        self.account = Some(account);
        self
    }

    /// Sets `aws:RequestedRegion` of a resource whose ARN names no region, such as S3's: the region of the endpoint.
    #[must_use]
    pub const fn with_requested_region(mut self, region: &'a str) -> Self {
        self.region = Some(region);
        self
    }

    /// Sets `aws:SourceIp`. An IPv4 address that is mapped into IPv6 counts as IPv4.
    #[must_use]
    pub const fn with_source_ip(mut self, address: IpAddr) -> Self {
        self.source_ip = Some(address.to_canonical());
        self
    }

    /// Sets `aws:SecureTransport`: whether the request came over TLS.
    #[must_use]
    pub const fn with_secure_transport(mut self, secure: bool) -> Self {
        self.secure_transport = Some(secure);
        self
    }

    /// Sets `aws:UserAgent`.
    #[must_use]
    pub const fn with_user_agent(mut self, user_agent: &'a str) -> Self {
        self.user_agent = Some(user_agent);
        self
    }

    /// Sets `aws:Referer`.
    #[must_use]
    pub const fn with_referer(mut self, referer: &'a str) -> Self {
        self.referer = Some(referer);
        self
    }

    /// Sets the values of a condition key and replaces earlier ones. The name is case-insensitive. A key with several values is
    /// compared by conditions with `ForAllValues:` or `ForAnyValue:`; a key without a value is absent.
    ///
    /// `aws:ResourceAccount` always follows from the resource's [owner](Self::with_resource_account), and
    /// `aws:ResourceOrgID` and `aws:ResourceOrgPaths` from the caller's organization if the caller's account is the owner:
    /// these cannot be set.
    #[must_use]
    pub fn with_condition_key<V: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.given.retain(|(own, _)| !case_folding::eq_ignore_case(own, name));
        self.given.push((name.to_owned(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// The principal that makes the request.
    #[must_use]
    pub const fn principal(&self) -> &'a Principal {
        self.principal
    }

    /// The action, such as `execute-api:Invoke`.
    #[must_use]
    pub const fn action(&self) -> &'a str {
        self.action
    }

    /// The ARN of the resource.
    #[must_use]
    pub const fn resource(&self) -> &'a str {
        self.resource.text()
    }
}

impl RequestContext<'_> {
    /// The values of a condition key.
    pub(crate) fn find(&self, key: &NamedKey, budget: &mut Budget) -> KeyValues<'_> {
        budget.spend(self.given.len() + self.principal.tags().len());
        if let Some(found) = self.find_of_owner(&key.key) {
            return found;
        }
        if key.key == Key::Impossible {
            return KeyValues::Unknown;
        }
        if let Some((_, values)) = self.given.iter().find(|(name, _)| case_folding::eq_ignore_case(name, &key.name)) {
            budget.spend_on_bytes(values.len());
            return several(values);
        }
        let Self { principal, .. } = *self;
        let found = match &key.key {
            Key::CurrentTime => Some(Value::Time(whole_second(self.now))),
            Key::EpochTime => Some(Value::Epoch(self.now.unix_timestamp())),
            Key::MultiFactorAuthAge => self.multi_factor_age().map(Value::Number),
            Key::MultiFactorAuthPresent => self.is_session().then(|| Value::Bool(self.multi_factor_age().is_some())),
            Key::PrincipalAccount => Some(Value::Text(principal.account())),
            Key::PrincipalArn => Some(Value::Text(principal.entity_arn())),
            Key::PrincipalOrgId => principal.org_id().map(Value::Text),
            Key::PrincipalOrgPaths => return several_if_any(principal.org_paths()),
            Key::PrincipalTag(tag) => principal.tag(tag).map(Value::Text),
            Key::PrincipalType => Some(Value::Text(principal.kind().name())),
            Key::Referer => self.referer.map(Value::Text),
            // Every request that a principal makes over a public endpoint has these. A guard must not miss one that was not set.
            Key::RequestedRegion => return self.resource.region().or(self.region).map_or(KeyValues::Unknown, one),
            Key::SecureTransport => {
                return self.secure_transport.map_or(KeyValues::Unknown, |tls| KeyValues::One(Value::Bool(tls)));
            }
            Key::SourceIp => return self.source_ip.map_or(KeyValues::Unknown, |ip| KeyValues::One(Value::Address(ip))),
            Key::TokenIssueTime => match principal.token_issue_time() {
                // Every session has one. A statement that denies what was issued before some time must not miss it.
                None if self.is_session() => return KeyValues::Unknown,
                issued => issued.map(|issued| Value::Time(whole_second(issued))),
            },
            Key::UserAgent => self.user_agent.map(Value::Text),
            Key::UserId => Some(Value::Text(principal.user_id())),
            Key::Username => (principal.kind() == PrincipalKind::User).then(|| Value::Text(principal.name())),
            // A principal with an access key is not a service, and calls directly.
            Key::PrincipalIsAwsService | Key::ViaAwsMcpService | Key::ViaAwsService => Some(Value::Bool(false)),
            // The organization of another account, which may have one.
            Key::Impossible | Key::ResourceAccount | Key::ResourceOrgId | Key::ResourceOrgPaths => {
                return KeyValues::Unknown;
            }
            Key::Other => None,
        };
        found.map_or(KeyValues::Missing, KeyValues::One)
    }

    /// What follows from the resource's owner, whatever was given. Every resource has an owner, so that the key is there and not
    /// to be told if the owner is unknown: absent, it would satisfy every condition with `IfExists` or a negated operator.
    fn find_of_owner(&self, key: &Key) -> Option<KeyValues<'_>> {
        match key {
            Key::ResourceAccount => Some(self.owner().map_or(KeyValues::Unknown, one)),
            Key::ResourceOrgId if self.is_same_account() => {
                Some(self.principal.org_id().map_or(KeyValues::Missing, one))
            }
            Key::ResourceOrgPaths if self.is_same_account() => Some(several_if_any(self.principal.org_paths())),
            _ => None,
        }
    }

    fn is_session(&self) -> bool {
        self.principal.kind() == PrincipalKind::AssumedRole
    }

    /// How many seconds ago the caller gave a second factor, if it did. A moment that is still to come is no proof of it.
    fn multi_factor_age(&self) -> Option<i64> {
        let moment = self.principal.multi_factor_at().filter(|moment| self.is_session() && *moment <= self.now)?;
        Some((self.now - moment).whole_seconds())
    }

    /// The account that the resource belongs to, if it is known.
    fn owner(&self) -> Option<&str> {
        let owner = match (self.resource.account(), self.account) {
            (Some(named), Some(given)) if named != given => None,
            (named, given) => named.or(given),
        };
        owner.filter(|owner| name::is_account(owner))
    }

    /// Whether the owner of the resource is not known.
    pub(crate) fn has_unknown_owner(&self) -> bool {
        self.owner().is_none()
    }

    /// Whether the resource is known to belong to the caller's account.
    pub(crate) fn is_same_account(&self) -> bool {
        let Self { principal, resource, .. } = self;
        self.owner() == Some(principal.account())
            && resource.partition().is_none_or(|partition| partition == principal.partition())
    }
}

const fn one(text: &str) -> KeyValues<'_> {
    KeyValues::One(Value::Text(text))
}

fn several(values: &[String]) -> KeyValues<'_> {
    match values {
        [one] => KeyValues::One(Value::Text(one)),
        values => KeyValues::Several(values),
    }
}

fn several_if_any(values: &[String]) -> KeyValues<'_> {
    if values.is_empty() { KeyValues::Missing } else { several(values) }
}

/// Conditions compare times to the second.
fn whole_second(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}
