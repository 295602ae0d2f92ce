//! `Principal` and `NotPrincipal`.
//!
//! Source: "AWS JSON policy elements: Principal"; "AWS JSON policy elements: NotPrincipal".

use crate::budget::Budget;
use crate::document::language::Effect;
use crate::error::Error;
use crate::json::node::Node;
use crate::json::value::Json;
use crate::json_path::shown;
use crate::name::{self, is_account};
use crate::principal::{Principal, PrincipalKind};

/// How much an allow of a resource-based policy gives a caller of the same account, the least first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Grant {
    /// It names the account: the account's own policies decide.
    Account,
    /// It names the caller's role: the boundary and the session's policies must also allow.
    Role,
    /// It names the caller or everyone: no other policy needs to allow.
    Caller,
}

/// The caller, with the facts that decide whether a statement applies to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownCaller<'c> {
    /// `None` for an anonymous caller, whom only "everyone" names.
    pub(crate) principal: Option<&'c Principal>,
    /// Whether a permissions boundary is attached to the user or the role.
    pub(crate) is_bounded: bool,
    /// The partition in the ARN of the resource, if it has one.
    pub(crate) partition: Option<&'c str>,
}

/// Whom a statement applies to.
#[derive(Clone, Debug)]
pub(crate) struct Principals {
    named: Box<[Named]>,
    negated: bool,
}

#[derive(Clone, Debug)]
enum Named {
    Everyone,
    /// An account of the resource's partition.
    Account(Box<str>),
    /// An account of a partition, by the ARN of its root user.
    Root {
        partition: Box<str>,
        account: Box<str>,
    },
    /// A user's or a session's ARN.
    Caller(Box<str>),
    Role(Box<str>),
    UniqueId(Box<str>),
    /// A service, an identity provider or a CloudFront identity. These do not call with an access key.
    Other,
}

impl Principals {
    pub(crate) fn parse(node: &Node<'_>, negated: bool) -> Result<Self, Error> {
        let named = match node.json {
            Json::Text(text) if text.as_str() == "*" => vec![Named::Everyone],
            Json::Text(_) => return Err(node.error("expected \"*\", or an object such as {\"AWS\": …}")),
            _ => Self::members(node)?,
        };
        Ok(Self { named: named.into(), negated })
    }

    fn members(node: &Node<'_>) -> Result<Vec<Named>, Error> {
        let members = node.members_of(&["AWS", "CanonicalUser", "Federated", "Service"])?;
        if members.is_empty() {
            return Err(node.error("it names no principal"));
        }
        let mut named = Vec::new();
        for (kind, json) in members {
            let values = node.at_key(kind, json);
            named.extend(values.at_least_one(|value| match kind.as_str() {
                "AWS" => named_aws(&value),
                _ => other(&value),
            })?);
        }
        Ok(named)
    }

    /// How much a statement gives the caller, if it applies.
    ///
    /// `NotPrincipal` is valid in deny statements only. It excludes a caller if it names all of the caller's ARNs: the account,
    /// the user, the role and the session. A caller with a permissions boundary is never excluded.
    ///
    /// Source: "AWS JSON policy elements: NotPrincipal", key points.
    pub(crate) fn grant(&self, caller: &KnownCaller<'_>, effect: Effect, budget: &mut Budget) -> Option<Grant> {
        // Names are compared byte by byte, and those of `NotPrincipal` four times.
        budget.spend(self.named.len().saturating_mul(4));
        if self.negated {
            return (caller.is_bounded || !self.spares(caller)).then_some(Grant::Caller);
        }
        self.named.iter().filter_map(|named| named.grant(caller, effect)).max()
    }

    fn spares(&self, caller: &KnownCaller<'_>) -> bool {
        let has = |name: &dyn Fn(&Named) -> bool| self.named.iter().any(name);
        if has(&|named| matches!(named, Named::Everyone)) {
            return true;
        }
        let Some(principal) = caller.principal else { return false };
        let account = has(&|named| named.is_account_of(principal) && named.is_of_partition(caller, principal));
        let itself = has(&|named| named.is_caller(principal));
        let role = has(&|named| named.is_role_of(principal));
        account
            && match principal.kind() {
                PrincipalKind::Root => true,
                PrincipalKind::User => itself,
                PrincipalKind::AssumedRole => role && itself,
            }
    }
}

