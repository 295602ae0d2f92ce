//! The resources of a REST API, and their paths.
//!
//! Source: `AWS::ApiGateway::Resource` in the CloudFormation User Guide.

use crate::error::Error;
use crate::route::MAX_ROUTE_KEY_LEN;
use crate::template::of_api;
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use crate::template::reference::root_resource_id;
use crate::template::resolver::Resolver;
use crate::template::resource::{ApiKind, REST_RESOURCE};
use crate::template::scope::TemplateSet;
use sig4_iam::JsonPath;
use std::collections::BTreeMap;

/// The resources of the API by their ids: the ids of their parents, and their parts of the path.
pub(crate) struct Resources {
    all: BTreeMap<String, (String, String)>,
    root: String,
}

impl Resources {
    /// Reads the resources of the API, in any template.
    pub(crate) fn read(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>]) -> Result<Self, Error> {
        let mut all = BTreeMap::new();
        of_api::each(templates, deployed, (ApiKind::Rest, REST_RESOURCE), &mut |properties, name, resource| {
            all.insert(properties.resolver.physical_name(name, resource)?, read_resource(properties)?);
            Ok(())
        })?;
        Ok(Self { all, root: root_resource_id(templates.deployment.api_id()) })
    }

    /// The path of a resource. If a resource were missed, another method would get the calls of its methods.
    pub(crate) fn path(&self, id: &str, method: &Properties<'_>, place: &JsonPath<'_>) -> Result<String, Error> {
        let (mut parts, mut len, mut id) = (Vec::new(), 0_usize, id);
        while id != self.root {
            method.resolver.budget.steps(1, place)?;
            let Some((parent, part)) = self.all.get(id) else {
                return Err(place.error(format_args!("the API has no resource `{id}` in a template of the folder")));
            };
            len = len.saturating_add(part.len()).saturating_add(1);
            if len > MAX_ROUTE_KEY_LEN {
                let what = "its path is longer than";
                return Err(place.error(format_args!("{what} {MAX_ROUTE_KEY_LEN} bytes, or its parents form a circle")));
            }
            parts.push(part.as_str());
            id = parent;
        }
        parts.push("");
        parts.reverse();
        Ok(if parts.len() == 1 { "/".to_owned() } else { parts.join("/") })
    }
}

/// The parent and the part of the path.
fn read_resource(resource: &Properties<'_>) -> Result<(String, String), Error> {
    let known = |name: &'static str| {
        resource.known(name)?.ok_or_else(|| resource.place.error(format_args!("there is no {name}")))
    };
    let (parent, part) = (known("ParentId")?, known("PathPart")?);
    if part.is_empty() || part.contains('/') {
        return Err(resource.place.key("PathPart").error(format_args!("`{part}` is not one segment of a path")));
    }
    Ok((parent, part))
}
