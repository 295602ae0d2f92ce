//! Gateway responses that were checked, as a server uses them.

use super::expression::Expression;
use super::response_type::GatewayResponseType;
use super::template::{Escaping, Template};
use super::variables::ErrorFacts;
use super::{GatewayResponse, response_status};
use crate::error::{Error, ErrorKind};
use crate::reply::is_hop_by_hop;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// The most headers of a gateway response, and the most templates. AWS does not document its limits.
const MAX_RESPONSE_HEADERS: usize = 64;
const MAX_RESPONSE_TEMPLATES: usize = 16;

/// The content type whose template is used if the client accepts none of the others.
const DEFAULT_TYPE: &str = "application/json";

/// The headers that only the gateway sets.
const OF_GATEWAY: [&str; 3] = ["x-amz-apigw-id", "x-amzn-errortype", "x-amzn-requestid"];

/// The gateway responses of an API.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParsedResponses(Vec<(GatewayResponseType, ParsedResponse)>);

/// A gateway response.
#[derive(Clone, Debug)]
pub(crate) struct ParsedResponse {
    status: Option<StatusCode>,
    headers: Vec<(HeaderName, Expression)>,
    templates: Vec<TypedTemplate>,
}

#[derive(Clone, Debug)]
struct TypedTemplate {
    content_type: HeaderValue,
    /// The content type without parameters, in lower case.
    media_type: String,
    template: Template,
}

impl GatewayResponse {
    /// Checks the status, the headers and the templates.
    pub(crate) fn check(&self) -> Result<(), Error> {
        ParsedResponse::parse(self).map(|_| ())
    }
}

impl ParsedResponses {
    pub(crate) fn parse(responses: &[GatewayResponse]) -> Result<Self, Error> {
        let parsed = responses.iter().map(|response| Ok((response.response_type, ParsedResponse::parse(response)?)));
        parsed.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The gateway response for an error: that of its type, or else that of its default type.
    ///
    /// Source: "Gateway responses in API Gateway". That the default type follows from the status of the error if its type has none is
    /// inferred.
    pub(crate) fn find(&self, response_type: GatewayResponseType, status: StatusCode) -> Option<&ParsedResponse> {
        let of =
            |wanted: GatewayResponseType| self.0.iter().find(|(own, _)| *own == wanted).map(|(_, response)| response);
        of(response_type).or_else(|| of(GatewayResponseType::of_status(status)))
    }
}

impl ParsedResponse {
    fn parse(response: &GatewayResponse) -> Result<Self, Error> {
        let invalid = |what: String| {
            Error::new(ErrorKind::InvalidApi, format!("the gateway response {}: {what}", response.response_type))
        };
        if response.parameters.len() > MAX_RESPONSE_HEADERS {
            return Err(invalid(format!("it has more than {MAX_RESPONSE_HEADERS} headers")));
        }
        if response.templates.len() > MAX_RESPONSE_TEMPLATES {
            return Err(invalid(format!("it has more than {MAX_RESPONSE_TEMPLATES} templates")));
        }
        let status = match response.status {
            Some(status) => Some(
                response_status(status)
                    .ok_or_else(|| invalid(format!("the status {status} is not one of 200 to 599")))?,
            ),
            None => None,
        };
        let headers = response.parameters.iter().map(|(name, value)| header(name, value).map_err(invalid));
        let templates = response.templates.iter().map(|(name, text)| template(name, text).map_err(invalid));
        Ok(Self {
            status,
            headers: headers.collect::<Result<_, _>>()?,
            templates: templates.collect::<Result<_, _>>()?,
        })
    }

    /// The status of the response to an error with this status.
    pub(crate) fn status(&self, of_error: StatusCode) -> StatusCode {
        self.status.unwrap_or(of_error)
    }

    /// Changes the response to an error.
    pub(crate) fn apply(&self, response: &mut Response<Bytes>, facts: &ErrorFacts<'_>) {
        *response.status_mut() = facts.status;
        let headers = self.headers.iter().filter_map(|(name, expression)| {
            let value = expression.value(facts)?;
            Some((name, HeaderValue::try_from(value.as_ref()).ok()?))
        });
        let headers: Vec<_> = headers.collect();
        // A browser reads the body as the content type of the response says, which a header may change.
        let own_type = headers.iter().find(|(name, _)| **name == CONTENT_TYPE).map(|(_, value)| media_type_of(value));
        let template = self.template(&facts.head.headers);
        let body = template.and_then(|template| {
            let escaping = Escaping::of(own_type.as_ref().unwrap_or(&template.media_type));
            Some((template.template.render(escaping, facts)?, &template.content_type))
        });
        if let Some((body, content_type)) = body {
            *response.body_mut() = Bytes::from(body);
            response.headers_mut().insert(CONTENT_TYPE, content_type.clone());
        } else if own_type.is_some_and(|own_type| Escaping::of(&own_type) == Escaping::Markup) {
            let body = without_markup(response.body());
            *response.body_mut() = body;
        }
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
    }

    /// The template for a client. AWS does not document the choice: here it is the first type that `Accept` names, else JSON, else the
    /// first template.
    fn template(&self, headers: &HeaderMap) -> Option<&TypedTemplate> {
        let of = |media_type: &str| self.templates.iter().find(|template| template.media_type == media_type);
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut types = accepted.flat_map(|value| value.split(',')).map(media_type);
        types.find_map(|accepted| of(&accepted)).or_else(|| of(DEFAULT_TYPE)).or_else(|| self.templates.first())
    }
}

fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The content type of a header's value. That of a value that is not ASCII is not known.
fn media_type_of(value: &HeaderValue) -> String {
    value.to_str().map_or_else(|_| String::new(), media_type)
}

/// The same JSON, without the characters that begin markup.
fn without_markup(json: &[u8]) -> Bytes {
    let mut escaped = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'<' | b'>' | b'&' => escaped.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            byte => escaped.push(*byte),
        }
    }
    escaped.into()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, Expression), String> {
    let parsed = HeaderName::try_from(name).map_err(|_| format!("`{name}` is not the name of a header"))?;
    if is_hop_by_hop(&parsed) || OF_GATEWAY.contains(&parsed.as_str()) {
        return Err(format!("the header `{parsed}` is set by the gateway itself: leave it out"));
    }
    let expression = Expression::parse(value).map_err(|what| format!("the header `{parsed}`: {what}"))?;
    match &expression {
        Expression::Text(text) if HeaderValue::try_from(text).is_err() => {
            Err(format!("the header `{parsed}`: the value has a character that a header cannot carry"))
        }
        _ => Ok((parsed, expression)),
    }
}

fn template(content_type: &str, text: &str) -> Result<TypedTemplate, String> {
    let invalid = || format!("`{content_type}` is no content type: write one such as `application/json`");
    let media_type = media_type(content_type);
    let is_type = media_type.split_once('/').is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty());
    let value = HeaderValue::try_from(content_type).ok().filter(|_| is_type).ok_or_else(invalid)?;
    let template = Template::parse(text).map_err(|what| format!("the template for `{content_type}`: {what}"))?;
    Ok(TypedTemplate { content_type: value, media_type, template })
}
