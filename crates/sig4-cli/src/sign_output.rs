//! What `sig4 sign` and `sig4 presign` print in JSON and as an HTTP request. `docs/output.md` lists the fields.

use crate::body::Body;
use crate::curl::Sendable;
use crate::given_header::GivenHeader;
use crate::signing_input::{PresignedUrl, SigningInput};
use crate::stages::Stages;
use crate::url::Url;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{CONTENT_LENGTH, HOST};
use serde_json::{Map, Value, json};

/// A signed request as a JSON object.
pub(crate) fn signed_json(input: &SigningInput, sendable: &Sendable<'_>, stages: &Stages, signature: &str) -> String {
    let mut object = common(input);
    let Sendable { method, outgoing, body } = sendable;
    object.insert("method".to_owned(), json!(method));
    object.insert("url".to_owned(), json!(outgoing.url));
    object.insert("headers".to_owned(), headers(&outgoing.headers));
    if let Body::Given(bytes) = body {
        put_body(&mut object, bytes);
    }
    object.insert("signature".to_owned(), json!(signature));
    object.insert("signed_headers".to_owned(), json!(stages.signed_headers.split(';').collect::<Vec<_>>()));
    object.insert("canonical_request".to_owned(), json!(stages.canonical_request));
    object.insert("string_to_sign".to_owned(), json!(stages.string_to_sign));
    Value::Object(object).to_string()
}

/// A presigned URL as a JSON object.
pub(crate) fn presigned_json(input: &SigningInput, url: &PresignedUrl) -> String {
    let mut object = common(input);
    object.insert("method".to_owned(), json!(input.request.method));
    object.insert("url".to_owned(), json!(url.presigned.url()));
    object.insert("expires".to_owned(), json!(url.presigned.expires().as_secs()));
    object.insert("signed_headers".to_owned(), json!(url.signed_headers.split(';').collect::<Vec<_>>()));
    Value::Object(object).to_string()
}

fn common(input: &SigningInput) -> Map<String, Value> {
    let fields = [
        ("access_key_id", input.credentials.access_key_id()),
        ("region", &input.scope.region),
        ("service", &input.scope.service),
        ("timestamp", &input.timestamp.to_string()),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// Headers in their order, as objects with a name and a value.
fn headers(headers: &[GivenHeader]) -> Value {
    headers.iter().map(|header| json!({"name": header.name, "value": header.value})).collect()
}

/// Adds a body as `body` if it is UTF-8, else as `body_base64`.
pub(crate) fn put_body(object: &mut Map<String, Value>, bytes: &[u8]) {
    match str::from_utf8(bytes) {
        Ok(text) => object.insert("body".to_owned(), json!(text)),
        Err(_) => object.insert("body_base64".to_owned(), json!(BASE64_STANDARD.encode(bytes))),
    };
}

/// A signed request as it goes over the wire.
pub(crate) fn http(sendable: &Sendable<'_>) -> Vec<u8> {
    let Sendable { method, outgoing, body } = sendable;
    let headers = &outgoing.headers;
    let is_given = |name: &str| headers.iter().any(|header| header.is(name));
    let url = Url::split(&outgoing.url);
    let (target, host) = url.map(|url| (url.target(), url.host())).unwrap_or_default();
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    if !is_given(HOST.as_str()) {
        head.extend(["host: ", host, "\r\n"]);
    }
    for GivenHeader { name, value } in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if matches!(body, Body::Given(_)) && !is_given(CONTENT_LENGTH.as_str()) {
        head.push_str(&format!("content-length: {}\r\n", body.bytes().len()));
    }
    [head.as_bytes(), b"\r\n", body.bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::http;
    use crate::body::Body;
    use crate::curl::Sendable;
    use crate::given_header::GivenHeader;
    use crate::outgoing::Outgoing;

    #[test]
    fn a_request_is_written_as_it_goes_over_the_wire() {
        let outgoing = Outgoing {
            url: "https://h:443?a".to_owned(),
            headers: vec![GivenHeader { name: "x-a".to_owned(), value: "b".to_owned() }],
        };
        let sendable = Sendable { method: "POST", outgoing: &outgoing, body: &Body::Given(b"\xff\n".to_vec()) };
        let expected = b"POST /?a HTTP/1.1\r\nhost: h\r\nx-a: b\r\ncontent-length: 2\r\n\r\n\xff\n";
        assert_eq!(http(&sendable), expected);
    }
}
