//! The mappings of custom domain names to the stages of an API.
//!
//! Source: `AWS::ApiGateway::BasePathMapping` and `AWS::ApiGatewayV2::ApiMapping` in the CloudFormation User Guide. Both map either
//! kind of API.

use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::ApiKind;
use crate::domain::DomainMapping;
use crate::error::Error;
use crate::stage::Stage;

/// The types of mappings, with the kind of API after whose property the API is named, and the property of the base path.
const MAPPINGS: [(&str, ApiKind, &str); 2] = [
    ("AWS::ApiGateway::BasePathMapping", ApiKind::Rest, "BasePath"),
    ("AWS::ApiGatewayV2::ApiMapping", ApiKind::Http, "ApiMappingKey"),
];

/// The base path of a mapping without one.
const NO_BASE_PATH: &str = "(none)";

/// Reads the mappings of the API. One that cannot be resolved is noted: its domain is not served.
pub(crate) fn read(deployed: &[Resolver<'_>], stages: &[Stage]) -> Result<Vec<DomainMapping>, Error> {
    let mut mappings = Vec::new();
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        for (of_type, named_as, base_path) in MAPPINGS {
            for (name, mapping) in resolver.or_noted(resolver.of_type(of_type))?.unwrap_or_default() {
                let at = resources.key(name);
                let properties = Properties::new(resolver, mapping.get("Properties"), at.key("Properties"))?;
                match read_mapping(&properties, named_as, base_path) {
                    Ok(None) => {}
                    Ok(Some(mapping)) => add(&mut mappings, mapping, stages, resolver),
                    Err(error) if resolver.budget.is_exhausted() => return Err(error),
                    Err(error) => resolver.note(format!("a custom domain is left out: {}", error.detail())),
                }
            }
        }
    }
    Ok(mappings)
}

/// The mapping, if it is the API's.
fn read_mapping(mapping: &Properties<'_>, named_as: ApiKind, base_path: &str) -> Result<Option<DomainMapping>, Error> {
    if !mapping.has(named_as.id_property())? || !mapping.is_of_api(named_as)? {
        return Ok(None);
    }
    let templates = mapping.resolver.templates;
    templates.decided(&mapping.place, || {
        let domain = mapping.certain("DomainName")?.unwrap_or_default();
        let base_path = mapping.certain(base_path)?.filter(|path| path != NO_BASE_PATH).unwrap_or_default();
        let made = DomainMapping::new(domain).with_base_path(base_path);
        Ok(Some(match mapping.certain("Stage")? {
            Some(stage) => made.with_stage(stage),
            None => made,
        }))
    })
}

/// Adds a mapping, unless its stage is not served.
fn add(mappings: &mut Vec<DomainMapping>, mapping: DomainMapping, stages: &[Stage], resolver: &Resolver<'_>) {
    let domain = mapping.domain();
    let is_served = mapping.stage().is_none_or(|wanted| stages.iter().any(|stage| stage.name() == wanted));
    resolver.note(match is_served {
        true => format!("the custom domain `{domain}` is mapped: allow it as a host to call it here"),
        false => format!("the custom domain `{domain}` is left out: its stage is not served"),
    });
    if is_served {
        mappings.push(mapping);
    }
}
