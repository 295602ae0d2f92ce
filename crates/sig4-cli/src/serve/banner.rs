//! The message of the server at its start: its address, its routes, and how to call them.

use super::callers::Callers;
use super::description::Described;
use crate::demo::DemoUser;
use sig4_gateway::definition::RouteDefinition;
use sig4_gateway::{Auth, IntegrationKind};
use std::fmt;

/// The text.
pub(crate) struct Banner<'b> {
    pub(crate) url: &'b str,
    pub(crate) described: &'b Described,
    pub(crate) callers: &'b Callers,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, described, callers } = self;
        let api = &described.api;
        let (region, account, id) = (api.region(), api.account(), api.api_id());
        writeln!(f, "{} at {url} (region {region}, account {account}, API {id})", described.title)?;
        for note in api.notes() {
            writeln!(f, "  note: {note}")?;
        }
        let stages: Vec<_> = api.stages().map(|stage| stage.name()).filter(|name| *name != "$default").collect();
        for stage in &stages {
            writeln!(f, "  stage {url}/{stage}")?;
        }
        let width = api.routes().map(|route| route.key().len()).max().unwrap_or_default();
        for route in api.routes() {
            writeln!(f, "  {:width$}  {}", route.key(), leads_to(route))?;
        }
        match &callers.demo {
            None => {
                let names: Vec<_> = callers.directory.identities().map(|one| one.principal().arn()).collect();
                write!(f, "access keys of {}", names.join(", "))
            }
            Some(demo) => {
                put_user(f, &demo.allowed, "may call everything")?;
                put_user(f, &demo.denied, "may call nothing")?;
                for user in &callers.of_stack {
                    writeln!(f, "{user}")?;
                }
                let DemoUser { access_key_id, secret, .. } = &demo.allowed;
                let prefix = stages.first().map(|stage| format!("/{stage}")).unwrap_or_default();
                write!(
                    f,
                    "  curl --aws-sigv4 aws:amz:{region}:execute-api --user {access_key_id}:{secret} \\\n    \
                     -H 'content-type: application/json' -d '{{\"message\":\"hello\"}}' {url}{prefix}/hello"
                )
            }
        }
    }
}

fn put_user(f: &mut fmt::Formatter<'_>, user: &DemoUser, may: &str) -> fmt::Result {
    writeln!(f, "user {:6} {} {} {may}", user.name, user.access_key_id, user.secret)
}

/// The authorizer and the integration of a route.
fn leads_to(route: &RouteDefinition) -> String {
    let integration = route.integration().kind();
    let auth = match (integration, route.auth()) {
        (IntegrationKind::NotImplemented(why), _) => return format!("501  -> not served: {why}"),
        (_, Auth::Iam) => "IAM",
        _ => "open",
    };
    let target = match integration {
        IntegrationKind::Echo => "an echo",
        IntegrationKind::Function(name) => name,
        IntegrationKind::HttpProxy(upstream) => upstream.url(),
        _ => "nothing: 404",
    };
    format!("{auth:4} -> {target}")
}
