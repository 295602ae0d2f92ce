//! A template's values, with every function that CloudFormation would have evaluated.
//!
//! ```text
//! value    = text / number / boolean / list / object / function
//! function = { NAME: arguments }                ; one member, `Ref` or `Fn::…`
//! ```
//!
//! Source: "Intrinsic function reference" in the CloudFormation User Guide.

use super::deployment::Deployment;
use super::place::Place;
use super::reference::resource_type;
use crate::error::Error;
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};

/// The most values that are looked at, counted each time.
pub const MAX_RESOLVED_VALUES: usize = 200_000;

/// The most bytes of text that functions make, all in all.
pub const MAX_RESOLVED_BYTES: usize = 4 * 1024 * 1024;

/// How many conditions and resources may wait for one another.
const MAX_CHAIN: usize = 32;

/// A template with what it is deployed with.
pub(crate) struct Resolver<'t> {
    document: &'t Map<String, Value>,
    pub(crate) stack: &'t str,
    pub(crate) deployment: &'t Deployment,
    values: Cell<usize>,
    bytes: Cell<usize>,
    /// The conditions and resources that are being resolved.
    open: RefCell<Vec<String>>,
    notes: RefCell<Vec<String>>,
}

impl<'t> Resolver<'t> {
    pub(crate) const fn new(document: &'t Map<String, Value>, stack: &'t str, deployment: &'t Deployment) -> Self {
        Self {
            document,
            stack,
            deployment,
            values: Cell::new(0),
            bytes: Cell::new(0),
            open: RefCell::new(Vec::new()),
            notes: RefCell::new(Vec::new()),
        }
    }

    /// The members of a part of the template, such as its `Resources`; none if it is not there or is no object.
    pub(crate) fn part(&self, name: &str) -> impl Iterator<Item = (&'t String, &'t Value)> + use<'t> {
        self.document.get(name).and_then(Value::as_object).into_iter().flatten()
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
        self.count_values(1, place)?;
        match value {
            Value::String(text) => self.made(text.clone(), place),
            Value::Array(items) => self.list(items, place).map(|items| Some(Value::Array(items))),
            Value::Object(members) => match function(members) {
                Some((name, arguments)) => self.call(name, arguments, &place.member(name)),
                None => self.object(members, place).map(|members| Some(Value::Object(members))),
            },
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
        self.count(&self.bytes, text.len(), MAX_RESOLVED_BYTES, place)?;
        Ok(Some(Value::String(text)))
    }

    /// A list that the parts of a text make, which count.
    pub(crate) fn made_list<'p>(
        &self,
        parts: impl Iterator<Item = &'p str>,
        place: &Place<'_>,
    ) -> Result<Option<Value>, Error> {
        let item = |part: &str| {
            self.count_values(1, place)?;
            self.count(&self.bytes, part.len(), MAX_RESOLVED_BYTES, place)?;
            Ok(Value::String(part.to_owned()))
        };
        parts.map(item).collect::<Result<Vec<_>, Error>>().map(|items| Some(Value::Array(items)))
    }

    /// Counts values that are looked at.
    pub(crate) fn count_values(&self, more: usize, place: &Place<'_>) -> Result<(), Error> {
        self.count(&self.values, more, MAX_RESOLVED_VALUES, place)
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
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }

    /// What there is to know.
    pub(crate) fn into_notes(self) -> Vec<String> {
        self.notes.into_inner()
    }

    fn count(&self, counter: &Cell<usize>, more: usize, most: usize, place: &Place<'_>) -> Result<(), Error> {
        counter.set(counter.get().saturating_add(more));
        if counter.get() > most {
            return Err(place.error("the template's functions make too much of it"));
        }
        Ok(())
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
