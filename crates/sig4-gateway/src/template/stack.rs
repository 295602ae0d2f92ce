//! A stack: its template, and the paths of its assets.

use super::assets::{Assets, read_assets};
use super::files::{Files, invalid, relative_to, unreadable};
use super::resource::{ApiKind, METHOD, NESTED_STACK, ROUTE, is_api_type, resource_type};
use crate::error::Error;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// A stack from `cdk synth`, or any CloudFormation template in JSON.
#[derive(Clone, Debug)]
pub struct Stack {
    name: String,
    display_name: String,
    /// The folder of its files, with a slash, below that of the assembly.
    folder: String,
    template: Arc<Map<String, Value>>,
    /// A nested stack has those of its parent.
    assets: Arc<Assets>,
    environment: Option<(String, String)>,
    /// The nested stacks, by logical id.
    nested: BTreeMap<String, Self>,
    /// All stacks of the folder, including this one.
    siblings: Arc<[Self]>,
}

/// The maximum nesting of stacks.
const MAX_NESTED: usize = 8;

impl Stack {
    /// The maximum length of a template, in bytes.
    ///
    /// Source: "CloudFormation quotas", a template in S3.
    pub const MAX_TEMPLATE_LEN: usize = 1_048_576;

    /// Reads the template `file`, `NAME.assets.json` beside it if it exists, and the templates of nested stacks.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`](crate::ErrorKind::InvalidTemplate) if a file cannot be read, is too long, or is not a
    /// template.
    pub fn of_template(file: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        let (_, base) = file.rsplit_once('/').unwrap_or(("", file));
        let name = base.strip_suffix(".json").unwrap_or(base);
        Self::read(name.strip_suffix(".template").unwrap_or(name), file, &mut Files::new(read))
    }

    pub(crate) fn read(name: &str, file: &str, files: &mut Files<'_>) -> Result<Self, Error> {
        let assets = match file.strip_suffix(".template.json") {
            Some(stem) => read_assets(&[stem, ".assets.json"].concat(), files.read)?,
            None => Assets::new(),
        };
        Self::read_with(name, file, &Arc::new(assets), files)
    }

    fn read_with(name: &str, file: &str, assets: &Arc<Assets>, files: &mut Files<'_>) -> Result<Self, Error> {
        if files.open.iter().any(|open| open == file) {
            return Err(invalid(format!("the template is nested in itself: {}", files.open.join(" -> "))).in_file(file));
        }
        if files.open.len() > MAX_NESTED {
            return Err(invalid(format!("more than {MAX_NESTED} stacks are nested in one another")).in_file(file));
        }
        files.count(file)?;
        let mut stack = Self {
            name: name.to_owned(),
            display_name: name.to_owned(),
            folder: file.rsplit_once('/').map_or(String::new(), |(folder, _)| [folder, "/"].concat()),
            template: Arc::new(read_template(file, files.read)?),
            assets: Arc::clone(assets),
            environment: None,
            nested: BTreeMap::new(),
            siblings: Arc::new([]),
        };
        files.open.push(file.to_owned());
        for (logical_id, file) in stack.nested_files() {
            let nested = Self::read_with(&format!("{name}-{logical_id}"), &file, assets, files)?;
            stack.nested.insert(logical_id, nested);
        }
        files.open.pop();
        Ok(stack)
    }

    /// The logical ids of nested stacks, with their template files among the assets.
    fn nested_files(&self) -> Vec<(String, String)> {
        let resources = self.template.get("Resources").and_then(Value::as_object).into_iter().flatten();
        let file = |(name, resource): (&String, &Value)| {
            let recorded = resource.get("Metadata").and_then(|metadata| metadata.get("aws:asset:path")?.as_str());
            let recorded = recorded.map(|path| self.path_of(path));
            let file = recorded.or_else(|| self.asset_in(resource.get("Properties")?.get("TemplateURL")?))?;
            Some((name.clone(), file))
        };
        resources.filter(|(_, resource)| resource_type(resource) == NESTED_STACK).filter_map(file).collect()
    }

    /// The template among the assets whose key ends a URL, or the last part of a joined URL.
    fn asset_in(&self, url: &Value) -> Option<String> {
        match url {
            Value::String(text) => self.asset(text.rsplit('/').next()?),
            Value::Array(items) => self.asset_in(items.last()?),
            Value::Object(members) => self.asset_in(members.values().next()?),
            _ => None,
        }
    }

