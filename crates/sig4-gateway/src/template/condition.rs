//! Conditions, by name and as functions, and the rules about a template's parameters.
//!
//! Source: "Condition functions" and "Rule-specific intrinsic functions" in the CloudFormation User Guide.

use super::intrinsic::fixed;
use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use crate::error::Error;
use serde_json::Value;
use sig4_iam::JsonPath;

impl<'t> Resolver<'t> {
    /// Whether the condition with this name holds. Each condition is evaluated once.
    pub(crate) fn condition(&self, name: &str, place: &JsonPath<'_>) -> Result<bool, Error> {
        let Some((name, _)) = self.named_condition(name) else {
            return Err(place.error(format_args!("there is no condition `{name}`")));
        };
        let mut open = Vec::new();
        let result = self.evaluate(name, &mut open);
        if result.is_err() {
            let mut known = self.scope.conditions.borrow_mut();
            known.retain(|_, holds| holds.is_some());
        }
        result
    }

    /// Evaluates a condition after the conditions that it names, without recursion. `open` are the conditions that wait for
    /// others.
    fn evaluate(&self, name: &'t str, open: &mut Vec<&'t str>) -> Result<bool, Error> {
        let conditions = self.scope.root("Conditions");
        let mut waiting = vec![name];
        let mut last = None;
        while let Some(name) = waiting.last().copied() {
            let Some((name, condition)) = self.named_condition(name) else { break };
            let place = conditions.key(name);
            self.budget.steps(1, &place)?;
            let known = self.scope.conditions.borrow().get(name).copied();
            match known {
                Some(Some(holds)) => {
                    if self.scope.undecided.borrow().contains(name) {
                        self.templates.was_undecided();
                    }
                    last = Some(holds);
                }
                Some(None) if open.last() == Some(&name) => {
                    let (holds, is_known) = self.templates.watched(|| self.holds(condition, &place));
                    let holds = holds?;
                    if !is_known {
                        self.scope.undecided.borrow_mut().insert(name.to_owned());
                        self.templates.was_undecided();
                    }
                    self.scope.conditions.borrow_mut().insert(name.to_owned(), Some(holds));
                    open.pop();
                    last = Some(holds);
                }
                Some(None) => return Err(circle(name, open, &place)),
                None => {
                    open.push(name);
                    self.scope.conditions.borrow_mut().insert(name.to_owned(), None);
                    self.needed(condition, &place, open, &mut waiting)?;
                    continue;
                }
            }
            waiting.pop();
        }
        last.ok_or_else(|| conditions.key(name).error("it cannot be evaluated"))
    }

