//! The HTTP API of a stack: the API itself, its CORS configuration, and its stages.
//!
//! Source: `AWS::ApiGatewayV2::Api`, `AWS::ApiGatewayV2::Stage` in the CloudFormation User Guide.

use super::api::{self, Candidate};
use super::deployment::Deployment;
use super::files::invalid;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{NESTED_STACK, STAGE};
use super::scope::TemplateSet;
use super::stack::Stack;
use super::{principals, routes};
use crate::cors::Cors;
use crate::definition::ApiDefinition;
use crate::error::Error;
use crate::stage::{self, Stage};
use serde_json::Value;

/// Unsupported types that change how an API is reached or responds.
const LEFT_OUT: [(&str, &str); 3] = [
    ("AWS::ApiGatewayV2::ApiMapping", "custom domains and their mappings are left out"),
    ("AWS::ApiGatewayV2::Authorizer", "authorizers are left out: a route that wants one is answered with 501"),
    ("AWS::WAFv2::WebACLAssociation", "web ACLs are left out"),
];

impl Stack {
    /// The HTTP API of the stack with this deployment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate), with the place in the template, if it has no HTTP API,
    /// if it has several and the deployment chooses none, or if a part of the API cannot be resolved. A route that cannot be
    /// served as on AWS answers [501](crate::IntegrationKind::NotImplemented), and is never served without its authorizer.
    pub fn definition(&self, deployment: &Deployment) -> Result<ApiDefinition, Error> {
        let templates = TemplateSet::new(self, deployment);
        read(&templates)
    }
}

/// Reads the API.
fn read(templates: &TemplateSet<'_>) -> Result<ApiDefinition, Error> {
    let root = templates.at(0).ok_or_else(|| invalid("there is no stack".to_owned()))?;
    root.check_parameters()?;
    root.check_rules()?;
    let deployed = templates.deployed()?;
    let candidate = api::choose(templates, &deployed)?;
    note_left_out(&deployed)?;
    note_other_environments(templates, root.scope.stack);
    let deployment = templates.deployment;
    let cors = read_api(&candidate)?;
    let stages = read_stages(templates, &deployed)?;
    let (routes, functions) = routes::read(templates, &deployed)?;
    let principals = principals::read(templates, &deployed)?;
    if templates.budget.is_exhausted() {
        return Err(invalid("the template's functions make too much of it".to_owned()));
    }
    let notes = templates.notes.borrow().iter().cloned().collect();
    let api =
        ApiDefinition::new(deployment.region()).with_account(deployment.account()).with_api_id(deployment.api_id());
    Ok(ApiDefinition { stages, cors, routes, functions, principals, notes, ..api })
}

/// The CORS configuration of the API. Routes that are not resources are refused.
fn read_api(api: &Candidate<'_>) -> Result<Option<Cors>, Error> {
    let resources = api.resolver.scope.root("Resources");
    let at = resources.key(api.logical_id);
    let properties = Properties::new(&api.resolver, api.resource.get("Properties"), at.key("Properties"))?;
    for property in ["Body", "BodyS3Location", "Target"] {
        if properties.has(property)? {
            return Err(properties.place.key(property).error("routes are read from AWS::ApiGatewayV2::Route only"));
        }
    }
    if properties.parsed::<bool>("DisableExecuteApiEndpoint")? == Some(true) {
        let what = "on AWS the API answers at its custom domain alone";
        api.resolver.note(format!("{}: {what}", properties.place.key("DisableExecuteApiEndpoint")));
    }
    read_cors(&properties)
}

fn read_cors(api: &Properties<'_>) -> Result<Option<Cors>, Error> {
    let Some(value) = api.value("CorsConfiguration")? else { return Ok(None) };
    let cors = Properties::new(api.resolver, Some(&value), api.place.key("CorsConfiguration"))?;
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

/// The stages of the API: all of them, or the one that the deployment chooses.
fn read_stages(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>]) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = Vec::new();
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        for (name, stage) in resolver.or_noted(resolver.of_type(STAGE))?.unwrap_or_default() {
            let at = resources.key(name);
            let properties = Properties::new(resolver, stage.get("Properties"), at.key("Properties"))?;
            if resolver.or_noted(properties.is_of_api())? == Some(true) {
                let variables = properties.named_texts("StageVariables")?;
                let stage = Stage::new(properties.required("StageName")?);
                stages.push(variables.into_iter().fold(stage, |stage, (name, value)| stage.with_variable(name, value)));
            }
        }
    }
    let names = stages.iter().map(Stage::name).collect::<Vec<_>>().join(", ");
    match templates.deployment.stage() {
        Some(wanted) if !stages.is_empty() => {
            stages.retain(|stage| stage.name() == wanted);
            if stages.is_empty() {
                return Err(invalid(format!("the API has no stage `{wanted}`, but {names}")));
            }
        }
        wanted if stages.is_empty() => {
            templates.note("the API has no stage, and is served as if it were deployed to one".to_owned());
            stages.push(Stage::new(wanted.unwrap_or(stage::DEFAULT)));
        }
        _ => {}
    }
    Ok(stages)
}

fn note_left_out(deployed: &[Resolver<'_>]) -> Result<(), Error> {
    for resolver in deployed.iter().filter(|resolver| resolver.is_own()) {
        for (of_type, what) in LEFT_OUT {
            if !resolver.of_type(of_type)?.is_empty() {
                resolver.note(format!("{of_type}: {what}"));
            }
        }
        for (name, nested) in resolver.of_type(NESTED_STACK)? {
            if resolver.templates.nested(resolver.index, name).is_none() {
                check_unread(resolver, name, nested)?;
                resolver.note(format!("the nested stack {name} is not read: its template is no asset of the folder"));
            }
        }
    }
    Ok(())
}

/// Notes the stacks that may be in the same account and region and have routes of the API.
fn note_other_environments(templates: &TemplateSet<'_>, stack: &Stack) {
    let may_have_routes = |other: &&Stack| other.may_be_deployed_beside(stack) && other.has_route_of_elsewhere();
    for other in stack.siblings().filter(may_have_routes) {
        let what =
            "has routes of an API outside it, and is not read: synthesise both stacks for the same account and region";
        templates.note(format!("the stack `{}` {what}", other.name()));
    }
}

/// Refuses a nested stack that cannot be read and gets the API as a parameter: its routes would be missed.
fn check_unread(resolver: &Resolver<'_>, name: &str, nested: &Value) -> Result<(), Error> {
    let resources = resolver.scope.root("Resources");
    let at = resources.key(name);
    let properties = Properties::new(resolver, nested.get("Properties"), at.key("Properties"))?;
    // A parameter that cannot be resolved is not the id of the API, which can be resolved.
    let Ok(Some(Value::Object(parameters))) = properties.value("Parameters") else { return Ok(()) };
    match parameters.iter().find(|(_, value)| value.as_str() == Some(resolver.deployment.api_id())) {
        Some((parameter, _)) => Err(properties
            .place
            .key("Parameters")
            .key(parameter)
            .error("the nested stack gets the API, and is not read: its template is no asset of the folder")),
        None => Ok(()),
    }
}
