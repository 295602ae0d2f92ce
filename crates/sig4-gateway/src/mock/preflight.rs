//! The MOCK integration that answers the preflights of a REST API, as the CDK makes it from `defaultCorsPreflightOptions`.
//!
//! Source: aws/aws-cdk, the snapshots `integ.cors` and `integ.cors-allow-multiple-origins`.

use super::MockIntegration;
use super::request_template::{DEFAULT_TYPE, Passthrough, RequestTemplates};
use crate::cors::Cors;
use crate::error::{Error, ErrorKind};
use http::StatusCode;

/// Every origin, method or header.
const ALL: &str = "*";
/// The allowed methods if the configuration names none. Source: `Cors.ALL_METHODS` of aws-cdk-lib.
const METHODS: &str = "OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD";
/// The allowed headers if the configuration names none. Source: `Cors.DEFAULT_HEADERS` of aws-cdk-lib.
const HEADERS: &str = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent";

impl MockIntegration {
    /// The integration that answers preflights.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidApi`] for origins that a REST API cannot compare.
    pub(crate) fn preflight(cors: &Cors) -> Result<Self, Error> {
        let Some(first) = cors.origins.first() else {
            return Err(Error::new(ErrorKind::InvalidApi, "the CORS configuration of a REST API has no origin"));
        };
        if let Some(scheme) = cors.origins.iter().find(|origin| *origin != ALL && origin.contains(ALL)) {
            let detail = format!("`{scheme}` is not a valid origin of a REST API: a scheme and a host, or `*`");
            return Err(Error::new(ErrorKind::InvalidApi, detail));
        }
        let allows_all = cors.origins.iter().any(|origin| origin == ALL);
        let has_methods = !cors.methods.is_empty() && !cors.methods.iter().any(|method| method == ALL);
        let methods = if has_methods { cors.methods.join(",") } else { METHODS.to_owned() };
        let headers = if cors.headers.is_empty() { HEADERS.to_owned() } else { cors.headers.join(",") };
        let mut mock = Self::new(StatusCode::NO_CONTENT)
            .with_header("Access-Control-Allow-Headers", headers)
            .with_header("Access-Control-Allow-Methods", methods)
            .with_header("Access-Control-Allow-Origin", if allows_all { ALL } else { first })
            .with_request_templates(RequestTemplates::new([DEFAULT_TYPE], Passthrough::WhenNoMatch));
        if !allows_all {
            mock = mock.with_header("Vary", "Origin").with_origins(cors.origins.iter().skip(1));
        }
        if cors.credentials {
            mock = mock.with_header("Access-Control-Allow-Credentials", "true");
        }
        if let Some(seconds) = cors.max_age {
            mock = mock.with_header("Access-Control-Max-Age", seconds.to_string());
        }
        if !cors.exposed.is_empty() {
            mock = mock.with_header("Access-Control-Expose-Headers", cors.exposed.join(","));
        }
        Ok(mock)
    }
}