    /// Adds the conditions that a condition names and that are not evaluated yet. An open one is part of a circle.
    fn needed(
        &self,
        value: &'t Value,
        place: &JsonPath<'_>,
        open: &[&'t str],
        waiting: &mut Vec<&'t str>,
    ) -> Result<(), Error> {
        self.budget.steps(1, place)?;
        let members = match value {
            Value::Array(items) => {
                return items.iter().try_for_each(|item| self.needed(item, place, open, waiting));
            }
            Value::Object(members) => members,
            _ => return Ok(()),
        };
        for (name, value) in members {
            let named = match name.as_str() {
                "Condition" => value.as_str(),
                "Fn::If" => value.get(0).and_then(Value::as_str),
                _ => None,
            };
            if let Some((name, _)) = named.and_then(|name| self.named_condition(name)) {
                match self.scope.conditions.borrow().get(name) {
                    None => waiting.push(name),
                    Some(None) => return Err(circle(name, open, place)),
                    Some(Some(_)) => {}
                }
            }
            self.needed(value, place, open, waiting)?;
        }
        Ok(())
    }

    /// A condition in the template.
    fn named_condition(&self, name: &str) -> Option<(&'t str, &'t Value)> {
        let (name, condition) = self.members("Conditions")?.get_key_value(name)?;
        Some((name, condition))
    }

    /// Whether a condition holds: a function, `{"Condition": name}`, or `true` and `false` themselves.
    fn holds(&self, condition: &Value, place: &JsonPath<'_>) -> Result<bool, Error> {
        self.budget.steps(1, place)?;
        let members = match condition {
            Value::Bool(holds) => return Ok(*holds),
            Value::String(text) if text == "true" || text == "false" => return Ok(text == "true"),
            Value::Object(members) => members,
            other => return Err(place.error(format_args!("expected a condition, not {}", kind(other)))),
        };
        self.budget.deeper(place, || match members.iter().next() {
            Some((name, Value::String(condition))) if members.len() == 1 && name == "Condition" => {
                self.condition(condition, place)
            }
            Some((name, arguments)) if members.len() == 1 => {
                self.function_of_condition(name, arguments, &place.key(name))
            }
            _ => Err(place.error("expected one function")),
        })
    }

    /// Evaluates a condition function.
    pub(crate) fn function_of_condition(
        &self,
        name: &str,
        arguments: &Value,
        place: &JsonPath<'_>,
    ) -> Result<bool, Error> {
        match name {
            "Fn::And" => self.each(arguments, place)?.try_fold(true, |all, one| Ok(one? && all)),
            "Fn::Or" => self.each(arguments, place)?.try_fold(false, |any, one| Ok(one? || any)),
            "Fn::Not" => {
                let [condition] = fixed(arguments, place)?;
                self.holds(condition, &place.index(0)).map(|holds| !holds)
            }
            "Fn::Equals" => {
                let [one, other] = fixed(arguments, place)?;
                Ok(self.compared(one, &place.index(0))? == self.compared(other, &place.index(1))?)
            }
            "Fn::Contains" => {
                let [list, wanted] = fixed(arguments, place)?;
                let wanted = self.compared(wanted, &place.index(1))?;
                let list = self.items(list, &place.index(0))?;
                self.budget.steps(list.len(), place)?;
                Ok(list.iter().any(|item| Some(item) == wanted.as_ref()))
            }
            "Fn::EachMemberIn" | "Fn::EachMemberEquals" => {
                let [list, wanted] = fixed(arguments, place)?;
                let list = self.items(list, &place.index(0))?;
                let wanted = self.compared(wanted, &place.index(1))?;
                let each = wanted.as_ref().and_then(Value::as_array).map_or(1, Vec::len);
                self.budget.steps(list.len().saturating_mul(each), place)?;
                let is_wanted = |item: &Value| match &wanted {
                    Some(Value::Array(all)) => all.contains(item),
                    one => one.as_ref() == Some(item),
                };
                Ok(list.iter().all(is_wanted))
            }
            _ => Err(place.error("this function is no condition that is supported")),
        }
    }

    fn each(
        &self,
        arguments: &Value,
        place: &JsonPath<'_>,
    ) -> Result<impl Iterator<Item = Result<bool, Error>>, Error> {
        let conditions = arguments.as_array().ok_or_else(|| place.error("expected a list of conditions"))?;
        Ok(conditions.iter().enumerate().map(|(i, condition)| self.holds(condition, &place.index(i))))
    }

    /// A value to compare. Everything except lists and objects is compared as text.
    fn compared(&self, value: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        Ok(self.resolve(value, place)?.map(|value| match value {
            Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
            other => other,
        }))
    }

    /// Refuses parameters that break a rule of the template, as CloudFormation does. A rule about a value that only AWS knows is
    /// noted.
    pub(crate) fn check_rules(&self) -> Result<(), Error> {
        let rules = self.scope.root("Rules");
        for (name, rule) in self.part("Rules") {
            let place = rules.key(name);
            match self.is_broken(rule, &place) {
                Ok(false) => {}
                Ok(true) => return Err(place.error("the parameters break this rule")),
                Err(error) if self.budget.is_exhausted() => return Err(error),
                Err(error) => self.note(format!("the rule is not checked: {error}")),
            }
        }
        Ok(())
    }

    fn is_broken(&self, rule: &Value, place: &JsonPath<'_>) -> Result<bool, Error> {
        if let Some(condition) = rule.get("RuleCondition")
            && !self.holds(condition, &place.key("RuleCondition"))?
        {
            return Ok(false);
        }
        let place = place.key("Assertions");
        for (i, assertion) in rule.get("Assertions").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = place.index(i);
            let assert = assertion.get("Assert").ok_or_else(|| place.error("there is no Assert"))?;
            if !self.holds(assert, &place.key("Assert"))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The error for a condition that depends on itself. It shows the beginning of a long circle.
#[cold]
fn circle(name: &str, open: &[&str], place: &JsonPath<'_>) -> Error {
    let way: Vec<_> = open.iter().skip_while(|waiting| **waiting != name).take(8).copied().collect();
    let way = if way.is_empty() { name.to_owned() } else { way.join(" -> ") };
    place.error(format_args!("`{name}` depends on itself: {way} -> {name}"))
}
