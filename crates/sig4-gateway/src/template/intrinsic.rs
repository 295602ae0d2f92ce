//! The intrinsic functions.
//!
//! Source: "Intrinsic function reference" in the CloudFormation User Guide.

use super::path::TemplatePath;
use super::resolver::{Resolver, kind};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sig4_iam::JsonPath;

/// The result of a function. `None` is `AWS::NoValue`.
type Made = Result<Option<Value>, Error>;

impl Resolver<'_> {
    /// Evaluates the function `name`; `place` is that of its arguments.
    pub(crate) fn call(&self, name: &str, arguments: &Value, place: &JsonPath<'_>) -> Made {
        match name {
            "Ref" => self.reference(arguments, place),
            "Fn::GetAtt" => self.attribute(arguments, place),
            "Fn::Join" => self.join(arguments, place),
            "Fn::Sub" => self.substitute(arguments, place),
            "Fn::If" => self.choose(arguments, place),
            "Fn::Select" => self.select(arguments, place),
            "Fn::Split" => self.split(arguments, place),
            "Fn::FindInMap" => self.find_in_map(arguments, place),
            "Fn::Base64" => {
                let text = self.text(arguments, place)?;
                self.made(STANDARD.encode(text), place)
            }
            "Fn::GetAZs" => self.zones(arguments, place),
            "Fn::Length" => Ok(Some(Value::from(self.items(arguments, place)?.len()))),
            "Fn::ToJsonString" => {
                let value = self.resolve(arguments, place)?.ok_or_else(|| place.error("expected a value"))?;
                self.made(value.to_string(), place)
            }
            "Fn::And" | "Fn::Equals" | "Fn::Not" | "Fn::Or" => {
                self.function_of_condition(name, arguments, place).map(|holds| Some(Value::Bool(holds)))
            }
            "Fn::ImportValue" => self.import(arguments, place),
            "Fn::GetStackOutput" => self.stack_output(arguments, place),
            _ => Err(place.error("this function is not supported")),
        }
    }

    fn join(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let [delimiter, list] = fixed(arguments, place)?;
        let delimiter = self.text(delimiter, &place.index(0))?;
        let place = place.index(1);
        let items = self.items(list, &place)?;
        let texts = items.iter().enumerate().map(|(i, item)| self.text(item, &place.index(i)));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        // The texts were counted before. The delimiters are counted before they are repeated.
        self.budget.bytes(delimiter.len().saturating_mul(texts.len().saturating_sub(1)), &place)?;
        Ok(Some(Value::String(texts.join(&delimiter))))
    }

    /// `"…${Name}…"`, or a list of that and an object of further names.
    fn substitute(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let (text, names) = match arguments {
            Value::String(text) => (text, None),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(names)] => (text, Some(names)),
                _ => return Err(place.error("expected text and an object of names")),
            },
            other => return Err(place.error(format_args!("expected text, not {}", kind(other)))),
        };
        let mut made = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            self.budget.steps(1, place)?;
            made.push_str(before);
            let (name, after) = after.split_once('}').ok_or_else(|| place.error("`${` without `}`"))?;
            match (name.strip_prefix('!'), names.and_then(|names| names.get(name))) {
                (Some(literal), _) => made.extend(["${", literal, "}"]),
                (None, Some(given)) => made.push_str(&self.text(given, &place.index(1).key(name))?),
                (None, None) => made.push_str(&self.named(name.trim(), place)?),
            }
            rest = after;
        }
        made.push_str(rest);
        self.made(made, place)
    }

    /// The value of `${name}`: an attribute if it has a dot, else a reference.
    fn named(&self, name: &str, place: &JsonPath<'_>) -> Result<String, Error> {
        let name_value = Value::String(name.to_owned());
        let found = match name.contains('.') {
            true => self.attribute(&name_value, place)?,
            false => self.reference(&name_value, place)?,
        };
        match found {
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(place.error(format_args!("`${{{name}}}` is {}, not text", kind(&other)))),
            None => Ok(String::new()),
        }
    }

    fn choose(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let [condition, then, otherwise] = fixed(arguments, place)?;
        let name = condition.as_str().ok_or_else(|| place.index(0).error("expected a condition's name"))?;
        match self.condition(name, &place.index(0))? {
            true => self.resolve(then, &place.index(1)),
            false => self.resolve(otherwise, &place.index(2)),
        }
    }

    fn select(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let [index, list] = fixed(arguments, place)?;
        let wanted = self.text(index, &place.index(0))?;
        let index: usize = wanted.parse().map_err(|_| place.index(0).error("expected an index"))?;
        let mut items = self.items(list, &place.index(1))?;
        if index >= items.len() {
            return Err(place.error(format_args!("there is no element {index} in a list of {}", items.len())));
        }
        Ok(Some(items.swap_remove(index)))
    }

    fn split(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let [delimiter, text] = fixed(arguments, place)?;
        let delimiter = self.text(delimiter, &place.index(0))?;
        if delimiter.is_empty() {
            return Err(place.index(0).error("the delimiter is empty"));
        }
        let text = self.text(text, &place.index(1))?;
        self.made_list(text.split(&delimiter), place)
    }

    /// `[map, key, key]`, or with a fourth element `{"DefaultValue": …}`.
    fn find_in_map(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let (keys, default) = match arguments.as_array().map(Vec::as_slice) {
            Some([map, top, second]) => ([map, top, second], None),
            Some([map, top, second, options]) => ([map, top, second], options.get("DefaultValue")),
            _ => return Err(place.error("expected a map's name and two keys")),
        };
        let mut names = Vec::with_capacity(keys.len());
        for (i, key) in keys.into_iter().enumerate() {
            names.push(self.text(key, &place.index(i))?);
        }
        let found = match names.as_slice() {
            [map, top, second] => self.entry("Mappings", map).and_then(|map| map.get(top)?.get(second)),
            _ => None,
        };
        match found.or(default) {
            Some(value) => self.resolve(value, &place.index(3)),
            None => Err(place.error(format_args!("there is no Mappings.{}", names.join(".")))),
        }
    }

    /// Three zones of a region. An empty region is the deployment's own.
    fn zones(&self, arguments: &Value, place: &JsonPath<'_>) -> Made {
        let given = self.text(arguments, place)?;
        let region = if given.is_empty() { self.deployment.region() } else { &given };
        let zones = ["a", "b", "c"].map(|zone| [region, zone].concat());
        self.made_list(zones.iter().map(String::as_str), place)
    }
}

/// The arguments of a function with a fixed number of them.
pub(crate) fn fixed<'v, const N: usize>(arguments: &'v Value, place: &JsonPath<'_>) -> Result<[&'v Value; N], Error> {
    let items: Vec<&Value> = arguments.as_array().into_iter().flatten().collect();
    let found = items.len();
    items.try_into().map_err(|_| match arguments {
        Value::Array(_) => place.error(format_args!("expected a list of {N}, not of {found}")),
        other => place.error(format_args!("expected a list of {N}, not {}", kind(other))),
    })
}
