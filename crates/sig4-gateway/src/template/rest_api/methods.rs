//! The methods of a REST API that are resources.
//!
//! A method belongs to the API that its `RestApiId` names, in any template. The method itself must be resolvable. If its integration
//! is not, it answers 501 with the reason.
//!
//! Source: `AWS::ApiGateway::Method` in the CloudFormation User Guide.

use super::resources::Resources;
use crate::definition::RouteDefinition;
use crate::error::Error;
use crate::route::RouteKey;
use crate::template::functions::Functions;
use crate::template::integration::{self, Served};
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use crate::template::resolver::Resolver;
use crate::template::resource::{ApiKind, METHOD};
use crate::template::scope::TemplateSet;
use crate::template::spelling::Spelling;
use crate::template::{authorization, entry, of_api};

/// Reads the methods.
pub(crate) fn read(
    templates: &TemplateSet<'_>,
    deployed: &[Resolver<'_>],
    functions: &mut Functions<'_>,
) -> Result<Vec<RouteDefinition>, Error> {
    let tree = Resources::read(templates, deployed)?;
    let mut methods = Vec::new();
    of_api::each(templates, deployed, (ApiKind::Rest, METHOD), &mut |method, _, _| {
        methods.push(read_method(method, &tree, functions)?);
        Ok(())
    })?;
    Ok(methods)
}

fn read_method(
    method: &Properties<'_>,
    tree: &Resources,
    functions: &mut Functions<'_>,
) -> Result<RouteDefinition, Error> {
    let templates = method.resolver.templates;
    let known =
        |name: &'static str| method.known(name)?.ok_or_else(|| method.place.error(format_args!("there is no {name}")));
    let (verb, resource) = (known("HttpMethod")?, known("ResourceId")?);
    let path = tree.path(&resource, method, &method.place.key("ResourceId"))?;
    let key = format!("{verb} {path}");
    let parsed = RouteKey::parse(&key).map_err(|error| method.place.error(error))?;
    let authorization = templates.decided(&method.place, || authorization::read(method, ApiKind::Rest))?;
    if method.has("RequestValidatorId")? {
        method.resolver.note(format!("requests to {key} are not validated"));
    }
    let served = || integration_of(method, &parsed, functions);
    entry::route(&key, authorization, method.resolver.budget, served)
}

fn integration_of(method: &Properties<'_>, key: &RouteKey, functions: &mut Functions<'_>) -> Result<Served, Error> {
    let place = method.place.key("Integration");
    let Some(value) = method.raw("Integration") else {
        return Err(place.error("the method has none, and AWS deploys no such method"));
    };
    let Some(value) = method.resolver.shape(value, &place)? else {
        return Err(place.error("the method has none, and AWS deploys no such method"));
    };
    let properties = Properties::new(method.resolver, Some(&value), place)?;
    integration::read(&properties, (ApiKind::Rest, Spelling::Rest), (key, key.as_str()), functions)
}
