//! The notes about the parts of the stacks that are left out.

use super::path::TemplatePath;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{ApiKind, NESTED_STACK};
use super::scope::TemplateSet;
use super::shape::inside;
use super::stack::Stack;
use crate::error::Error;
use serde_json::Value;

const WEB_ACLS: (&str, &str) = ("AWS::WAFv2::WebACLAssociation", "web ACLs are left out");

/// Unsupported types that change how an HTTP API is reached or responds.
const OF_HTTP_APIS: [(&str, &str); 2] = [
    ("AWS::ApiGatewayV2::Authorizer", "authorizers are left out: a route that wants one is answered with 501"),
    WEB_ACLS,
];

/// The same for REST APIs.
const OF_REST_APIS: [(&str, &str); 6] = [
    ("AWS::ApiGateway::ApiKey", "API keys are left out: a method that requires one is answered with 501"),
    ("AWS::ApiGateway::Authorizer", "authorizers are left out: a method that wants one is answered with 501"),
    ("AWS::ApiGateway::BasePathMappingV2", "mappings of private custom domains are left out"),
    ("AWS::ApiGateway::UsagePlan", "usage plans are left out: calls are not throttled"),
    ("AWS::ApiGateway::RequestValidator", "requests are not validated"),
    WEB_ACLS,
];

pub(crate) fn note_left_out(deployed: &[Resolver<'_>], kind: ApiKind) -> Result<(), Error> {
    let left_out = match kind {
        ApiKind::Http => OF_HTTP_APIS.as_slice(),
        ApiKind::Rest => OF_REST_APIS.as_slice(),
    };
    for resolver in deployed.iter().filter(|resolver| resolver.is_own()) {
        for &(of_type, what) in left_out {
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
pub(crate) fn note_other_environments(templates: &TemplateSet<'_>, stack: &Stack) {
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
    inside(&properties, "Parameters", &mut |parameters| {
        for (parameter, _) in parameters.all() {
            // A parameter that cannot be resolved is not the id of the API, which can be resolved.
            let value = parameters.value(parameter).ok().flatten();
            if value.is_some_and(|value| has_item(&value, resolver.deployment.api_id())) {
                return Err(parameters
                    .place
                    .key(parameter)
                    .error("the nested stack gets the API, and is not read: its template is no asset of the folder"));
            }
        }
        Ok(())
    })
}

/// Whether a parameter is an id, or a list that has it.
fn has_item(parameter: &Value, id: &str) -> bool {
    match parameter {
        Value::String(text) => text.split(',').any(|item| item.trim() == id),
        Value::Array(items) => items.iter().any(|item| has_item(item, id)),
        _ => false,
    }
}
