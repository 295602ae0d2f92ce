//! The request, as policies see it.

use crate::iam::principal::Principal;
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
