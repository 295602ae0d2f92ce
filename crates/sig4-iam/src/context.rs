//! The facts of a request that policies are evaluated against.

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
/// These condition keys follow from the principal, the resource's owner and the time: `aws:CurrentTime`, `aws:EpochTime`,
/// `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:PrincipalTag/…`, `aws:PrincipalOrgID`,
/// `aws:PrincipalOrgPaths`, `aws:userid`, `aws:username` (of users), `aws:TokenIssueTime`, `aws:MultiFactorAuthPresent`,
/// `aws:MultiFactorAuthAge` (of sessions), `aws:RequestedRegion` from the resource's ARN, `aws:ResourceAccount` from its
/// [owner](Self::with_resource_account), and `aws:ViaAWSService` and `aws:PrincipalIsAWSService`, which are false because the
/// principal itself signs the call.
///
/// These keys are unknown until they are set: `aws:RequestedRegion`, `aws:SecureTransport`, `aws:SourceIp`,
/// `aws:ResourceAccount`, and for another account's resource `aws:ResourceOrgID` and `aws:ResourceOrgPaths`. An allow with a
/// condition on an unknown key does not apply; a deny does. [`with_condition_key`](Self::with_condition_key) without a value
/// makes a key absent, as `aws:SourceIp` is in calls through a VPC endpoint.
///
/// Every other key is absent until it is set: the keys of a service, such as `s3:prefix`, and those that `docs/iam.md` lists as not
/// modelled, such as `aws:SourceIdentity`. A condition on an absent key fails, except with `IfExists`, a negated operator,
/// `ForAllValues:` or `Null`. Set every key that a policy depends on.
///
/// # The owner of the resource
///
/// A resource belongs to the account in its ARN, or else to the one set by
/// [`with_resource_account`](Self::with_resource_account). Without either, or if they differ, the owner is unknown. An unknown
/// owner counts as another account: the resource's policy and the caller's policies must both allow. The same applies to an ARN
/// of another partition.
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
    /// `None` for an anonymous request.
    pub(crate) principal: Option<&'a Principal>,
    pub(crate) action: &'a str,
    pub(crate) resource: Arn<'a>,
    /// The account that was set as the owner of the resource.
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
        Self::of(Some(principal), action, resource, now)
    }

    /// An anonymous request, which nobody signed, such as a call of an API's method without an authorizer. Only a policy of the
    /// resource can allow it, by a statement for everyone: `"Principal": "*"` or `"Principal": {"AWS": "*"}`.
    ///
    /// `aws:PrincipalType` is `Anonymous`. Every other key that follows from a principal is absent, `aws:PrincipalArn` and
    /// `aws:PrincipalIsAWSService` among them.
    ///
    /// ```
    /// use sig4_iam::{Policies, RequestContext, ResourcePolicy, evaluate};
    ///
    /// let arn = "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets";
    /// let request = RequestContext::anonymous("execute-api:Invoke", arn, time::OffsetDateTime::UNIX_EPOCH);
    /// let decide = |principal: &str| {
    ///     let policy = format!(r#"{{"Statement": {{"Effect": "Allow", "Principal": {principal},
    ///         "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/*"}}}}"#);
    ///     Ok(evaluate(&request, &Policies::new(), Some(&ResourcePolicy::parse("pets", &policy)?)))
    /// };
    /// assert!(decide(r#""*""#)?.is_allowed());
    /// assert!(!decide(r#"{"AWS": "123456789012"}"#)?.is_allowed());
    /// # Ok::<(), sig4_iam::Error>(())
    /// ```
    ///
    /// Source: "AWS global condition context keys", availability of the keys of the principal; "IAM policy elements: Variables and
    /// tags", the row of anonymous callers; "AWS JSON policy elements: Principal", all principals.
    #[must_use]
    pub const fn anonymous(action: &'a str, resource: &'a str, now: OffsetDateTime) -> Self {
        Self::of(None, action, resource, now)
    }

    const fn of(principal: Option<&'a Principal>, action: &'a str, resource: &'a str, now: OffsetDateTime) -> Self {
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

    /// Sets the account that owns the resource, as twelve digits. Needed for resources whose ARN has no account, such as S3's.
    ///
    /// The owner is unknown if the ARN has another account, or if `account` is not twelve digits. A resource that is not an ARN
    /// is in the caller's partition.
    #[must_use]
    pub const fn with_resource_account(mut self, account: &'a str) -> Self {
        self.account = Some(account);
        self
    }

    /// Sets `aws:RequestedRegion`, the region of the endpoint. Needed for resources whose ARN has no region, such as S3's.
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

    /// Sets the values of a condition key, replacing earlier values. The name is case-insensitive. A key with several values is
    /// compared by conditions with `ForAllValues:` or `ForAnyValue:`; a key without a value is absent.
    ///
    /// `aws:ResourceAccount` cannot be set; it follows from the resource's [owner](Self::with_resource_account). If the caller's
    /// account is the owner, `aws:ResourceOrgID` and `aws:ResourceOrgPaths` cannot be set either; they follow from the caller's
    /// organization.
    #[must_use]
    pub fn with_condition_key<V: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.given.retain(|(own, _)| !case_folding::eq_ignore_case(own, name));
        self.given.push((name.to_owned(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// The principal that makes the request. `None` for an [anonymous](Self::anonymous) one.
    #[must_use]
    pub const fn principal(&self) -> Option<&'a Principal> {
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
        budget.spend(self.given.len() + self.principal.map_or(0, |principal| principal.tags().len()));
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
        match self.principal {
            Some(principal) => self.find_of_principal(principal, &key.key),
            None => Self::find_of_anonymous(&key.key),
        }
        .unwrap_or_else(|| self.find_of_request(&key.key))
    }

    /// The keys that follow from the request alone.
    fn find_of_request(&self, key: &Key) -> KeyValues<'_> {
        let found = match key {
            Key::CurrentTime => Some(Value::Time(whole_second(self.now))),
            Key::EpochTime => Some(Value::Epoch(self.now.unix_timestamp())),
            Key::Referer => self.referer.map(Value::Text),
            // Every request over a public endpoint has these keys. They are unknown, not absent, so that a deny applies if they
            // were not set.
            Key::RequestedRegion => return self.resource.region().or(self.region).map_or(KeyValues::Unknown, one),
            Key::SecureTransport => {
                return self.secure_transport.map_or(KeyValues::Unknown, |tls| KeyValues::One(Value::Bool(tls)));
            }
            Key::SourceIp => return self.source_ip.map_or(KeyValues::Unknown, |ip| KeyValues::One(Value::Address(ip))),
            Key::UserAgent => self.user_agent.map(Value::Text),
            // The caller calls directly.
            Key::ViaAwsMcpService | Key::ViaAwsService => Some(Value::Bool(false)),
            Key::Other => None,
            // Another account may be in an organization. The keys of principals do not come here.
            _ => return KeyValues::Unknown,
        };
        found.map_or(KeyValues::Missing, KeyValues::One)
    }

    /// The keys that follow from the principal.
    fn find_of_principal<'p>(&self, principal: &'p Principal, key: &Key) -> Option<KeyValues<'p>> {
        let found = match key {
            Key::MultiFactorAuthAge => self.multi_factor_age().map(Value::Number),
            Key::MultiFactorAuthPresent => self.is_session().then(|| Value::Bool(self.multi_factor_age().is_some())),
            Key::PrincipalAccount => Some(Value::Text(principal.account())),
            Key::PrincipalArn => Some(Value::Text(principal.entity_arn())),
            Key::PrincipalOrgId => principal.org_id().map(Value::Text),
            Key::PrincipalOrgPaths => return Some(several_if_any(principal.org_paths())),
            Key::PrincipalTag(tag) => principal.tag(tag).map(Value::Text),
            Key::PrincipalType => Some(Value::Text(principal.kind().name())),
            Key::TokenIssueTime => match principal.token_issue_time() {
                // Every session has one. It is unknown, not absent, so that a deny of early sessions applies if it was not set.
                None if self.is_session() => return Some(KeyValues::Unknown),
                issued => issued.map(|issued| Value::Time(whole_second(issued))),
            },
            Key::UserId => Some(Value::Text(principal.user_id())),
            Key::Username => (principal.kind() == PrincipalKind::User).then(|| Value::Text(principal.name())),
            // A principal with an access key is not a service.
            Key::PrincipalIsAwsService => Some(Value::Bool(false)),
            _ => return None,
        };
        Some(found.map_or(KeyValues::Missing, KeyValues::One))
    }

    /// The keys of principals in an anonymous request, which has only the type.
    fn find_of_anonymous(key: &Key) -> Option<KeyValues<'static>> {
        match key {
            Key::PrincipalType => Some(one("Anonymous")),
            Key::MultiFactorAuthAge
            | Key::MultiFactorAuthPresent
            | Key::PrincipalAccount
            | Key::PrincipalArn
            | Key::PrincipalIsAwsService
            | Key::PrincipalOrgId
            | Key::PrincipalOrgPaths
            | Key::PrincipalTag(_)
            | Key::TokenIssueTime
            | Key::UserId
            | Key::Username => Some(KeyValues::Missing),
            _ => None,
        }
    }

    /// The keys that follow from the resource's owner. Every resource has an owner, so if it is unknown, the key is unknown and
    /// not absent: absent, it would satisfy every condition with `IfExists` or a negated operator.
    fn find_of_owner(&self, key: &Key) -> Option<KeyValues<'_>> {
        match key {
            Key::ResourceAccount => Some(self.owner().map_or(KeyValues::Unknown, one)),
            Key::ResourceOrgId if self.is_same_account() => {
                Some(self.principal.and_then(Principal::org_id).map_or(KeyValues::Missing, one))
            }
            Key::ResourceOrgPaths if self.is_same_account() => {
                Some(several_if_any(self.principal.map_or(&[], Principal::org_paths)))
            }
            _ => None,
        }
    }

    fn is_session(&self) -> bool {
        self.principal.is_some_and(|principal| principal.kind() == PrincipalKind::AssumedRole)
    }

    /// The seconds since the caller gave a second factor, if it did. A time in the future does not count.
    fn multi_factor_age(&self) -> Option<i64> {
        let moment = self.principal?.multi_factor_at().filter(|moment| self.is_session() && *moment <= self.now)?;
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

    /// Whether the owner of the resource is unknown.
    pub(crate) fn has_unknown_owner(&self) -> bool {
        self.owner().is_none()
    }

    /// Whether the resource is known to belong to the caller's account. An anonymous caller has none.
    pub(crate) fn is_same_account(&self) -> bool {
        let Some(principal) = self.principal else { return false };
        self.owner() == Some(principal.account())
            && self.resource.partition().is_none_or(|partition| partition == principal.partition())
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
