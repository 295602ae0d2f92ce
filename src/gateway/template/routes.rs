//! The routes of an HTTP API, and the integrations that they lead to.
//!
//! Source: `AWS::ApiGatewayV2::Route` and `AWS::ApiGatewayV2::Integration` in the CloudFormation User Guide.

use super::function;
use super::place::Place;
use super::properties::Properties;
use super::reference::FUNCTION;
use super::resolver::Resolver;
use super::stack::Stack;
use crate::error::Error;
use crate::gateway::api::Auth;
use crate::gateway::blueprint::{FunctionPlan, PlannedRoute, Target};
use serde_json::Value;
use std::collections::BTreeMap;

const ROUTE: &str = "AWS::ApiGatewayV2::Route";
const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";

/// The only event that is sent.
const PAYLOAD_FORMAT: &str = "2.0";

/// The longest that an integration may take, in milliseconds.
const MAX_TIMEOUT_MS: u32 = 30_000;

/// Properties of an integration that would change what is sent or answered.
const NOT_APPLIED: [&str; 4] = ["RequestParameters", "ResponseParameters", "RequestTemplates", "CredentialsArn"];

/// Reads the routes, and the functions that they lead to.
pub(crate) fn read(stack: &Stack, resolver: &Resolver<'_>) -> Result<(Vec<PlannedRoute>, Vec<FunctionPlan>), Error> {
    let targets = Targets {
        functions: function_arns(resolver)?,
        integrations: resolver.of_type(INTEGRATION)?.into_iter().map(|(name, found)| (name.as_str(), found)).collect(),
    };
    let (mut routes, mut planned) = (Vec::new(), BTreeMap::new());
    let resources = Place::root("Resources");
    for (name, route) in resolver.of_type(ROUTE)? {
        let at = resources.member(name);
        let properties = Properties::new(resolver, route.get("Properties"), at.member("Properties"))?;
        if properties.required("ApiId")? != resolver.deployment.api_id() {
            continue;
        }
        let key = properties.required("RouteKey")?;
        let auth = read_auth(&properties)?;
        let target = read_target(&properties, &targets)?;
        if let Target::Function(function) = &target
            && !planned.contains_key(function)
        {
            planned.insert(function.clone(), function::read(stack, resolver, function)?);
        }
        routes.push(PlannedRoute { key, auth, target });
    }
    routes.sort_by(|one, other| one.key.cmp(&other.key));
    if routes.is_empty() {
        resolver.note("the API has no route: everything is answered with 404".to_owned());
    }
    Ok((routes, planned.into_values().collect()))
}

/// What routes may lead to.
struct Targets<'t> {
    /// The functions' ARNs with their logical ids.
    functions: BTreeMap<String, String>,
    integrations: BTreeMap<&'t str, &'t Value>,
}

/// Who may call a route. An authorizer that is not supported is no reason to serve without one.
fn read_auth(route: &Properties<'_>) -> Result<Auth, Error> {
    let place = route.place.member("AuthorizationType");
    match route.text("AuthorizationType")?.as_deref() {
        None | Some("NONE") => Ok(Auth::None),
        Some("AWS_IAM") => Ok(Auth::Iam),
        Some(other @ ("JWT" | "CUSTOM")) => Err(place
            .error(format_args!("the authorizer {other} is not supported, and the route is not served without it"))),
        Some(other) => Err(place.error(format_args!("there is no authorization type `{other}`"))),
    }
}

/// Where a route leads.
fn read_target(route: &Properties<'_>, targets: &Targets<'_>) -> Result<Target, Error> {
    let resolver = route.resolver;
    let Some(target) = route.text("Target")? else { return Ok(Target::Nothing) };
    let place = route.place.member("Target");
    let name = target.strip_prefix("integrations/").unwrap_or(&target);
    let Some((name, integration)) = targets.integrations.get_key_value(name) else {
        return Err(place.error(format_args!("there is no integration `{name}`")));
    };
    let resources = Place::root("Resources");
    let at = resources.member(name);
    let properties = Properties::new(resolver, integration.get("Properties"), at.member("Properties"))?;
    note_not_applied(name, &properties)?;
    let kind = properties.required("IntegrationType")?;
    match kind.as_str() {
        "AWS_PROXY" => lambda(&properties, &targets.functions),
        "HTTP_PROXY" => http_proxy(&properties),
        _ => Err(properties.place.member("IntegrationType").error(format_args!("`{kind}` is none of an HTTP API"))),
    }
}

fn lambda(integration: &Properties<'_>, functions: &BTreeMap<String, String>) -> Result<Target, Error> {
    let place = integration.place;
    if let Some(subtype) = integration.text("IntegrationSubtype")? {
        let place = place.member("IntegrationSubtype");
        return Err(place.error(format_args!("integrations with AWS services, as `{subtype}`, are not supported")));
    }
    match integration.text("PayloadFormatVersion")?.as_deref() {
        None | Some(PAYLOAD_FORMAT) => {}
        Some(other) => {
            let place = place.member("PayloadFormatVersion");
            return Err(place.error(format_args!("events of version {other} are not supported, only {PAYLOAD_FORMAT}")));
        }
    }
    let uri = integration.required("IntegrationUri")?;
    let arn = uri.split_once("/functions/").map_or(uri.as_str(), |(_, arn)| arn);
    let arn = arn.strip_suffix("/invocations").unwrap_or(arn);
    // The ARN of a version or an alias is that of the function and one part more.
    let of_function = || arn.rsplit_once(':').and_then(|(function, _)| functions.get(function));
    match functions.get(arn).or_else(of_function) {
        Some(name) => Ok(Target::Function(name.clone())),
        None => Err(place.member("IntegrationUri").error(format_args!("the stack has no function `{arn}`"))),
    }
}

fn http_proxy(integration: &Properties<'_>) -> Result<Target, Error> {
    let place = integration.place;
    if integration.text("ConnectionType")?.as_deref() == Some("VPC_LINK") {
        return Err(place.member("ConnectionType").error("a VPC link leads nowhere on this machine"));
    }
    let url = integration.required("IntegrationUri")?;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(place.member("IntegrationUri").error(format_args!("`{url}` is no URL of an HTTP server")));
    }
    let method = integration.text("IntegrationMethod")?.unwrap_or_else(|| "ANY".to_owned());
    if method != "ANY" {
        integration
            .resolver
            .note(format!("{place}.IntegrationMethod: {method} is not applied, the call's own is sent"));
    }
    Ok(Target::HttpProxy(url))
}

fn note_not_applied(name: &str, integration: &Properties<'_>) -> Result<(), Error> {
    for property in NOT_APPLIED {
        if integration.has(property)? {
            integration.resolver.note(format!("{property} of {name} are not applied"));
        }
    }
    let given = integration.parsed::<u32>("TimeoutInMillis")?;
    if given.is_some_and(|given| given < MAX_TIMEOUT_MS) {
        integration.resolver.note(format!("TimeoutInMillis of {name} is not applied: a call may take 30 s"));
    }
    Ok(())
}

/// The functions' ARNs with their logical ids.
fn function_arns(resolver: &Resolver<'_>) -> Result<BTreeMap<String, String>, Error> {
    let functions = resolver.of_type(FUNCTION)?;
    let arn = |(name, function): (&String, _)| Ok((resolver.function_arn(name, function)?, name.clone()));
    functions.into_iter().map(arn).collect()
}
