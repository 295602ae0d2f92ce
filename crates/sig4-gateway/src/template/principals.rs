//! The users and roles of the stacks, and the policies that apply to them.
//!
//! A principal is included only if all its policies can be read, because a missing policy could be the one that denies. The same
//! applies to the targets of policies, to permissions boundaries, and to managed policies of AWS, whose text is in no template. A
//! role is included if one of its policies names `execute-api`, as with `grantInvoke`; other roles belong to services.
//!
//! Source: `AWS::IAM::User`, `Role`, `Group`, `Policy`, `ManagedPolicy`, `UserPolicy`, `RolePolicy`, `GroupPolicy`,
//! `UserToGroupAddition` and `AccessKey` in the CloudFormation User Guide.

use super::path::{self, TemplatePath};
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{ACCESS_KEY, MANAGED_POLICY};
use super::scope::TemplateSet;
use crate::definition::PrincipalDefinition;
use crate::error::Error;
use serde_json::Value;
use sig4_iam::{self as iam, Policies, Policy, Principal};
use std::collections::BTreeMap;

const USER: &str = "AWS::IAM::User";
const ROLE: &str = "AWS::IAM::Role";
const GROUP: &str = "AWS::IAM::Group";

/// Types of policies, with the properties that name their users, roles and groups.
const POLICIES: [(&str, [(Kind, &str); 3]); 5] = [
    ("AWS::IAM::Policy", OF_LISTS),
    (MANAGED_POLICY, OF_LISTS),
    ("AWS::IAM::UserPolicy", [(Kind::User, "UserName"); 3]),
    ("AWS::IAM::RolePolicy", [(Kind::Role, "RoleName"); 3]),
    ("AWS::IAM::GroupPolicy", [(Kind::Group, "GroupName"); 3]),
];
const OF_LISTS: [(Kind, &str); 3] = [(Kind::User, "Users"), (Kind::Role, "Roles"), (Kind::Group, "Groups")];

/// The prefix of the actions of API Gateway's calls.
const INVOKING: &str = "execute-api:";

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    User,
    Role,
    Group,
}

/// A policy or the reason why it cannot be read, and whether it names calls of API Gateway.
#[derive(Clone)]
struct Read {
    policy: Result<Policy, String>,
    invokes: bool,
}

/// A user or a role: its template, its logical id and the resource.
type Found<'w> = (Resolver<'w>, &'w String, &'w Value);

/// The policies of users, roles and groups.
#[derive(Default)]
struct Attached {
    /// By kind and name.
    policies: BTreeMap<(Kind, String), Vec<Read>>,
    /// Managed policies by ARN.
    managed: BTreeMap<String, Read>,
    /// The groups of users from `UserToGroupAddition`.
    groups: BTreeMap<String, Vec<String>>,
    /// The users who have access keys, and whether one of them is active.
    keys: BTreeMap<String, bool>,
}

/// The users, and the roles that may call APIs.
pub(crate) fn read(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>]) -> Result<Vec<PrincipalDefinition>, Error> {
    let place = path::part("Resources");
    match templates.decided(&place, || principals(templates, deployed)) {
        Err(error) if !templates.budget.is_exhausted() => {
            templates.note(format!("the stack's users and roles get no access keys: {}", error.detail()));
            Ok(Vec::new())
        }
        result => result,
    }
}

fn principals(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>]) -> Result<Vec<PrincipalDefinition>, Error> {
    let attached = Attached::read(deployed)?;
    let mut found: BTreeMap<(Kind, String), Vec<Found<'_>>> = BTreeMap::new();
    for resolver in deployed {
        for (kind, of_type) in [(Kind::User, USER), (Kind::Role, ROLE)] {
            for (name, resource) in resolver.of_type(of_type)? {
                let key = (kind, resolver.physical_name(name, resource)?);
                found.entry(key).or_default().push((*resolver, name, resource));
            }
        }
    }
    let mut planned = Vec::new();
    for ((kind, name), resources) in found {
        let principal = match resources.as_slice() {
            [(resolver, logical_id, resource)] => attached.principal(resolver, kind, &name, (logical_id, resource)),
            _ => Err("several stacks have it".to_owned()),
        };
        match principal {
            Ok(Some(principal)) => planned.push(principal),
            Ok(None) => {}
            Err(why) => {
                let kind = if kind == Kind::User { "user" } else { "role" };
                templates.note(format!("the {kind} {name} gets no access key: {why}"));
            }
        }
    }
    Ok(planned)
}

