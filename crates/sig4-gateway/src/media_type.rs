//! The binary media types of a REST API, and which content types they match.
//!
//! Source: "Working with binary media types for REST APIs in API Gateway".

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};

/// The binary media type that matches every content type.
const ANY: &str = "*/*";
/// The content type of a body without one.
///
/// Inferred: AWS documents this default for request templates ("Method request behavior for payloads without mapping templates for REST
/// APIs in API Gateway"), and not for binary media types.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// Whether a request's body is binary: its content type matches one of the types.
pub(crate) fn is_binary_request(binary: &[String], headers: &HeaderMap) -> bool {
    matches(binary, &first(headers, &CONTENT_TYPE).unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned()))
}

/// Whether a client takes a binary response: the first type of its `Accept` matches one of the types.
///
/// AWS documents that only the first type of `Accept` counts. It does not document a request without `Accept`; here only `*/*`
/// matches it.
pub(crate) fn accepts_binary(binary: &[String], headers: &HeaderMap) -> bool {
    match first(headers, &ACCEPT) {
        Some(accepted) => matches(binary, &accepted),
        None => binary.iter().any(|media_type| media_type == ANY),
    }
}

/// The first media type of a header, without its parameters, in lower case.
fn first(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let first = value.split([',', ';']).next().unwrap_or(value);
    Some(first.trim().to_ascii_lowercase())
}

/// Whether one of the types is `essence`, `type/*` or `*/*`.
fn matches(binary: &[String], essence: &str) -> bool {
    let kind = essence.split_once('/').map_or(essence, |(kind, _)| kind);
    binary.iter().any(|media_type| {
        let is_of_kind =
            || media_type.split_once('/').is_some_and(|(own, sub)| sub == "*" && own.eq_ignore_ascii_case(kind));
        media_type == ANY || media_type.eq_ignore_ascii_case(essence) || is_of_kind()
    })
}

#[cfg(test)]
mod tests {
    use super::{accepts_binary, is_binary_request};
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn with(name: &'static str, value: Option<&'static str>) -> HeaderMap {
        let field = |value| (HeaderName::from_static(name), HeaderValue::from_static(value));
        value.map(field).into_iter().collect()
    }

    #[test]
    fn which_types_are_binary() {
        for (binary, value, of_request, of_response) in [
            (&[][..], Some("image/png"), false, false),
            (&["image/png"], Some("image/png"), true, true),
            (&["image/png"], Some("Image/PNG; q=1"), true, true),
            (&["image/png"], Some("image/gif"), false, false),
            (&["image/png"], Some("*/*"), false, false),
            (&["image/*"], Some("image/gif"), true, true),
            (&["image/*"], Some("imagex/gif"), false, false),
            (&["image/*"], Some("text/html,image/gif"), false, false),
            (&["image/*"], Some("image/gif,text/html"), true, true),
            (&["*/*"], Some("text/html"), true, true),
            (&["*/*"], None, true, true),
            (&["image/*", "application/json"], None, true, false),
            (&["image/*"], None, false, false),
        ] {
            let binary: Vec<String> = binary.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(is_binary_request(&binary, &with("content-type", value)), of_request, "{binary:?} {value:?}");
            assert_eq!(accepts_binary(&binary, &with("accept", value)), of_response, "{binary:?} {value:?}");
        }
    }
}
