//! The `Condition` element: operators, keys, and the values that a request is compared with.
//!
//! A statement applies if all its conditions hold. A condition holds if the request's value matches one of its values; a negated
//! operator holds if it matches no value. If the request does not have the key, negated operators, `IfExists` and `ForAllValues:`
//! hold, and all others do not. `ForAllValues:`, `ForAnyValue:` and `Null` do not count an empty text as a value, but the key is
//! present, so `IfExists` has no effect.
//!
//! Source: "IAM JSON policy elements: Condition operators"; "Conditions with multiple context keys or values";
//! "Single-valued vs. multivalued context keys".

mod binary;
mod comparison;
pub(crate) mod date;
mod decimal;
mod network;
pub(crate) mod operator;

use crate::budget::Budget;
use crate::case_folding;
use crate::context::RequestContext;
use crate::error::Error;
use crate::json::node::Node;
use crate::json::value::Json;
use crate::json_path::shown;
use crate::key::NamedKey;
use crate::truth::Truth;
use crate::value::{KeyValues, Value};
use comparison::Comparison;
use operator::{Operator, Quantifier};
use std::collections::HashSet;
use std::slice;

/// One operator, one key, and the values.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    operator: Operator,
    key: NamedKey,
    comparison: Comparison,
}

impl Condition {
    /// Reads the `Condition` element. `variables` tells whether the document may contain policy variables.
    pub(crate) fn parse_all(node: &Node<'_>, variables: bool) -> Result<Vec<Self>, Error> {
        let mut conditions = Vec::new();
        for (name, block) in node.members()? {
            let node = node.at_key(name, block);
            let operator = Operator::parse(name).ok_or_else(|| node.error("there is no such condition operator"))?;
            let members = node.members()?;
            // Without keys there is no condition, and the statement would always apply.
            if members.is_empty() {
                return Err(node.error("there is no condition key"));
            }
            let mut names = HashSet::new();
            for (key, values) in members {
                let values = node.at_key(key, values);
                if !names.insert(case_folding::folded(key)) {
                    return Err(values.error("the condition key stands twice, in another case"));
                }
                conditions.push(Self::parse(operator, key, &values, variables)?);
            }
        }
        Ok(conditions)
    }

    fn parse(operator: Operator, key: &str, values: &Node<'_>, variables: bool) -> Result<Self, Error> {
        let key = NamedKey::parse(key).map_err(|words| values.error(words))?;
        if let Json::Object(_) | Json::Null = values.json {
            return Err(values.error(format!("expected a text or a list of texts, found {}", values.json.kind())));
        }
        let texts = values.at_least_one(|value| {
            let text = value.scalar()?;
            let refuse = |words: String| value.error(format!("{words}: {:?}", shown(text)));
            let text = text.to_owned();
            Comparison::new(operator.family, slice::from_ref(&text), variables).map_err(refuse)?;
            Ok(text)
        })?;
        let comparison = Comparison::new(operator.family, &texts, variables).map_err(|words| values.error(words))?;
        Ok(Self { operator, key, comparison })
    }

    /// Whether the request meets the condition.
    pub(crate) fn holds(&self, context: &RequestContext<'_>, budget: &mut Budget) -> Truth {
        let found = context.find(&self.key, budget);
        if let Comparison::Null(expected) = &self.comparison {
            let is_null = matches!(found, KeyValues::Missing) || found.is_empty();
            return match found {
                KeyValues::Unknown => Truth::Unknown,
                _ => budget.any(&**expected, |expected, _| (*expected == is_null).into()),
            };
        }
        let one = |value: Value<'_>, budget: &mut Budget| {
            self.comparison.matches(value, context, budget).negated_if(self.operator.negated)
        };
        match (found, self.operator.quantifier) {
            (KeyValues::Unknown, _) | (KeyValues::Several([_, ..]), None) => Truth::Unknown,
            (KeyValues::Missing | KeyValues::Several([]), _) => self.holds_without(),
            (_, Some(quantifier)) if found.is_empty() => quantifier.holds_of_none().into(),
            (KeyValues::One(value), _) => one(value, budget),
            (KeyValues::Several(values), Some(Quantifier::All)) => {
                budget.all(values, |value, budget| one(Value::Text(value), budget))
            }
            (KeyValues::Several(values), Some(Quantifier::Any)) => {
                budget.any(values, |value, budget| one(Value::Text(value), budget))
            }
        }
    }

    /// Whether the condition holds if the request does not have the key.
    fn holds_without(&self) -> Truth {
        let holds = match self.operator.quantifier {
            _ if self.operator.if_exists => true,
            None => self.operator.negated,
            Some(quantifier) => quantifier.holds_of_none(),
        };
        holds.into()
    }
}
