//! The request, as policies see it.

use crate::iam::key::{Key, NamedKey};
use crate::iam::principal::{Principal, PrincipalKind};
use crate::iam::value::{Found, Value};
use core::net::IpAddr;
use time::OffsetDateTime;

/// The request, as policies see it: who wants to do what with which resource, and what conditions may ask for.
///
/// Keys that the principal and the time tell of are there by themselves: `aws:CurrentTime`, `aws:EpochTime`,
/// `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:PrincipalTag/…`, `aws:PrincipalOrgID`,
/// `aws:PrincipalOrgPaths`, `aws:userid`, `aws:username` (of users), `aws:TokenIssueTime`, `aws:MultiFactorAuthPresent`,
/// `aws:MultiFactorAuthAge` (of sessions), and `aws:RequestedRegion` and `aws:ResourceAccount` from the resource's ARN.
#[derive(Clone, Debug)]
pub struct RequestContext<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) now: OffsetDateTime,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) secure_transport: Option<bool>,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) referer: Option<&'a str>,
    pub(crate) given: Vec<(String, Vec<String>)>,
}

impl<'a> RequestContext<'a> {
    /// `principal` wants to do `action`, such as `execute-api:Invoke`, with the resource of that ARN, at the time `now`.
    #[must_use]
    pub const fn new(principal: &'a Principal, action: &'a str, resource: &'a str, now: OffsetDateTime) -> Self {
        Self {
            principal,
            action,
            resource,
            now,
            source_ip: None,
            secure_transport: None,
            user_agent: None,
            referer: None,
            given: Vec::new(),
        }
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

    /// Sets a condition key, in place of whatever value it has. Several values make it a key with several values, which
    /// conditions ask for with `ForAllValues:` or `ForAnyValue:`; none, an empty one. The case of its name does not count.
    #[must_use]
    pub fn with_key<V: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.given.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self.given.push((name.to_owned(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// Who calls.
    #[must_use]
    pub const fn principal(&self) -> &'a Principal {
        self.principal
    }

    /// What the caller wants to do.
    #[must_use]
    pub const fn action(&self) -> &'a str {
        self.action
    }

    /// The ARN of the resource.
    #[must_use]
    pub const fn resource(&self) -> &'a str {
        self.resource
    }
}

impl RequestContext<'_> {
    /// The values of a condition key.
    pub(crate) fn find(&self, key: &NamedKey) -> Found<'_> {
        if let Some((_, values)) = self.given.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key.name)) {
            return several(values);
        }
        let Self { principal, .. } = *self;
        let one = match &key.key {
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
            Key::RequestedRegion => self.arn_part(3).map(Value::Text),
            Key::ResourceAccount => self.arn_part(4).map(Value::Text),
            Key::SecureTransport => self.secure_transport.map(Value::Bool),
            Key::SourceIp => self.source_ip.map(Value::Address),
            Key::TokenIssueTime => principal.token_issue_time().map(|issued| Value::Time(whole_second(issued))),
            Key::UserAgent => self.user_agent.map(Value::Text),
            Key::UserId => Some(Value::Text(principal.user_id())),
            Key::Username => (principal.kind() == PrincipalKind::User).then(|| Value::Text(principal.name())),
            Key::Other => None,
        };
        one.map_or(Found::Missing, Found::One)
    }

    fn is_session(&self) -> bool {
        self.principal.kind() == PrincipalKind::AssumedRole
    }

    /// How many seconds ago the caller gave a second factor, if it did.
    fn multi_factor_age(&self) -> Option<i64> {
        let moment = self.principal.multi_factor_at().filter(|_| self.is_session())?;
        Some((self.now - moment).whole_seconds())
    }

    /// A part of the resource's ARN, if it is not empty.
    fn arn_part(&self, number: usize) -> Option<&str> {
        self.resource.splitn(6, ':').nth(number).filter(|part| !part.is_empty())
    }

    /// Whether the resource is of the caller's account, as one is whose ARN names none.
    pub(crate) fn is_same_account(&self) -> bool {
        self.arn_part(4).is_none_or(|account| account == self.principal.account())
    }
}

fn several(values: &[String]) -> Found<'_> {
    match values {
        [one] => Found::One(Value::Text(one)),
        values => Found::Several(values),
    }
}

fn several_if_any(values: &[String]) -> Found<'_> {
    if values.is_empty() { Found::Missing } else { several(values) }
}

/// Conditions compare times to the second.
fn whole_second(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}
