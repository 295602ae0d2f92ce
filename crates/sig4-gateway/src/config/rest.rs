//! The keys of a configuration that only one kind of API has.

use super::directory::{beside, of_file};
use super::line;
use super::table::{Named, Source, Table, json};
use crate::definition::rest_settings::RestSettings;
use crate::error::{Error, ErrorKind};
use crate::gateway_response::GatewayResponse;
use crate::mock::MockIntegration;
use crate::route::RouteKey;
use crate::stage::{self, Stage};
use http::StatusCode;
use sig4_iam::ResourcePolicy;
use std::io;
use toml::Spanned;
use toml::de::DeValue;

/// The keys that only a REST API has.
const OF_REST: [&str; 3] = ["binary_media_types", "gateway_responses", "resource_policy"];
/// The stage of a REST API without any. Source: aws-cdk-lib, `RestApi`, the stage name of `deployOptions`.
pub(super) const DEFAULT_STAGE: &str = "prod";
/// The content type of a MOCK integration's body without one.
const JSON: &str = "application/json";

/// The kind of an API.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Http,
    Rest,
}

/// The kind of the API. Keys of the other kind are refused.
pub(super) fn read_kind(root: &mut Table<'_, '_>) -> Result<Kind, Error> {
    match root.text("kind")?.as_deref() {
        None | Some("http") => {
            let why = "belongs to a REST API, and this is an HTTP API: a REST API has `kind = \"rest\"`";
            OF_REST.into_iter().try_for_each(|key| root.refuse(key, why))?;
            Ok(Kind::Http)
        }
        Some("rest") => Ok(Kind::Rest),
        Some(other) => {
            let what = format!("`kind` is \"http\" or \"rest\", not \"{other}\"");
            Err(root.place("kind", Error::new(ErrorKind::InvalidConfig, what)))
        }
    }
}

/// The settings of a REST API. An HTTP API has none.
pub(super) fn read_settings(
    root: &mut Table<'_, '_>,
    kind: Kind,
    source: Source<'_>,
    read: &dyn Fn(&str) -> io::Result<String>,
) -> Result<RestSettings, Error> {
    if kind == Kind::Http {
        return Ok(RestSettings::default());
    }
    let binary_media_types = root.texts("binary_media_types")?;
    let resource_policy = root.value("resource_policy").map(|value| read_policy(value, source, read)).transpose()?;
    let gateway_responses = read_gateway_responses(root, source)?;
    Ok(RestSettings { resource_policy, gateway_responses, binary_media_types, ..RestSettings::default() })
}

fn read_gateway_responses(root: &mut Table<'_, '_>, source: Source<'_>) -> Result<Vec<GatewayResponse>, Error> {
    let mut responses = Vec::new();
    for (Named { name, span }, mut table) in root.tables("gateway_responses")? {
        let mut response = GatewayResponse::new(name.parse().map_err(|error| source.place(&span, error))?);
        if let Some(status) = table.number("status")? {
            response = response.with_status(status);
            response.check().map_err(|error| table.place("status", error))?;
        }
        let (headers, templates) = (table.named_texts("headers")?, table.named_texts("templates")?);
        table.finish()?;
        let with_header = |response: GatewayResponse, (name, value)| response.with_header(name, value);
        let response = headers.into_iter().fold(response, with_header);
        response.check().map_err(|error| table.place("headers", error))?;
        let with_template = |response: GatewayResponse, (name, text)| response.with_template(name, text);
        let response = templates.into_iter().fold(response, with_template);
        response.check().map_err(|error| table.place("templates", error))?;
        responses.push(response);
    }
    Ok(responses)
}

/// A resource policy: the name of a file, or the document itself.
fn read_policy(
    value: &Spanned<DeValue<'_>>,
    source: Source<'_>,
    read: &dyn Fn(&str) -> io::Result<String>,
) -> Result<ResourcePolicy, Error> {
    if let Some(file) = value.get_ref().as_str() {
        let unreadable = |error| source.error(&value.span(), format_args!("the file `{file}` cannot be read: {error}"));
        let text = read(file).map_err(unreadable)?;
        return ResourcePolicy::parse(file, &text).map_err(|error| of_file(&error, &beside(source.name(), file)));
    }
    let Some(document) = value.get_ref().as_table() else {
        let found = value.get_ref().type_str();
        let wanted = "the name of a policy file or a policy document";
        let error = Error::unexpected(ErrorKind::InvalidConfig, "resource_policy", wanted, found);
        return Err(source.place(&value.span(), error));
    };
    let text = json(value.get_ref()).to_string();
    ResourcePolicy::parse("resource_policy", &text).map_err(|error| {
        let span = line::span(document, error.path()).unwrap_or_else(|| value.span());
        let directory = Error::new(ErrorKind::InvalidDirectory, error.detail()).with_source(error);
        source.place(&span, directory)
    })
}

/// The stages of a REST API, at least one, and a note if it is not in the configuration.
pub(super) fn with_default_stage(mut stages: Vec<Stage>) -> (Vec<Stage>, Vec<String>) {
    let mut notes = Vec::new();
    if stages.is_empty() {
        stages.push(Stage::new(DEFAULT_STAGE));
        let stage = DEFAULT_STAGE;
        notes.push(format!(
            "there are no [stages], so the API has the stage `{stage}`, as the CDK makes it: paths begin with /{stage}"
        ));
    }
    (stages, notes)
}

/// Refuses a stage that a REST API does not have.
pub(super) fn check_stage(kind: Kind, stage: &Stage) -> Result<(), Error> {
    if kind == Kind::Rest && stage.name() == stage::DEFAULT {
        let what = "a REST API has no stage `$default`: each stage has a name, which begins its paths";
        return Err(Error::new(ErrorKind::InvalidConfig, what));
    }
    Ok(())
}

/// Refuses a route key that is not a method of a REST API.
pub(super) fn check_key(kind: Kind, key: &RouteKey) -> Result<(), Error> {
    if kind == Kind::Rest && key.is_default() {
        let what = "a REST API has no route `$default`: `ANY /` and `ANY /{proxy+}` together take every path";
        return Err(Error::new(ErrorKind::InvalidConfig, what));
    }
    Ok(())
}

/// A MOCK integration.
pub(super) fn read_mock(mut table: Table<'_, '_>) -> Result<MockIntegration, Error> {
    let (status, headers) = (table.number("status")?.unwrap_or(200), table.named_texts("headers")?);
    let (body, content_type) = (table.text("body")?, table.text("content_type")?);
    let origins = table.texts("origins")?;
    table.finish()?;
    let status = StatusCode::from_u16(status).map_err(|_| Error::new(ErrorKind::InvalidConfig, "it is not a status"));
    let mock = MockIntegration::new(status.map_err(|error| table.place("status", error))?).with_origins(origins);
    mock.check().map_err(|error| table.place("status", error))?;
    let mock = headers.into_iter().fold(mock, |mock, (name, value)| mock.with_header(name, value));
    mock.check().map_err(|error| table.place("headers", error))?;
    let mock = match (body, content_type) {
        (None, None) => mock,
        (None, Some(_)) => {
            let error = Error::new(ErrorKind::InvalidConfig, "`content_type` belongs to a `body`");
            return Err(table.place("content_type", error));
        }
        (Some(body), content_type) => mock.with_body(content_type.unwrap_or_else(|| JSON.to_owned()), body),
    };
    mock.check().map_err(|error| table.place("content_type", error))?;
    Ok(mock)
}
