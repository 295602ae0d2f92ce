//! The HTTP API of a stack: the API itself, its CORS configuration, and its stage.
//!
//! Source: `AWS::ApiGatewayV2::Api`, `AWS::ApiGatewayV2::Stage` in the CloudFormation User Guide.

use super::place::Place;
use super::properties::Properties;
use super::reference::{API, STAGE, resource_type};
use super::resolver::Resolver;
use super::stack::{Stack, other_api};
use super::{assembly::invalid, routes};
use crate::error::Error;
use crate::gateway::blueprint::Blueprint;
use crate::gateway::cors::Cors;
use crate::gateway::stage::{self, Stage};
use serde_json::Value;

/// Types that change how an API is reached or answers, and are not read.
const LEFT_OUT: [(&str, &str); 5] = [
    ("AWS::ApiGatewayV2::ApiMapping", "custom domains and their mappings are left out"),
    ("AWS::ApiGatewayV2::Authorizer", "authorizers are left out: a route that wants one is refused"),
    ("AWS::CloudFormation::Stack", "nested stacks are not read"),
    ("AWS::CloudFormation::Macro", "macros are not run"),
    ("AWS::WAFv2::WebACLAssociation", "web ACLs are left out"),
];

/// Whether a resource is an HTTP API.
pub(crate) fn is_http_api(resource: &Value) -> bool {
    let protocol = resource.get("Properties").and_then(|properties| properties.get("ProtocolType"));
    // A protocol that a function gives may be HTTP; it is looked at again when it is resolved.
    resource_type(resource) == API && protocol.is_none_or(|protocol| !protocol.is_string() || protocol == "HTTP")
}

/// Reads the API.
pub(crate) fn read(stack: &Stack, resolver: Resolver<'_>) -> Result<Blueprint, Error> {
    resolver.check_parameters()?;
    resolver.check_rules()?;
    note_left_out(&resolver)?;
    let deployment = resolver.deployment;
    let (name, api) = chosen_api(&resolver)?;
    let resources = Place::root("Resources");
    let at = resources.member(name);
    let properties = Properties::new(&resolver, api.get("Properties"), at.member("Properties"))?;
    refuse_imports(&properties)?;
    let cors = read_cors(&properties)?;
    let stages = read_stages(&resolver)?;
    let (routes, functions) = routes::read(stack, &resolver)?;
    Ok(Blueprint {
        region: deployment.region().to_owned(),
        account: deployment.account().to_owned(),
        api_id: deployment.api_id().to_owned(),
        stages,
        cors,
        routes,
        functions,
        notes: resolver.into_notes(),
    })
}

/// The one HTTP API, or the one that the deployment chooses.
fn chosen_api<'t>(resolver: &Resolver<'t>) -> Result<(&'t String, &'t Value), Error> {
    let mut found = Vec::new();
    for (name, resource) in resolver.of_type(API)? {
        let wanted = resolver.deployment.api().is_none_or(|wanted| wanted == name);
        if wanted && is_http_api(resource) {
            found.push((name, resource));
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(invalid(match (resolver.deployment.api(), other_api(resolver)) {
            (Some(wanted), _) => format!("the stack `{}` has no HTTP API `{wanted}`", resolver.stack),
            (None, Some(other)) => format!("the stack `{}` has no HTTP API, but it is {other}", resolver.stack),
            (None, None) => format!("the stack `{}` has no HTTP API", resolver.stack),
        })),
        several => {
            let names: Vec<_> = several.iter().map(|(name, _)| name.as_str()).collect();
            Err(invalid(format!(
                "the stack `{}` has several HTTP APIs, choose one: {}",
                resolver.stack,
                names.join(", ")
            )))
        }
    }
}

/// What defines routes in other ways than with resources.
fn refuse_imports(api: &Properties<'_>) -> Result<(), Error> {
    for property in ["Body", "BodyS3Location", "Target"] {
        if api.has(property)? {
            return Err(api.place.member(property).error("routes are read from AWS::ApiGatewayV2::Route only"));
        }
    }
    match api.text("ProtocolType")?.as_deref() {
        None | Some("HTTP") => Ok(()),
        Some(other) => Err(api.place.member("ProtocolType").error(format_args!("`{other}` is not HTTP"))),
    }
}

fn read_cors(api: &Properties<'_>) -> Result<Option<Cors>, Error> {
    let Some(value) = api.value("CorsConfiguration")? else { return Ok(None) };
    let cors = Properties::new(api.resolver, Some(&value), api.place.member("CorsConfiguration"))?;
    let mut made = Cors::new()
        .with_origins(cors.texts("AllowOrigins")?)
        .with_methods(cors.texts("AllowMethods")?)
        .with_headers(cors.texts("AllowHeaders")?)
        .with_exposed_headers(cors.texts("ExposeHeaders")?)
        .with_credentials(cors.parsed("AllowCredentials")?.unwrap_or(false));
    if let Some(seconds) = cors.parsed("MaxAge")? {
        made = made.with_max_age(seconds);
    }
    Ok(Some(made))
}

/// The stages: all of them, or the one that the deployment chooses.
fn read_stages(resolver: &Resolver<'_>) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = Vec::new();
    let resources = Place::root("Resources");
    for (name, stage) in resolver.of_type(STAGE)? {
        let at = resources.member(name);
        let properties = Properties::new(resolver, stage.get("Properties"), at.member("Properties"))?;
        if properties.required("ApiId")? == resolver.deployment.api_id() {
            let variables = properties.named_texts("StageVariables")?;
            let stage = Stage::new(properties.required("StageName")?);
            stages.push(variables.into_iter().fold(stage, |stage, (name, value)| stage.with_variable(name, value)));
        }
    }
    let names = stages.iter().map(Stage::name).collect::<Vec<_>>().join(", ");
    match resolver.deployment.stage() {
        Some(wanted) if !stages.is_empty() => {
            stages.retain(|stage| stage.name() == wanted);
            if stages.is_empty() {
                return Err(invalid(format!("the API has no stage `{wanted}`, but {names}")));
            }
        }
        wanted if stages.is_empty() => {
            resolver.note("the API has no stage, and is served as if it were deployed to one".to_owned());
            stages.push(Stage::new(wanted.unwrap_or(stage::DEFAULT)));
        }
        _ => {}
    }
    Ok(stages)
}

fn note_left_out(resolver: &Resolver<'_>) -> Result<(), Error> {
    for (of_type, what) in LEFT_OUT {
        if !resolver.of_type(of_type)?.is_empty() {
            resolver.note(format!("{of_type}: {what}"));
        }
    }
    Ok(())
}
