//! A function of a stack, and the location of its code.
//!
//! Source: `AWS::Lambda::Function` in the CloudFormation User Guide.

use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::stack::Stack;
use crate::defaults::{DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT};
use crate::definition::{Code, FunctionDefinition};
use crate::error::Error;
use core::time::Duration;
use serde_json::Value;

/// Reads the function with this logical id. The definition names it differently if it is in a template other than the API's.
pub(crate) fn read(resolver: &Resolver<'_>, name: &str, definition_name: &str) -> Result<FunctionDefinition, Error> {
    let resources = resolver.scope.root("Resources");
    let at = resources.key(name);
    let Some(resource) = resolver.entry("Resources", name) else {
        return Err(at.error("there is no such function"));
    };
    let properties = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
    let runtime = properties.text("Runtime")?.unwrap_or_default();
    let environment = properties.value("Environment")?;
    let variables = Properties::new(resolver, environment.as_ref(), properties.place.key("Environment"))?;
    if !properties.texts("Layers")?.is_empty() {
        resolver.note(format!("the layers of {name} are left out"));
    }
    Ok(FunctionDefinition {
        name: definition_name.to_owned(),
        function_name: resolver.physical_name(name, resource)?,
        code: read_code(resolver.scope.stack, &properties, resource)?,
        handler: properties.text("Handler")?.unwrap_or_default(),
        runtime,
        memory_mib: properties.parsed("MemorySize")?.unwrap_or(DEFAULT_FUNCTION_MEMORY_MIB),
        timeout: properties.parsed("Timeout")?.map_or(DEFAULT_FUNCTION_TIMEOUT, Duration::from_secs),
        reserved_concurrency: properties.parsed("ReservedConcurrentExecutions")?,
        environment: variables.named_texts("Variables")?.into_iter().collect(),
        construct_path: construct_path(resource).map(str::to_owned),
        line: None,
    })
}

/// The path of a resource in the CDK's tree of constructs.
pub(crate) fn construct_path(resource: &Value) -> Option<&str> {
    resource.get("Metadata")?.get("aws:cdk:path")?.as_str()
}

fn read_code(stack: &Stack, function: &Properties<'_>, resource: &Value) -> Result<Code, Error> {
    let value = function.value("Code")?;
    let code = Properties::new(function.resolver, value.as_ref(), function.place.key("Code"))?;
    if let Some(text) = code.text("ZipFile")? {
        return Ok(Code::Inline(text));
    }
    if let Some(image) = code.text("ImageUri")? {
        return Ok(Code::Elsewhere(format!("it is the container image {image}")));
    }
    let key = code.required("S3Key")?;
    let recorded = || Some(stack.path_of(resource.get("Metadata")?.get("aws:asset:path")?.as_str()?));
    let folder = stack.asset(&key).or_else(recorded);
    Ok(folder.map_or_else(|| Code::Elsewhere(format!("{key} is in S3, and no asset of the folder")), Code::Folder))
}
