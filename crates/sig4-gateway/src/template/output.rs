//! The values that one stack takes from another: outputs of nested stacks, exports, and outputs by name.
//!
//! Source: "Outputs", "Fn::ImportValue" and "Fn::GetStackOutput" in the CloudFormation User Guide.

use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use super::scope::Exports;
use crate::error::Error;
use serde_json::Value;
use sig4_iam::JsonPath;

impl Resolver<'_> {
    /// `Fn::ImportValue`: the export with this name of another stack of the folder.
    pub(crate) fn import(&self, arguments: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let name = self.templates.unwatched(|| self.text(arguments, place))?;
        let exports = self.exports(place)?;
        match exports.get(&name).map(Vec::as_slice) {
            Some([(index, output)]) => self.output_of(*index, output, place),
            Some(_) => Err(place.error(format_args!("several stacks export `{name}`"))),
            None => Err(place.error(format_args!(
                "no other stack of the folder exports `{name}`: synthesise that stack as well, or pass the value as a parameter"
            ))),
        }
    }

    /// `Fn::GetStackOutput`: the output of a stack of the folder.
    pub(crate) fn stack_output(&self, arguments: &Value, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let Some(members) = arguments.as_object() else {
            return Err(place.error(format_args!("expected an object, not {}", kind(arguments))));
        };
        let known = ["StackName", "OutputName", "Region"];
        if let Some(other) = members.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(place.key(other).error("outputs of other accounts are not supported"));
        }
        let text = |name: &'static str| match members.get(name) {
            Some(value) => self.text(value, &place.key(name)).map(Some),
            None => Ok(None),
        };
        let required = |name| text(name)?.ok_or_else(|| place.error(format_args!("there is no {name}")));
        let (stack, output) = (required("StackName")?, required("OutputName")?);
        if text("Region")?.is_some_and(|region| region != self.deployment.region()) {
            return Err(place.key("Region").error("outputs of other regions are not supported"));
        }
        let mut found = self.templates.all().filter(|other| other.scope.parent.is_none() && other.stack() == stack);
        match (found.next(), found.next()) {
            (Some(one), None) => self.output_of(one.index, &output, place),
            (Some(_), Some(_)) => Err(place.error(format_args!("several stacks are named `{stack}`"))),
            (None, _) => Err(place.error(format_args!("there is no stack `{stack}` in the folder"))),
        }
    }

    /// The attribute `Outputs.NAME` of a nested stack, if the stack was read.
    pub(crate) fn nested_output(
        &self,
        stack: &str,
        output: &str,
        place: &JsonPath<'_>,
    ) -> Option<Result<String, Error>> {
        let nested = self.templates.nested(self.index, stack)?;
        Some(nested.output(output, place))
    }

    fn output_of(&self, index: usize, output: &str, place: &JsonPath<'_>) -> Result<Option<Value>, Error> {
        let other = self.templates.at(index).ok_or_else(|| place.error("the stack is not there"))?;
        self.made(other.output(output, place)?, place)
    }

    /// The text of an output of this template.
    fn output(&self, name: &str, from: &JsonPath<'_>) -> Result<String, Error> {
        let key = ("Outputs".to_owned(), name.to_owned());
        if let Some(Some(known)) = self.remembered(&key) {
            return Ok(known);
        }
        let outputs = self.scope.root("Outputs");
        let place = outputs.key(name);
        let Some(output) = self.entry("Outputs", name) else {
            return Err(from.error(format_args!("the stack `{}` has no output `{name}`", self.stack())));
        };
        if !self.output_is_there(output, &place)? {
            return Err(from.error(format_args!("`{place}` is not there: its condition does not hold")));
        }
        let value = output.get("Value").ok_or_else(|| place.error("there is no Value"))?;
        let at = place.key("Value");
        let text = || self.guarded(&format!("Outputs.{name}"), &at, || self.text(value, &at)).map(Some);
        self.remember(key, text)?.ok_or_else(|| at.error("there is no Value"))
    }

    fn output_is_there(&self, output: &Value, place: &JsonPath<'_>) -> Result<bool, Error> {
        self.budget.steps(1, place)?;
        match output.get("Condition") {
            None => Ok(true),
            Some(Value::String(condition)) => self.condition(condition, &place.key("Condition")),
            Some(other) => Err(place.key("Condition").error(format_args!("expected a name, not {}", kind(other)))),
        }
    }

    /// The exports of the stacks of the folder. Each name is resolved once. A name that cannot be resolved is noted.
    fn exports(&self, place: &JsonPath<'_>) -> Result<&Exports, Error> {
        if self.templates.exports.get().is_none() {
            let mut found = Exports::new();
            self.guarded("exports", place, || {
                for other in self.templates.all() {
                    for (output, value) in other.part("Outputs") {
                        let name = self.templates.unwatched(|| other.export_name(output, value));
                        if let Some(Some(name)) = self.or_noted(name)? {
                            found.entry(name).or_default().push((other.index, output.clone()));
                        }
                    }
                }
                Ok(())
            })?;
            // A value that was set meanwhile is equal.
            let _set = self.templates.exports.set(found);
        }
        self.templates.exports.get().ok_or_else(|| place.error("the exports depend on themselves"))
    }

    fn export_name(&self, name: &str, output: &Value) -> Result<Option<String>, Error> {
        let Some(export) = output.get("Export").and_then(|export| export.get("Name")) else { return Ok(None) };
        let outputs = self.scope.root("Outputs");
        let place = outputs.key(name);
        match self.output_is_there(output, &place)? {
            true => self.text(export, &place.key("Export")).map(Some),
            false => Ok(None),
        }
    }
}
