//! The request templates of a MOCK integration: the status that they state, and the content types that they are for.
//!
//! Source: "Mock integrations for REST APIs in API Gateway": the template states the `statusCode`; "Integration request passthrough
//! behavior". A body that is passed through states no status here, so its request is answered with 500, as the live service answers
//! a body without one (aws/aws-cdk#16323, aws/aws-sam-cli#2483).

use super::vtl::first_vtl;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use std::collections::BTreeSet;

/// The content type of a request without one. Source: "Integration request passthrough behavior".
pub(crate) const DEFAULT_TYPE: &str = "application/json";

/// What happens to a request whose content type has no template.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Passthrough {
    /// It fails with 415.
    Never,
    /// It is passed through.
    #[default]
    WhenNoMatch,
    /// It fails with 415, as there is a template of another type.
    WhenNoTemplates,
}

/// A request that a MOCK integration does not answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct MockFailure {
    pub(crate) status: StatusCode,
    /// The cause, for the access log.
    pub(crate) cause: String,
}

impl MockFailure {
    fn unsupported_media_type() -> Self {
        let cause = "the MOCK integration has no request template for the content type";
        Self { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, cause: cause.to_owned() }
    }

    fn no_status() -> Self {
        Self::misconfigured(
            "the MOCK integration has no request template for the content type, so the body is passed through and states no \
             `statusCode`",
        )
    }

    /// 500: the definition states no response.
    pub(super) fn misconfigured(cause: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, cause: cause.into() }
    }
}

impl Passthrough {
    /// Reads a `PassthroughBehavior`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "NEVER" => Some(Self::Never),
            "WHEN_NO_MATCH" => Some(Self::WhenNoMatch),
            "WHEN_NO_TEMPLATES" => Some(Self::WhenNoTemplates),
            _ => None,
        }
    }
}

/// The content types of requests that have a template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RequestTemplates {
    types: BTreeSet<String>,
    passthrough: Passthrough,
}

impl RequestTemplates {
    pub(crate) fn new<'t>(types: impl IntoIterator<Item = &'t str>, passthrough: Passthrough) -> Self {
        Self { types: types.into_iter().map(essence).collect(), passthrough }
    }

    /// Refuses a request whose content type has no template.
    pub(crate) fn check(&self, request: &HeaderMap) -> Result<(), MockFailure> {
        let given = request.get(CONTENT_TYPE).map_or(Some(DEFAULT_TYPE), |value| value.to_str().ok());
        if given.is_some_and(|given| self.types.contains(&essence(given))) {
            return Ok(());
        }
        Err(match self.passthrough {
            Passthrough::WhenNoMatch => MockFailure::no_status(),
            Passthrough::Never | Passthrough::WhenNoTemplates => MockFailure::unsupported_media_type(),
        })
    }
}

/// A content type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or(content_type).trim().to_ascii_lowercase()
}

/// The status that a request template states: JSON, or `{ statusCode: 200 }` as the CDK writes it.
pub(crate) fn status(template: &str) -> Result<u16, String> {
    if let Some(found) = first_vtl(template) {
        return Err(found.to_string());
    }
    let none = || "the template states no `statusCode` with a whole number, such as `{\"statusCode\": 200}`".to_owned();
    if let Ok(json) = serde_json::from_str::<Value>(template) {
        return json.get("statusCode").and_then(Value::as_u64).and_then(|it| it.try_into().ok()).ok_or_else(none);
    }
    let member = template.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(none)?;
    let (name, value) = member.split_once(':').ok_or_else(none)?;
    let name = name.trim();
    let name = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(name);
    let number = value.trim();
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (name == "statusCode" && is_number).then(|| number.parse().ok()).flatten().ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::{MockFailure, Passthrough, RequestTemplates, status};
    use http::HeaderMap;

    #[test]
    fn the_status_of_a_template() {
        for template in
            ["{ statusCode: 200 }", "{\"statusCode\": 200}", "{'statusCode':200}", "{\"a\":{},\"statusCode\":200}\n"]
        {
            assert_eq!(status(template), Ok(200), "{template}");
        }
        for template in [
            "",
            "{}",
            "200",
            "{ statusCode: \"200\" }",
            "{\"statusCode\": -1}",
            "{ status: 200 }",
            "{ statusCode: 2, a: 1 }",
        ] {
            assert!(status(template).unwrap_err().contains("states no `statusCode`"), "{template}");
        }
        let error = status("#if($input.params('x') == 1)\n{\"statusCode\": 200}\n#end").unwrap_err();
        assert!(error.starts_with("line 1: VTL is not supported"), "{error}");
    }

    #[test]
    fn a_request_needs_a_template_of_its_content_type() {
        let check = |given: Option<&'static str>, passthrough| {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert("content-type", given.parse().unwrap());
            }
            RequestTemplates::new(["application/json"], passthrough).check(&headers)
        };
        for given in [None, Some("application/json"), Some("Application/JSON; charset=utf-8")] {
            assert_eq!(check(given, Passthrough::Never), Ok(()), "{given:?}");
        }
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(check(form, Passthrough::WhenNoMatch), Err(MockFailure::no_status()));
        assert_eq!(check(form, Passthrough::WhenNoTemplates), Err(MockFailure::unsupported_media_type()));
        assert_eq!(check(form, Passthrough::Never), Err(MockFailure::unsupported_media_type()));
        assert_eq!(check(Some("é"), Passthrough::Never), Err(MockFailure::unsupported_media_type()));
    }
}
