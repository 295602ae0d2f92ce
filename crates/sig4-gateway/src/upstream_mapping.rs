//! The request parameters of an HTTP proxy integration of a REST API, as templates write them.
//!
//! | Parameter | Value | Meaning |
//! |---|---|---|
//! | `integration.request.path.X` | `method.request.path.Y` | the variable `X` of the URL gets the path variable `Y` |
//! | `integration.request.querystring.X` | `'text'` | a parameter of every query |
//! | `integration.request.querystring.X` | `method.request.querystring.X` | as without it: the query is handed on |
//! | `integration.request.header.X` | `'text'` | a header of every request |
//! | `integration.request.header.X` | `method.request.header.X` | the client's header is handed on |
//!
//! Other parameters and values are not supported.
//!
//! Source: "Parameter mapping examples for REST APIs in API Gateway".

use super::upstream::Upstream;
use crate::error::{Error, ErrorKind};
use sig4_iam::JsonPath;
use std::collections::BTreeMap;

/// The upstream with this URL and `RequestParameters`. `place` is the path of the `Integration` in its template.
///
/// # Errors
///
/// [`ErrorKind::InvalidTemplate`] with the path of a parameter that is not supported, or of a URL with a variable without a parameter.
pub(crate) fn upstream(
    url: &str,
    parameters: &BTreeMap<String, String>,
    place: &JsonPath<'_>,
) -> Result<Upstream, Error> {
    let mut upstream = Upstream::new(url);
    let all = place.key("RequestParameters");
    for (name, value) in parameters {
        let unsupported = || error(&all.key(name), format!("`{value}` is not supported here"));
        upstream = mapped(upstream, name, value).ok_or_else(unsupported)?;
    }
    if let Some(variable) = upstream.variables().find(|name| !parameters.contains_key(&format!("{PATH}{name}"))) {
        let why = format!("`{{{variable}}}` has no request parameter `{PATH}{variable}`");
        return Err(error(&place.key("Uri"), why));
    }
    Ok(upstream)
}

/// The beginning of the names of parameters that are variables of the URL.
const PATH: &str = "integration.request.path.";

/// The upstream with one more parameter. `None` if it is not supported.
fn mapped(upstream: Upstream, name: &str, value: &str) -> Option<Upstream> {
    let text = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    let (kind, name) = name.strip_prefix("integration.request.")?.split_once('.')?;
    let from = value.strip_prefix("method.request.").and_then(|from| from.split_once('.'));
    match (kind, text, from) {
        ("path", None, Some(("path", variable))) => Some(upstream.with_path_variable(name, variable)),
        ("querystring", Some(text), _) => Some(upstream.with_query(name, text)),
        ("querystring", None, Some(("querystring", own))) if own == name => Some(upstream),
        ("header", Some(text), _) => Some(upstream.with_header(name, text)),
        ("header", None, Some(("header", own))) if own.eq_ignore_ascii_case(name) => {
            Some(upstream.with_client_header(name))
        }
        _ => None,
    }
}

#[cold]
fn error(place: &JsonPath<'_>, why: String) -> Error {
    Error::new(ErrorKind::InvalidTemplate, why).at_path(place.to_buf())
}

#[cfg(test)]
mod tests {
    use super::upstream;
    use crate::upstream::Upstream;
    use sig4_iam::JsonPath;

    fn read(url: &str, parameters: &[(&str, &str)]) -> Result<Upstream, String> {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        upstream(url, &parameters, &JsonPath::root()).map_err(|error| error.detail())
    }

    #[test]
    fn parameters_that_are_supported() {
        let read = read(
            "http://h/{id}",
            &[
                ("integration.request.path.id", "method.request.path.pet"),
                ("integration.request.querystring.a", "'1'"),
                ("integration.request.querystring.b", "method.request.querystring.b"),
                ("integration.request.header.X-Key", "'k'"),
                ("integration.request.header.X-Real-IP", "method.request.header.x-real-ip"),
            ],
        );
        let expected = Upstream::new("http://h/{id}").with_path_variable("id", "pet").with_query("a", "1");
        assert_eq!(read.unwrap(), expected.with_header("x-key", "k").with_client_header("x-real-ip"));
    }

    #[test]
    fn other_parameters_are_named() {
        for (name, value) in [
            ("integration.request.path.id", "'1'"),
            ("integration.request.path.id", "method.request.querystring.id"),
            ("integration.request.querystring.a", "method.request.querystring.b"),
            ("integration.request.header.a", "context.requestId"),
            ("integration.request.header.a", "stageVariables.a"),
            ("integration.request.header.a", "method.request.body"),
            ("integration.request.body.a", "'1'"),
            ("a b", "'1'"),
        ] {
            let error = read("http://h/", &[(name, value)]).unwrap_err();
            assert_eq!(error, format!("RequestParameters[\"{name}\"]: `{value}` is not supported here"));
        }
        let error = read("http://h/{id}", &[]).unwrap_err();
        assert_eq!(error, "Uri: `{id}` has no request parameter `integration.request.path.id`");
    }
}
