//! An integration, as a resource or as `x-amazon-apigateway-integration` of an OpenAPI definition.
//!
//! Source: `AWS::ApiGatewayV2::Integration` and the `Integration` of `AWS::ApiGateway::Method` in the CloudFormation User Guide, and
//! "x-amazon-apigateway-integration object" in the API Gateway Developer Guide.

use super::functions::Functions;
use super::path::TemplatePath;
use super::properties::Properties;
use super::resource::ApiKind;
use super::spelling::Spelling;
use crate::error::Error;
use crate::integration::Integration;
use crate::payload_format::PayloadFormat;
use crate::route::RouteKey;
use crate::upstream::Upstream;
use crate::upstream_mapping;
use http::Method;

/// The reason why an integration with mapping templates is not served.
const MAPPED: &str = "integrations whose requests and responses are mapped by templates are not supported";

/// An integration with the version of its events.
pub(crate) type Served = (Integration, PayloadFormat);

/// Reads an integration. `name` is that of its route or its resource, for notes.
pub(crate) fn read(
    integration: &Properties<'_>,
    (kind, spelling): (ApiKind, Spelling),
    (key, name): (&RouteKey, &str),
    functions: &mut Functions<'_>,
) -> Result<Served, Error> {
    note_not_applied(integration, (kind, spelling), name)?;
    let uri = spelling.uri();
    integration.certain(uri)?;
    let given = integration.certain(spelling.kind())?;
    let given = given.ok_or_else(|| integration.place.error(format_args!("there is no {}", spelling.kind())))?;
    let proxied = |integration: &Integration| (integration.clone(), PayloadFormat::V1);
    match (given.to_ascii_uppercase().as_str(), kind) {
        ("AWS_PROXY", _) => lambda(integration, (kind, spelling), functions),
        ("HTTP_PROXY", _) => http_proxy(integration, (kind, spelling), key).map(|integration| proxied(&integration)),
        ("MOCK", ApiKind::Rest) => super::rest_api::mock::read(integration, spelling).map(|mock| proxied(&mock)),
        ("AWS" | "HTTP", ApiKind::Rest) => {
            Err(integration.place.key(spelling.kind()).error(format_args!("`{given}`: {MAPPED}")))
        }
        _ => Err(integration
            .place
            .key(spelling.kind())
            .error(format_args!("an {} has no integration of the type `{given}`", kind.name()))),
    }
}

fn lambda(
    integration: &Properties<'_>,
    (kind, spelling): (ApiKind, Spelling),
    functions: &mut Functions<'_>,
) -> Result<Served, Error> {
    let place = integration.place;
    if let Some(subtype) = integration.text(spelling.subtype())? {
        let place = place.key(spelling.subtype());
        return Err(place.error(format_args!("integrations with AWS services, as `{subtype}`, are not supported")));
    }
    let given = integration.certain(spelling.payload_format())?;
    let format = match (kind, given.as_deref()) {
        (ApiKind::Rest, _) | (ApiKind::Http, Some("1.0")) => PayloadFormat::V1,
        (ApiKind::Http, None | Some("2.0")) => PayloadFormat::V2,
        (ApiKind::Http, Some(other)) => {
            let what = format!("there are no events of version {other}, only 1.0 and 2.0");
            return Err(place.key(spelling.payload_format()).error(what));
        }
    };
    let uri = integration.required(spelling.uri())?;
    functions.integration(&uri, &place.key(spelling.uri())).map(|integration| (integration, format))
}

fn http_proxy(
    integration: &Properties<'_>,
    (kind, spelling): (ApiKind, Spelling),
    key: &RouteKey,
) -> Result<Integration, Error> {
    let place = integration.place;
    if integration.text(spelling.connection_type())?.as_deref() == Some("VPC_LINK") {
        return Err(place.key(spelling.connection_type()).error("a VPC link leads nowhere on this machine"));
    }
    let url = integration.required(spelling.uri())?;
    let at = place.key(spelling.uri());
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(at.error(format_args!("`{url}` is not the URL of an HTTP server")));
    }
    let method = integration.text(spelling.method())?.unwrap_or_else(|| "ANY".to_owned());
    let is_own = method == "ANY" || key.as_str().split_once(' ').is_some_and(|(own, _)| own == method);
    let mut upstream = match kind {
        ApiKind::Http => Upstream::new(&url),
        ApiKind::Rest => {
            let parameters = integration.named_texts(spelling.request_parameters())?.into_iter().collect();
            upstream_mapping::upstream(&url, &parameters, &place)?
        }
    };
    if !is_own && kind == ApiKind::Rest {
        let invalid = |_| place.key(spelling.method()).error(format_args!("`{method}` is not a method"));
        upstream = upstream.with_method(Method::from_bytes(method.as_bytes()).map_err(invalid)?);
    } else if !is_own {
        integration
            .resolver
            .note(format!("{place}.{}: {method} is not applied, the call's own is sent", spelling.method()));
    }
    upstream.check(key.variables()).map_err(|error| at.error(error))?;
    Ok(Integration::http_proxy(upstream))
}

fn note_not_applied(
    integration: &Properties<'_>,
    (kind, spelling): (ApiKind, Spelling),
    name: &str,
) -> Result<(), Error> {
    for property in spelling.not_applied() {
        if integration.has(property)? {
            integration.resolver.note(format!("{property} of {name} is not applied"));
        }
    }
    let parameters = spelling.request_parameters();
    if kind == ApiKind::Http && integration.has(parameters)? {
        integration.resolver.note(format!("{parameters} of {name} is not applied"));
    }
    let most: u32 = if kind == ApiKind::Http { 30 } else { 29 };
    let given = integration.parsed::<u32>(spelling.timeout())?;
    if given.is_some_and(|given| given < most.saturating_mul(1000)) {
        integration.resolver.note(format!("{} of {name} is not applied: a call may take {most} s", spelling.timeout()));
    }
    Ok(())
}
