//! An HTTP API and its callers, as a TOML configuration.
//!
//! All keys:
//!
//! ```toml
//! region = "us-east-1"                # what calls are signed for; us-east-1 if it is not said
//! account = "123456789012"            # who owns the API and its users
//! id = "local"                        # the API's id, as policies name it
//! default_authorizer = "iam"          # or "none"; "iam" if it is not said
//! body_budget = 268435456             # bytes of all bodies that are held at a time; 256 MiB if it is not said
//!
//! [stages]                            # "$default" by default; the name of another stage begins its paths
//! "$default" = {}
//! v1 = { level = "info" }             # its variables
//!
//! [cors]
//! allow_origins = ["http://localhost:5173"]
//! allow_methods = ["*"]
//! allow_headers = ["authorization", "content-type", "x-amz-date", "x-amz-security-token"]
//! expose_headers = ["apigw-requestid"]
//! max_age = 86400                     # seconds
//! allow_credentials = false
//!
//! [routes]                            # one integration each
//! "$default" = { function = "orders" }
//! "OPTIONS /{proxy+}" = { function = "orders", authorizer = "none" }
//! "GET /echo" = { echo = true }       # answers method, path and body as JSON
//! "ANY /old/{proxy+}" = { http_proxy = "http://127.0.0.1:8080/{proxy}" }
//! "GET /who" = { http_proxy = "http://127.0.0.1:8080/who", client_headers = ["x-real-ip"] } # see `Upstream`
//!
//! [functions.orders]
//! code = "handler"                    # a folder, beside this file
//! handler = "index.handler"           # as Lambda writes it
//! runtime = "nodejs22.x"              # Node runs it if it is not said
//! memory = 256                        # MiB, which it is told
//! timeout = 10                        # seconds; 3 if it is not said
//! environment = { LEVEL = "debug" }
//! reserved_concurrency = 5            # calls at once; further ones get 503. Not limited if it is not said
//!
//! [functions.rust]
//! command = "target/debug/bootstrap"  # or any program that speaks the Lambda Runtime API
//!
//! [users.alice]                       # see `sig4_iam::Directory` for users, groups, roles and policies
//! access_keys = [{ id = "AKIDALICE", secret = "alice's secret" }]
//! policies = ["policies/invoke.json"] # a file, or the document itself
//! ```
//!
//! An unknown key is an error with its line.

pub(crate) mod line;
pub(crate) mod table;

use super::cors::Cors;
use super::defaults::{
    DEFAULT_ACCOUNT, DEFAULT_API_ID, DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT, DEFAULT_REGION,
};
use super::definition::{ApiDefinition, Auth, Code, FunctionDefinition, RouteDefinition};
use super::integration::{Integration, IntegrationKind};
use super::limits::DEFAULT_BODY_BUDGET;
use super::stage::Stage;
use super::upstream::Upstream;
use crate::error::{Error, ErrorKind};
use core::time::Duration;
use serde_json::{Map, Value};
use sig4::endpoint::Partition;
use sig4_iam::{self as iam, Directory};
use std::collections::BTreeSet;
use std::io;
use table::{Source, Table};
use toml::de::DeTable;

/// The default runtime of a function.
const RUNTIME: &str = "nodejs";

/// The keys that a [`Directory`] reads.
const OF_DIRECTORY: [&str; 7] =
    ["groups", "organization", "partition", "roles", "root", "service_control_policies", "users"];

/// The maximum length of a configuration, in bytes: 16 MiB.
pub const MAX_LEN: usize = 16 * 1024 * 1024;

impl ApiDefinition {
    /// Reads a [configuration](crate::config) of at most [`MAX_LEN`] bytes. `read` returns the content of a policy file
    /// that the configuration names, by its path relative to the configuration.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidConfig`] with the line, or for a text that is too long.
    /// - [`ErrorKind::InvalidDirectory`] for users, groups, roles or policies, with the line.
    ///
    /// ```
    /// use sig4_gateway::ApiDefinition;
    ///
    /// let text = r#"
    ///     [routes]
    ///     "GET /echo" = { echo = true }
    /// "#;
    /// let api = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name))?;
    /// assert_eq!(api.routes().next().map(|route| route.key()), Some("GET /echo"));
    /// assert!(api.directory().is_none());
    ///
    /// let text = "[cors]\nallow_origin = []";
    /// let error = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name)).unwrap_err();
    /// assert_eq!((error.line(), error.key()), (Some(2), Some("allow_origin")));
    /// # Ok::<(), sig4_gateway::Error>(())
    /// ```
    pub fn from_toml(text: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        if text.len() > MAX_LEN {
            return Err(Error::new(ErrorKind::InvalidConfig, format!("it has more than {} bytes", MAX_LEN)));
        }
        let source = Source::new(text);
        let document = source.parse()?;
        let mut root = Table::new(source, document.get_ref(), document.span());
        let account = root.text("account")?.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned());
        let region = root.text("region")?.unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let directory = read_directory(&mut root, &account, &region, read);
        let directory = directory.map_err(|error| with_line(&error, source, document.get_ref()))?;
        let api_id = root.text("id")?.unwrap_or_else(|| DEFAULT_API_ID.to_owned());
        let stages = root.tables("stages")?.into_iter().map(read_stage).collect::<Result<_, _>>()?;
        let cors = root.table("cors")?.map(read_cors).transpose()?;
        let default = read_auth(&mut root, "default_authorizer")?.unwrap_or(Auth::Iam);
        let functions = root.tables("functions")?.into_iter().map(read_function).collect::<Result<Vec<_>, _>>()?;
        let names: BTreeSet<&str> = functions.iter().map(FunctionDefinition::name).collect();
        let mut routes = Vec::new();
        for (key, table) in root.tables("routes")? {
            routes.push(read_route(key, table, default, &names)?);
        }
        let body_budget = root.number("body_budget")?.unwrap_or(DEFAULT_BODY_BUDGET);
        root.finish()?;
        routes.sort_by(|one, other| one.key.cmp(&other.key));
        let api = Self::new(region).with_account(account).with_api_id(api_id).with_body_budget(body_budget);
        Ok(Self { stages, cors, routes, functions, directory, ..api })
    }
}

