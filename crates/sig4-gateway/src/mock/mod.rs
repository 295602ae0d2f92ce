//! MOCK integrations of REST APIs: responses without a backend.
//!
//! Source: "Mock integrations for REST APIs in API Gateway".

pub(crate) mod description;
pub(crate) mod preflight;
pub(crate) mod request_template;
pub(crate) mod selection;
pub(crate) mod vtl;

use crate::error::{Error, ErrorKind};
use crate::reply::{JSON, Reply};
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use request_template::{MockFailure, RequestTemplates};
use std::collections::{BTreeMap, BTreeSet};

/// A MOCK integration, such as the CDK makes for the preflights of CORS: one response for every request.
///
/// ```
/// use http::StatusCode;
/// use sig4_gateway::{ApiDefinition, Auth, Integration, MockIntegration};
///
/// let preflight = MockIntegration::new(StatusCode::NO_CONTENT)
///     .with_header("Access-Control-Allow-Methods", "GET,PUT")
///     .with_header("Access-Control-Allow-Origin", "https://a.example")
///     .with_header("Vary", "Origin")
///     .with_origins(["https://b.example"]);
/// let health = MockIntegration::new(StatusCode::OK).with_body("application/json", r#"{"healthy":true}"#);
/// let api = ApiDefinition::rest("us-east-1")
///     .with_stage("prod")
///     .route_with("OPTIONS /pets", Auth::None, Integration::mock(preflight))
///     .route_with("GET /health", Auth::None, Integration::mock(health));
/// api.check()?;
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MockIntegration {
    status: StatusCode,
    /// Header names with their values.
    headers: BTreeMap<String, String>,
    /// The content type and the text of the body.
    body: Option<(String, String)>,
    origins: BTreeSet<String>,
    /// Without them, every request gets the response.
    request_templates: Option<RequestTemplates>,
    /// Why every request is answered with 500.
    misconfiguration: Option<String>,
}

impl MockIntegration {
    /// A MOCK integration that answers with this status, 200 to 599.
    #[must_use]
    pub const fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: BTreeMap::new(),
            body: None,
            origins: BTreeSet::new(),
            request_templates: None,
            misconfiguration: None,
        }
    }

    /// A MOCK integration that API Gateway accepts, and whose every call fails: 500, with `why` in the access log.
    pub(crate) fn misconfigured(why: impl Into<String>) -> Self {
        Self { misconfiguration: Some(why.into()), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR) }
    }

    /// Sets a header of the response. An invalid name or value is reported when the API is checked or served.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Sets the body of the response and its content type. The text is sent as it is.
    #[must_use]
    pub fn with_body(mut self, content_type: impl Into<String>, text: impl Into<String>) -> Self {
        self.body = Some((content_type.into(), text.into()));
        self
    }

    /// Adds origins for which `Access-Control-Allow-Origin` is the origin of the request, in place of the header's value. They are
    /// compared byte for byte.
    ///
    /// Source: aws/aws-cdk, the snapshot `integ.cors-allow-multiple-origins`, whose template does this.
    #[must_use]
    pub fn with_origins<T: Into<String>>(mut self, origins: impl IntoIterator<Item = T>) -> Self {
        self.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Answers only requests whose content type has a request template.
    pub(crate) fn with_request_templates(mut self, templates: RequestTemplates) -> Self {
        self.request_templates = Some(templates);
        self
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Why API Gateway answers every request with 500: a template's integration without a request template, or without a response for
    /// the status that it states.
    #[must_use]
    pub fn misconfiguration(&self) -> Option<&str> {
        self.misconfiguration.as_deref()
    }

    /// The headers of the response, sorted by their names.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Refuses a status or a header that no response has.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidApi, detail));
        if self.status.as_u16() < 200 || self.status.as_u16() > 599 {
            return refuse(format!("the status of a MOCK integration is 200 to 599, not {}", self.status.as_u16()));
        }
        let content_type = self.body.iter().map(|(content_type, _)| (CONTENT_TYPE.as_str(), content_type.as_str()));
        for (name, value) in self.headers().chain(content_type) {
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return refuse(format!("a response of a MOCK integration cannot have the header `{name}`"));
            }
        }
        Ok(())
    }

    /// The reply to a request with these headers.
    pub(crate) fn reply(&self, request: &HeaderMap) -> Result<Reply, MockFailure> {
        if let Some(why) = &self.misconfiguration {
            return Err(MockFailure::misconfigured(why));
        }
        if let Some(templates) = &self.request_templates {
            templates.check(request)?;
        }
        let reply = Reply::new().with_status(self.status.as_u16());
        let mut reply = self.headers().fold(reply, |reply, (name, value)| reply.with_header(name, value));
        if let Some(origin) = self.origin(request) {
            reply.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
        if let Some((content_type, text)) = &self.body {
            reply = reply.with_header(CONTENT_TYPE.as_str(), content_type).with_body(text.clone());
        }
        // The live service sends it without a body as well (aws/aws-sam-cli#2483).
        reply.headers.entry(CONTENT_TYPE).or_insert(JSON);
        Ok(reply)
    }

    /// The origin of the request, if it is one of several.
    fn origin<'r>(&self, request: &'r HeaderMap) -> Option<&'r HeaderValue> {
        let mut origins = request.get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none())?;
        origin.to_str().is_ok_and(|origin| self.origins.contains(origin)).then_some(origin)
    }
}
