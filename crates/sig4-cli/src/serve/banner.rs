//! The message of the server at its start: its address, its routes, and how to call them.

use super::callers::Callers;
use super::description::Described;
use super::examples::Sample;
use super::tls::TrustedAuthority;
use crate::demo::DemoUser;
use crate::printable::line;
use serde_json::{Value, json};
use sig4_gateway::definition::RouteDefinition;
use sig4_gateway::{Auth, DomainMapping, IntegrationKind, MockIntegration};
use std::borrow::Cow;
use std::fmt;

/// The text.
pub(crate) struct Banner<'b> {
    pub(crate) url: &'b str,
    /// The authority that clients are to trust, if the server's certificate is of the authority of this machine.
    pub(crate) authority: Option<&'b TrustedAuthority>,
    /// The URL of the page that shows the requests.
    pub(crate) inspect: Option<&'b str>,
    pub(crate) described: &'b Described,
    pub(crate) callers: &'b Callers,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, authority, inspect, described, callers } = self;
        let api = &described.api;
        let (region, account, id) = (api.region(), api.account(), api.api_id());
        let kind = if api.is_rest() { "REST API" } else { "API" };
        writeln!(f, "{} at {url} (region {region}, account {account}, {kind} {id})", line(&described.title))?;
        if let Some(TrustedAuthority { path, fingerprint }) = authority {
            writeln!(f, "  clients trust {} (SHA-256 {fingerprint})", line(&path.display().to_string()))?;
        }
        for note in api.notes() {
            writeln!(f, "  note: {}", line(note))?;
        }
        for stage in api.stages().map(|stage| stage.name()).filter(|name| *name != "$default") {
            writeln!(f, "  stage {url}/{stage}")?;
        }
        for mapping in api.domains() {
            writeln!(f, "  {}", Domain(mapping))?;
        }
        let width = api.routes().map(|route| route.key().len()).max().unwrap_or_default();
        for route in api.routes() {
            writeln!(f, "  {:width$}  {}", route.key(), Target::of(route))?;
        }
        match &callers.demo {
            None => {
                let names: Vec<_> = callers.identities().map(|one| one.principal().arn()).collect();
                writeln!(f, "access keys of {}", names.join(", "))?;
                writeln!(f, "in another terminal, with the options of this server:")?;
                writeln!(f, "  eval \"$(sig4 serve --print-env)\"")?;
            }
            Some(demo) => {
                let (all, nothing) = demo_rights(api.resource_policy().is_some());
                put_user(f, &demo.allowed, all)?;
                put_user(f, &demo.denied, nothing)?;
                for user in &callers.of_stack {
                    writeln!(f, "{user}")?;
                }
                let DemoUser { access_key_id, secret, .. } = &demo.allowed;
                writeln!(f, "in another terminal:")?;
                writeln!(f, "  export AWS_ACCESS_KEY_ID={access_key_id} AWS_REGION={region}")?;
                writeln!(f, "  export AWS_SECRET_ACCESS_KEY={secret}")?;
            }
        }
        let sample = Sample::new(api, url).trusting(authority.map(|authority| authority.path.as_path()));
        writeln!(f, "  {}", sample.sig4())?;
        writeln!(f, "  {}", sample.curl("    "))?;
        if let Some(inspect) = inspect {
            writeln!(f, "the requests, on a page: {inspect}")?;
        }
        write!(f, "for awscurl, Node, Python and Go: sig4 serve --examples")
    }
}

