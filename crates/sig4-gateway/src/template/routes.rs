//! The routes of an HTTP API, and their integrations.
//!
//! A route belongs to the API that its `ApiId` names, in any template. The route itself must be resolvable. If its target is not,
//! the route answers 501 with the reason.
//!
//! Source: `AWS::ApiGatewayV2::Route` and `AWS::ApiGatewayV2::Integration` in the CloudFormation User Guide.

use super::function;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{FUNCTION, INTEGRATION, ROUTE};
use super::scope::TemplateSet;
use crate::definition::{Auth, FunctionDefinition, RouteDefinition};
use crate::error::Error;
use crate::integration::Integration;
use crate::route::RouteKey;
use crate::upstream::Upstream;
use serde_json::Value;
use std::collections::BTreeMap;

/// The only supported event format.
const PAYLOAD_FORMAT: &str = "2.0";

/// The maximum time limit of an integration, in milliseconds.
const MAX_TIMEOUT_MS: u32 = 30_000;

/// Properties of an integration that change requests or responses.
const NOT_APPLIED: [&str; 4] = ["RequestParameters", "ResponseParameters", "RequestTemplates", "CredentialsArn"];

/// Reads the routes and their functions.
pub(crate) fn read(
    templates: &TemplateSet<'_>,
    deployed: &[Resolver<'_>],
) -> Result<(Vec<RouteDefinition>, Vec<FunctionDefinition>), Error> {
    let mut targets = Targets::read(deployed)?;
    let mut routes = Vec::new();
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        let there = templates.decided(&resources, || resolver.of_type(ROUTE));
        for (name, route) in resolver.or_noted(there)?.unwrap_or_default() {
            let at = resources.key(name);
            let properties = Properties::new(resolver, route.get("Properties"), at.key("Properties"))?;
            if resolver.or_noted(properties.is_of_api())? == Some(true) {
                routes.push(read_route(&properties, &mut targets)?);
            }
        }
    }
    routes.sort_by(|one, other| one.key.cmp(&other.key));
    if routes.is_empty() {
        templates.note("the API has no route: everything is answered with 404".to_owned());
    }
    Ok((routes, targets.planned.into_values().filter_map(Result::ok).collect()))
}

fn read_route(route: &Properties<'_>, targets: &mut Targets<'_>) -> Result<RouteDefinition, Error> {
    let templates = route.resolver.templates;
    let key = templates.decided(&route.place, || route.certain("RouteKey"))?;
    let key = key.ok_or_else(|| route.place.error("there is no RouteKey"))?;
    let parsed = RouteKey::parse(&key).map_err(|error| route.place.key("RouteKey").error(error))?;
    Ok(match templates.decided(&route.place, || read_auth(route))? {
        // A route is never served without the authorizer that it requires.
        Err(why) => RouteDefinition::not_implemented(&key, why),
        Ok(auth) => match targets.integration_of(route, &parsed) {
            Ok(integration) => RouteDefinition::new(key, auth, integration),
            Err(error) if route.resolver.budget.is_exhausted() => return Err(error),
            Err(error) => RouteDefinition::not_implemented(&key, error.detail()),
        },
    })
}

/// The authorizer of a route, or the reason why the route is not served.
fn read_auth(route: &Properties<'_>) -> Result<Result<Auth, String>, Error> {
    let place = route.place.key("AuthorizationType");
    let authorization = match route.certain("AuthorizationType") {
        Ok(authorization) => authorization,
        Err(error) => return Ok(Err(format!("{place}: {}", error.detail()))),
    };
    let is_open = match authorization.as_deref() {
        None | Some("NONE") => true,
        Some("AWS_IAM") => false,
        Some(other @ ("JWT" | "CUSTOM")) => {
            let what = "is not supported, and the route is not served without it";
            return Ok(Err(format!("{place}: the authorizer {other} {what}")));
        }
        Some(other) => return Ok(Err(format!("{place}: there is no authorization type `{other}`"))),
    };
    if route.has("AuthorizerId")? {
        let place = route.place.key("AuthorizerId");
        return Ok(Err(format!(
            "{place}: the route names an authorizer, and its AuthorizationType is not that of one"
        )));
    }
    Ok(Ok(if is_open { Auth::None } else { Auth::Iam }))
}

/// The possible targets of routes: functions and integrations.
struct Targets<'w> {
    /// The functions' ARNs with their templates and logical ids; `None` if several templates have one.
    functions: BTreeMap<String, Option<(Resolver<'w>, &'w str)>>,
    integrations: BTreeMap<String, (Resolver<'w>, &'w str, &'w Value)>,
    /// The functions with a route, or the reasons why they cannot be run.
    planned: BTreeMap<String, Result<FunctionDefinition, Error>>,
}

