//! One statement of a policy.

use crate::arn::Arn;
use crate::budget::Budget;
use crate::condition::Condition;
use crate::context::RequestContext;
use crate::document::action::Actions;
use crate::document::language::{Effect, Language};
use crate::document::principals::{Grant, KnownCaller, Principals};
use crate::document::resource::Resources;
use crate::error::Error;
use crate::json::node::Node;
use crate::json_path::shown;
use crate::truth::Truth;
use std::sync::Arc;

/// The maximum length of a `Sid`, in bytes.
const MAX_SID_LEN: usize = 256;

/// One statement.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) sid: Option<Arc<str>>,
    /// Its index in the document, from zero.
    pub(crate) index: usize,
    pub(crate) effect: Effect,
    /// The principals that it applies to. `None` in an identity-based policy, which applies to its identity.
    principals: Option<Principals>,
    actions: Actions,
    /// The resources that it covers. `None` in a resource-based policy that covers its own resource.
    resources: Option<Resources>,
    conditions: Box<[Condition]>,
}

const OF_IDENTITY: &[&str] = &["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

const OF_RESOURCE: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

impl Statement {
    pub(crate) fn parse(node: &Node<'_>, index: usize, language: Language) -> Result<Self, Error> {
        node.members_of(if language.has_principals { OF_RESOURCE } else { OF_IDENTITY })?;
        let effect = effect(node)?;
        let principals = language.has_principals.then(|| principals(node, effect)).transpose()?;
        let (actions, negated) = one_of(node, "Action", "NotAction")?;
        let actions = Actions::parse(&actions, negated)?;
        let resources = resources(node, effect, language)?;
        let conditions = match node.member("Condition") {
            Some(condition) => Condition::parse_all(&condition, language.has_variables)?,
            None => Vec::new(),
        };
        let sid = sid(node, language)?;
        Ok(Self { sid, index, effect, principals, actions, resources, conditions: conditions.into() })
    }

    /// How much the statement gives the caller, if it applies to the caller.
    pub(crate) fn grant(&self, caller: &KnownCaller<'_>, budget: &mut Budget) -> Option<Grant> {
        match &self.principals {
            Some(principals) => principals.grant(caller, self.effect, budget),
            None => Some(Grant::Caller),
        }
    }

    /// Whether the statement applies to the request for `arn`, its principals aside.
    pub(crate) fn applies(&self, arn: &Arn<'_>, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        let action = self.actions.holds(context, budget);
        if action == Truth::No {
            return Truth::No;
        }
        let resource = match &self.resources {
            Some(resources) => resources.holds(arn, context, budget),
            None => Truth::Yes,
        };
        if resource == Truth::No {
            return Truth::No;
        }
        let conditions = budget.all(&*self.conditions, |condition, budget| condition.holds(context, budget));
        Truth::all([action, resource, conditions])
    }
}

fn effect(node: &Node<'_>) -> Result<Effect, Error> {
    let effect = node.member("Effect").ok_or_else(|| node.error("there is no Effect"))?;
    match effect.text()? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(effect.error(format!("it is neither \"Allow\" nor \"Deny\": {:?}", shown(other)))),
    }
}

/// With `Allow`, `NotPrincipal` would allow everyone else. AWS does not support it.
fn principals(node: &Node<'_>, effect: Effect) -> Result<Principals, Error> {
    let (principals, negated) = one_of(node, "Principal", "NotPrincipal")?;
    if negated && effect == Effect::Allow {
        return Err(principals.error("it stands in a statement that allows"));
    }
    Principals::parse(&principals, negated)
}

/// A resource-based policy may omit its own resource, as trust policies of roles and policies of topics do.
///
/// Source: "IAM policy elements: Variables and tags", condition element, the example of a topic's policy.
fn resources(node: &Node<'_>, effect: Effect, language: Language) -> Result<Option<Resources>, Error> {
    let is_left_out = node.member("Resource").is_none() && node.member("NotResource").is_none();
    if is_left_out && language.has_principals {
        return Ok(None);
    }
    let (resources, negated) = one_of(node, "Resource", "NotResource")?;
    Resources::parse(&resources, negated, effect, language).map(Some)
}

/// The element or its negation. Exactly one is required.
fn one_of<'n>(node: &'n Node<'_>, name: &str, negation: &str) -> Result<(Node<'n>, bool), Error> {
    match (node.member(name), node.member(negation)) {
        (Some(element), None) => Ok((element, false)),
        (None, Some(element)) => Ok((element, true)),
        (Some(_), Some(_)) => Err(node.error(format!("there is both {name} and {negation}"))),
        (None, None) => Err(node.error(format!("there is neither {name} nor {negation}"))),
    }
}

/// A `Sid` of an identity-based policy consists of letters and digits. An empty `Sid` counts as absent.
fn sid(node: &Node<'_>, language: Language) -> Result<Option<Arc<str>>, Error> {
    let Some(sid) = node.member("Sid") else { return Ok(None) };
    let text = sid.text()?;
    if text.len() > MAX_SID_LEN {
        return Err(sid.error(format!("it is longer than {MAX_SID_LEN} bytes")));
    }
    if !language.has_principals && !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(sid.error("it holds a character other than letters and digits of ASCII"));
    }
    Ok((!text.is_empty()).then(|| text.into()))
}