    pub(crate) fn beside(self, siblings: &Arc<[Self]>) -> Self {
        Self { siblings: Arc::clone(siblings), ..self }
    }

    pub(crate) fn shown_as(self, display_name: &str) -> Self {
        Self { display_name: display_name.to_owned(), ..self }
    }

    /// The environment of the manifest: `aws://ACCOUNT/REGION`.
    pub(crate) fn in_environment(self, environment: &str) -> Self {
        let environment = environment.strip_prefix("aws://").and_then(|rest| rest.split_once('/'));
        Self { environment: environment.map(|(account, region)| (account.to_owned(), region.to_owned())), ..self }
    }

    /// The stack's name: the value of `AWS::StackName`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The display name in the CDK, with stages: `Prod/Echo`.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The account that the stack was synthesised for, if known.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.environment.as_ref().map(|(account, _)| account.as_str()).filter(is_known)
    }

    /// The region that the stack was synthesised for, if known.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.environment.as_ref().map(|(_, region)| region.as_str()).filter(is_known)
    }

    /// Whether it has an HTTP API or a REST API.
    #[must_use]
    pub fn has_api(&self) -> bool {
        let resources = self.template.get("Resources").and_then(Value::as_object);
        let mut resources = resources.into_iter().flatten();
        resources.any(|(_, resource)| ApiKind::of(resource).is_some()) || self.nested.values().any(Self::has_api)
    }

    pub(crate) fn template(&self) -> &Map<String, Value> {
        &self.template
    }

    pub(crate) fn nested(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.nested.iter().map(|(name, stack)| (name.as_str(), stack))
    }

    pub(crate) fn siblings(&self) -> impl Iterator<Item = &Self> {
        self.siblings.iter()
    }

    /// Whether it is another stack in the same account and region.
    pub(crate) fn is_deployed_beside(&self, other: &Self) -> bool {
        self.environment == other.environment && (self.name != other.name || self.display_name != other.display_name)
    }

    /// Whether it may be another stack in the same account and region: the environment of at least one of the two is unknown.
    pub(crate) fn may_be_deployed_beside(&self, other: &Self) -> bool {
        let may_be_one =
            |one: Option<&str>, other: Option<&str>| one.zip(other).is_none_or(|(one, other)| one == other);
        self.environment != other.environment
            && may_be_one(self.account(), other.account())
            && may_be_one(self.region(), other.region())
    }

    /// Whether it has a route or a method of an API outside its template.
    pub(crate) fn has_route_of_elsewhere(&self) -> bool {
        let Some(resources) = self.template.get("Resources").and_then(Value::as_object) else { return false };
        let is_api = |name: &str| resources.get(name).is_some_and(|api| is_api_type(resource_type(api)));
        let is_of_elsewhere = |resource: &Value| {
            let kind = match resource_type(resource) {
                ROUTE => ApiKind::Http,
                METHOD => ApiKind::Rest,
                _ => return false,
            };
            let id = resource.get("Properties").and_then(|properties| properties.get(kind.id_property()));
            !id.and_then(|id| id.get("Ref")?.as_str()).is_some_and(is_api)
        };
        resources.values().any(is_of_elsewhere)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.display_name == name
    }

    /// The folder of the asset with this key, below the folder of the assembly.
    pub(crate) fn asset(&self, key: &str) -> Option<String> {
        let path = self.assets.get(key)?;
        Some(self.path_of(path))
    }

    /// The path of a file that the stack names.
    pub(crate) fn path_of(&self, name: &str) -> String {
        relative_to(&self.folder, name)
    }
}

fn is_known(name: &&str) -> bool {
    !name.starts_with("unknown-") && !name.is_empty()
}

fn read_template(file: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Map<String, Value>, Error> {
    let text = read(file).map_err(|error| unreadable(file, error))?;
    if text.len() > Stack::MAX_TEMPLATE_LEN {
        return Err(invalid(format!("it is longer than {} bytes", Stack::MAX_TEMPLATE_LEN)).in_file(file));
    }
    serde_json::from_str(&text).map_err(|error| {
        let is_object = text.trim_start().starts_with('{');
        let hint = if is_object { "" } else { "; only JSON is read, as `cdk synth` writes it" };
        invalid(format!("it is not a JSON object: {error}{hint}")).in_file(file).at_line(error.line())
    })
}
