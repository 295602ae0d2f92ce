//! A template's values, with all functions evaluated as by CloudFormation.
//!
//! ```text
//! value    = text / number / boolean / list / object / function
//! function = { NAME: arguments }                ; one member, `Ref` or `Fn::…`
//! ```
//!
//! Source: "Intrinsic function reference" in the CloudFormation User Guide.

use super::budget::Budget;
use super::deployment::Deployment;
use super::dynamic_reference::dynamic_reference;
use super::path::TemplatePath;
use super::resource::resource_type;
use super::scope::{Key, Scope, TemplateSet};
use crate::error::Error;
use serde_json::{Map, Value};
use sig4_iam::JsonPath;

/// The maximum number of resources that depend on each other in a chain.
const MAX_CHAIN: usize = 32;

/// A template of a [`TemplateSet`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver<'t> {
    pub(crate) templates: &'t TemplateSet<'t>,
    pub(crate) scope: &'t Scope<'t>,
    pub(crate) index: usize,
    pub(crate) deployment: &'t Deployment,
    pub(crate) budget: &'t Budget,
}

impl<'t> Resolver<'t> {
    pub(crate) const fn new(templates: &'t TemplateSet<'t>, scope: &'t Scope<'t>, index: usize) -> Self {
        Self { templates, scope, index, deployment: templates.deployment, budget: &templates.budget }
    }

