//! The `Condition` element: operators, keys, and the values that a request is compared with.
//!
//! All conditions of a statement have to hold. One holds if the request's value matches one of its values; the negated
//! operators, if it matches none. If the request has no such key, the negated ones hold and the others do not, but with
//! `IfExists` all do; `ForAllValues:` holds and `ForAnyValue:` does not. For these two, and for `Null`, an empty text is no
//! value; but the key is there, so that `IfExists` does not help.
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
    /// Reads the `Condition` element. `variables` says whether the document may have policy variables.
    pub(crate) fn parse_all(node: &Node<'_>, variables: bool) -> Result<Vec<Self>, Error> {
        let mut conditions = Vec::new();
        for (name, block) in node.members()? {
            let node = node.at_key(name, block);
            let operator = Operator::parse(name).ok_or_else(|| node.error("there is no such condition operator"))?;
            let members = node.members()?;
            // It would be no condition at all, and a statement with it one that always applies.
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

    /// Whether it holds if the request has no such key.
    fn holds_without(&self) -> Truth {
        let holds = match self.operator.quantifier {
            _ if self.operator.if_exists => true,
            None => self.operator.negated,
            Some(quantifier) => quantifier.holds_of_none(),
        };
        holds.into()
    }
}
