//! `Action` and `NotAction`.
//!
//! Source: "IAM JSON policy elements: Action"; "IAM JSON policy elements: NotAction".

use crate::budget::Budget;
use crate::context::RequestContext;
use crate::error::Error;
use crate::json::node::Node;
use crate::json_path::shown;
use crate::matching::MatchMode;
use crate::pattern::{Pattern, Syntax};
use crate::truth::Truth;

/// The actions of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Actions {
    patterns: Box<[Pattern]>,
    negated: bool,
}

impl Actions {
    pub(crate) fn parse(node: &Node<'_>, negated: bool) -> Result<Self, Error> {
        let patterns = node.at_least_one(|value| {
            let text = value.text()?;
            pattern(text).map_err(|words| value.error(format!("{words}: {:?}", shown(text))))
        })?;
        Ok(Self { patterns: patterns.into(), negated })
    }

    pub(crate) fn holds(&self, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        let action = context.action();
        let matches = |pattern: &Pattern, budget: &mut Budget| {
            pattern.matches(action, MatchMode::IgnoringAsciiCase, context, budget)
        };
        budget.any(&*self.patterns, matches).negated_if(self.negated)
    }
}

/// `*`, or a service, a colon, and an action with wildcards or without.
fn pattern(text: &str) -> Result<Pattern, String> {
    if text != "*" {
        let (service, action) = text.split_once(':').ok_or("an action is written as `service:action`")?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if service.is_empty() || service != "*" && !service.bytes().all(fits) {
            return Err("this is no service".to_owned());
        }
        if action.is_empty() || !action.bytes().all(|b| fits(b) || matches!(b, b'*' | b'?' | b'.' | b'/')) {
            return Err("this is no action".to_owned());
        }
    }
    Pattern::parse(text, Syntax { wildcards: true, variables: false })
}
