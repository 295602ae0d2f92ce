//! The tables of a configuration: stages, CORS, routes and functions. A value that API Gateway would not accept is an error with
//! its place.

use super::rest::{Kind, check_key, check_stage, read_mock};
use super::table::{Named, Source, Table};
use crate::cors::Cors;
use crate::defaults::{DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT};
use crate::definition::{Auth, Code, FunctionDefinition, RouteDefinition};
use crate::error::{Error, ErrorKind};
use crate::integration::{Integration, IntegrationKind};
use crate::mock::MockIntegration;
use crate::payload_format::PayloadFormat;
use crate::proxy_headers;
use crate::route::RouteKey;
use crate::route::table::Routes;
use crate::stage::{self, Stage};
use crate::upstream::Upstream;
use core::ops::RangeInclusive;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

/// The default runtime of a function.
const RUNTIME: &str = "nodejs";

/// The memory that a function can have, in MiB. Source: "Lambda quotas".
const MEMORY_MIB: RangeInclusive<u32> = 128..=10_240;

/// The time limits that a function can have, in seconds. Source: "Lambda quotas".
const TIMEOUT_SECONDS: RangeInclusive<u64> = 1..=900;

/// Variables that a function cannot be given. Lambda reserves those of credentials and the region as well; a function on this
/// machine may be given them.
///
/// Source: "Working with Lambda environment variables", defined runtime environment variables.
const RESERVED: [&str; 12] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

pub(super) fn read_stages(root: &mut Table<'_, '_>, source: Source<'_>, kind: Kind) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = Vec::new();
    for (Named { name, span }, mut table) in root.tables("stages")? {
        let variables = table.all_texts()?.into_iter();
        stages.push(variables.fold(Stage::new(name), |stage, (name, value)| stage.with_variable(name, value)));
        let all = stages.iter().try_for_each(|stage| check_stage(kind, stage)).and_then(|()| stage::check(&stages));
        all.map_err(|error| source.place(&span, error))?;
    }
    stages.sort_by(|one, other| one.name().cmp(other.name()));
    Ok(stages)
}

pub(super) fn read_cors(mut table: Table<'_, '_>, kind: Kind) -> Result<Cors, Error> {
    let origins = checked_texts(&mut table, "allow_origins", |item| Cors::new().with_origins([item]).check())?;
    let methods = checked_texts(&mut table, "allow_methods", |item| Cors::new().with_methods([item]).check())?;
    let headers = checked_texts(&mut table, "allow_headers", |item| Cors::new().with_headers([item]).check())?;
    let exposed = checked_texts(&mut table, "expose_headers", |item| Cors::new().with_exposed_headers([item]).check())?;
    let mut cors = Cors::new();
    if let Some(seconds) = table.number("max_age")? {
        cors = cors.with_max_age(seconds);
        cors.check().map_err(|error| table.place("max_age", error))?;
    }
    let credentials = table.boolean("allow_credentials")?.unwrap_or(false);
    let cors = cors.with_origins(origins).with_methods(methods).with_headers(headers).with_exposed_headers(exposed);
    let cors = cors.with_credentials(credentials);
    cors.check().map_err(|error| table.place("allow_credentials", error))?;
    if kind == Kind::Rest {
        MockIntegration::preflight(&cors).map_err(|error| table.place("allow_origins", error))?;
    }
    table.finish().map(|()| cors)
}

/// A list of texts, each of which passes a check.
fn checked_texts(
    table: &mut Table<'_, '_>,
    key: &'static str,
    check: impl Fn(&str) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let texts = table.texts(key)?;
    for (index, text) in texts.iter().enumerate() {
        check(text).map_err(|error| table.place_item(key, index, error))?;
    }
    Ok(texts)
}

pub(super) fn read_auth(table: &mut Table<'_, '_>, key: &'static str) -> Result<Option<Auth>, Error> {
    match table.text(key)?.as_deref() {
        None => Ok(None),
        Some("iam") => Ok(Some(Auth::Iam)),
        Some("none") => Ok(Some(Auth::None)),
        Some(other) => {
            let what = format!("`{key}` is \"iam\" or \"none\", not \"{other}\"");
            Err(table.place(key, Error::new(ErrorKind::InvalidConfig, what)))
        }
    }
}