impl Attached {
    fn read(deployed: &[Resolver<'_>]) -> Result<Self, Error> {
        let mut attached = Self::default();
        for resolver in deployed {
            for (of_type, holders) in POLICIES {
                for (name, resource) in resolver.of_type(of_type)? {
                    attached.add(resolver, (of_type, name, resource), holders)?;
                }
            }
            each(resolver, "AWS::IAM::UserToGroupAddition", |addition| {
                let group = addition.required("GroupName")?;
                for user in addition.texts("Users")? {
                    attached.groups.entry(user).or_default().push(group.clone());
                }
                Ok(())
            })?;
            each(resolver, ACCESS_KEY, |key| {
                let active = key.text("Status")?.is_none_or(|status| status == "Active");
                *attached.keys.entry(key.required("UserName")?).or_default() |= active;
                Ok(())
            })?;
            each_named(resolver, GROUP, |name, group| {
                let policies = attached.own(group)?;
                attached.policies.entry((Kind::Group, name)).or_default().extend(policies);
                Ok(())
            })?;
        }
        Ok(attached)
    }

    /// Adds a policy to the users, roles and groups that it names.
    fn add(
        &mut self,
        resolver: &Resolver<'_>,
        (of_type, logical_id, resource): (&str, &String, &Value),
        holders: [(Kind, &str); 3],
    ) -> Result<(), Error> {
        let resources = resolver.scope.root("Resources");
        let at = resources.key(logical_id);
        let policy = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
        let read = document(&policy, logical_id, true);
        for (n, (kind, property)) in holders.into_iter().enumerate() {
            let names = match holders == OF_LISTS {
                true => policy.texts(property)?,
                false if n == 0 => vec![policy.required(property)?],
                false => Vec::new(),
            };
            for name in names {
                self.policies.entry((kind, name)).or_default().push(read.clone());
            }
        }
        if of_type == MANAGED_POLICY {
            self.managed.insert(resolver.physical_name(logical_id, resource)?, read);
        }
        Ok(())
    }

    /// The policies that a user, a role or a group names.
    fn own(&self, holder: &Properties<'_>) -> Result<Vec<Read>, Error> {
        let mut all = Vec::new();
        let (value, is_known) = holder.resolver.templates.watched(|| holder.value("Policies"));
        if let Some(value) = value? {
            let place = holder.place.key("Policies");
            for (i, policy) in holder.resolver.items(&value, &place)?.iter().enumerate() {
                let policy = Properties::new(holder.resolver, Some(policy), place.index(i))?;
                all.push(document(&policy, "Policies", is_known));
            }
        }
        for arn in holder.texts("ManagedPolicyArns")? {
            let unknown = || Read { policy: Err(format!("the policy {arn} is in no template")), invokes: false };
            all.push(self.managed.get(&arn).cloned().unwrap_or_else(unknown));
        }
        Ok(all)
    }

    /// A user or a role with its policies, `None` for a role that calls no API, or the reason why it is left out.
    fn principal(
        &self,
        resolver: &Resolver<'_>,
        kind: Kind,
        name: &str,
        (logical_id, resource): (&String, &Value),
    ) -> Result<Option<PrincipalDefinition>, String> {
        let said = |error: Error| error.detail();
        let resources = resolver.scope.root("Resources");
        let at = resources.key(logical_id);
        let properties = Properties::new(resolver, resource.get("Properties"), at.key("Properties")).map_err(said)?;
        let mut reads = self.own(&properties).map_err(said)?;
        reads.extend(self.of(kind, name).cloned());
        if kind == Kind::User {
            let named = properties.texts("Groups").map_err(said)?;
            let groups = named.iter().chain(self.groups.get(name).into_iter().flatten());
            for group in groups.collect::<std::collections::BTreeSet<_>>() {
                if !self.policies.contains_key(&(Kind::Group, group.clone())) {
                    return Err(format!("its group {group} is in no template"));
                }
                reads.extend(self.of(Kind::Group, group).cloned());
            }
            if self.keys.get(name) == Some(&false) {
                return Err("its access keys are inactive".to_owned());
            }
        } else if !reads.iter().any(|read| read.invokes) {
            return Ok(None);
        }
        let mut policies = Policies::new();
        for read in reads {
            policies = policies.with_identity(read.policy?);
        }
        if let Some(arn) = properties.text("PermissionsBoundary").map_err(said)? {
            let boundary = self.managed.get(&arn).ok_or_else(|| format!("its boundary {arn} is in no template"))?;
            policies = policies.with_boundary(boundary.policy.clone()?);
        }
        let principal = principal(&properties, kind, name).map_err(said)?;
        Ok(Some(PrincipalDefinition { principal, policies }))
    }

    fn of(&self, kind: Kind, name: &str) -> impl Iterator<Item = &Read> {
        self.policies.get(&(kind, name.to_owned())).into_iter().flatten()
    }
}

/// The principal itself, with its path and tags.
fn principal(properties: &Properties<'_>, kind: Kind, name: &str) -> Result<Principal, Error> {
    let deployment = properties.resolver.deployment;
    let account = deployment.account();
    let refused = |error: iam::Error| properties.place.error(error);
    let principal = match kind {
        Kind::Role => Principal::role_session(account, name, PrincipalDefinition::SESSION),
        _ => Principal::user(account, name),
    };
    let mut principal =
        principal.and_then(|principal| principal.with_partition(deployment.partition())).map_err(refused)?;
    if let Some(path) = properties.text("Path")? {
        principal = principal.with_path(path).map_err(refused)?;
    }
    let Some(tags) = properties.value("Tags")? else { return Ok(principal) };
    let place = properties.place.key("Tags");
    for (i, tag) in properties.resolver.items(&tags, &place)?.iter().enumerate() {
        let tag = Properties::new(properties.resolver, Some(tag), place.index(i))?;
        principal = principal.with_tag(tag.required("Key")?, tag.required("Value")?);
    }
    Ok(principal)
}

/// The document of a policy. It may contain values that are not known.
fn document(policy: &Properties<'_>, otherwise: &str, was_known: bool) -> Read {
    let read = || {
        let name = policy.text("PolicyName")?.unwrap_or_else(|| otherwise.to_owned());
        let (document, is_known) = policy.resolver.templates.watched(|| policy.value("PolicyDocument"));
        let place = policy.place.key("PolicyDocument");
        let document = document?.ok_or_else(|| place.error("there is no document"))?;
        if !(is_known && was_known) && denies_calls(&document) {
            return Err(place.error("it denies calls, and has a value that only AWS knows"));
        }
        Ok((name, document.to_string()))
    };
    match read() {
        Ok((name, text)) => {
            let place = policy.place.key("PolicyDocument");
            let parsed = Policy::parse(name, &text).map_err(|error| format!("{place}: {error}"));
            Read { policy: parsed, invokes: text.to_ascii_lowercase().contains(INVOKING) }
        }
        // It may name calls of API Gateway, so the role is reported as left out.
        Err(error) => Read { policy: Err(error.detail()), invokes: true },
    }
}

/// Whether a policy has a statement that denies calls of API Gateway, among others.
fn denies_calls(document: &Value) -> bool {
    let all = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => items.clone(),
        value => value.into_iter().cloned().collect(),
    };
    let is_of_calls = |action: &Value| {
        let action = action.as_str().unwrap_or_default();
        let service = action.split_once(':').map_or(action, |(service, _)| service);
        service.contains(['*', '?']) || INVOKING.trim_end_matches(':').eq_ignore_ascii_case(service)
    };
    let denies = |statement: &Value| {
        let actions = all(statement.get("Action"));
        statement.get("Effect").is_some_and(|effect| effect == "Deny")
            && (actions.is_empty() || actions.iter().any(is_of_calls))
    };
    all(document.get("Statement")).iter().any(denies)
}

/// Reads the properties of every resource of a type.
fn each(
    resolver: &Resolver<'_>,
    of_type: &str,
    mut read: impl FnMut(&Properties<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    each_named(resolver, of_type, |_, properties| read(properties))
}

/// The same, with the names of the resources.
fn each_named(
    resolver: &Resolver<'_>,
    of_type: &str,
    mut read: impl FnMut(String, &Properties<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let resources = resolver.scope.root("Resources");
    for (name, resource) in resolver.of_type(of_type)? {
        let at = resources.key(name);
        let properties = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
        read(resolver.physical_name(name, resource)?, &properties)?;
    }
    Ok(())
}
