//! A template's values, with every function that CloudFormation would have evaluated.
//!
//! ```text
//! value    = text / number / boolean / list / object / function
//! function = { NAME: arguments }                ; one member, `Ref` or `Fn::…`
//! ```
//!
//! Source: "Intrinsic function reference" in the CloudFormation User Guide.

use super::budget::Budget;
use super::deployment::Deployment;
use super::place::Place;
use super::reference::resource_type;
use crate::error::Error;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// How many resources may wait for one another.
const MAX_CHAIN: usize = 32;

/// A template with what it is deployed with.
pub(crate) struct Resolver<'t> {
    document: &'t Map<String, Value>,
    pub(crate) stack: &'t str,
    pub(crate) deployment: &'t Deployment,
    pub(crate) budget: Budget,
    /// The resources that are being resolved.
    open: RefCell<Vec<String>>,
    /// What conditions came to; `None` while they are being evaluated.
    pub(crate) conditions: RefCell<BTreeMap<String, Option<bool>>>,
    /// What properties of resources came to, by resource and property.
    pub(crate) properties: RefCell<BTreeMap<(String, String), Option<String>>>,
    notes: RefCell<BTreeSet<String>>,
}

impl<'t> Resolver<'t> {
    pub(crate) fn new(document: &'t Map<String, Value>, stack: &'t str, deployment: &'t Deployment) -> Self {
        Self {
            document,
            stack,
            deployment,
            budget: Budget::default(),
            open: RefCell::default(),
            conditions: RefCell::default(),
            properties: RefCell::default(),
            notes: RefCell::default(),
        }
    }

    /// The members of a part of the template, such as its `Resources`; none if it is not there or is no object.
    pub(crate) fn part(&self, name: &str) -> impl Iterator<Item = (&'t String, &'t Value)> + use<'t> {
        self.document.get(name).and_then(Value::as_object).into_iter().flatten()
    }

    /// All members of a part of the template.
    pub(crate) fn members(&self, part: &str) -> Option<&'t Map<String, Value>> {
        self.document.get(part)?.as_object()
    }

    /// A member of a part of the template.
    pub(crate) fn entry(&self, part: &str, name: &str) -> Option<&'t Value> {
        self.document.get(part)?.get(name)
    }

    /// The resources of a type that are there: those whose condition holds, if they have one.
    pub(crate) fn of_type(&self, wanted: &str) -> Result<Vec<(&'t String, &'t Value)>, Error> {
        let of_type = self.part("Resources").filter(|(_, resource)| resource_type(resource) == wanted);
        let there = of_type.map(|(name, resource)| Ok(self.is_there(name, resource)?.then_some((name, resource))));
        there.filter_map(Result::transpose).collect()
    }

    /// The value that stands at `place`; `None` if it is `AWS::NoValue`, which is as if it did not stand there.
    pub(crate) fn resolve(&self, value: &Value, place: &Place<'_>) -> Result<Option<Value>, Error> {
        self.budget.steps(1, place)?;
        match value {
            Value::String(text) => self.made(text.clone(), place),
            Value::Array(items) => {
                self.budget.deeper(place, || self.list(items, place)).map(|items| Some(Value::Array(items)))
            }
            Value::Object(members) => self.budget.deeper(place, || match function(members) {
                Some((name, arguments)) => self.call(name, arguments, &place.member(name)),
                None => self.object(members, place).map(|members| Some(Value::Object(members))),
            }),
            plain => Ok(Some(plain.clone())),
        }
    }

    fn list(&self, items: &[Value], place: &Place<'_>) -> Result<Vec<Value>, Error> {
        let resolved = items.iter().enumerate().map(|(i, item)| self.resolve(item, &place.element(i)));
        resolved.filter_map(Result::transpose).collect()
    }

    fn object(&self, members: &Map<String, Value>, place: &Place<'_>) -> Result<Map<String, Value>, Error> {
        let resolved = members.iter().map(|(name, value)| {
            let value = self.resolve(value, &place.member(name))?;
            Ok(value.map(|value| (name.clone(), value)))
        });
        resolved.filter_map(Result::transpose).collect()
    }

    /// The value as text. Numbers and booleans are written out, as CloudFormation does.
    pub(crate) fn text(&self, value: &Value, place: &Place<'_>) -> Result<String, Error> {
        match self.present(value, place)? {
            Value::String(text) => Ok(text),
            plain @ (Value::Number(_) | Value::Bool(_)) => Ok(plain.to_string()),
            other => Err(place.error(format_args!("expected text, not {}", kind(&other)))),
        }
    }

    /// The value as a list.
    pub(crate) fn items(&self, value: &Value, place: &Place<'_>) -> Result<Vec<Value>, Error> {
        match self.present(value, place)? {
            Value::Array(items) => Ok(items),
            other => Err(place.error(format_args!("expected a list, not {}", kind(&other)))),
        }
    }

    fn present(&self, value: &Value, place: &Place<'_>) -> Result<Value, Error> {
        self.resolve(value, place)?.ok_or_else(|| place.error("expected a value, not AWS::NoValue"))
    }

    /// Text that was made or copied, which counts.
    pub(crate) fn made(&self, text: String, place: &Place<'_>) -> Result<Option<Value>, Error> {
        self.budget.bytes(text.len(), place)?;
        Ok(Some(Value::String(text)))
    }

    /// A list that the parts of a text make, which count.
    pub(crate) fn made_list<'p>(
        &self,
        parts: impl Iterator<Item = &'p str>,
        place: &Place<'_>,
    ) -> Result<Option<Value>, Error> {
        let item = |part: &str| {
            self.budget.steps(1, place)?;
            self.budget.bytes(part.len(), place)?;
            Ok(Value::String(part.to_owned()))
        };
        parts.map(item).collect::<Result<Vec<_>, Error>>().map(|items| Some(Value::Array(items)))
    }

    /// Resolves what `name` stands for, and refuses it if it is being resolved already.
    pub(crate) fn guarded<T>(
        &self,
        name: &str,
        place: &Place<'_>,
        resolve: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        {
            let mut open = self.open.borrow_mut();
            if open.iter().any(|waiting| waiting == name) {
                return Err(place.error(format_args!("`{name}` depends on itself: {} -> {name}", open.join(" -> "))));
            }
            if open.len() >= MAX_CHAIN {
                return Err(place.error(format_args!("more than {MAX_CHAIN} values depend on one another")));
            }
            open.push(name.to_owned());
        }
        let resolved = resolve();
        self.open.borrow_mut().pop();
        resolved
    }

    /// Remembers what the reader of the template should know.
    pub(crate) fn note(&self, text: String) {
        self.notes.borrow_mut().insert(text);
    }

    /// What there is to know.
    pub(crate) fn into_notes(self) -> Vec<String> {
        self.notes.into_inner().into_iter().collect()
    }
}

