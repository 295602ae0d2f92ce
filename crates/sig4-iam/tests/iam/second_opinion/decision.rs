//! The decision: deny first, then the order of the policy types.
//!
//! Source: "Policy evaluation logic", with its pages on single accounts and on cross-account requests; "AWS JSON policy
//! elements: Principal" and "NotPrincipal"; "Permissions boundaries for IAM entities".

use super::arn::{self, Reach};
use super::condition::{self, Holds};
use super::document::{Statement, Who};
use super::mutation::{Mutation, is};
use super::request::{Request, Sort};
use super::text::{Known, expand, like, marks};

/// The policies of one decision.
#[derive(Clone, Debug, Default)]
pub struct Applying {
    pub identity: Vec<Vec<Statement>>,
    pub boundary: Option<Vec<Statement>>,
    pub session: Vec<Vec<Statement>>,
    /// Service control policies, level by level.
    pub levels: Vec<Vec<Vec<Statement>>>,
    pub resource: Option<Vec<Statement>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// How directly a statement of the resource's policy names the caller.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Named {
    No,
    /// The statement names the account, which delegates to its own policies.
    Account,
    Role,
    /// The user or the session, or everyone.
    Caller,
}

pub fn decide(request: &Request, applying: &Applying) -> Answer {
    if denied(request, applying) {
        return Answer::ExplicitDeny;
    }
    let allowed = if request.is_own() { own_account(request, applying) } else { other_account(request, applying) };
    if allowed && organization_allows(request, applying) { Answer::Allowed } else { Answer::ImplicitDeny }
}

fn denied(request: &Request, applying: &Applying) -> bool {
    let levels = applying.levels.iter().flatten();
    let policies = applying.identity.iter().chain(&applying.boundary).chain(&applying.session).chain(levels);
    let own = policies.filter(|policy| !is(Mutation::FirstStatementDecides) || first_allows(request, policy).is_none());
    let resource = applying.resource.iter().filter(|_| !is(Mutation::DenyIsIgnoredInResourcePolicies));
    let with_boundary = applying.boundary.is_some() && !is(Mutation::BoundaryOnNotPrincipalIsIgnored);
    own.flatten().any(|statement| !statement.allows && denies(request, statement))
        || resource.flatten().any(|statement| {
            !statement.allows && denies_caller(request, statement, with_boundary) && denies(request, statement)
        })
}

/// Used by one mutation only.
fn first_allows(request: &Request, policy: &[Statement]) -> Option<()> {
    policy.iter().find(|statement| applies(request, statement) == Holds::Yes).filter(|first| first.allows).map(|_| ())
}

fn denies(request: &Request, statement: &Statement) -> bool {
    match applies(request, statement) {
        Holds::Yes => true,
        Holds::Unclear => !is(Mutation::UnclearDenyIsIgnored),
        Holds::No => false,
    }
}

fn own_account(request: &Request, applying: &Applying) -> bool {
    let boundary =
        applying.boundary.as_ref().is_none_or(|policy| allows(request, policy)) || is(Mutation::BoundaryIsIgnored);
    let session =
        applying.session.is_empty() || some_allows(request, &applying.session) || is(Mutation::SessionIsIgnored);
    if request.caller.sort == Sort::Root && !is(Mutation::RootNeedsAllowance) {
        return true;
    }
    match named(request, applying) {
        Named::Caller => true,
        Named::Role if is(Mutation::RoleIsLimitedByNothing) => true,
        Named::Account if is(Mutation::AccountNamesTheCaller) => true,
        Named::Role => boundary && session,
        Named::Account | Named::No => some_allows(request, &applying.identity) && boundary && session,
    }
}

/// "The request is allowed only if both evaluations return a decision of `Allow`."
fn other_account(request: &Request, applying: &Applying) -> bool {
    let boundary =
        applying.boundary.as_ref().is_none_or(|policy| allows(request, policy)) || is(Mutation::BoundaryIsIgnored);
    let session =
        applying.session.is_empty() || some_allows(request, &applying.session) || is(Mutation::SessionIsIgnored);
    let own = request.caller.sort == Sort::Root || some_allows(request, &applying.identity) && boundary && session;
    own && named(request, applying) > Named::No
}

fn organization_allows(request: &Request, applying: &Applying) -> bool {
    let mut levels = applying.levels.iter();
    if is(Mutation::OneLevelIsEnough) && !applying.levels.is_empty() {
        return levels.any(|level| some_allows(request, level));
    }
    levels.all(|level| some_allows(request, level))
}

fn some_allows(request: &Request, policies: &[Vec<Statement>]) -> bool {
    policies.iter().any(|policy| allows(request, policy))
}

fn allows(request: &Request, policy: &[Statement]) -> bool {
    policy.iter().any(|statement| statement.allows && applies(request, statement) == Holds::Yes)
}

/// How directly the resource's policy allows the caller, by its best statement.
fn named(request: &Request, applying: &Applying) -> Named {
    let mut best = Named::No;
    for statement in applying.resource.iter().flatten() {
        let named = allowed_caller(request, statement);
        if statement.allows && named > best && applies(request, statement) == Holds::Yes {
            best = named;
        }
    }
    best
}

