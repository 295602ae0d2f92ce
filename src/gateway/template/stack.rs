//! One stack: its template, and where its assets lie.

use super::assembly::{beside, invalid};
use super::deployment::Deployment;
use super::http_api;
use super::reference::{API, resource_type};
use super::resolver::Resolver;
use crate::error::Error;
use crate::gateway::blueprint::Blueprint;
use serde_json::{Map, Value};
use std::io;

/// A stack that `cdk synth` wrote, or any CloudFormation template in JSON.
#[derive(Clone, Debug)]
pub struct Stack {
    name: String,
    display_name: String,
    /// The folder of its files, with a slash, below that of the assembly.
    folder: String,
    template: Map<String, Value>,
    assets: Value,
    environment: Option<(String, String)>,
}

impl Stack {
    /// The longest template that is read, in bytes.
    ///
    /// Source: "CloudFormation quotas", a template in S3.
    pub const MAX_TEMPLATE_LEN: usize = 1_048_576;

    /// Reads the template `file`, and `NAME.assets.json` beside it if that is there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate) if the file cannot be read, is too long, or is no template.
    pub fn of_template(file: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        let (_, base) = file.rsplit_once('/').unwrap_or(("", file));
        let name = base.strip_suffix(".json").unwrap_or(base);
        Self::read(name.strip_suffix(".template").unwrap_or(name), file, read)
    }

    pub(crate) fn read(name: &str, file: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        let text = read(file).map_err(|error| invalid(format!("cannot read {file}: {error}")))?;
        if text.len() > Self::MAX_TEMPLATE_LEN {
            return Err(invalid(format!("{file} is longer than {} bytes", Self::MAX_TEMPLATE_LEN)));
        }
        let template = serde_json::from_str(&text).map_err(|error| {
            let hint =
                if text.trim_start().starts_with('{') { "" } else { "; only JSON is read, as `cdk synth` writes it" };
            invalid(format!("{file} is not a JSON object: {error}{hint}"))
        })?;
        let folder = file.rsplit_once('/').map_or(String::new(), |(folder, _)| [folder, "/"].concat());
        let assets = match file.strip_suffix(".template.json") {
            Some(stem) => read_assets(&[stem, ".assets.json"].concat(), read)?,
            None => Value::Null,
        };
        Ok(Self { name: name.to_owned(), display_name: name.to_owned(), folder, template, assets, environment: None })
    }

    pub(crate) fn shown_as(self, display_name: &str) -> Self {
        Self { display_name: display_name.to_owned(), ..self }
    }

    /// The environment of the manifest: `aws://ACCOUNT/REGION`.
    pub(crate) fn in_environment(self, environment: &str) -> Self {
        let environment = environment.strip_prefix("aws://").and_then(|rest| rest.split_once('/'));
        Self { environment: environment.map(|(account, region)| (account.to_owned(), region.to_owned())), ..self }
    }

    /// The stack's name: what `AWS::StackName` is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name that the CDK shows: with its stages, `Prod/Echo`.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The account that the stack was synthesised for, if it was for one.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.environment.as_ref().map(|(account, _)| account.as_str()).filter(is_known)
    }

    /// The region that the stack was synthesised for, if it was for one.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.environment.as_ref().map(|(_, region)| region.as_str()).filter(is_known)
    }

    /// Whether it has an HTTP API.
    #[must_use]
    pub fn has_http_api(&self) -> bool {
        let resources = self.template.get("Resources").and_then(Value::as_object);
        resources.into_iter().flatten().any(|(_, resource)| http_api::is_http_api(resource))
    }

    /// The HTTP API that the stack describes, deployed so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate), with the place in the template, if it has no HTTP API or
    /// several, if a value cannot be resolved, or if the API wants something that is not supported: a route with another
    /// authorizer than IAM, for one, is never served without it.
    pub fn blueprint(&self, deployment: &Deployment) -> Result<Blueprint, Error> {
        let resolver = Resolver::new(&self.template, &self.name, deployment);
        http_api::read(self, resolver)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.display_name == name
    }

    /// The folder of the asset with this key, below the folder of the assembly.
    pub(crate) fn asset(&self, key: &str) -> Option<String> {
        let files = self.assets.get("files")?.as_object()?;
        let is_there = |file: &&Value| {
            let destinations = file.get("destinations").and_then(Value::as_object);
            destinations.into_iter().flatten().any(|(_, to)| to.get("objectKey").and_then(Value::as_str) == Some(key))
        };
        let path = files.values().find(is_there)?.get("source")?.get("path")?.as_str()?;
        Some(self.path_of(path))
    }

    /// The path of what a file of the stack names.
    pub(crate) fn path_of(&self, name: &str) -> String {
        beside(&self.folder, name)
    }
}

/// The list of assets, if there is one.
fn read_assets(name: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Value, Error> {
    match read(name) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| invalid(format!("{name} is not JSON: {error}"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Null),
        Err(error) => Err(invalid(format!("cannot read {name}: {error}"))),
    }
}

fn is_known(name: &&str) -> bool {
    !name.starts_with("unknown-") && !name.is_empty()
}

/// Whether a template has another kind of API, which is not read.
pub(crate) fn other_api(resolver: &Resolver<'_>) -> Option<&'static str> {
    let is = |wanted: &str| resolver.part("Resources").any(|(_, resource)| resource_type(resource) == wanted);
    match () {
        () if is("AWS::Serverless::HttpApi") || is("AWS::Serverless::Function") => Some("a SAM template"),
        () if is("AWS::ApiGateway::RestApi") => Some("a REST API"),
        () if is(API) => Some("a WebSocket API"),
        () => None,
    }
}
