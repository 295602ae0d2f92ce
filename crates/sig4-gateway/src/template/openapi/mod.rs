//! The OpenAPI definition of an API: the `Body` of `AWS::ApiGateway::RestApi` and `AWS::ApiGatewayV2::Api`, as SAM writes it.
//!
//! Source: "OpenAPI extensions for API Gateway" in the API Gateway Developer Guide.

pub(crate) mod cors;
pub(crate) mod routes;
pub(crate) mod security;

use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::kind;
use crate::error::Error;
use serde_json::Value;
use std::borrow::Cow;

/// The property of an API.
const BODY: &str = "Body";

/// Extensions that are read, or that change nothing here.
const KNOWN: [&str; 8] = [
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-cors",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validators",
];

/// An OpenAPI definition in a template.
pub(crate) struct OpenApi<'p>(Cow<'p, Value>);

impl<'p> OpenApi<'p> {
    /// The `Body` of an API, if it has one.
    pub(crate) fn of(api: &Properties<'p>) -> Result<Option<Self>, Error> {
        let Some(body) = api.raw(BODY) else { return Ok(None) };
        let place = api.place.key(BODY);
        let Some(body) = api.resolver.templates.decided(&place, || api.resolver.shape(body, &place))? else {
            return Ok(None);
        };
        if !body.is_object() {
            return Err(place.error(format_args!("expected an OpenAPI definition, not {}", kind(&body))));
        }
        check_base_path(api)?;
        Ok(Some(Self(body)))
    }

    /// The members of the definition.
    pub(crate) fn definition<'s>(&'s self, api: &'s Properties<'_>) -> Result<Properties<'s>, Error> {
        let place = api.place.key(BODY);
        let definition = Properties::new(api.resolver, Some(&self.0), place)?;
        for (name, _) in definition.all() {
            if name.starts_with("x-amazon-apigateway-") && !KNOWN.contains(&name) {
                api.resolver.note(format!("{name} is not applied"));
            }
        }
        Ok(definition)
    }
}

/// Refuses a base path that would become part of the paths of the API.
fn check_base_path(api: &Properties<'_>) -> Result<(), Error> {
    let given = api.named_texts("Parameters")?.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("basepath"));
    match given {
        Some((name, mode)) if !mode.eq_ignore_ascii_case("ignore") => Err(api
            .place
            .key("Parameters")
            .key(&name)
            .error(format_args!("the base path of the OpenAPI definition is ignored here, and not `{mode}`"))),
        _ => Ok(()),
    }
}