/// The function that an object stands for.
fn function(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = members.iter();
    match (all.next(), all.next()) {
        (Some((name, arguments)), None) if name == "Ref" || name.starts_with("Fn::") => Some((name, arguments)),
        _ => None,
    }
}

/// What a value is, in a word.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::{Deployment, Resolver};
    use crate::gateway::template::place::Place;
    use serde_json::{Map, Value, json};

    /// What `value` comes to, and the steps and bytes that it took.
    fn cost(document: &Map<String, Value>, value: &Value) -> (usize, usize) {
        let deployment = Deployment::new("r-1");
        let resolver = Resolver::new(document, "S", &deployment);
        resolver.resolve(value, &Place::root("V")).unwrap();
        resolver.budget.spent()
    }

    /// The steps at a size and at ten times the size.
    fn growth(of_size: impl Fn(usize) -> (Value, Value)) -> usize {
        let steps = |size| {
            let (document, value) = of_size(size);
            cost(document.as_object().unwrap(), &value).0
        };
        steps(300).div_ceil(steps(30))
    }

    /// Each condition names the one before it three times.
    fn conditions(function: &str, size: usize) -> (Value, Value) {
        let mut all = Map::from_iter([("C0".to_owned(), json!(true))]);
        for i in 1..size {
            let one = json!({"Condition": format!("C{}", i - 1)});
            all.insert(format!("C{i}"), json!({function: [one, one, {"Fn::Not": [{"Fn::Not": [one]}]}]}));
        }
        (json!({"Conditions": all}), json!({"Fn::If": [format!("C{}", size - 1), 1, 2]}))
    }

    #[test]
    fn conditions_take_steps_as_there_are_conditions() {
        for function in ["Fn::And", "Fn::Or"] {
            assert!(growth(|size| conditions(function, size)) <= 11, "{function}");
        }
    }

    #[test]
    fn names_of_resources_are_resolved_once() {
        // Each resource's name has the name of the one before it twice, and comes to nothing in the end.
        let chain = |size: usize| {
            let mut all = Map::from_iter([("R0".to_owned(), json!({"Properties": {"TableName": ""}}))]);
            for i in 1..size {
                let one = json!({"Ref": format!("R{}", i - 1)});
                all.insert(format!("R{i}"), json!({"Properties": {"TableName": {"Fn::Join": ["", [one, one]]}}}));
            }
            (json!({"Resources": all}), json!({"Ref": format!("R{}", size - 1)}))
        };
        let (small, large) = (chain(4), chain(31));
        let steps = |(document, value): &(Value, Value)| cost(document.as_object().unwrap(), value).0;
        assert!(steps(&large) <= 11 * steps(&small), "{} {}", steps(&small), steps(&large));
    }

    #[test]
    fn functions_take_steps_and_bytes_as_the_template_is_long() {
        let list = |size: usize| json!({"Fn::Join": [",", vec!["x"; size]]});
        let text = |size: usize| json!({"Fn::Sub": "${AWS::NoValue}".repeat(size)});
        let split = |size: usize| json!({"Fn::Select": [0, {"Fn::Split": [",", "x,".repeat(size)]}]});
        for (name, of_size) in [("join", &list as &dyn Fn(usize) -> Value), ("sub", &text), ("split", &split)] {
            assert!(growth(|size| (json!({}), of_size(size))) <= 11, "{name}");
        }
    }
}
