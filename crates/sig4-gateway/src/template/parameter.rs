//! A template's parameters: given values and defaults.
//!
//! Source: "CloudFormation template Parameters syntax".

use super::path::TemplatePath;
use super::resolver::Resolver;
use crate::error::{Error, ErrorKind};
use serde_json::Value;
use sig4_iam::JsonPath;

/// The prefix of the types of parameters whose value is the name of a parameter in the Systems Manager.
const STORED: &str = "AWS::SSM::Parameter::Value<";

impl Resolver<'_> {
    /// Refuses values for parameters that do not exist, and values that a parameter does not allow.
    pub(crate) fn check_parameters(&self) -> Result<(), Error> {
        let parameters = self.scope.root("Parameters");
        for (name, value) in &self.deployment.parameters {
            let Some(parameter) = self.entry("Parameters", name) else {
                let all: Vec<_> = self.part("Parameters").map(|(name, _)| name.as_str()).collect();
                let all = if all.is_empty() { "it has none".to_owned() } else { format!("it has {}", all.join(", ")) };
                let detail = format!("the template has no parameter `{name}`: {all}");
                return Err(Error::new(ErrorKind::InvalidTemplate, detail));
            };
            let allowed = parameter.get("AllowedValues").and_then(Value::as_array);
            if allowed.is_some_and(|allowed| !allowed.iter().any(|one| plain(one) == *value)) {
                return Err(parameters.key(name).error("the given value is not one of AllowedValues"));
            }
        }
        Ok(())
    }

    /// The given value of a parameter: from the deployment, or from the parent template.
    fn given_parameter(&self, name: &str) -> Result<Option<String>, Error> {
        let Some((parent, resource)) = self.scope.parent else {
            let given = if self.index == 0 { self.deployment.parameters.get(name) } else { None };
            return Ok(given.cloned());
        };
        let key = ("Parameters".to_owned(), name.to_owned());
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let Some(parent) = self.templates.at(parent) else { return Ok(None) };
        self.remember(key, || parent.parameter_of(resource, name))
    }

    /// The value that this template passes to a parameter of a nested stack. A list becomes text.
    fn parameter_of(&self, stack: &str, name: &str) -> Result<Option<String>, Error> {
        let properties = self.entry("Resources", stack).and_then(|resource| resource.get("Properties"));
        let given = properties.and_then(|properties| properties.get("Parameters")?.get(name));
        let Some(value) = given else { return Ok(None) };
        let resources = self.scope.root("Resources");
        let (at, properties, parameters);
        at = resources.key(stack);
        properties = at.key("Properties");
        parameters = properties.key("Parameters");
        let place = parameters.key(name);
        self.guarded(&format!("{stack}.{name}"), &place, || match self.resolve(value, &place)? {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let texts = items.iter().enumerate().map(|(i, item)| self.text(item, &place.index(i)));
                Ok(Some(texts.collect::<Result<Vec<_>, _>>()?.join(",")))
            }
            Some(value) => self.text(&value, &place).map(Some),
        })
    }

    /// The value of a parameter.
    pub(crate) fn parameter(
        &self,
        name: &str,
        parameter: &Value,
        place: &JsonPath<'_>,
    ) -> Result<Option<Value>, Error> {
        let of_type = parameter.get("Type").and_then(Value::as_str).unwrap_or_default();
        let given = self.given_parameter(name)?;
        let is_given = given.is_some();
        let value = match (given, parameter.get("Default")) {
            (Some(given), _) => given,
            (None, Some(default)) => plain(default),
            (None, None) => {
                return Err(place.error(format_args!("the parameter `{name}` has no default: give it a value")));
            }
        };
        // The CDK adds such a parameter to every template, for a rule that has no effect here.
        if !is_given && of_type.starts_with(STORED) && !place.is_in("Rules") {
            self.templates.stands_in();
            self.note(format!(
                "the parameter {name} is stored in the Systems Manager, and its name `{value}` stands for its value"
            ));
        }
        let is_list =
            of_type == "CommaDelimitedList" || of_type.contains("List<") || of_type.contains("<CommaDelimited");
        match is_list {
            true => self.made_list(value.split(',').map(str::trim), place),
            false => self.made(value, place),
        }
    }
}

/// A parameter's value as text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