impl Named {
    fn grant(&self, caller: &KnownCaller<'_>, effect: Effect) -> Option<Grant> {
        if matches!(self, Self::Everyone) {
            return Some(Grant::Caller);
        }
        let principal = caller.principal?;
        match self {
            named if named.is_caller(principal) => Some(Grant::Caller),
            named if named.is_role_of(principal) => Some(Grant::Role),
            named
                if named.is_account_of(principal)
                    && (effect == Effect::Deny || named.is_of_partition(caller, principal)) =>
            {
                Some(Grant::Account)
            }
            _ => None,
        }
    }

    /// Whether the account is the caller's, and in the caller's partition.
    fn is_of_partition(&self, caller: &KnownCaller<'_>, principal: &Principal) -> bool {
        !matches!(self, Self::Account(_)) || caller.partition.is_none_or(|partition| partition == principal.partition())
    }

    fn is_caller(&self, caller: &Principal) -> bool {
        match self {
            Self::Caller(arn) => **arn == *caller.arn(),
            Self::UniqueId(id) => caller.kind() == PrincipalKind::User && caller.has_unique_id(id),
            _ => false,
        }
    }

    fn is_role_of(&self, caller: &Principal) -> bool {
        caller.kind() == PrincipalKind::AssumedRole
            && match self {
                Self::Role(arn) => **arn == *caller.entity_arn(),
                Self::UniqueId(id) => caller.has_unique_id(id),
                _ => false,
            }
    }

    fn is_account_of(&self, caller: &Principal) -> bool {
        match self {
            Self::Account(account) => **account == *caller.account(),
            Self::Root { partition, account } => **account == *caller.account() && **partition == *caller.partition(),
            _ => false,
        }
    }
}

/// A service, an identity provider or a CloudFront identity.
fn other(value: &Node<'_>) -> Result<Named, Error> {
    let text = value.text()?;
    if text.contains("${") {
        return Err(value.error(format!("a policy variable stands in a principal: {:?}", shown(text))));
    }
    Ok(Named::Other)
}

fn named_aws(value: &Node<'_>) -> Result<Named, Error> {
    let text = value.text()?;
    named(text).ok_or_else(|| {
        value.error(format!(
            "it is no account, nor the ARN of a root user, a user, a role or a session: {:?}",
            shown(text)
        ))
    })
}

/// The account and the resource prefix in the ARN of an origin access identity.
///
/// Source: Amazon CloudFront Developer Guide, "Use an origin access identity (legacy, not recommended)".
const CLOUDFRONT: &str = "cloudfront";
const ORIGIN_ACCESS: &str = "user/CloudFront Origin Access Identity ";

/// `*`, an account, an ARN, or a unique id. A unique id remains where a user or a role was deleted.
fn named(text: &str) -> Option<Named> {
    if text == "*" {
        return Some(Named::Everyone);
    }
    if text.contains(['*', '?']) {
        return None;
    }
    if is_account(text) {
        return Some(Named::Account(text.into()));
    }
    let Some(arn) = text.strip_prefix("arn:") else {
        let fits =
            (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        return fits.then(|| Named::UniqueId(text.into()));
    };
    let mut parts = arn.splitn(5, ':');
    let (partition, service, region) = (parts.next()?, parts.next()?, parts.next()?);
    let (account, resource) = (parts.next()?, parts.next()?);
    if !region.is_empty() || name::partition(partition).is_err() {
        return None;
    }
    if (service, account) == ("iam", CLOUDFRONT) {
        return resource.strip_prefix(ORIGIN_ACCESS).filter(|id| !id.is_empty()).map(|_| Named::Other);
    }
    if !is_account(account) {
        return None;
    }
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => {
            Some(Named::Root { partition: partition.into(), account: account.into() })
        }
        ("iam", Some(("user", rest))) => is_below_path(rest).then(|| Named::Caller(text.into())),
        ("iam", Some(("role", rest))) => is_below_path(rest).then(|| Named::Role(text.into())),
        ("sts", Some(("assumed-role", rest))) => is_session(rest).then(|| Named::Caller(text.into())),
        ("sts", Some(("federated-user", rest))) => name::session(rest).is_ok().then_some(Named::Other),
        _ => None,
    }
}

/// Whether the text is an optional path and the name of a user or a role.
fn is_below_path(text: &str) -> bool {
    let (path, name) = match text.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), name),
        None => ("/".to_owned(), text),
    };
    name::path(&path).is_ok() && !path.contains("${") && name::entity(name).is_ok()
}

/// Whether the text is the name of a role and that of a session.
fn is_session(text: &str) -> bool {
    text.split_once('/').is_some_and(|(role, session)| name::entity(role).is_ok() && name::session(session).is_ok())
}
