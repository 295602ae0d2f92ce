//! A REST API: its settings and its methods.
//!
//! Source: `AWS::ApiGateway::RestApi` in the CloudFormation User Guide.

pub(crate) mod methods;
pub(crate) mod mock;
pub(crate) mod policy;
pub(crate) mod resources;
pub(crate) mod responses;

use super::functions::Functions;
use super::openapi::{self, OpenApi};
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::ApiKind;
use crate::definition::RouteDefinition;
use crate::definition::rest_settings::RestSettings;
use crate::error::Error;
use crate::payload_format::PayloadFormat;

/// The binary media types of an OpenAPI definition.
const BINARY_MEDIA_TYPES: &str = "x-amazon-apigateway-binary-media-types";

/// Reads the settings and the methods of the API, from its properties, from the resources and from an OpenAPI definition.
pub(crate) fn read(
    api: &Properties<'_>,
    name: &str,
    deployed: &[Resolver<'_>],
    functions: &mut Functions<'_>,
) -> Result<(RestSettings, Vec<RouteDefinition>), Error> {
    note_not_applied(api)?;
    let mut settings = RestSettings {
        resource_policy: policy::read(api, "Policy", name)?,
        // A slash in a property is written as in a JSON pointer.
        binary_media_types: api.texts("BinaryMediaTypes")?.iter().map(|text| text.replace("~1", "/")).collect(),
        ..RestSettings::default()
    };
    responses::add(&mut settings, deployed)?;
    let mut methods = methods::read(api.resolver.templates, deployed, functions)?;
    if let Some(body) = OpenApi::of(api)? {
        let definition = body.definition(api)?;
        methods.extend(openapi::routes::read(&definition, ApiKind::Rest, functions)?);
        add_settings(&mut settings, api, &definition, name)?;
    }
    for method in &mut methods {
        method.payload_format = PayloadFormat::V1;
    }
    Ok((settings, methods))
}

/// Adds the settings of an OpenAPI definition.
fn add_settings(
    settings: &mut RestSettings,
    api: &Properties<'_>,
    definition: &Properties<'_>,
    name: &str,
) -> Result<(), Error> {
    if let Some(policy) = policy::read(definition, policy::OF_OPENAPI, name)? {
        if settings.resource_policy.is_some() {
            return Err(api.place.key("Policy").error("the Body of the API states it as well"));
        }
        settings.resource_policy = Some(policy);
    }
    for of_definition in definition.texts(BINARY_MEDIA_TYPES)? {
        if !settings.binary_media_types.contains(&of_definition) {
            settings.binary_media_types.push(of_definition);
        }
    }
    responses::add_of_openapi(settings, definition)
}

fn note_not_applied(api: &Properties<'_>) -> Result<(), Error> {
    if api.has("MinimumCompressionSize")? {
        api.resolver.note(format!("{}: responses are not compressed", api.place.key("MinimumCompressionSize")));
    }
    let endpoint = api.value("EndpointConfiguration")?;
    let types = endpoint.as_ref().and_then(|endpoint| endpoint.get("Types")?.as_array());
    if types.is_some_and(|types| types.iter().any(|of_type| of_type == "PRIVATE")) {
        let what = "on AWS the API is private, and called through a VPC endpoint; the keys of a VPC are absent here";
        api.resolver.note(format!("{}: {what}", api.place.key("EndpointConfiguration")));
    }
    Ok(())
}