fn allowed_caller(request: &Request, statement: &Statement) -> Named {
    let Some(principals) = &statement.principals else { return Named::No };
    let partition = request.partition();
    let hows = principals.list.iter().map(|who| how(request, who, partition.as_deref()));
    hows.fold(Named::No, |best, one| if one > best { one } else { best })
}

/// Whether the principals of a denying statement include the caller.
fn denies_caller(request: &Request, statement: &Statement, with_boundary: bool) -> bool {
    let Some(principals) = &statement.principals else { return false };
    // In `NotPrincipal`, an account without a partition is one of the resource's partition.
    let partition = request.partition().filter(|_| principals.negated);
    let hows: Vec<_> = principals.list.iter().map(|who| how(request, who, partition.as_deref())).collect();
    if !principals.negated {
        return hows.iter().any(|how| *how > Named::No);
    }
    // "You must also specify the account ARN of the not-denied principal", and of a session its role.
    let everyone = principals.list.contains(&Who::Everyone);
    let spared = match request.caller.sort {
        Sort::Root => hows.contains(&Named::Account),
        Sort::User => hows.contains(&Named::Account) && hows.contains(&Named::Caller),
        Sort::Session => hows.contains(&Named::Account) && hows.contains(&Named::Role) && hows.contains(&Named::Caller),
    };
    !everyone && !spared || with_boundary
}

/// How an entry names the caller. `partition` is the partition of accounts that the entry names by digits, if it is known.
fn how(request: &Request, who: &Who, partition: Option<&str>) -> Named {
    let caller = &request.caller;
    let name = match who {
        Who::Everyone => return Named::Caller,
        Who::Other => return Named::No,
        Who::Aws(name) => name,
    };
    let partition =
        partition.is_none_or(|partition| partition == caller.partition) || is(Mutation::AccountsHaveNoPartition);
    if *name == caller.account && partition || *name == caller.account_arn() {
        return Named::Account;
    }
    let entity = *name == caller.entity_arn() || *name == caller.unique_id;
    match caller.sort {
        Sort::User if entity => Named::Caller,
        Sort::Session if *name == caller.session_arn() => Named::Caller,
        Sort::Session if entity => Named::Role,
        _ => Named::No,
    }
}

/// Whether a statement applies to the request, apart from its principals.
fn applies(request: &Request, statement: &Statement) -> Holds {
    let actions = &statement.actions;
    let action = actions.list.iter().any(|action| is_action(action, &request.action)) != actions.negated;
    let conditions = statement
        .conditions
        .iter()
        .map(|(operator, key, values)| condition::holds(request, operator, key, values, statement.variables));
    let conditions = if is(Mutation::OneOfTheKeysIsEnough) && !statement.conditions.is_empty() {
        let all: Vec<_> = conditions.collect();
        if all.contains(&Holds::Yes) { Holds::Yes } else { condition::all(all) }
    } else {
        condition::all(conditions)
    };
    let action = if action { Holds::Yes } else { Holds::No };
    condition::all([action, resources(request, statement), conditions])
}

fn is_action(pattern: &str, action: &str) -> bool {
    if is(Mutation::ActionCaseCounts) {
        return like(&marks(pattern), action);
    }
    like(&marks(&pattern.to_ascii_lowercase()), &action.to_ascii_lowercase())
}

fn resources(request: &Request, statement: &Statement) -> Holds {
    let Some(resources) = &statement.resources else { return Holds::Yes };
    // A statement that allows takes the narrow reading, and one that denies the wide one.
    let wide = statement.allows == resources.negated && !is(Mutation::NarrowDeny);
    let reach = if wide { Reach::Text } else { Reach::Part };
    let each = |pattern: &String| match (names(request, pattern, reach, statement.variables), resources.negated) {
        (Known::Is(yes), _) => Holds::of(yes),
        (Known::Missing, false) => Holds::No,
        (Known::Missing, true) if is(Mutation::MissingVariableMatchesNotResource) => Holds::No,
        // With a missing variable, the resource that `NotResource` excludes is unknown.
        (Known::Missing, true) | (Known::Unclear, _) => Holds::Unclear,
    };
    let named = condition::any(resources.list.iter().map(each));
    if resources.negated { named.not() } else { named }
}

/// Whether a pattern matches the resource of the request.
fn names(request: &Request, pattern: &str, reach: Reach, variables: bool) -> Known<bool> {
    // Only `*` is sure to match a resource that is not an ARN.
    if pattern != "*" && arn::parts(&request.resource).is_none() {
        return Known::Unclear;
    }
    let expanded = if variables || is(Mutation::VariablesInOldVersion) {
        expand(pattern, &|key| request.variable(key))
    } else {
        Known::Is(marks(pattern))
    };
    let pattern = match expanded {
        Known::Is(pattern) => pattern,
        Known::Missing => return Known::Missing,
        Known::Unclear => return Known::Unclear,
    };
    // API Gateway's short form: the stage, the method and the path of the API that the policy is attached to.
    let short = marks("execute-api:/");
    if pattern.starts_with(&short) {
        let parts = arn::parts(&request.resource).filter(|parts| parts[2] == "execute-api");
        let route = parts.and_then(|parts| parts[5].split_once('/').map(|(_, route)| route.to_owned()));
        return Known::Is(route.is_some_and(|route| like(&pattern[short.len()..], &route)));
    }
    Known::Is(arn::names(&pattern, reach, &request.resource))
}
