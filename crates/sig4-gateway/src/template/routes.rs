//! The routes of an HTTP API that are resources.
//!
//! A route belongs to the API that its `ApiId` names, in any template. The route itself must be resolvable. If its target is not,
//! the route answers 501 with the reason.
//!
//! Source: `AWS::ApiGatewayV2::Route` in the CloudFormation User Guide.

use super::authorization;
use super::entry;
use super::functions::Functions;
use super::integration;
use super::of_api;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{ApiKind, INTEGRATION, ROUTE};
use super::scope::TemplateSet;
use super::spelling::Spelling;
use crate::definition::RouteDefinition;
use crate::error::Error;
use crate::integration::Integration;
use crate::payload_format::PayloadFormat;
use crate::route::RouteKey;
use serde_json::Value;
use std::collections::BTreeMap;

/// The integrations of the templates by their ids.
type Integrations<'w> = BTreeMap<String, (Resolver<'w>, &'w str, &'w Value)>;

/// Reads the routes.
pub(crate) fn read(
    templates: &TemplateSet<'_>,
    deployed: &[Resolver<'_>],
    functions: &mut Functions<'_>,
) -> Result<Vec<RouteDefinition>, Error> {
    let integrations = read_integrations(deployed)?;
    let mut routes = Vec::new();
    of_api::each(templates, deployed, (ApiKind::Http, ROUTE), &mut |route, _, _| {
        routes.push(read_route(route, &integrations, functions)?);
        Ok(())
    })?;
    Ok(routes)
}

fn read_integrations<'w>(deployed: &[Resolver<'w>]) -> Result<Integrations<'w>, Error> {
    let mut integrations = BTreeMap::new();
    for resolver in deployed {
        for (name, resource) in resolver.or_noted(resolver.of_type(INTEGRATION))?.unwrap_or_default() {
            integrations.insert(resolver.physical_name(name, resource)?, (*resolver, name.as_str(), resource));
        }
    }
    Ok(integrations)
}

fn read_route(
    route: &Properties<'_>,
    integrations: &Integrations<'_>,
    functions: &mut Functions<'_>,
) -> Result<RouteDefinition, Error> {
    let templates = route.resolver.templates;
    let key = route.known("RouteKey")?;
    let key = key.ok_or_else(|| route.place.error("there is no RouteKey"))?;
    let parsed = RouteKey::parse(&key).map_err(|error| route.place.key("RouteKey").error(error))?;
    let authorization = templates.decided(&route.place, || authorization::read(route, ApiKind::Http))?;
    let integration = || integration_of(route, &parsed, integrations, functions);
    entry::route(&key, authorization, route.resolver.budget, integration)
}

/// The integration of a route.
fn integration_of(
    route: &Properties<'_>,
    key: &RouteKey,
    integrations: &Integrations<'_>,
    functions: &mut Functions<'_>,
) -> Result<integration::Served, Error> {
    let Some(target) = route.certain("Target")? else {
        return Ok((Integration::unattached(), PayloadFormat::default()));
    };
    let id = target.strip_prefix("integrations/").unwrap_or(&target);
    let Some((resolver, name, integration)) = integrations.get(id).copied() else {
        return Err(route.place.key("Target").error(format_args!("there is no integration `{id}`")));
    };
    let resources = resolver.scope.root("Resources");
    let at = resources.key(name);
    let properties = Properties::new(&resolver, integration.get("Properties"), at.key("Properties"))?;
    if properties.has("ApiId")? && !properties.is_of_api(ApiKind::Http)? {
        return Err(properties.place.key("ApiId").error("the integration belongs to another API"));
    }
    integration::read(&properties, (ApiKind::Http, Spelling::Http), (key, name), functions)
}
