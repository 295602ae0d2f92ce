//! The routes of an OpenAPI definition.
//!
//! The paths and methods must be resolvable. If an integration is not, its route answers 501 with the reason.

use super::security;
use crate::definition::RouteDefinition;
use crate::error::Error;
use crate::integration::Integration;
use crate::payload_format::PayloadFormat;
use crate::route::{self, RouteKey};
use crate::template::entry;
use crate::template::functions::Functions;
use crate::template::integration::{self, Served};
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use crate::template::resource::ApiKind;
use crate::template::shape::inside;
use crate::template::spelling::Spelling;

const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The members of a path that are operations, with their methods.
const METHODS: [(&str, &str); 8] = [
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// The members of a path that are no operations.
const OTHERS: [&str; 4] = ["description", "parameters", "servers", "summary"];

/// Reads the routes of a definition.
pub(crate) fn read(
    definition: &Properties<'_>,
    kind: ApiKind,
    functions: &mut Functions<'_>,
) -> Result<Vec<RouteDefinition>, Error> {
    let templates = definition.resolver.templates;
    let schemes = templates.decided(&definition.place, || security::schemes(definition))?;
    let mut routes = Vec::new();
    each(definition, "paths", &mut |path, item| {
        item.all().try_for_each(|(name, _)| {
            let Some((_, method)) = METHODS.iter().find(|(own, _)| *own == name) else {
                let is_known = OTHERS.contains(&name) || name.starts_with("x-");
                return if is_known { Ok(()) } else { Err(item.place.key(name).error("it is not a method of a path")) };
            };
            inside(item, name, &mut |operation| {
                routes.push(read_operation(operation, (kind, method, path), &schemes, functions)?);
                Ok(())
            })
        })
    })?;
    Ok(routes)
}

fn read_operation(
    operation: &Properties<'_>,
    (kind, method, path): (ApiKind, &str, &str),
    schemes: &security::Schemes,
    functions: &mut Functions<'_>,
) -> Result<RouteDefinition, Error> {
    let resolver = operation.resolver;
    let is_default = kind == ApiKind::Http
        && resolver.templates.decided(&operation.place, || operation.parsed("isDefaultRoute"))? == Some(true);
    let key = if is_default { route::DEFAULT.to_owned() } else { format!("{method} {path}") };
    let parsed = RouteKey::parse(&key).map_err(|error| operation.place.error(error))?;
    let authorization = resolver.templates.decided(&operation.place, || security::read(operation, schemes))?;
    if operation.has("x-amazon-apigateway-request-validator")? {
        resolver.note(format!("requests to {key} are not validated"));
    }
    let served = || integration_of(operation, kind, &parsed, functions);
    entry::route(&key, authorization, resolver.budget, served)
}

fn integration_of(
    operation: &Properties<'_>,
    kind: ApiKind,
    key: &RouteKey,
    functions: &mut Functions<'_>,
) -> Result<Served, Error> {
    let mut found = None;
    inside(operation, INTEGRATION, &mut |integration| {
        found = Some(integration::read(integration, (kind, Spelling::OpenApi), (key, key.as_str()), functions)?);
        Ok(())
    })?;
    match (found, kind) {
        (Some(found), _) => Ok(found),
        (None, ApiKind::Http) => Ok((Integration::unattached(), PayloadFormat::default())),
        (None, ApiKind::Rest) => Err(operation.place.error(format_args!("there is no {INTEGRATION}"))),
    }
}

/// Reads the members of an object, each of which is an object.
fn each(
    of: &Properties<'_>,
    name: &str,
    read: &mut dyn FnMut(&str, &Properties<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    inside(of, name, &mut |object| {
        object.all().try_for_each(|(name, _)| inside(object, name, &mut |member| read(name, member)))
    })
}