impl<'w> Targets<'w> {
    fn read(deployed: &[Resolver<'w>]) -> Result<Self, Error> {
        let (mut functions, mut integrations) = (BTreeMap::new(), BTreeMap::new());
        for resolver in deployed {
            for (name, resource) in resolver.or_noted(resolver.of_type(INTEGRATION))?.unwrap_or_default() {
                integrations.insert(resolver.physical_name(name, resource)?, (*resolver, name.as_str(), resource));
            }
            for (name, resource) in resolver.or_noted(resolver.of_type(FUNCTION))?.unwrap_or_default() {
                let Some(arn) = resolver.or_noted(resolver.function_arn(name, resource))? else { continue };
                let found = Some((*resolver, name.as_str()));
                // The chosen stack is read first and takes precedence.
                match functions.get(&arn) {
                    Some(Some((earlier, _))) if Resolver::is_own(earlier) && !resolver.is_own() => {}
                    Some(_) => drop(functions.insert(arn, None)),
                    None => drop(functions.insert(arn, found)),
                }
            }
        }
        Ok(Self { functions, integrations, planned: BTreeMap::new() })
    }

    /// The integration of a route.
    fn integration_of(&mut self, route: &Properties<'_>, key: &RouteKey) -> Result<Integration, Error> {
        let Some(target) = route.certain("Target")? else { return Ok(Integration::unattached()) };
        let id = target.strip_prefix("integrations/").unwrap_or(&target);
        let Some((resolver, name, integration)) = self.integrations.get(id).copied() else {
            return Err(route.place.key("Target").error(format_args!("there is no integration `{id}`")));
        };
        let resources = resolver.scope.root("Resources");
        let at = resources.key(name);
        let properties = Properties::new(&resolver, integration.get("Properties"), at.key("Properties"))?;
        if properties.has("ApiId")? && !properties.is_of_api()? {
            return Err(properties.place.key("ApiId").error("the integration belongs to another API"));
        }
        note_not_applied(name, &properties)?;
        properties.certain("IntegrationUri")?;
        let kind = properties.required("IntegrationType")?;
        match kind.as_str() {
            "AWS_PROXY" => self.lambda(&properties),
            "HTTP_PROXY" => http_proxy(&properties, key),
            _ => Err(properties
                .place
                .key("IntegrationType")
                .error(format_args!("an HTTP API has no integration of the type `{kind}`"))),
        }
    }

    fn lambda(&mut self, integration: &Properties<'_>) -> Result<Integration, Error> {
        let place = integration.place;
        if let Some(subtype) = integration.text("IntegrationSubtype")? {
            let place = place.key("IntegrationSubtype");
            return Err(place.error(format_args!("integrations with AWS services, as `{subtype}`, are not supported")));
        }
        match integration.text("PayloadFormatVersion")?.as_deref() {
            None | Some(PAYLOAD_FORMAT) => {}
            Some(other) => {
                let what = format!("events of version {other} are not supported, only {PAYLOAD_FORMAT}");
                return Err(place.key("PayloadFormatVersion").error(what));
            }
        }
        let uri = integration.required("IntegrationUri")?;
        let arn = uri.split_once("/functions/").map_or(uri.as_str(), |(_, arn)| arn);
        let arn = arn.strip_suffix("/invocations").unwrap_or(arn);
        // The ARN of a version or an alias is that of the function with one more part.
        let of_function = || arn.rsplit_once(':').and_then(|(function, _)| self.functions.get(function));
        let place = place.key("IntegrationUri");
        match self.functions.get(arn).or_else(of_function) {
            Some(Some((resolver, name))) => self.planned(*resolver, name),
            Some(None) => Err(place.error(format_args!("several stacks of the folder have the function `{arn}`"))),
            None => Err(place.error(format_args!("no stack of the folder has the function `{arn}`"))),
        }
    }

    /// The function of a route. A function of a template other than the first has the name of its stack before its own.
    fn planned(&mut self, resolver: Resolver<'_>, name: &str) -> Result<Integration, Error> {
        let definition_name =
            if resolver.index == 0 { name.to_owned() } else { format!("{}/{name}", resolver.stack()) };
        let read = || function::read(&resolver, name, &definition_name);
        let plan = self.planned.entry(definition_name.clone()).or_insert_with(read);
        plan.as_ref().map(|_| Integration::function(definition_name.clone())).map_err(|error| error.clone())
    }
}

fn http_proxy(integration: &Properties<'_>, key: &RouteKey) -> Result<Integration, Error> {
    let place = integration.place;
    if integration.text("ConnectionType")?.as_deref() == Some("VPC_LINK") {
        return Err(place.key("ConnectionType").error("a VPC link leads nowhere on this machine"));
    }
    let url = integration.required("IntegrationUri")?;
    let at = place.key("IntegrationUri");
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(at.error(format_args!("`{url}` is not the URL of an HTTP server")));
    }
    Upstream::new(&url).check(key.variables()).map_err(|error| at.error(error))?;
    let method = integration.text("IntegrationMethod")?.unwrap_or_else(|| "ANY".to_owned());
    if method != "ANY" {
        integration
            .resolver
            .note(format!("{place}.IntegrationMethod: {method} is not applied, the call's own is sent"));
    }
    Ok(Integration::http_proxy(url))
}

fn note_not_applied(name: &str, integration: &Properties<'_>) -> Result<(), Error> {
    for property in NOT_APPLIED {
        if integration.has(property)? {
            integration.resolver.note(format!("{property} of {name} is not applied"));
        }
    }
    let given = integration.parsed::<u32>("TimeoutInMillis")?;
    if given.is_some_and(|given| given < MAX_TIMEOUT_MS) {
        integration.resolver.note(format!("TimeoutInMillis of {name} is not applied: a call may take 30 s"));
    }
    Ok(())
}
