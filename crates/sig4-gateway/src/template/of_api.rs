//! The resources that decide which calls the API takes: its routes, its methods, and the resources of their paths.

use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{ApiKind, METHOD, ROUTE, resource_type};
use super::scope::TemplateSet;
use crate::error::Error;
use serde_json::Value;

/// Reads each resource of a type that belongs to the API, in any template. Whether it is there must be known: if it were missed, a less
/// specific route would get its calls.
pub(crate) fn each(
    templates: &TemplateSet<'_>,
    deployed: &[Resolver<'_>],
    (kind, of_type): (ApiKind, &str),
    read: &mut dyn FnMut(&Properties<'_>, &str, &Value) -> Result<(), Error>,
) -> Result<(), Error> {
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        for (name, resource) in resolver.part("Resources").filter(|(_, one)| resource_type(one) == of_type) {
            let at = resources.key(name);
            let there = templates.decided(&at, || resolver.is_there(name, resource));
            if matches!(there, Ok(false)) {
                continue;
            }
            let properties = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
            let is_of_api = match (there, properties.is_of_api(kind)) {
                (Err(error), Ok(true)) => return Err(error),
                (Err(error), Err(_)) => resolver.or_noted(Err(error))?,
                (_, is_of_api) => resolver.or_noted(is_of_api)?,
            };
            if is_of_api == Some(true) {
                read(&properties, name, resource)?;
            }
        }
    }
    Ok(())
}

/// Refuses a stack beside the chosen one that is not read, and has a route or a method of the API.
pub(crate) fn check_unread(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>], kind: ApiKind) -> Result<(), Error> {
    let of_type = if kind == ApiKind::Http { ROUTE } else { METHOD };
    let is_read = |resolver: &Resolver<'_>| deployed.iter().any(|read| read.index == resolver.index);
    for resolver in templates.all().filter(|resolver| !is_read(resolver)) {
        if matches!(resolver.is_deployed(), Ok(false)) {
            continue;
        }
        let Err(why) = resolver.check_transforms() else { continue };
        let resources = resolver.scope.root("Resources");
        for (name, resource) in resolver.part("Resources").filter(|(_, one)| resource_type(one) == of_type) {
            let properties = resource.get("Properties");
            let at = resources.key(name);
            let is_of_api = Properties::new(&resolver, properties, at.key("Properties"))
                .and_then(|properties| properties.is_of_api(kind));
            if matches!(is_of_api, Ok(true)) {
                return Err(why);
            }
        }
    }
    Ok(())
}
