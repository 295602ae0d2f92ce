//! The gateway responses of a REST API.
//!
//! Source: `AWS::ApiGateway::GatewayResponse` in the CloudFormation User Guide, and
//! "x-amazon-apigateway-gateway-responses object".

use crate::definition::rest_settings::RestSettings;
use crate::error::Error;
use crate::gateway_response::{GatewayResponse, GatewayResponseType};
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use crate::template::resolver::Resolver;
use crate::template::resource::{ApiKind, GATEWAY_RESPONSE};
use crate::template::shape::inside;
use crate::template::spelling::Spelling;

const OF_OPENAPI: &str = "x-amazon-apigateway-gateway-responses";

/// The beginning of the names of parameters that are headers.
const HEADER: &str = "gatewayresponse.header.";

/// Adds the gateway responses that are resources of the API.
pub(crate) fn add(settings: &mut RestSettings, deployed: &[Resolver<'_>]) -> Result<(), Error> {
    for resolver in deployed {
        let resources = resolver.scope.root("Resources");
        for (name, resource) in resolver.or_noted(resolver.of_type(GATEWAY_RESPONSE))?.unwrap_or_default() {
            let at = resources.key(name);
            let response = Properties::new(resolver, resource.get("Properties"), at.key("Properties"))?;
            if resolver.or_noted(response.is_of_api(ApiKind::Rest))? == Some(true) {
                let of_type = response.required("ResponseType")?;
                add_response(settings, &response, &of_type, Spelling::Rest)?;
            }
        }
    }
    Ok(())
}

/// Adds the gateway responses of an OpenAPI definition.
pub(crate) fn add_of_openapi(settings: &mut RestSettings, definition: &Properties<'_>) -> Result<(), Error> {
    inside(definition, OF_OPENAPI, &mut |all| {
        all.all().try_for_each(|(of_type, _)| {
            inside(all, of_type, &mut |response| add_response(settings, response, of_type, Spelling::OpenApi))
        })
    })
}

/// Adds a gateway response. One that is not supported is noted: it changes the answers to errors, and not who may call.
fn add_response(
    settings: &mut RestSettings,
    response: &Properties<'_>,
    of_type: &str,
    spelling: Spelling,
) -> Result<(), Error> {
    match read(response, of_type, spelling) {
        Ok(made) => {
            let others = |earlier: &GatewayResponse| earlier.response_type() != made.response_type();
            settings.gateway_responses.retain(others);
            settings.gateway_responses.push(made);
            Ok(())
        }
        Err(error) if response.resolver.budget.is_exhausted() => Err(error),
        Err(error) => {
            response.resolver.note(format!("a gateway response is left out: {}", error.detail()));
            Ok(())
        }
    }
}

fn read(response: &Properties<'_>, of_type: &str, spelling: Spelling) -> Result<GatewayResponse, Error> {
    let response_type: GatewayResponseType = of_type.parse().map_err(|error| response.place.error(error))?;
    let mut made = GatewayResponse::new(response_type);
    if let Some(status) = response.parsed(spelling.status())? {
        made = made.with_status(status);
    }
    for (name, value) in response.named_texts(spelling.response_parameters())? {
        let place = response.place.key(spelling.response_parameters());
        let header = name.strip_prefix(HEADER);
        let header = header.ok_or_else(|| place.key(&name).error(format_args!("only `{HEADER}…` is supported")))?;
        made = made.with_header(header, value);
    }
    for (content_type, template) in response.named_texts(spelling.response_templates())? {
        made = made.with_template(content_type, template);
    }
    made.check().map_err(|error| response.place.error(error))?;
    Ok(made)
}
