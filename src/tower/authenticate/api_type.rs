//! API Gateway's answers to refused requests.
//!
//! Sources: "Gateway response types" and "Troubleshooting 403 errors of API Gateway" for REST APIs; HTTP APIs answer
//! only `Forbidden`.

use super::refusal::{Refusal, message_of};
use super::request_id;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const GATEWAY_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// The two kinds of APIs of API Gateway, which answer refused requests differently.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ApiType {
    /// HTTP APIs (version 2): `{"message":"Forbidden"}` for every invalid signature. The default.
    #[default]
    HttpApi,
    /// REST APIs (version 1): the message explains the error, and `x-amzn-ErrorType` names it.
    RestApi,
}

impl ApiType {
    /// The answer to a refused request.
    #[must_use]
    pub fn response<K>(self, refusal: &Refusal<K>) -> Response<Bytes> {
        self.answer(refusal, None)
    }

    /// The answer to a refused request, with the true cause in a field `cause` of the body. Use it in tests only: the cause tells
    /// more about keys and decisions than callers should know.
    #[must_use]
    pub fn verbose_response<K>(self, refusal: &Refusal<K>) -> Response<Bytes> {
        self.answer(refusal, Some(&refusal.to_string()))
    }

    /// The answer of [`verbose_response`](Self::verbose_response) with another text in the field `cause`, such as the finding of an
    /// explanation. Use it in tests only.
    #[must_use]
    pub fn response_with_cause<K>(self, refusal: &Refusal<K>, cause: &str) -> Response<Bytes> {
        self.answer(refusal, Some(cause))
    }

    fn answer<K>(self, refusal: &Refusal<K>, cause: Option<&str>) -> Response<Bytes> {
        match self {
            Self::HttpApi => http_api(refusal, cause),
            Self::RestApi => rest_api(refusal, cause),
        }
    }
}

fn http_api<K>(refusal: &Refusal<K>, cause: Option<&str>) -> Response<Bytes> {
    // HTTP APIs answer 403 where REST APIs answer 501.
    let status = match refusal.status() {
        StatusCode::NOT_IMPLEMENTED => StatusCode::FORBIDDEN,
        status => status,
    };
    json(status, [("cause", cause), ("message", Some(message_of(status)))])
}

fn rest_api<K>(refusal: &Refusal<K>, cause: Option<&str>) -> Response<Bytes> {
    let (status, message) = (refusal.status(), refusal.message());
    let is_of_iam = refusal.denial().is_some_and(super::decide::Denial::is_of_iam);
    let mut response = match (message, cause) {
        // A path that leads out of the root is answered without a body.
        (None, None) => bare(status),
        (message, cause) if is_of_iam => json(status, [("Message", message), ("cause", cause)]),
        (message, cause) => json(status, [("cause", cause), ("message", Some(message.unwrap_or("")))]),
    };
    let headers = response.headers_mut();
    let values =
        [(ERROR_TYPE, refusal.code()), (REQUEST_ID, &request_id::uuid()), (GATEWAY_ID, &request_id::extended())];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

fn bare(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    response
}

/// A response whose body is a JSON object with these members.
fn json<const N: usize>(status: StatusCode, members: [(&str, Option<&str>); N]) -> Response<Bytes> {
    let mut body = String::from("{");
    for (name, value) in members.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        if body.len() > 1 {
            body.push(',');
        }
        put_text(name, &mut body);
        body.push(':');
        put_text(value, &mut body);
    }
    body.push('}');
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Writes a JSON text with the fewest escapes that RFC 8259 section 7 allows.
fn put_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::put_text;

    #[test]
    fn a_text_is_escaped_as_serde_json_escapes_it() {
        let text: String = (0..=0x2_ffff).filter_map(char::from_u32).collect();
        let mut ours = String::new();
        put_text(&text, &mut ours);
        assert_eq!(ours, serde_json::Value::from(text).to_string());
    }
}
