//! The resource policy of a REST API.

use crate::error::Error;
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use serde_json::Value;
use sig4_iam::ResourcePolicy;

/// The name of the policy in an OpenAPI definition.
pub(crate) const OF_OPENAPI: &str = "x-amazon-apigateway-policy";

/// Reads the policy, if there is one. All of it must be known: a value that only AWS knows could be the one that denies a call.
pub(crate) fn read(of: &Properties<'_>, property: &str, name: &str) -> Result<Option<ResourcePolicy>, Error> {
    let templates = of.resolver.templates;
    let place = of.place.key(property);
    let (policy, is_known) = templates.watched(|| templates.decided(&place, || of.value(property)));
    let Some(policy) = policy? else { return Ok(None) };
    if !is_known {
        return Err(
            place.error("the resource policy has a value that only AWS knows: give it as a parameter or as text")
        );
    }
    let text = match &policy {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    // An empty text or object is no policy.
    if text.is_empty() || text == "{}" {
        return Ok(None);
    }
    ResourcePolicy::parse(name, &text).map(Some).map_err(|error| place.error(error))
}
