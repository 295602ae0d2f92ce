//! The choice of the API that is served.

use super::files::invalid;
use super::function::construct_path;
use super::properties::Properties;
use super::resolver::Resolver;
use super::resource::{API, ApiKind, HTTP, REST_API, resource_type};
use super::scope::TemplateSet;
use crate::definition::function::OF_CONSTRUCT;
use crate::error::Error;
use serde_json::Value;

/// An API that may be chosen.
pub(crate) struct Candidate<'w> {
    pub(crate) resolver: Resolver<'w>,
    pub(crate) logical_id: &'w str,
    pub(crate) resource: &'w Value,
    pub(crate) kind: ApiKind,
    name: Option<String>,
    /// The path in the tree of constructs, without the resource's own step.
    path: Option<&'w str>,
}

/// Chooses the only HTTP or REST API of the stack and its nested stacks, or the one that the deployment names.
pub(crate) fn choose<'w>(templates: &'w TemplateSet<'_>, deployed: &[Resolver<'w>]) -> Result<Candidate<'w>, Error> {
    let mut candidates = Vec::new();
    for resolver in deployed.iter().filter(|resolver| resolver.is_own()) {
        for (logical_id, resource) in resolver.of_type(API)?.into_iter().chain(resolver.of_type(REST_API)?) {
            match Candidate::read(*resolver, logical_id, resource)? {
                Ok(candidate) => candidates.push(candidate),
                Err(protocol) => {
                    templates.note(format!("the API {logical_id} is not served: its protocol is {protocol}"))
                }
            }
        }
    }
    let wanted = templates.deployment.api();
    let (chosen, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| wanted.is_none_or(|wanted| candidate.is_named(wanted)));
    let mut chosen = chosen.into_iter();
    let (first, more): (_, Vec<_>) = (chosen.next(), chosen.collect());
    let Some(first) = first else { return Err(none(templates, deployed, &others)) };
    if !more.is_empty() {
        let all = [&first].into_iter().chain(&more);
        let stack = first.resolver.scope.stack.name();
        let what = "choose one by its logical id, name or path";
        return Err(invalid(format!("the stack `{stack}` has several APIs, {what}: {}", listed(all))));
    }
    for other in &others {
        templates.note(format!("the API {} is not the chosen one, and is not served", other.described()));
    }
    templates.choose_api(first.resolver.index, first.logical_id);
    Ok(first)
}

/// The error if no API can be chosen.
fn none(templates: &TemplateSet<'_>, deployed: &[Resolver<'_>], others: &[Candidate<'_>]) -> Error {
    let stack = templates.stack.name();
    let of_other_kind = deployed.first().and_then(other_api);
    invalid(match (templates.deployment.api(), of_other_kind) {
        (Some(wanted), _) if !others.is_empty() => {
            format!("the stack `{stack}` has no API `{wanted}`, but {}", listed(others.iter()))
        }
        (Some(wanted), _) => format!("the stack `{stack}` has no API `{wanted}`"),
        (None, Some(other)) => format!("the stack `{stack}` has no HTTP API and no REST API, but {other}"),
        (None, None) => format!("the stack `{stack}` has no HTTP API and no REST API"),
    })
}

fn listed<'c, 'w: 'c>(candidates: impl Iterator<Item = &'c Candidate<'w>>) -> String {
    candidates.map(Candidate::described).collect::<Vec<_>>().join(", ")
}

impl<'w> Candidate<'w> {
    /// An API, or its protocol if it is not HTTP.
    fn read(resolver: Resolver<'w>, logical_id: &'w str, resource: &'w Value) -> Result<Result<Self, String>, Error> {
        let resources = resolver.scope.root("Resources");
        let at = resources.key(logical_id);
        let properties = Properties::new(&resolver, resource.get("Properties"), at.key("Properties"))?;
        let kind = if resource_type(resource) == REST_API { ApiKind::Rest } else { ApiKind::Http };
        match properties.text("ProtocolType")? {
            Some(other) if kind == ApiKind::Http && other != HTTP => return Ok(Err(other)),
            _ => {}
        }
        // An API's name need not be resolvable: it is only used to choose the API.
        let name = properties.text("Name").ok().flatten();
        let path = construct_path(resource).map(|path| path.strip_suffix(OF_CONSTRUCT).unwrap_or(path));
        Ok(Ok(Self { resolver, logical_id, resource, kind, name, path }))
    }

    /// Whether it has this logical id, name or path. A path may omit the stack and the resource's own step.
    fn is_named(&self, wanted: &str) -> bool {
        let trimmed = wanted.trim_matches('/');
        let trimmed = trimmed.strip_suffix(OF_CONSTRUCT).unwrap_or(trimmed);
        let of_stack = |path: &'w str| {
            let stack = self.resolver.scope.stack;
            let below = |name: &str| path.strip_prefix(name)?.strip_prefix('/');
            below(stack.display_name()).or_else(|| below(stack.name()))
        };
        self.logical_id == wanted
            || self.name.as_deref() == Some(wanted)
            || self.path.is_some_and(|path| path == trimmed || of_stack(path) == Some(trimmed))
    }

    fn described(&self) -> String {
        let name = self.name.as_ref().map(|name| format!(", name {name}"));
        let path = self.path.map(|path| format!(", path {path}"));
        let [name, path] = [name, path].map(Option::unwrap_or_default);
        format!("{} ({}{name}{path})", self.logical_id, self.kind.name())
    }
}

/// The other kind of API in a template, which is not supported.
fn other_api(resolver: &Resolver<'_>) -> Option<&'static str> {
    let is = |wanted: &str| resolver.part("Resources").any(|(_, resource)| resource_type(resource) == wanted);
    match () {
        () if is(API) => Some("a WebSocket API"),
        () => None,
    }
}