    /// The name of the stack.
    pub(crate) fn stack(&self) -> &'t str {
        self.scope.stack.name()
    }

    /// Whether the stack is the chosen one, or nested in it.
    pub(crate) fn is_own(&self) -> bool {
        let mut resolver = Some(*self);
        while let Some(Some((parent, _))) = resolver.map(|resolver| resolver.scope.parent) {
            resolver = self.templates.at(parent);
        }
        resolver.is_some_and(|resolver| resolver.index == 0)
    }

    /// Whether the stack is deployed. A nested stack may have a condition.
    pub(crate) fn is_deployed(&self) -> Result<bool, Error> {
        let Some((parent, name)) = self.scope.parent else { return Ok(true) };
        let Some(parent) = self.templates.at(parent) else { return Ok(false) };
        let resource = parent.entry("Resources", name);
        let there = resource.map(|resource| parent.is_there(name, resource)).transpose()?;
        Ok(there == Some(true) && parent.is_deployed()?)
    }

    /// A result of this template. An error in a stack beside the chosen one becomes a note.
    pub(crate) fn or_noted<T>(&self, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if self.is_own() || self.budget.is_exhausted() => Err(error),
            Err(error) => {
                self.templates.note(format!("the stack `{}` is not read whole: {error}", self.stack()));
                Ok(None)
            }
        }
    }

    fn document(&self) -> &'t Map<String, Value> {
        self.scope.stack.template()
    }

    /// The members of a part of the template, such as its `Resources`. Empty if it is absent or not an object.
    pub(crate) fn part(&self, name: &str) -> impl Iterator<Item = (&'t String, &'t Value)> + use<'t> {
        self.document().get(name).and_then(Value::as_object).into_iter().flatten()
    }

    /// All members of a part of the template.
    pub(crate) fn members(&self, part: &str) -> Option<&'t Map<String, Value>> {
        self.document().get(part)?.as_object()
    }

    /// A member of a part of the template.
    pub(crate) fn entry(&self, part: &str, name: &str) -> Option<&'t Value> {
        self.document().get(part)?.get(name)
    }

    /// The resources of a type whose condition holds, or that have no condition.
    pub(crate) fn of_type(&self, wanted: &str) -> Result<Vec<(&'t String, &'t Value)>, Error> {
        let of_type = self.part("Resources").filter(|(_, resource)| resource_type(resource) == wanted);
        let there = of_type.map(|(name, resource)| Ok(self.is_there(name, resource)?.then_some((name, resource))));
        there.filter_map(Result::transpose).collect()
    }

    /// The value at `place`. `None` if it is `AWS::NoValue`, which counts as absent.
    pub(crate) fn resolve(&self, value: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        self.budget.steps(1, place)?;
        match value {
            Value::String(text) => {
                if dynamic_reference(text).is_some() {
                    self.templates.stands_in();
                }
                self.made(text.clone(), place)
            }
            Value::Array(items) => {
                self.budget.deeper(place, || self.list(items, place)).map(|items| Some(Value::Array(items)))
            }
            Value::Object(members) => self.budget.deeper(place, || match function(members) {
                Some((name, arguments)) => self.call(name, arguments, &place.key(name)),
                None => self.object(members, place).map(|members| Some(Value::Object(members))),
            }),
            plain => Ok(Some(plain.clone())),
        }
    }

    fn list(&self, items: &[Value], place: &JsonPath<'_>) -> Result<Vec<Value>, Error> {
        let resolved = items.iter().enumerate().map(|(i, item)| self.resolve(item, &place.index(i)));
        resolved.filter_map(Result::transpose).collect()
    }

    fn object(&self, members: &Map<String, Value>, place: &JsonPath<'_>) -> Result<Map<String, Value>, Error> {
        self.check_members(members, place)?;
        let resolved = members.iter().map(|(name, value)| {
            let value = self.resolve(value, &place.key(name))?;
            Ok(value.map(|value| (name.clone(), value)))
        });
        resolved.filter_map(Result::transpose).collect()
    }

    /// The value as text. Numbers and booleans are written out, as CloudFormation does.
    pub(crate) fn text(&self, value: &Value, place: &JsonPath<'_>) -> Result<String, Error> {
        match self.present(value, place)? {
            Value::String(text) => Ok(text),
            plain @ (Value::Number(_) | Value::Bool(_)) => Ok(plain.to_string()),
            other => Err(place.error(format_args!("expected text, not {}", kind(&other)))),
        }
    }

    /// The value as a list.
    pub(crate) fn items(&self, value: &Value, place: &JsonPath<'_>) -> Result<Vec<Value>, Error> {
        match self.present(value, place)? {
            Value::Array(items) => Ok(items),
            other => Err(place.error(format_args!("expected a list, not {}", kind(&other)))),
        }
    }

    fn present(&self, value: &Value, place: &JsonPath<'_>) -> Result<Value, Error> {
        self.resolve(value, place)?.ok_or_else(|| place.error("expected a value, not AWS::NoValue"))
    }

    /// Counts text that was made or copied.
    pub(crate) fn made(&self, text: String, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        self.budget.bytes(text.len(), place)?;
        Ok(Some(Value::String(text)))
    }

    /// A list of the parts of a text. The parts are counted.
    pub(crate) fn made_list<'p>(
        &self,
        parts: impl Iterator<Item = &'p str>,
        place: &JsonPath<'_>,
    ) -> Result<Option<Value>, Error> {
        let item = |part: &str| {
            self.budget.steps(1, place)?;
            self.budget.bytes(part.len(), place)?;
            Ok(Value::String(part.to_owned()))
        };
        parts.map(item).collect::<Result<Vec<_>, Error>>().map(|items| Some(Value::Array(items)))
    }

    /// Resolves the value of `name`, and refuses it if it is being resolved already.
    pub(crate) fn guarded<T>(
        &self,
        name: &str,
        place: &JsonPath<'_>,
        resolve: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        {
            let name = if self.index == 0 { name.to_owned() } else { format!("{}.{name}", self.stack()) };
            let mut open = self.templates.open.borrow_mut();
            if open.contains(&name) {
                return Err(place.error(format_args!("`{name}` depends on itself: {} -> {name}", open.join(" -> "))));
            }
            if open.len() >= MAX_CHAIN {
                return Err(place.error(format_args!("more than {MAX_CHAIN} values depend on one another")));
            }
            open.push(name);
        }
        let resolved = resolve();
        self.templates.open.borrow_mut().pop();
        resolved
    }

    /// Adds a note for the reader of the template.
    pub(crate) fn note(&self, text: String) {
        self.templates.note(text);
    }
}

