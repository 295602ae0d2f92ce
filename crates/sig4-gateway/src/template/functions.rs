//! The functions that integrations name by their ARNs.

use super::function;
use super::path::TemplatePath;
use super::resolver::Resolver;
use super::resource::FUNCTION;
use crate::definition::FunctionDefinition;
use crate::error::Error;
use crate::integration::Integration;
use sig4_iam::JsonPath;
use std::collections::BTreeMap;

/// The end of a URI whose response is streamed.
const STREAMING: &str = "/response-streaming-invocations";

/// The functions of the templates.
pub(crate) struct Functions<'w> {
    /// The ARNs with their templates and logical ids; `None` if several templates have one.
    arns: BTreeMap<String, Option<(Resolver<'w>, &'w str)>>,
    /// The functions with a route, or the reasons why they cannot be run.
    planned: BTreeMap<String, Result<FunctionDefinition, Error>>,
}

impl<'w> Functions<'w> {
    pub(crate) fn read(deployed: &[Resolver<'w>]) -> Result<Self, Error> {
        let mut arns = BTreeMap::new();
        for resolver in deployed {
            for (name, resource) in resolver.or_noted(resolver.of_type(FUNCTION))?.unwrap_or_default() {
                let Some(arn) = resolver.or_noted(resolver.function_arn(name, resource))? else { continue };
                let found = Some((*resolver, name.as_str()));
                // The chosen stack is read first and takes precedence.
                match arns.get(&arn) {
                    Some(Some((earlier, _))) if Resolver::is_own(earlier) && !resolver.is_own() => {}
                    Some(_) => drop(arns.insert(arn, None)),
                    None => drop(arns.insert(arn, found)),
                }
            }
        }
        Ok(Self { arns, planned: BTreeMap::new() })
    }

    /// The integration with the function that a URI names: its ARN, or
    /// `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`.
    pub(crate) fn integration(&mut self, uri: &str, place: &JsonPath<'_>) -> Result<Integration, Error> {
        if uri.ends_with(STREAMING) {
            return Err(place.error("responses are not streamed here"));
        }
        let arn = uri.split_once("/functions/").map_or(uri, |(_, arn)| arn);
        let arn = arn.strip_suffix("/invocations").unwrap_or(arn);
        // The ARN of a version or an alias is that of the function with one more part.
        let of_function = || arn.rsplit_once(':').and_then(|(function, _)| self.arns.get(function));
        match self.arns.get(arn).or_else(of_function) {
            Some(Some((resolver, name))) => self.planned(*resolver, name),
            Some(None) => Err(place.error(format_args!("several stacks of the folder have the function `{arn}`"))),
            None => Err(place.error(format_args!("no stack of the folder has the function `{arn}`"))),
        }
    }

    /// The functions with a route that can be run.
    pub(crate) fn into_definitions(self) -> Vec<FunctionDefinition> {
        self.planned.into_values().filter_map(Result::ok).collect()
    }

    /// The function of a route. A function of a template other than the first has the name of its stack before its own.
    fn planned(&mut self, resolver: Resolver<'w>, name: &str) -> Result<Integration, Error> {
        let definition_name =
            if resolver.index == 0 { name.to_owned() } else { format!("{}/{name}", resolver.stack()) };
        let read = || function::read(&resolver, name, &definition_name);
        let plan = self.planned.entry(definition_name.clone()).or_insert_with(read);
        plan.as_ref().map(|_| Integration::function(definition_name.clone())).map_err(|error| error.clone())
    }
}
