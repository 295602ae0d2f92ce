//! An HTTP API: its CORS configuration and its routes.
//!
//! Source: `AWS::ApiGatewayV2::Api` in the CloudFormation User Guide.

use super::functions::Functions;
use super::openapi::{self, OpenApi};
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::ApiKind;
use super::routes;
use crate::cors::Cors;
use crate::definition::RouteDefinition;
use crate::error::Error;

/// Reads the CORS configuration and the routes of the API, from its properties, from the resources and from an OpenAPI definition.
pub(crate) fn read(
    api: &Properties<'_>,
    deployed: &[Resolver<'_>],
    functions: &mut Functions<'_>,
) -> Result<(Option<Cors>, Vec<RouteDefinition>), Error> {
    let mut cors = openapi::cors::read(api, "CorsConfiguration", openapi::cors::OF_RESOURCE)?;
    let mut routes = routes::read(api.resolver.templates, deployed, functions)?;
    if let Some(body) = OpenApi::of(api)? {
        let definition = body.definition(api)?;
        routes.extend(openapi::routes::read(&definition, ApiKind::Http, functions)?);
        if let Some(more) = openapi::cors::read(&definition, "x-amazon-apigateway-cors", openapi::cors::OF_OPENAPI)? {
            if cors.is_some() {
                return Err(api.place.key("CorsConfiguration").error("the Body of the API states it as well"));
            }
            cors = Some(more);
        }
    }
    Ok((cors, routes))
}
