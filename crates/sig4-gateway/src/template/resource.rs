//! The types of resources.
//!
//! Source: "AWS resource and property types reference" in the CloudFormation User Guide.

use serde_json::Value;

pub(crate) const ACCESS_KEY: &str = "AWS::IAM::AccessKey";
pub(crate) const ALIAS: &str = "AWS::Lambda::Alias";
pub(crate) const API: &str = "AWS::ApiGatewayV2::Api";
pub(crate) const DEPLOYMENT: &str = "AWS::ApiGateway::Deployment";
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";
pub(crate) const GATEWAY_RESPONSE: &str = "AWS::ApiGateway::GatewayResponse";
pub(crate) const INTEGRATION: &str = "AWS::ApiGatewayV2::Integration";
pub(crate) const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
pub(crate) const METHOD: &str = "AWS::ApiGateway::Method";
pub(crate) const NESTED_STACK: &str = "AWS::CloudFormation::Stack";
pub(crate) const REST_API: &str = "AWS::ApiGateway::RestApi";
pub(crate) const REST_RESOURCE: &str = "AWS::ApiGateway::Resource";
pub(crate) const REST_STAGE: &str = "AWS::ApiGateway::Stage";
pub(crate) const ROUTE: &str = "AWS::ApiGatewayV2::Route";
pub(crate) const STAGE: &str = "AWS::ApiGatewayV2::Stage";
pub(crate) const VERSION: &str = "AWS::Lambda::Version";

/// The protocol of an HTTP API.
pub(crate) const HTTP: &str = "HTTP";

/// The type of a resource.
pub(crate) fn resource_type(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// The kind of an API that can be served.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ApiKind {
    Http,
    Rest,
}

impl ApiKind {
    /// The kind of the API that a resource is.
    pub(crate) fn of(resource: &Value) -> Option<Self> {
        match resource_type(resource) {
            REST_API => Some(Self::Rest),
            API => {
                let protocol = resource.get("Properties").and_then(|properties| properties.get("ProtocolType"));
                // The result of a function may be HTTP. It is checked again when it is resolved.
                let may_be_http = protocol.is_none_or(|protocol| !protocol.is_string() || protocol == HTTP);
                may_be_http.then_some(Self::Http)
            }
            _ => None,
        }
    }

    /// The name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP API",
            Self::Rest => "REST API",
        }
    }

    /// The property by which a resource names its API.
    pub(crate) const fn id_property(self) -> &'static str {
        match self {
            Self::Http => "ApiId",
            Self::Rest => "RestApiId",
        }
    }
}

/// Whether a resource is an API of either kind, or a WebSocket API.
pub(crate) fn is_api_type(of_type: &str) -> bool {
    matches!(of_type, API | REST_API)
}