/// The routes, sorted by their keys.
pub(super) fn read_routes(
    root: &mut Table<'_, '_>,
    source: Source<'_>,
    default: Auth,
    functions: &[FunctionDefinition],
    kind: Kind,
) -> Result<Vec<RouteDefinition>, Error> {
    let functions: BTreeSet<&str> = functions.iter().map(FunctionDefinition::name).collect();
    let (mut keys, mut routes) = (if kind == Kind::Rest { Routes::rest() } else { Routes::default() }, Vec::new());
    for (named, table) in root.tables("routes")? {
        let here = |error| source.place(&named.span, error);
        let key = RouteKey::parse(&named.name).map_err(here)?;
        check_key(kind, &key).map_err(here)?;
        routes.push(read_route(&key, table, default, &functions, kind)?);
        keys.add(key, ()).map_err(here)?;
    }
    routes.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(routes)
}

fn read_route(
    key: &RouteKey,
    mut table: Table<'_, '_>,
    default: Auth,
    functions: &BTreeSet<&str>,
    kind: Kind,
) -> Result<RouteDefinition, Error> {
    let payload_format = read_payload_format(&mut table, kind)?;
    if kind == Kind::Http {
        table.refuse("mock", "belongs to a REST API, and this is an HTTP API: a REST API has `kind = \"rest\"`")?;
    }
    let auth = read_auth(&mut table, "authorizer")?.unwrap_or(default);
    let integrations = [
        table.boolean("echo")?.filter(|echo| *echo).map(|_| Integration::echo()),
        table.text("function")?.map(Integration::function),
        read_upstream(&mut table, key)?.map(Integration::http_proxy),
        table.table("mock")?.map(read_mock).transpose()?.map(Integration::mock),
    ];
    // A misspelt key says more than a missing one.
    table.finish()?;
    let mut integrations = integrations.into_iter().flatten();
    let (Some(integration), None) = (integrations.next(), integrations.next()) else {
        let what = match kind {
            Kind::Http => "a route has one of `echo = true`, `function` and `http_proxy`",
            Kind::Rest => "a method has one of `echo = true`, `function`, `http_proxy` and `mock`",
        };
        return Err(table.error(format_args!("`{key}`: {what}")));
    };
    if let IntegrationKind::Function(name) = integration.kind()
        && !functions.contains(name)
    {
        let what = format!("`{key}`: there is no [functions.{name}]");
        return Err(table.place("function", Error::new(ErrorKind::InvalidConfig, what)));
    }
    Ok(RouteDefinition { payload_format, ..RouteDefinition::new(key, auth, integration) })
}

/// The version of the event of a route's function. A REST API has one version, and no key for it.
fn read_payload_format(table: &mut Table<'_, '_>, kind: Kind) -> Result<PayloadFormat, Error> {
    if kind == Kind::Rest {
        table
            .refuse("payload_format", "belongs to an HTTP API: the functions of a REST API get events of format 1.0")?;
        return Ok(PayloadFormat::V1);
    }
    match table.text("payload_format")?.as_deref() {
        None | Some("2.0") => Ok(PayloadFormat::V2),
        Some("1.0") => Ok(PayloadFormat::V1),
        Some(other) => {
            let what = format!("`payload_format` is \"1.0\" or \"2.0\", not \"{other}\"");
            Err(table.place("payload_format", Error::new(ErrorKind::InvalidConfig, what)))
        }
    }
}

/// The upstream of a route, with its additional client headers.
fn read_upstream(table: &mut Table<'_, '_>, key: &RouteKey) -> Result<Option<Upstream>, Error> {
    let (url, headers) = (table.text("http_proxy")?, table.texts("client_headers")?);
    let Some(url) = url else {
        if headers.is_empty() {
            return Ok(None);
        }
        let error = Error::new(ErrorKind::InvalidConfig, "`client_headers` belongs to an `http_proxy`");
        return Err(table.place("client_headers", error));
    };
    let mut upstream = Upstream::new(url);
    upstream.check(key.variables()).map_err(|error| table.place("http_proxy", error))?;
    for (index, header) in headers.into_iter().enumerate() {
        proxy_headers::check(&header).map_err(|error| table.place_item("client_headers", index, error))?;
        upstream = upstream.with_client_header(header);
    }
    Ok(Some(upstream))
}