/// The templates, ready to resolve their values.
impl TemplateSet<'_> {
    /// The template at this index.
    pub(crate) fn at(&self, index: usize) -> Option<Resolver<'_>> {
        self.scopes.get(index).map(|scope| Resolver::new(self, scope, index))
    }

    /// Every template, deployed or not.
    pub(crate) fn all(&self) -> impl Iterator<Item = Resolver<'_>> {
        self.scopes.iter().enumerate().map(|(index, scope)| Resolver::new(self, scope, index))
    }

    /// The deployed templates: all except nested ones whose condition does not hold. An error in a stack beside the chosen one
    /// becomes a note.
    pub(crate) fn deployed(&self) -> Result<Vec<Resolver<'_>>, Error> {
        let mut deployed = Vec::new();
        for resolver in self.all() {
            let place = resolver.scope.root("Resources");
            let is_deployed = || self.decided(&place, || resolver.is_deployed());
            let is_read = || Ok(is_deployed()? && resolver.check_transforms().map(|()| true)?);
            if resolver.or_noted(is_read())?.unwrap_or(false) {
                deployed.push(resolver);
            }
        }
        Ok(deployed)
    }

    /// The template of the nested stack that is this resource of `parent`.
    pub(crate) fn nested(&self, parent: usize, resource: &str) -> Option<Resolver<'_>> {
        self.all().find(|resolver| resolver.scope.parent == Some((parent, resource)))
    }

    /// Whether an id is that of an API of these templates that is not served.
    pub(crate) fn has_api(&self, id: &str) -> bool {
        self.all().any(|resolver| resolver.has_api(id))
    }
}

impl Resolver<'_> {
    /// The remembered value. It counts as unknown again if a part of it is unknown.
    pub(crate) fn remembered(&self, key: &Key) -> Option<Option<String>> {
        let (value, is_known) = self.scope.properties.borrow().get(key)?.clone();
        if !is_known {
            self.templates.stands_in();
        }
        Some(value)
    }

    /// Resolves and remembers a value.
    pub(crate) fn remember(
        &self,
        key: Key,
        resolve: impl FnOnce() -> Result<Option<String>, Error>,
    ) -> Result<Option<String>, Error> {
        let (value, is_known) = self.templates.watched(resolve);
        let value = value?;
        self.scope.properties.borrow_mut().insert(key, (value.clone(), is_known));
        Ok(value)
    }
}

/// The function call that an object is.
pub(crate) fn function(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = members.iter();
    match (all.next(), all.next()) {
        (Some((name, arguments)), None) if name == "Ref" || name.starts_with("Fn::") => Some((name, arguments)),
        _ => None,
    }
}

/// The type of a value, in words.
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
    use super::{Deployment, TemplateSet};
    use crate::template::path;
    use crate::template::stack::Stack;
    use serde_json::{Map, Value, json};

    /// The resolved `value`, and the steps and bytes that it took.
    fn cost(document: &Map<String, Value>, value: &Value) -> (usize, usize) {
        let deployment = Deployment::new("r-1");
        let text = Value::Object(document.clone()).to_string();
        let stack = Stack::of_template("S.json", &|_| Ok(text.clone())).unwrap();
        let templates = TemplateSet::new(&stack, &deployment);
        templates.at(0).unwrap().resolve(value, &path::part("V")).unwrap();
        templates.budget.spent()
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
        // Each resource's name contains the name of the previous one twice, and is empty in the end.
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
        let all: [(&str, &dyn Fn(usize) -> Value); 3] = [("join", &list), ("sub", &text), ("split", &split)];
        for (name, of_size) in all {
            assert!(growth(|size| (json!({}), of_size(size))) <= 11, "{name}");
        }
    }
}
