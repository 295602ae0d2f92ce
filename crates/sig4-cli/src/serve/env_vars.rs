//! The file of `--env-vars`: values for the environment variables of functions, as `sam local` takes it.
//!
//! ```json
//! {
//!   "Parameters": { "TABLE": "local" },
//!   "Orders": { "TABLE": "orders", "DEBUG": true }
//! }
//! ```
//!
//! A function is named by its logical id, its name, or the id of its construct if that is of one function alone. `Parameters` is for all functions, and a function's own values take
//! precedence. Only variables that the API defines are set.
//!
//! Source: "sam local invoke", `--env-vars`, in the AWS SAM Developer Guide; aws/aws-sam-cli
//! `samcli/commands/local/lib/local_lambda.py`, `_make_env_vars`, and `samcli/local/lambdafn/env_vars.py`.

use super::function_names;
use super::sources::Sources;
use crate::failure::Failure;
use crate::print::remark;
use serde_json::Value;
use sig4_gateway::definition::FunctionDefinition;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The member with values for all functions.
const FOR_ALL: &str = "Parameters";

/// Values, by function or [`FOR_ALL`], and by variable.
#[derive(Default)]
pub(crate) struct EnvVars(BTreeMap<String, BTreeMap<String, String>>);

impl EnvVars {
    /// Reads the file, if there is one.
    pub(crate) fn read(path: Option<&Path>, sources: &Sources) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let shown = path.display();
        let text = sources.read(path).map_err(|error| format!("--env-vars: cannot read {shown}: {error}"))?;
        // The message of a JSON error could repeat a secret, so only the line is told.
        let root: Value = serde_json::from_str(&text)
            .map_err(|error| format!("--env-vars: {shown}:{}: it is not JSON", error.line()))?;
        let Value::Object(functions) = root else {
            return Err(format!("--env-vars: {shown}: expected an object of functions").into());
        };
        let mut all = BTreeMap::new();
        for (function, variables) in functions {
            let Value::Object(variables) = variables else {
                let example = r#"{"NAME": "value"}"#;
                return Err(format!("--env-vars: {shown}: `{function}` is not an object such as {example}").into());
            };
            let mut texts = BTreeMap::new();
            for (name, value) in variables {
                let Some(value) = as_text(value) else {
                    return Err(format!("--env-vars: {shown}: `{function}`.`{name}` is not a text").into());
                };
                if value.contains('\0') {
                    return Err(
                        format!("--env-vars: {shown}: `{function}`.`{name}` has a NUL, which no variable has").into()
                    );
                }
                texts.insert(name, value);
            }
            all.insert(function, texts);
        }
        Ok(Self(all))
    }

    /// The same values, with the logical ids of functions in place of their other names. A name of several functions and two names
    /// of one are failures.
    pub(crate) fn by_logical_id(&self, functions: &[FunctionDefinition]) -> Result<Self, Failure> {
        let mut all = BTreeMap::new();
        for (owner, values) in &self.0 {
            let function = match owner.as_str() {
                FOR_ALL => None,
                name => function_names::find(functions, name).map_err(|why| format!("--env-vars: {why}"))?,
            };
            let id = function.map_or(owner.as_str(), FunctionDefinition::name);
            if all.insert(id.to_owned(), values.clone()).is_some() {
                return Err(format!("--env-vars: the function {id} is there twice, by two of its names").into());
            }
        }
        Ok(Self(all))
    }

    /// The values for a function that has these variables.
    pub(crate) fn of(
        &self,
        function: &FunctionDefinition,
        defined: &BTreeMap<String, String>,
    ) -> Vec<(String, String)> {
        let own = self.0.get(function.name());
        let all = self.0.get(FOR_ALL).into_iter().chain(own).flatten();
        let known = all.filter(|(name, _)| defined.contains_key(*name));
        known.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Notes what is set for no function.
    pub(crate) fn note_unused<'f>(
        &self,
        functions: impl Iterator<Item = (&'f FunctionDefinition, &'f BTreeMap<String, String>)>,
    ) {
        let functions: Vec<_> = functions.collect();
        let all: BTreeSet<&str> =
            functions.iter().flat_map(|(_, defined)| defined.keys().map(String::as_str)).collect();
        for (owner, values) in &self.0 {
            let of_owner = functions.iter().find(|(function, _)| function.name() == owner);
            let is_defined = |name: &str| match of_owner {
                Some((_, defined)) => defined.contains_key(name),
                None => all.contains(name),
            };
            if owner != FOR_ALL && of_owner.is_none() {
                let names: Vec<_> = functions.iter().map(|(function, _)| function.name()).collect();
                let names = names.join(", ");
                remark(&format!(
                    "--env-vars: there is no function `{owner}`, and its values are not used; there are these: [{names}]"
                ));
                continue;
            }
            let unused: Vec<&str> = values.keys().map(String::as_str).filter(|name| !is_defined(name)).collect();
            if !unused.is_empty() {
                let whose = if owner == FOR_ALL { "no function".to_owned() } else { format!("not {owner}") };
                let names = unused.join(", ");
                remark(&format!("--env-vars: {names}: {whose} has such a variable in the API, so it is not set"));
            }
        }
    }
}

/// A value as `sam local` writes it.
fn as_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
