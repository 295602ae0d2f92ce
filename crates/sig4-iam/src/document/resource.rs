//! `Resource` and `NotResource`.
//!
//! Source: "IAM JSON policy elements: Resource"; "IAM JSON policy elements: NotResource"; "API Gateway resource policy
//! examples" for the short form `execute-api:/stage/METHOD/path`.

use crate::arn::Arn;
use crate::arn_pattern::{ArnPattern, Reading, is_cut_short};
use crate::budget::Budget;
use crate::context::RequestContext;
use crate::document::language::{Effect, Language};
use crate::error::Error;
use crate::json::node::Node;
use crate::json_path::shown;
use crate::matching::MatchMode;
use crate::pattern::{Pattern, Syntax};
use crate::truth::Truth;

/// The resources of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Resources {
    patterns: Box<[ResourcePattern]>,
    negated: bool,
}

#[derive(Clone, Debug)]
enum ResourcePattern {
    Arn(ArnPattern),
    /// Stage, method and path of the API that the policy belongs to.
    OfOwnApi(Pattern),
}

/// The short form without the ARN of the policy's own API.
const OWN_API: &str = "execute-api:/";

impl Resources {
    pub(crate) fn parse(node: &Node<'_>, negated: bool, effect: Effect, language: Language) -> Result<Self, Error> {
        // An allow uses the narrower reading, and its exclusions the wider one.
        let reading = if (effect == Effect::Allow) == negated { Reading::Wide } else { Reading::Narrow };
        let patterns = node.at_least_one(|value| {
            let text = value.text()?;
            let pattern = match text.strip_prefix(OWN_API).filter(|_| language.has_principals) {
                Some(rest) => Pattern::parse(rest, Syntax { wildcards: true, variables: language.has_variables })
                    .map(ResourcePattern::OfOwnApi),
                None if language.has_principals && is_cut_short(text) => {
                    Err("the ARN has fewer than six parts, which only identity-based policies leave out".to_owned())
                }
                None => ArnPattern::parse_resource(text, language.has_variables, reading).map(ResourcePattern::Arn),
            };
            pattern.map_err(|words| value.error(format!("{words}: {:?}", shown(text))))
        })?;
        Ok(Self { patterns: patterns.into(), negated })
    }

    /// Whether the statement covers `arn`.
    pub(crate) fn holds(&self, arn: &Arn<'_>, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        let matches = |pattern: &ResourcePattern, budget: &mut Budget| match pattern {
            // A variable without a value excludes nothing, so that `NotResource` does not allow everything.
            pattern if self.negated && !pattern.pattern().is_resolved(context, budget) => Truth::Unknown,
            ResourcePattern::Arn(pattern) => pattern.matches_arn(arn, context, budget),
            ResourcePattern::OfOwnApi(_) if !arn.is_arn() => Truth::Unknown,
            ResourcePattern::OfOwnApi(pattern) => match below_api(arn.text()) {
                Some(rest) => pattern.matches(rest, MatchMode::Text, context, budget),
                None => Truth::No,
            },
        };
        budget.any(&*self.patterns, matches).negated_if(self.negated)
    }
}

impl ResourcePattern {
    const fn pattern(&self) -> &Pattern {
        match self {
            Self::Arn(arn) => &arn.pattern,
            Self::OfOwnApi(pattern) => pattern,
        }
    }
}

/// What follows the API's id in an ARN.
fn below_api(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    parts.nth(2).filter(|service| *service == "execute-api")?;
    parts.nth(2)?.split_once('/').map(|(_, rest)| rest)
}