impl Banner<'_> {
    /// The banner as one JSON object on one line. It has the secrets of the demo users, and no others.
    pub(crate) fn to_json(&self) -> String {
        let Self { url, authority, inspect, described, callers } = self;
        let api = &described.api;
        let route = |route: &RouteDefinition| {
            let target = Target::of(route);
            json!({"key": route.key(), "authorizer": target.auth, "integration": target.kind, "target": target.name})
        };
        let is_demo = callers.demo.is_some();
        let user = |identity: &sig4_iam::Identity| {
            let (principal, credentials) = (identity.principal(), identity.credentials());
            let mut user =
                json!({"name": principal.name(), "arn": principal.arn(), "accessKeyId": identity.access_key_id()});
            if let (true, Some(credentials), Some(user)) = (is_demo, credentials, user.as_object_mut()) {
                user.insert("secretAccessKey".to_owned(), credentials.secret_key().expose().into());
                user.insert("sessionToken".to_owned(), credentials.session_token().into());
            }
            user
        };
        let mut object = json!({
            "title": described.title,
            "url": url,
            "kind": if api.is_rest() { "rest" } else { "http" },
            "region": api.region(),
            "account": api.account(),
            "apiId": api.api_id(),
            "stages": api.stages().map(|stage| stage.name()).collect::<Vec<_>>(),
            "routes": api.routes().map(route).collect::<Vec<Value>>(),
            "users": callers.identities().map(user).collect::<Vec<Value>>(),
            "notes": api.notes().collect::<Vec<_>>(),
        });
        if let (Some(authority), Some(object)) = (authority, object.as_object_mut()) {
            let authority = json!({"file": authority.path.display().to_string(), "sha256": authority.fingerprint});
            object.insert("authority".to_owned(), authority);
        }
        if let (Some(inspect), Some(object)) = (inspect, object.as_object_mut()) {
            object.insert("inspect".to_owned(), (*inspect).into());
        }
        object.to_string()
    }
}

/// What the two demo users may call. Neither of them is denied anything by a policy of its own, so a resource policy decides too.
const fn demo_rights(has_resource_policy: bool) -> (&'static str, &'static str) {
    if has_resource_policy {
        ("may call everything that the resource policy does not deny", "may call what the resource policy allows")
    } else {
        ("may call everything", "may call nothing")
    }
}

fn put_user(f: &mut fmt::Formatter<'_>, user: &DemoUser, may: &str) -> fmt::Result {
    writeln!(f, "user {:6} {} {} {may}", user.name, user.access_key_id, user.secret)
}

/// A custom domain, its base path and its stage.
struct Domain<'d>(&'d DomainMapping);

impl fmt::Display for Domain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(mapping) = self;
        let stage = mapping.stage().unwrap_or("in the path");
        write!(f, "domain {}/{} -> stage {stage}", mapping.domain(), mapping.base_path())
    }
}

/// The authorizer and the integration of a route.
struct Target<'r> {
    auth: &'static str,
    kind: &'static str,
    /// The function, the URL of the upstream, the status of a MOCK integration, or why the route is not served.
    name: Option<Cow<'r, str>>,
}

impl<'r> Target<'r> {
    fn of(route: &'r RouteDefinition) -> Self {
        let auth = if route.auth() == Auth::Iam { "iam" } else { "none" };
        let (kind, name) = match route.integration().kind() {
            IntegrationKind::NotImplemented(why) => ("notImplemented", Some(why.into())),
            IntegrationKind::Echo => ("echo", None),
            IntegrationKind::Function(name) => ("function", Some(name.into())),
            IntegrationKind::HttpProxy(upstream) => ("httpProxy", Some(upstream.url().into())),
            IntegrationKind::Mock(mock) => ("mock", Some(mocked(mock))),
            _ => ("none", None),
        };
        Self { auth, kind, name }
    }
}

/// The status of a MOCK integration, and why it is 500.
fn mocked(mock: &MockIntegration) -> Cow<'_, str> {
    let status = mock.status().as_u16();
    match mock.misconfiguration() {
        Some(why) => format!("{status}: {why}").into(),
        None => status.to_string().into(),
    }
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = line(self.name.as_deref().unwrap_or_default());
        if self.kind == "notImplemented" {
            return write!(f, "501  -> not served: {name}");
        }
        let target = match self.kind {
            "echo" => "an echo".into(),
            "mock" => format!("a MOCK response: {name}").into(),
            "none" => "nothing: 404".into(),
            _ => name,
        };
        write!(f, "{:4} -> {target}", if self.auth == "iam" { "IAM" } else { "open" })
    }
}
