//! The types of resources.
//!
//! Source: "AWS resource and property types reference" in the CloudFormation User Guide.

use serde_json::Value;

pub(crate) const ACCESS_KEY: &str = "AWS::IAM::AccessKey";
pub(crate) const ALIAS: &str = "AWS::Lambda::Alias";
pub(crate) const API: &str = "AWS::ApiGatewayV2::Api";
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";
pub(crate) const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
pub(crate) const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
pub(crate) const NESTED_STACK: &str = "AWS::CloudFormation::Stack";
pub(crate) const ROUTE: &str = "AWS::ApiGatewayV2::Route";
pub(crate) const STAGE: &str = "AWS::ApiGatewayV2::Stage";
pub(crate) const VERSION: &str = "AWS::Lambda::Version";

/// The protocol of an HTTP API.
pub(crate) const HTTP: &str = "HTTP";

/// The type of a resource.
pub(crate) fn resource_type(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// Whether a resource is an HTTP API.
pub(crate) fn is_http_api(resource: &Value) -> bool {
    let protocol = resource.get("Properties").and_then(|properties| properties.get("ProtocolType"));
    // The result of a function may be HTTP. It is checked again when it is resolved.
    resource_type(resource) == API && protocol.is_none_or(|protocol| !protocol.is_string() || protocol == HTTP)
}
