//! The properties of a resource. Each is resolved when it is read; unread properties need not be resolvable.

use super::dynamic_reference::{describe, dynamic_reference};
use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use super::resource::ApiKind;
use crate::error::Error;
use core::str::FromStr;
use serde_json::{Map, Value};
use sig4_iam::JsonPath;

/// Properties and their path.
pub(crate) struct Properties<'p> {
    pub(crate) resolver: &'p Resolver<'p>,
    members: Option<&'p Map<String, Value>>,
    pub(crate) place: JsonPath<'p>,
}

impl<'p> Properties<'p> {
    /// The properties in `value`, if any.
    pub(crate) fn new(
        resolver: &'p Resolver<'p>,
        value: Option<&'p Value>,
        place: JsonPath<'p>,
    ) -> Result<Self, Error> {
        let members = match value {
            None => None,
            Some(Value::Object(members)) => Some(members),
            Some(other) => return Err(place.error(format_args!("expected an object, not {}", kind(other)))),
        };
        resolver.check_members(members.into_iter().flatten(), &place)?;
        Ok(Self { resolver, members, place })
    }

    /// A property, if it is present and not `AWS::NoValue`.
    pub(crate) fn value(&self, name: &str) -> Result<Option<Value>, Error> {
        match self.members.and_then(|members| members.get(name)) {
            Some(value) => self.resolver.resolve(value, &self.place.key(name)),
            None => Ok(None),
        }
    }

    /// A property that is text, a number or a boolean.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let value = self.value(name)?;
        value.map(|value| self.noted(&value, &self.place.key(name))).transpose()
    }

    /// A value as text. A note tells of a dynamic reference in it.
    fn noted(&self, value: &Value, place: &JsonPath<'_>) -> Result<String, Error> {
        let text = self.resolver.text(value, place)?;
        if let Some(reference) = dynamic_reference(&text) {
            self.resolver.note(describe(reference, place));
        }
        Ok(text)
    }

    /// A property whose value decides who may call what. A dynamic reference in it is an error, for its value is not guessed.
    pub(crate) fn certain(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match dynamic_reference(&text) {
            Some(reference) => Err(self
                .place
                .key(name)
                .error(format_args!("`{reference}` is not resolved here, and the route is not guessed"))),
            None => Ok(Some(text)),
        }
    }

    /// The same of a property that decides which route takes a call, and who may call it: all of it must be known here, and no value
    /// that only AWS knows stands in it.
    pub(crate) fn known(&self, name: &str) -> Result<Option<String>, Error> {
        let templates = self.resolver.templates;
        let (given, is_known) = templates.watched(|| templates.decided(&self.place, || self.certain(name)));
        match given? {
            Some(_) if !is_known => {
                Err(self.place.key(name).error("it has a value that only AWS knows: give it as a parameter or as text"))
            }
            given => Ok(given),
        }
    }

    /// A required property.
    pub(crate) fn required(&self, name: &str) -> Result<String, Error> {
        self.text(name)?.ok_or_else(|| self.place.error(format_args!("there is no {name}")))
    }

    /// A property that is a number or a boolean, perhaps written as text.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        let parse = |text: String| {
            text.parse().map_err(|_| self.place.key(name).error(format_args!("`{text}` is not a valid value")))
        };
        self.text(name)?.map(parse).transpose()
    }

    /// A property that is a list of texts; empty if it is missing.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let Some(value) = self.value(name)? else { return Ok(Vec::new()) };
        let place = self.place.key(name);
        let items = self.resolver.items(&value, &place)?;
        items.iter().enumerate().map(|(i, item)| self.noted(item, &place.index(i))).collect()
    }

    /// A property that is an object whose members are texts; empty if it is missing.
    pub(crate) fn named_texts(&self, name: &str) -> Result<Vec<(String, String)>, Error> {
        let value = self.value(name)?;
        let place = self.place.key(name);
        match value {
            None => Ok(Vec::new()),
            Some(Value::Object(members)) => {
                let text = |(name, value): (String, Value)| {
                    let text = self.resolver.text(&value, &place.key(&name))?;
                    Ok((name, text))
                };
                members.into_iter().map(text).collect()
            }
            Some(other) => Err(place.error(format_args!("expected an object, not {}", kind(&other)))),
        }
    }

    /// A property as it is written.
    pub(crate) fn raw(&self, name: &str) -> Option<&'p Value> {
        self.members?.get(name)
    }

    /// All properties as they are written.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'p str, &'p Value)> + use<'p> {
        self.members.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether the property `ApiId` or `RestApiId` names the API that is served. An unknown id is an error: if a route were missed, a less
    /// specific route would get its calls.
    pub(crate) fn is_of_api(&self, kind: ApiKind) -> Result<bool, Error> {
        let (templates, property) = (self.resolver.templates, kind.id_property());
        let (id, is_known) = templates.watched(|| self.required(property));
        let id = id?;
        if id == self.resolver.deployment.api_id() {
            return Ok(true);
        }
        if !is_known {
            let what = format!("which API it belongs to cannot be told: only AWS knows what `{id}` stands for");
            return Err(self.place.key(property).error(what));
        }
        if !templates.has_api(&id) {
            templates
                .note(format!("what belongs to the API `{id}` is left out: no template of the folder has that API"));
        }
        Ok(false)
    }

    /// Whether a property is present.
    pub(crate) fn has(&self, name: &str) -> Result<bool, Error> {
        Ok(self.value(name)?.is_some())
    }
}
