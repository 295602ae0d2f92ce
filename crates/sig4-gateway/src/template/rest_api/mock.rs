//! MOCK integrations.
//!
//! Source: "AWS::ApiGateway::Method Integration" in the CloudFormation User Guide, and
//! "x-amazon-apigateway-integration.responses object".

use crate::error::Error;
use crate::integration::Integration;
use crate::mock::description::{MockDescription, MockResponse};
use crate::template::path::TemplatePath;
use crate::template::properties::Properties;
use crate::template::resolver::kind;
use crate::template::spelling::Spelling;
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the response without a pattern in an OpenAPI definition.
const DEFAULT: &str = "default";

/// Reads a MOCK integration.
pub(crate) fn read(integration: &Properties<'_>, spelling: Spelling) -> Result<Integration, Error> {
    let description = MockDescription {
        request_templates: texts(integration, spelling.request_templates())?,
        passthrough_behavior: integration.certain(spelling.passthrough_behavior())?,
        responses: responses(integration, spelling)?,
    };
    description.integration(&integration.place).map(Integration::mock)
}

/// The responses: a list, or an object by their patterns.
fn responses(integration: &Properties<'_>, spelling: Spelling) -> Result<Vec<MockResponse>, Error> {
    let Some(value) = integration.value(spelling.responses())? else { return Ok(Vec::new()) };
    let place = integration.place.key(spelling.responses());
    let response = |response: &Value, place, pattern: Option<String>| {
        let response = Properties::new(integration.resolver, Some(response), place)?;
        let selection_pattern = match pattern {
            Some(pattern) => Some(pattern).filter(|pattern| pattern != DEFAULT),
            None => response.text("SelectionPattern")?,
        };
        Ok(MockResponse {
            status_code: response.required(spelling.status())?,
            selection_pattern,
            parameters: texts(&response, spelling.response_parameters())?,
            templates: texts(&response, spelling.response_templates())?,
        })
    };
    match (&value, spelling) {
        (Value::Object(members), Spelling::OpenApi) => {
            members.iter().map(|(name, value)| response(value, place.key(name), Some(name.clone()))).collect()
        }
        (Value::Array(items), Spelling::Rest) => {
            items.iter().enumerate().map(|(i, value)| response(value, place.index(i), None)).collect()
        }
        _ => Err(place.error(format_args!("expected the responses, not {}", kind(&value)))),
    }
}

fn texts(of: &Properties<'_>, name: &str) -> Result<BTreeMap<String, String>, Error> {
    of.named_texts(name).map(|texts| texts.into_iter().collect())
}