/// The users, in the model of [`Directory::from_json`].
fn read_directory(
    root: &mut Table<'_, '_>,
    account: &str,
    region: &str,
    read: &dyn Fn(&str) -> io::Result<String>,
) -> Result<Option<Directory>, iam::Error> {
    let mut members = Map::new();
    for key in OF_DIRECTORY {
        if let Some(value) = root.json(key) {
            members.insert(key.to_owned(), value);
        }
    }
    if members.is_empty() {
        return Ok(None);
    }
    members.insert("account".to_owned(), Value::String(account.to_owned()));
    let partition = || Value::String(Partition::of_region(region).name().to_owned());
    members.entry("partition").or_insert_with(partition);
    Directory::from_value(Value::Object(members), read).map(Some)
}

/// Adds the line of the error's path. An error in a policy file has no line here.
#[cold]
fn with_line(error: &iam::Error, source: Source<'_>, document: &DeTable<'_>) -> Error {
    let is_here = error.file().is_none();
    let span = is_here.then(|| line::span(document, error.path())).flatten();
    let directory = Error::new(ErrorKind::InvalidDirectory, error.detail()).with_source(error.clone());
    match span {
        Some(span) => directory.at_line(source.line(&span)),
        None => directory,
    }
}

fn read_stage((name, mut table): (String, Table<'_, '_>)) -> Result<Stage, Error> {
    Ok(table.all_texts()?.into_iter().fold(Stage::new(name), |stage, (name, value)| stage.with_variable(name, value)))
}

fn read_cors(mut table: Table<'_, '_>) -> Result<Cors, Error> {
    let mut cors = Cors::new()
        .with_origins(table.texts("allow_origins")?)
        .with_methods(table.texts("allow_methods")?)
        .with_headers(table.texts("allow_headers")?)
        .with_exposed_headers(table.texts("expose_headers")?)
        .with_credentials(table.boolean("allow_credentials")?.unwrap_or(false));
    if let Some(seconds) = table.number("max_age")? {
        cors = cors.with_max_age(seconds);
    }
    table.finish().map(|()| cors)
}

fn read_auth(table: &mut Table<'_, '_>, key: &'static str) -> Result<Option<Auth>, Error> {
    match table.text(key)?.as_deref() {
        None => Ok(None),
        Some("iam") => Ok(Some(Auth::Iam)),
        Some("none") => Ok(Some(Auth::None)),
        Some(other) => Err(table.error(format_args!("`{key}` is \"iam\" or \"none\", not \"{other}\""))),
    }
}

fn read_route(
    key: String,
    mut table: Table<'_, '_>,
    default: Auth,
    functions: &BTreeSet<&str>,
) -> Result<RouteDefinition, Error> {
    let auth = read_auth(&mut table, "authorizer")?.unwrap_or(default);
    let integrations = [
        table.boolean("echo")?.filter(|echo| *echo).map(|_| Integration::echo()),
        table.text("function")?.map(Integration::function),
        read_upstream(&mut table)?.map(Integration::http_proxy),
    ];
    let mut integrations = integrations.into_iter().flatten();
    let (Some(integration), None) = (integrations.next(), integrations.next()) else {
        let what = "a route has one of `echo = true`, `function` and `http_proxy`";
        return Err(table.error(format_args!("`{key}`: {what}")));
    };
    if let IntegrationKind::Function(name) = integration.kind()
        && !functions.contains(name)
    {
        return Err(table.error(format_args!("`{key}`: there is no [functions.{name}]")));
    }
    table.finish().map(|()| RouteDefinition::new(key, auth, integration))
}

/// The upstream of a route, with its additional client headers.
fn read_upstream(table: &mut Table<'_, '_>) -> Result<Option<Upstream>, Error> {
    let (url, headers) = (table.text("http_proxy")?, table.texts("client_headers")?);
    if url.is_none() && !headers.is_empty() {
        return Err(table.error("`client_headers` belongs to an `http_proxy`"));
    }
    Ok(url.map(|url| headers.into_iter().fold(Upstream::new(url), Upstream::with_client_header)))
}

fn read_function((name, mut table): (String, Table<'_, '_>)) -> Result<FunctionDefinition, Error> {
    let code = match (table.text("code")?, table.text("command")?) {
        (Some(folder), None) => Code::Folder(folder),
        (None, Some(command)) => Code::Command(command),
        _ => return Err(table.error(format_args!("`{name}` has one of `code` and `command`"))),
    };
    let handler = table.text("handler")?;
    if handler.is_none() && matches!(code, Code::Folder(_)) {
        return Err(table.error(format_args!("`{name}` has no `handler`, such as \"index.handler\"")));
    }
    let plan = FunctionDefinition {
        function_name: name.clone(),
        name,
        code,
        handler: handler.unwrap_or_default(),
        runtime: table.text("runtime")?.unwrap_or_else(|| RUNTIME.to_owned()),
        memory_mib: table.number("memory")?.unwrap_or(DEFAULT_FUNCTION_MEMORY_MIB),
        timeout: table.number("timeout")?.map_or(DEFAULT_FUNCTION_TIMEOUT, Duration::from_secs),
        reserved_concurrency: table.number("reserved_concurrency")?,
        environment: table.named_texts("environment")?,
    };
    table.finish().map(|()| plan)
}