/// The functions, sorted by their names.
pub(super) fn read_functions(root: &mut Table<'_, '_>, source: Source<'_>) -> Result<Vec<FunctionDefinition>, Error> {
    let (mut functions, mut lines) = (Vec::new(), source.lines());
    for (named, table) in root.tables("functions")? {
        let line = lines.of(&named.span);
        functions.push(read_function(named, line, table, source)?);
    }
    functions.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(functions)
}

fn read_function(
    named: Named,
    line: usize,
    mut table: Table<'_, '_>,
    source: Source<'_>,
) -> Result<FunctionDefinition, Error> {
    let Named { name, span } = named;
    let (folder, command, handler) = (table.text("code")?, table.text("command")?, table.text("handler")?);
    let (runtime, memory, timeout) = (table.text("runtime")?, table.number("memory")?, table.number("timeout")?);
    let (environment, reserved_concurrency) = (read_environment(&mut table)?, table.number("reserved_concurrency")?);
    // A misspelt key says more than a missing one.
    table.finish()?;
    let code = match (folder, command) {
        (Some(folder), None) => Code::Folder(folder),
        (None, Some(command)) => Code::Command(command),
        _ => return Err(source.error(&span, format_args!("`{name}` has one of `code` and `command`"))),
    };
    // A bootstrap knows its handler.
    let has_bootstrap = runtime.as_deref().is_some_and(|runtime| runtime.starts_with("provided"));
    if handler.is_none() && matches!(code, Code::Folder(_)) && !has_bootstrap {
        return Err(source.error(&span, format_args!("`{name}` has no `handler`, such as \"index.handler\"")));
    }
    let wrong = |key: &str, what: &'static str| Err(table.place(key, Error::new(ErrorKind::InvalidConfig, what)));
    if handler.as_deref().is_some_and(|handler| handler.is_empty() || handler.contains(char::is_whitespace)) {
        return wrong("handler", "`handler` is empty or has white space; Lambda writes it as \"index.handler\"");
    }
    if memory.is_some_and(|memory| !MEMORY_MIB.contains(&memory)) {
        return wrong("memory", "`memory` is at least 128 and at most 10240 MiB");
    }
    if timeout.is_some_and(|timeout| !TIMEOUT_SECONDS.contains(&timeout)) {
        return wrong("timeout", "`timeout` is at least one second and at most 900");
    }
    Ok(FunctionDefinition {
        function_name: name.clone(),
        name,
        code,
        handler: handler.unwrap_or_default(),
        runtime: runtime.unwrap_or_else(|| RUNTIME.to_owned()),
        memory_mib: memory.unwrap_or(DEFAULT_FUNCTION_MEMORY_MIB),
        timeout: timeout.map_or(DEFAULT_FUNCTION_TIMEOUT, Duration::from_secs),
        reserved_concurrency,
        environment,
        construct_path: None,
        line: Some(line),
    })
}

/// The variables of a function. The system accepts no name that is empty or has a `=`, and no NUL.
fn read_environment(table: &mut Table<'_, '_>) -> Result<BTreeMap<String, String>, Error> {
    let variables = table.named_texts("environment")?;
    let is_valid =
        |(name, value): (&String, &String)| !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0');
    if let Some((name, _)) = variables.iter().find(|(name, value)| !is_valid((name, value))) {
        let what = format!("`{name}` is not a valid environment variable: a name without `=`, a value without NUL");
        return Err(table.place("environment", Error::new(ErrorKind::InvalidConfig, what)));
    }
    if let Some(name) = variables.keys().find(|name| RESERVED.contains(&name.as_str())) {
        let what = format!("`{name}` is reserved: only Lambda, or the server in its place, sets it");
        return Err(table.place("environment", Error::new(ErrorKind::InvalidConfig, what)));
    }
    Ok(variables)
}
