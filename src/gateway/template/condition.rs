//! Conditions, by name and as functions, and the rules that a template's parameters have to keep.
//!
//! Source: "Condition functions" and "Rule-specific intrinsic functions" in the CloudFormation User Guide.

use super::intrinsic::fixed;
use super::place::Place;
use super::resolver::{Resolver, kind};
use crate::error::Error;
use serde_json::Value;

impl Resolver<'_> {
    /// Whether the condition of this name holds.
    pub(crate) fn condition(&self, name: &str, place: &Place<'_>) -> Result<bool, Error> {
        let Some(condition) = self.entry("Conditions", name) else {
            return Err(place.error(format_args!("there is no condition `{name}`")));
        };
        let conditions = Place::root("Conditions");
        // A resource may have the same name, and is not the same.
        self.guarded(&format!("condition {name}"), place, || self.holds(condition, &conditions.member(name)))
    }

    /// Whether a condition holds: a function, `{"Condition": name}`, or `true` and `false` themselves.
    fn holds(&self, condition: &Value, place: &Place<'_>) -> Result<bool, Error> {
        let members = match condition {
            Value::Bool(holds) => return Ok(*holds),
            Value::String(text) if text == "true" || text == "false" => return Ok(text == "true"),
            Value::Object(members) => members,
            other => return Err(place.error(format_args!("expected a condition, not {}", kind(other)))),
        };
        match members.iter().next() {
            Some((name, Value::String(condition))) if members.len() == 1 && name == "Condition" => {
                self.condition(condition, place)
            }
            Some((name, arguments)) if members.len() == 1 => {
                self.function_of_condition(name, arguments, &place.member(name))
            }
            _ => Err(place.error("expected one function")),
        }
    }

    /// Evaluates one of the functions that are true or false.
    pub(crate) fn function_of_condition(
        &self,
        name: &str,
        arguments: &Value,
        place: &Place<'_>,
    ) -> Result<bool, Error> {
        match name {
            "Fn::And" => self.each(arguments, place)?.try_fold(true, |all, one| Ok(one? && all)),
            "Fn::Or" => self.each(arguments, place)?.try_fold(false, |any, one| Ok(one? || any)),
            "Fn::Not" => {
                let [condition] = fixed(arguments, place)?;
                self.holds(condition, &place.element(0)).map(|holds| !holds)
            }
            "Fn::Equals" => {
                let [one, other] = fixed(arguments, place)?;
                Ok(self.compared(one, &place.element(0))? == self.compared(other, &place.element(1))?)
            }
            "Fn::Contains" => {
                let [list, wanted] = fixed(arguments, place)?;
                let wanted = self.compared(wanted, &place.element(1))?;
                Ok(self.items(list, &place.element(0))?.iter().any(|item| Some(item) == wanted.as_ref()))
            }
            "Fn::EachMemberIn" | "Fn::EachMemberEquals" => {
                let [list, wanted] = fixed(arguments, place)?;
                let list = self.items(list, &place.element(0))?;
                let wanted = self.compared(wanted, &place.element(1))?;
                self.count_values(list.len() * wanted.as_ref().and_then(Value::as_array).map_or(1, Vec::len), place)?;
                let is_wanted = |item: &Value| match &wanted {
                    Some(Value::Array(all)) => all.contains(item),
                    one => one.as_ref() == Some(item),
                };
                Ok(list.iter().all(is_wanted))
            }
            _ => Err(place.error("this function is no condition that is supported")),
        }
    }

    fn each(&self, arguments: &Value, place: &Place<'_>) -> Result<impl Iterator<Item = Result<bool, Error>>, Error> {
        let conditions = arguments.as_array().ok_or_else(|| place.error("expected a list of conditions"))?;
        Ok(conditions.iter().enumerate().map(|(i, condition)| self.holds(condition, &place.element(i))))
    }

    /// A value to be compared: what is no list and no object is compared as text.
    fn compared(&self, value: &Value, place: &Place<'_>) -> Result<Option<Value>, Error> {
        Ok(self.resolve(value, place)?.map(|value| match value {
            Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
            other => other,
        }))
    }

    /// Refuses parameters that break one of the template's rules, as CloudFormation refuses to deploy them. A rule that asks for
    /// what only AWS knows is noted.
    pub(crate) fn check_rules(&self) -> Result<(), Error> {
        let rules = Place::root("Rules");
        for (name, rule) in self.part("Rules") {
            let place = rules.member(name);
            if self.is_broken(rule, &place).unwrap_or_else(|error| {
                self.note(format!("the rule is not checked: {error}"));
                false
            }) {
                return Err(place.error("the parameters break this rule"));
            }
        }
        Ok(())
    }

    fn is_broken(&self, rule: &Value, place: &Place<'_>) -> Result<bool, Error> {
        if let Some(condition) = rule.get("RuleCondition")
            && !self.holds(condition, &place.member("RuleCondition"))?
        {
            return Ok(false);
        }
        let place = place.member("Assertions");
        for (i, assertion) in rule.get("Assertions").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = place.element(i);
            let assert = assertion.get("Assert").ok_or_else(|| place.error("there is no Assert"))?;
            if !self.holds(assert, &place.member("Assert"))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
