//! How an answer is inferred from what a Lambda function returned.
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0. Members that format
//! 2.0 does not know, such as `multiValueHeaders`, are passed over. A status or a header's value may be written as a string
//! or as a number; AWS documents one of each.

use super::{JSON, Reply, final_status, invalid};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use serde_json::{Map, Value};

pub(super) fn infer(payload: &[u8]) -> Result<Reply, Error> {
    let value: Value = serde_json::from_slice(payload).map_err(|_| invalid("the function returned no JSON"))?;
    match value {
        Value::Object(object) if object.contains_key("statusCode") => answer(&object),
        Value::String(text) => Ok(Reply::json(text)),
        _ => Ok(Reply::json(Bytes::copy_from_slice(payload))),
    }
}

/// The prelude of a streamed answer: all but the body. Without a status it is 200.
///
/// Source: "Introducing AWS Lambda response streaming", the `application/vnd.awslambda.http-integration-response` format.
pub(crate) fn prelude(json: &[u8]) -> Result<Reply, Error> {
    match serde_json::from_slice(json) {
        Ok(Value::Object(mut object)) => {
            object.entry("statusCode").or_insert_with(|| 200.into());
            object.remove("body");
            answer(&object)
        }
        _ => Err(invalid("the prelude of the streamed answer is no JSON object")),
    }
}

fn answer(object: &Map<String, Value>) -> Result<Reply, Error> {
    let mut reply = Reply::new();
    reply.status = object.get("statusCode").and_then(status).ok_or_else(|| invalid("`statusCode` is no status"))?;
    reply.body = body(object)?;
    for (name, value) in members(object, "headers")? {
        let name = HeaderName::try_from(name).map_err(|_| invalid("the name of a header is none"))?;
        let Some(text) = scalar(value) else { return Err(invalid("the value of a header is no text")) };
        reply.append(name, value_of(&text)?)?;
    }
    match object.get("cookies") {
        None | Some(Value::Null) => {}
        Some(Value::Array(cookies)) => {
            for cookie in cookies {
                let cookie = cookie.as_str().ok_or_else(|| invalid("a cookie is no text"))?;
                reply.append(SET_COOKIE, value_of(cookie)?)?;
            }
        }
        Some(_) => return Err(invalid("`cookies` is no array")),
    }
    Ok(reply)
}

fn status(value: &Value) -> Option<StatusCode> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        other => other.as_u64()?,
    };
    final_status(number)
}

fn body(object: &Map<String, Value>) -> Result<Bytes, Error> {
    let encoded = match object.get("isBase64Encoded") {
        None | Some(Value::Null) => false,
        Some(value) => value.as_bool().ok_or_else(|| invalid("`isBase64Encoded` is neither true nor false"))?,
    };
    match object.get("body") {
        None | Some(Value::Null) => Ok(Bytes::new()),
        Some(Value::String(text)) if encoded => {
            STANDARD.decode(text).map(Bytes::from).map_err(|_| invalid("`body` is not in base 64"))
        }
        Some(Value::String(text)) => Ok(Bytes::from(text.clone())),
        Some(_) => Err(invalid("`body` is no string")),
    }
}

fn members<'o>(object: &'o Map<String, Value>, name: &str) -> Result<Vec<(&'o str, &'o Value)>, Error> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(members)) => Ok(members.iter().map(|(name, value)| (name.as_str(), value)).collect()),
        Some(_) => Err(invalid(format!("`{name}` is no object"))),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn value_of(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text).map_err(|_| invalid("the value of a header holds a control character"))
}

impl Reply {
    /// An answer whose prelude came before the body, in one stream.
    pub(crate) fn streamed(payload: &Bytes) -> Result<Self, Error> {
        /// What stands between prelude and body.
        const END: [u8; 8] = [0; 8];
        let end = payload.windows(END.len()).position(|window| window == END);
        let end = end.ok_or_else(|| invalid("the streamed answer has no end of its prelude"))?;
        let mut reply = prelude(payload.get(..end).unwrap_or_default())?;
        reply.body = payload.slice((end + END.len()).min(payload.len())..);
        Ok(reply)
    }

    /// An answer that was streamed without a prelude: its bytes are the body.
    pub(crate) fn raw(payload: Bytes, content_type: Option<HeaderValue>) -> Self {
        let mut reply = Self::new().with_body(payload);
        reply.headers.insert(CONTENT_TYPE, content_type.unwrap_or(JSON));
        reply
    }
}
