//! `Principal` and `NotPrincipal`.
//!
//! Source: "AWS JSON policy elements: Principal"; "AWS JSON policy elements: NotPrincipal".

use crate::iam::json::Json;
use crate::iam::json::fault::{Fault, Place, shown};
use crate::iam::json::node::Node;
use crate::iam::name::is_account;
use crate::iam::principal::{Principal, PrincipalKind};

/// What an allowance of a resource's policy means to a caller of the same account, the least first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Grant {
    /// It names the account, which leaves it to the account's own policies.
    Account,
    /// It names the caller's role: the boundary and the session's policies have to allow as well.
    Role,
    /// It names the caller or everyone: no other policy has to allow.
    Caller,
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
    /// A service, an identity provider, or a CloudFront identity: none of them calls with an access key.
    Other,
}

impl Principals {
    pub(crate) fn parse(node: &Node<'_>, negated: bool) -> Result<Self, Fault> {
        let named = match node.json {
            Json::Text(text) if text.as_str() == "*" => vec![Named::Everyone],
            Json::Text(_) => return Err(node.fault("expected \"*\", or an object such as {\"AWS\": …}")),
            _ => Self::members(node)?,
        };
        Ok(Self { named: named.into(), negated })
    }

    fn members(node: &Node<'_>) -> Result<Vec<Named>, Fault> {
        let members = node.members_of(&["AWS", "CanonicalUser", "Federated", "Service"])?;
        if members.is_empty() {
            return Err(node.fault("it names nobody"));
        }
        let mut named = Vec::new();
        for (kind, json) in members {
            let values = Node { json, place: Place::Key(&node.place, kind) };
            named.extend(values.at_least_one(|value| match kind.as_str() {
                "AWS" => named_aws(&value),
                _ => value.text().map(|_| Named::Other),
            })?);
        }
        Ok(named)
    }

    /// What a statement means to the caller, if it applies to it.
    ///
    /// `NotPrincipal` stands in statements that deny only. It spares whom it names by all of their names: the account, the
    /// user, the role and the session.
    pub(crate) fn grant(&self, caller: &Principal) -> Option<Grant> {
        if self.negated {
            return (!self.spares(caller)).then_some(Grant::Caller);
        }
        self.named.iter().filter_map(|named| named.grant(caller)).max()
    }

    fn spares(&self, caller: &Principal) -> bool {
        let has = |name: fn(&Named, &Principal) -> bool| self.named.iter().any(|named| name(named, caller));
        let everyone = has(|named, _| matches!(named, Named::Everyone));
        let account = has(Named::is_account_of);
        let itself = has(Named::is_caller);
        let role = has(Named::is_role_of);
        everyone
            || account
                && match caller.kind() {
                    PrincipalKind::Root => true,
                    PrincipalKind::User => itself,
                    PrincipalKind::AssumedRole => role && itself,
                }
    }
}

impl Named {
    fn grant(&self, caller: &Principal) -> Option<Grant> {
        match self {
            Self::Everyone => Some(Grant::Caller),
            named if named.is_caller(caller) => Some(Grant::Caller),
            named if named.is_role_of(caller) => Some(Grant::Role),
            named if named.is_account_of(caller) => Some(Grant::Account),
            _ => None,
        }
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

fn named_aws(value: &Node<'_>) -> Result<Named, Fault> {
    let text = value.text()?;
    named(text).ok_or_else(|| {
        value.fault(format!(
            "it is no account, nor the ARN of a root user, a user, a role or a session: {:?}",
            shown(text)
        ))
    })
}

/// `*`, an account, an ARN, or a unique id, which stays behind where a user or a role was deleted.
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
    if !region.is_empty() || !is_account(account) {
        return None;
    }
    let after = |kind: &str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
    match service {
        "iam" if resource == "root" => Some(Named::Root { partition: partition.into(), account: account.into() }),
        "iam" if after("user/") => Some(Named::Caller(text.into())),
        "iam" if after("role/") => Some(Named::Role(text.into())),
        "sts" if after("assumed-role/") && resource.matches('/').count() == 2 => Some(Named::Caller(text.into())),
        "sts" if after("federated-user/") => Some(Named::Other),
        _ => None,
    }
}
