//! The errors that a REST API makes itself, and how their responses are changed.
//!
//! Source: "Gateway responses in API Gateway" and "Gateway response types for API Gateway".

pub(crate) mod expression;
pub(crate) mod parsed;
pub(crate) mod response_type;
pub(crate) mod template;
pub(crate) mod variables;

pub use response_type::GatewayResponseType;

use http::StatusCode;
use std::collections::BTreeMap;

/// A gateway response of a REST API: the status, the headers and the body of the errors of one type.
///
/// An error gets the gateway response of its type, or else that of `DEFAULT_4XX` or `DEFAULT_5XX`. What a gateway response leaves out is
/// as API Gateway makes it: the status of the error, and a JSON object with its message.
///
/// ```
/// use sig4_gateway::{ApiDefinition, GatewayResponse, GatewayResponseType};
///
/// // The headers with which a page in a browser may read a 403.
/// let readable = GatewayResponse::new(GatewayResponseType::Default4xx)
///     .with_header("Access-Control-Allow-Origin", "'https://app.example'")
///     .with_header("X-Called", "method.request.header.Host");
/// let denied = GatewayResponse::new(GatewayResponseType::AccessDenied)
///     .with_status(404)
///     .with_template("application/json", r#"{"error": $context.error.messageString, "id": "$context.requestId"}"#);
/// let api = ApiDefinition::rest("us-east-1").with_stage("prod").with_gateway_response(readable).with_gateway_response(denied);
/// api.check()?;
///
/// let unquoted = GatewayResponse::new(GatewayResponseType::Default5xx).with_header("Retry-After", "10");
/// assert_eq!(
///     api.with_gateway_response(unquoted).check().unwrap_err().to_string(),
///     "invalid API: the gateway response DEFAULT_5XX: the header `retry-after`: `10` is no mapping expression: put a fixed value \
///      into single quotes, `'10'`",
/// );
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
///
/// Source: "Gateway responses in API Gateway".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GatewayResponse {
    pub(crate) response_type: GatewayResponseType,
    pub(crate) status: Option<u16>,
    /// Header names with their values, as they are written: a quoted text, or `method.request.…` and `context.…`.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Content types with their templates.
    pub(crate) templates: BTreeMap<String, String>,
}

impl GatewayResponse {
    /// A gateway response that changes nothing yet.
    #[must_use]
    pub const fn new(response_type: GatewayResponseType) -> Self {
        Self { response_type, status: None, parameters: BTreeMap::new(), templates: BTreeMap::new() }
    }

    /// Sets the status, 200 to 599. The default is that of the error.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets a header. `value` is a mapping expression:
    ///
    /// | Expression | Value |
    /// |---|---|
    /// | `'text'` | the text |
    /// | `method.request.header.NAME` | a header of the request |
    /// | `method.request.querystring.NAME` | a query parameter, decoded |
    /// | `method.request.path.NAME` | a path variable of the method, as it was sent |
    /// | `context.NAME` | a variable of [`with_template`](Self::with_template), without the `$` |
    /// | `stageVariables.NAME` | a stage variable |
    ///
    /// If a request does not have the value, or a header cannot carry it, the header is left out. Of several values the last one
    /// counts.
    ///
    /// Source: "Parameter mapping source reference for REST APIs in API Gateway".
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Sets the body for clients that accept a content type: a text in which the variables `$context.NAME` and `$stageVariables.NAME`
    /// are replaced. Other constructs of VTL, such as `$input` and `#if`, are errors of [`check`](crate::ApiDefinition::check), as API
    /// Gateway does not process them in gateway responses.
    ///
    /// | Variable `$context.…` | Value |
    /// |---|---|
    /// | `error.message` | the message of the error |
    /// | `error.messageString` | the same as a JSON string, with its quotation marks |
    /// | `error.responseType` | the type of the error, such as `ACCESS_DENIED` |
    /// | `requestId`, `extendedRequestId` | the ids of the request |
    /// | `accountId`, `apiId`, `stage`, `domainName`, `domainPrefix` | of the API |
    /// | `httpMethod`, `path`, `protocol`, `resourcePath` | of the request; `resourcePath` if a method matches |
    /// | `requestTime`, `requestTimeEpoch` | when the request arrived |
    /// | `status` | the status of the response |
    /// | `identity.sourceIp`, `identity.userAgent` | of the client |
    /// | `identity.accessKey`, `identity.accountId`, `identity.caller`, `identity.user`, `identity.userArn` | of the caller, if its signature matches |
    ///
    /// A variable without a value is an empty text. Within JSON, values are escaped as the content of JSON strings are, and within
    /// HTML and XML as text is, so that a request cannot add to the template. The content type of the response counts, which is
    /// `content_type` unless a [header](Self::with_header) changes it. API Gateway escapes nothing.
    ///
    /// Source: "x-amazon-apigateway-gateway-responses.responseTemplates object"; "Variables for data transformations for API Gateway".
    #[must_use]
    pub fn with_template(mut self, content_type: impl Into<String>, template: impl Into<String>) -> Self {
        self.templates.insert(content_type.into(), template.into());
        self
    }

    /// The type of the errors that it is for.
    #[must_use]
    pub const fn response_type(&self) -> GatewayResponseType {
        self.response_type
    }
}

/// The status if it can be that of a response.
pub(crate) fn response_status(status: u16) -> Option<StatusCode> {
    StatusCode::from_u16(status).ok().filter(|_| (200..=599).contains(&status))
}
