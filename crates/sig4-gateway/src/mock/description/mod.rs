//! A MOCK integration as templates describe it, and its response.
//!
//! The request templates are constant, so the response is selected when the API is read.

use super::MockIntegration;
use super::request_template::{self, Passthrough, RequestTemplates};
use super::selection::SelectionPattern;
use super::vtl::ResponseTemplate;
use crate::error::{Error, ErrorKind};
use http::StatusCode;
use sig4_iam::JsonPath;
use std::collections::BTreeMap;

/// The beginning of the names of response parameters that are headers.
const HEADER: &str = "method.response.header.";

/// The properties of an `Integration` of the type `MOCK`.
#[derive(Clone, Debug, Default)]
pub(crate) struct MockDescription {
    /// `RequestTemplates`: content types with their templates.
    pub(crate) request_templates: BTreeMap<String, String>,
    /// `PassthroughBehavior`.
    pub(crate) passthrough_behavior: Option<String>,
    /// `IntegrationResponses`.
    pub(crate) responses: Vec<MockResponse>,
}

/// An item of `IntegrationResponses`.
#[derive(Clone, Debug, Default)]
pub(crate) struct MockResponse {
    /// `StatusCode`.
    pub(crate) status_code: String,
    /// `SelectionPattern`.
    pub(crate) selection_pattern: Option<String>,
    /// `ResponseParameters`: `method.response.header.…` with quoted values.
    pub(crate) parameters: BTreeMap<String, String>,
    /// `ResponseTemplates`: content types with their templates.
    pub(crate) templates: BTreeMap<String, String>,
}

impl MockDescription {
    /// The integration. `place` is the path of the `Integration` in its template.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTemplate`] with the path of a property that is not supported here.
    pub(crate) fn integration(&self, place: &JsonPath<'_>) -> Result<MockIntegration, Error> {
        let passthrough = self.passthrough(place)?;
        let Some(status) = self.status(place)? else {
            let why = "the MOCK integration has no request template, which would state the `statusCode`";
            return Ok(MockIntegration::misconfigured(why));
        };
        let Some((index, response)) = self.selected(status, place)? else {
            let why =
                format!("the MOCK integration has no integration response for the status {status}, and no default");
            return Ok(MockIntegration::misconfigured(why));
        };
        let responses = place.key("IntegrationResponses");
        let mock = response.integration(&responses.index(index))?;
        let types = self.request_templates.keys().map(String::as_str);
        Ok(mock.with_request_templates(RequestTemplates::new(types, passthrough)))
    }

    fn passthrough(&self, place: &JsonPath<'_>) -> Result<Passthrough, Error> {
        let Some(text) = &self.passthrough_behavior else { return Ok(Passthrough::default()) };
        let place = place.key("PassthroughBehavior");
        Passthrough::parse(text).ok_or_else(|| error(&place, format!("there is no passthrough behavior `{text}`")))
    }

    /// The status that the request templates state. Templates of several content types state the same one.
    fn status(&self, place: &JsonPath<'_>) -> Result<Option<u16>, Error> {
        let templates = place.key("RequestTemplates");
        let mut status = None;
        for (content_type, template) in &self.request_templates {
            let place = templates.key(content_type);
            let own = request_template::status(template).map_err(|why| error(&place, why))?;
            if status.is_some_and(|status| status != own) {
                let why = "request templates of several content types with different statuses are not supported";
                return Err(error(&place, why));
            }
            status = Some(own);
        }
        Ok(status)
    }

    /// The response for a status, with its index: among several matching ones that of the same status, else the default, which has
    /// no pattern. Source: ministackorg/ministack#1756, measured at AWS.
    fn selected(&self, status: u16, place: &JsonPath<'_>) -> Result<Option<(usize, &MockResponse)>, Error> {
        let responses = place.key("IntegrationResponses");
        let (mut matching, mut default) = (None, None);
        for (index, response) in self.responses.iter().enumerate() {
            let Some(pattern) = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty()) else {
                default = default.or(Some((index, response)));
                continue;
            };
            let item = responses.index(index);
            let place = item.key("SelectionPattern");
            let why =
                || error(&place, format!("`{pattern}`: only patterns of a status are supported, such as `4\\d{{2}}`"));
            let is_same = response.status_code == status.to_string();
            if SelectionPattern::parse(pattern).ok_or_else(why)?.matches(status) && (matching.is_none() || is_same) {
                matching = Some((index, response));
            }
        }
        Ok(matching.or(default))
    }
}

impl MockResponse {
    fn integration(&self, place: &JsonPath<'_>) -> Result<MockIntegration, Error> {
        let status = StatusCode::try_from(self.status_code.as_str());
        let status = status.map_err(|_| error(&place.key("StatusCode"), "it is not a status"))?;
        let mut mock = MockIntegration::new(status);
        let parameters = place.key("ResponseParameters");
        for (name, value) in &self.parameters {
            let place = parameters.key(name);
            let header = name.strip_prefix(HEADER);
            let header = header.ok_or_else(|| error(&place, format!("only `{HEADER}…` is supported")))?;
            let text = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
            let why = || error(&place, format!("`{value}`: only a text in single quotes is supported"));
            mock = mock.with_header(header, text.ok_or_else(why)?);
        }
        mock.check().map_err(|invalid| error(place, invalid.detail()))?;
        self.with_template(mock, &place.key("ResponseTemplates"))
    }

    fn with_template(&self, mock: MockIntegration, place: &JsonPath<'_>) -> Result<MockIntegration, Error> {
        let mut templates = self.templates.iter();
        let Some((content_type, template)) = templates.next() else { return Ok(mock) };
        if templates.next().is_some() {
            return Err(error(place, "response templates of several content types are not supported"));
        }
        let place = place.key(content_type);
        Ok(match ResponseTemplate::parse(template).map_err(|vtl| error(&place, vtl.to_string()))? {
            ResponseTemplate::Text(text) => mock.with_body(content_type, text),
            ResponseTemplate::Origins(origins) => mock.with_origins(origins),
        })
    }
}

#[cold]
fn error(place: &JsonPath<'_>, why: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidTemplate, why.into()).at_path(place.to_buf())
}

#[cfg(test)]
mod tests;
