//! Condition keys.
//!
//! Source: "AWS global condition context keys"; "AWS condition keys that can be used in API Gateway resource policies".

/// The maximum length of the name of a condition key, in bytes. A tag's key has at most 128 characters.
pub(crate) const MAX_KEY_LEN: usize = 1024;

/// A condition key. Its name is case-insensitive.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Key {
    CurrentTime,
    EpochTime,
    MultiFactorAuthAge,
    MultiFactorAuthPresent,
    PrincipalAccount,
    PrincipalArn,
    PrincipalIsAwsService,
    PrincipalOrgId,
    PrincipalOrgPaths,
    PrincipalTag(Box<str>),
    PrincipalType,
    Referer,
    RequestedRegion,
    ResourceAccount,
    ResourceOrgId,
    ResourceOrgPaths,
    SecureTransport,
    SourceIp,
    TokenIssueTime,
    UserAgent,
    UserId,
    Username,
    ViaAwsMcpService,
    ViaAwsService,
    /// A key whose value only the caller of the crate can set.
    Other,
    /// A key with a wildcard or a policy variable in its name. No request has such a key.
    Impossible,
}

/// The keys whose values this crate sets.
const KNOWN: &[(&str, Key)] = &[
    ("aws:CurrentTime", Key::CurrentTime),
    ("aws:EpochTime", Key::EpochTime),
    ("aws:MultiFactorAuthAge", Key::MultiFactorAuthAge),
    ("aws:MultiFactorAuthPresent", Key::MultiFactorAuthPresent),
    ("aws:PrincipalAccount", Key::PrincipalAccount),
    ("aws:PrincipalArn", Key::PrincipalArn),
    ("aws:PrincipalIsAWSService", Key::PrincipalIsAwsService),
    ("aws:PrincipalOrgID", Key::PrincipalOrgId),
    ("aws:PrincipalOrgPaths", Key::PrincipalOrgPaths),
    ("aws:PrincipalType", Key::PrincipalType),
    ("aws:Referer", Key::Referer),
    ("aws:RequestedRegion", Key::RequestedRegion),
    ("aws:ResourceAccount", Key::ResourceAccount),
    ("aws:ResourceOrgID", Key::ResourceOrgId),
    ("aws:ResourceOrgPaths", Key::ResourceOrgPaths),
    ("aws:SecureTransport", Key::SecureTransport),
    ("aws:SourceIp", Key::SourceIp),
    ("aws:TokenIssueTime", Key::TokenIssueTime),
    ("aws:UserAgent", Key::UserAgent),
    ("aws:userid", Key::UserId),
    ("aws:username", Key::Username),
    ("aws:ViaAWSMCPService", Key::ViaAwsMcpService),
    ("aws:ViaAWSService", Key::ViaAwsService),
];

const TAG: &str = "aws:PrincipalTag/";

/// A key as a policy names it.
#[derive(Clone, Debug)]
pub(crate) struct NamedKey {
    pub(crate) name: Box<str>,
    pub(crate) key: Key,
}

impl NamedKey {
    /// Reads the name of a key: a service, a colon and a name.
    pub(crate) fn parse(name: &str) -> Result<Self, &'static str> {
        let (of, rest) = name.split_once(':').ok_or("a condition key is written as `service:name`")?;
        if of.is_empty() || rest.is_empty() || name.len() > MAX_KEY_LEN || name.chars().any(char::is_control) {
            return Err("this is no name of a condition key");
        }
        if [of, rest].iter().any(|part| part.trim() != *part) {
            return Err("there is a space before or after a part of the condition key");
        }
        if name.contains(['*', '?']) || name.contains("${") {
            return Ok(Self { name: name.into(), key: Key::Impossible });
        }
        let tag = name.get(..TAG.len()).filter(|start| start.eq_ignore_ascii_case(TAG));
        let key = match tag.and_then(|_| name.get(TAG.len()..)) {
            Some(tag) => Key::PrincipalTag(tag.into()),
            None => known(name).unwrap_or(Key::Other),
        };
        Ok(Self { name: name.into(), key })
    }
}

fn known(name: &str) -> Option<Key> {
    KNOWN.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, key)| key.clone())
}
