//! What the server says when it begins: where it is, what it serves, and how it is called.

use super::callers::Callers;
use super::description::Described;
use crate::demo::DemoUser;
use sig4::gateway::Auth;
use sig4::gateway::blueprint::{PlannedRoute, Target};
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
        let blueprint = &described.blueprint;
        let (region, account, id) = (blueprint.region(), blueprint.account(), blueprint.api_id());
        writeln!(f, "{} at {url} (region {region}, account {account}, API {id})", described.title)?;
        for note in blueprint.notes() {
            writeln!(f, "  note: {note}")?;
        }
        let stages: Vec<_> = blueprint.stages().map(|stage| stage.name()).filter(|name| *name != "$default").collect();
        for stage in &stages {
            writeln!(f, "  stage {url}/{stage}")?;
        }
        let width = blueprint.routes().map(|route| route.key().len()).max().unwrap_or_default();
        for route in blueprint.routes() {
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

/// Who may call a route, and what answers.
fn leads_to(route: &PlannedRoute) -> String {
    let auth = match (route.target(), route.auth()) {
        (Target::Unserved(why), _) => return format!("501  -> not served: {why}"),
        (_, Auth::Iam) => "IAM",
        _ => "open",
    };
    let target = match route.target() {
        Target::Echo => "an echo",
        Target::Function(name) => name,
        Target::HttpProxy(upstream) => upstream.url(),
        _ => "nothing: 404",
    };
    format!("{auth:4} -> {target}")
}
