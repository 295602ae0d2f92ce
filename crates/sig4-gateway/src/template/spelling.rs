//! The names of an integration's properties in the three places where an integration is written.

/// Where an integration is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Spelling {
    /// `AWS::ApiGatewayV2::Integration`.
    Http,
    /// The `Integration` of `AWS::ApiGateway::Method`.
    Rest,
    /// `x-amazon-apigateway-integration` of an OpenAPI definition.
    OpenApi,
}

impl Spelling {
    pub(crate) const fn kind(self) -> &'static str {
        self.one_of("IntegrationType", "Type", "type")
    }

    pub(crate) const fn uri(self) -> &'static str {
        self.one_of("IntegrationUri", "Uri", "uri")
    }

    /// The method of the call of the integration.
    pub(crate) const fn method(self) -> &'static str {
        self.one_of("IntegrationMethod", "IntegrationHttpMethod", "httpMethod")
    }

    pub(crate) const fn connection_type(self) -> &'static str {
        self.one_of("ConnectionType", "ConnectionType", "connectionType")
    }

    pub(crate) const fn payload_format(self) -> &'static str {
        self.one_of("PayloadFormatVersion", "PayloadFormatVersion", "payloadFormatVersion")
    }

    pub(crate) const fn subtype(self) -> &'static str {
        self.one_of("IntegrationSubtype", "IntegrationSubtype", "integrationSubtype")
    }

    pub(crate) const fn timeout(self) -> &'static str {
        self.one_of("TimeoutInMillis", "TimeoutInMillis", "timeoutInMillis")
    }

    pub(crate) const fn request_parameters(self) -> &'static str {
        self.one_of("RequestParameters", "RequestParameters", "requestParameters")
    }

    pub(crate) const fn request_templates(self) -> &'static str {
        self.one_of("RequestTemplates", "RequestTemplates", "requestTemplates")
    }

    pub(crate) const fn passthrough_behavior(self) -> &'static str {
        self.one_of("PassthroughBehavior", "PassthroughBehavior", "passthroughBehavior")
    }

    pub(crate) const fn response_parameters(self) -> &'static str {
        self.one_of("ResponseParameters", "ResponseParameters", "responseParameters")
    }

    pub(crate) const fn response_templates(self) -> &'static str {
        self.one_of("ResponseTemplates", "ResponseTemplates", "responseTemplates")
    }

    /// The responses: a list with a `SelectionPattern` each, or in an OpenAPI definition an object by pattern.
    pub(crate) const fn responses(self) -> &'static str {
        self.one_of("IntegrationResponses", "IntegrationResponses", "responses")
    }

    pub(crate) const fn status(self) -> &'static str {
        self.one_of("StatusCode", "StatusCode", "statusCode")
    }

    /// Properties that change requests or responses, and are not applied.
    pub(crate) const fn not_applied(self) -> &'static [&'static str] {
        match self {
            Self::Http => &["ResponseParameters", "RequestTemplates", "CredentialsArn"],
            Self::Rest => &["ContentHandling", "Credentials"],
            Self::OpenApi => &["contentHandling", "credentials"],
        }
    }

    const fn one_of(self, http_api: &'static str, rest_api: &'static str, open_api: &'static str) -> &'static str {
        match self {
            Self::Http => http_api,
            Self::Rest => rest_api,
            Self::OpenApi => open_api,
        }
    }
}
