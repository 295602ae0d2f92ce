//! The definition of the API of a stack.

use super::api::{self, Candidate};
use super::deployment::Deployment;
use super::files::invalid;
use super::functions::Functions;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::ApiKind;
use super::scope::TemplateSet;
use super::stack::Stack;
use super::{domains, http_api, left_out, of_api, principals, rest_api, stages};
use crate::definition::ApiDefinition;
use crate::error::Error;
use sig4::tower::ApiType;

impl Stack {
    /// The HTTP API or REST API of the stack with this deployment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate), with the place in the template, if it has no API,
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
    of_api::check_unread(templates, &deployed, candidate.kind)?;
    left_out::note_left_out(&deployed, candidate.kind)?;
    left_out::note_other_environments(templates, root.scope.stack);
    let mut functions = Functions::read(&deployed)?;
    let api = read_api(&candidate, &deployed, &mut functions)?;
    let principals = principals::read(templates, &deployed)?;
    if templates.budget.is_exhausted() {
        return Err(invalid("the template's functions make too much of it".to_owned()));
    }
    let notes = templates.notes.borrow().iter().cloned().collect();
    Ok(ApiDefinition { functions: functions.into_definitions(), principals, notes, ..api })
}

/// The API itself, its stages and its routes.
fn read_api(
    candidate: &Candidate<'_>,
    deployed: &[Resolver<'_>],
    functions: &mut Functions<'_>,
) -> Result<ApiDefinition, Error> {
    let resources = candidate.resolver.scope.root("Resources");
    let at = resources.key(candidate.logical_id);
    let api = Properties::new(&candidate.resolver, candidate.resource.get("Properties"), at.key("Properties"))?;
    check_sources(&api)?;
    let templates = candidate.resolver.templates;
    let stages = stages::read(templates, deployed, candidate.kind)?;
    let deployment = templates.deployment;
    let mut definition =
        ApiDefinition::new(deployment.region()).with_account(deployment.account()).with_api_id(deployment.api_id());
    definition.domains = domains::read(deployed, &stages.stages)?;
    definition.stages = stages.stages;
    match candidate.kind {
        ApiKind::Http => {
            (definition.cors, definition.routes) = http_api::read(&api, deployed, functions)?;
        }
        ApiKind::Rest => {
            definition.api_type = ApiType::RestApi;
            (definition.rest, definition.routes) = rest_api::read(&api, candidate.logical_id, deployed, functions)?;
            definition.rest.deployment_id = stages.deployment_id;
        }
    }
    definition.routes.sort_by(|one, other| one.key.cmp(&other.key));
    if definition.routes.is_empty() {
        let status = if candidate.kind == ApiKind::Http { 404 } else { 403 };
        templates.note(format!("the API has no route: everything is answered with {status}"));
    }
    Ok(definition)
}

/// Refuses an API whose routes are in no template, and notes the differences of its endpoint.
fn check_sources(api: &Properties<'_>) -> Result<(), Error> {
    for (property, why) in [
        ("BodyS3Location", "the OpenAPI definition is not read from S3: put it into the template, as Body"),
        ("Target", "a quick create is not supported: routes are read from AWS::ApiGatewayV2::Route and Body"),
        ("CloneFrom", "the methods of the other API are in no template"),
    ] {
        if api.has(property)? {
            return Err(api.place.key(property).error(why));
        }
    }
    if api.parsed::<bool>("DisableExecuteApiEndpoint")? == Some(true) {
        let what = "on AWS the API answers at its custom domain alone";
        api.resolver.note(format!("{}: {what}", api.place.key("DisableExecuteApiEndpoint")));
    }
    Ok(())
}
