//! The CORS configuration of an HTTP API: a property of the resource, or an extension of the OpenAPI definition.
//!
//! Source: `AWS::ApiGatewayV2::Api Cors` in the CloudFormation User Guide, "x-amazon-apigateway-cors object".

use crate::cors::Cors;
use crate::error::Error;
use crate::template::properties::Properties;

/// The names of origins, methods, headers, exposed headers, credentials and the age.
pub(crate) type Names = [&'static str; 6];

pub(crate) const OF_RESOURCE: Names =
    ["AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "AllowCredentials", "MaxAge"];
pub(crate) const OF_OPENAPI: Names =
    ["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"];

/// Reads the configuration in the property `name`, if it is there.
pub(crate) fn read(of: &Properties<'_>, name: &str, names: Names) -> Result<Option<Cors>, Error> {
    let Some(value) = of.value(name)? else { return Ok(None) };
    let cors = Properties::new(of.resolver, Some(&value), of.place.key(name))?;
    let [origins, methods, headers, exposed, credentials, age] = names;
    let mut made = Cors::new()
        .with_origins(cors.texts(origins)?)
        .with_methods(cors.texts(methods)?)
        .with_headers(cors.texts(headers)?)
        .with_exposed_headers(cors.texts(exposed)?)
        .with_credentials(cors.parsed(credentials)?.unwrap_or(false));
    if let Some(seconds) = cors.parsed(age)? {
        made = made.with_max_age(seconds);
    }
    Ok(Some(made))
}
